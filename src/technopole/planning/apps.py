"""The Django application of step 3."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "technopole.planning"
    label = "planning"
