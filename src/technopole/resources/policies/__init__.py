"""Policies: dated support that a project may apply for."""
