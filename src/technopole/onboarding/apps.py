"""The Django application of step 1."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "technopole.onboarding"
    label = "onboarding"
