"""The Django application of step 2."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "technopole.evaluation"
    label = "evaluation"
