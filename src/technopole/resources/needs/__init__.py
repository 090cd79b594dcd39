"""Needs: what companies and clinics ask for."""
