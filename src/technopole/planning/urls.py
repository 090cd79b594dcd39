"""Addresses of step 3."""

from django.urls import path

from technopole.planning import views

urlpatterns = [
    path("projects/<uuid:pk>/plan/", views.plan, name="project-plan"),
    path("projects/<uuid:pk>/milestones/", views.milestones, name="project-milestones"),
    path("projects/<uuid:pk>/gates/", views.gate, name="project-gate"),
    path("projects/<uuid:pk>/approve/", views.approve, name="project-approve"),
    path("projects/<uuid:pk>/match/", views.match, name="project-match"),
    path("milestones/<uuid:pk>/done/", views.milestone_done, name="milestone-done"),
    path("matches/", views.matches, name="matches"),
    path("matches/<uuid:pk>/answer/", views.answer, name="match-answer"),
]
