"""The Django application of transfer projects."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "technopole.pipeline"
    label = "pipeline"
