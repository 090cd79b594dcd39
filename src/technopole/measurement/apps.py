"""The Django application of the region's figures; it keeps no records of its own."""

from django.apps import AppConfig


class MeasurementConfig(AppConfig):
    name = "technopole.measurement"
    label = "measurement"
