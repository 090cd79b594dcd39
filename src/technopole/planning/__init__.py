"""Step 3, planning: route and pricing, compliance gates, milestones and matches."""
