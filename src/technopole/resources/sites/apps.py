"""The Django application of districts and parks."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "technopole.resources.sites"
    label = "sites"
