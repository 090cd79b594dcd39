"""The Django application of policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "technopole.resources.policies"
    label = "policies"
