"""Addresses of shared facilities and service providers."""

from django.urls import path

from technopole.resources.facilities import views

urlpatterns = [
    path("facilities/", views.facilities, name="facilities"),
    path("facilities/<uuid:pk>/", views.facility, name="facility"),
    path("providers/", views.providers, name="providers"),
    path("providers/<uuid:pk>/", views.provider, name="provider"),
]
