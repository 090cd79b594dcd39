"""The Django application of the shared record base."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "technopole.records"
    label = "records"

    def ready(self) -> None:
        from technopole.records import change

        change.connect()
