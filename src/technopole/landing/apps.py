"""The Django application of step 4."""

from django.apps import AppConfig


class LandingConfig(AppConfig):
    name = "technopole.landing"
    label = "landing"
