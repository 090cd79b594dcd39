"""The Django application of needs."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "technopole.resources.needs"
    label = "needs"
