"""Addresses of the parties' pages."""

from django.urls import path

from technopole.parties import views

urlpatterns = [
    path("documents/<uuid:pk>/", views.document, name="document"),
]
