"""Addresses of parks and sites; the page of one site is assembled in the portal."""

from django.urls import path

from technopole.resources.sites import views

urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites/new/", views.new, name="site-new"),
    path("sites/<uuid:pk>/edit/", views.edit, name="site-edit"),
]
