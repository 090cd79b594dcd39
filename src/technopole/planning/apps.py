"""The Django application of step 3."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "technopole.planning"
    label = "planning"

    def ready(self) -> None:
        from technopole.planning import jobs

        jobs.connect()
