"""Onboarding in pure Python: imported tables, completeness, publication alarm, harvest, duplicates, summaries."""
