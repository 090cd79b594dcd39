"""Technopole: a research result enters, is judged, is planned for, lands in industry; the region sees it."""

__version__ = "0.1.0"
