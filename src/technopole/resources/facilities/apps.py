"""The Django application of facilities and providers."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "technopole.resources.facilities"
    label = "facilities"
