"""Onboarding in pure Python: imports, completeness, publication alarm, harvest, duplicates, summaries."""
