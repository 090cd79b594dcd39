"""Addresses of step 4."""

from django.urls import path

from technopole.landing import views

urlpatterns = [
    path("projects/<uuid:pk>/sites/", views.site, name="project-site"),
    path("projects/<uuid:pk>/landings/", views.landings, name="project-landings"),
    path("landings/<uuid:pk>/events/", views.event, name="landing-event"),
]
