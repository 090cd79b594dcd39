"""The Django application of people and organisations."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "technopole.parties"
    label = "parties"
