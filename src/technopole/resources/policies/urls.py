"""Addresses of policies."""

from django.urls import path

from technopole.resources.policies import views

urlpatterns = [
    path("policies/", views.policies, name="policies"),
    path("policies/<uuid:pk>/", views.policy, name="policy"),
]
