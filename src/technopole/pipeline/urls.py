"""Addresses of the actions on a project's head."""

from django.urls import path

from technopole.pipeline import views

urlpatterns = [
    path("projects/<uuid:pk>/move/", views.move, name="project-move"),
    path("projects/<uuid:pk>/hold/", views.hold, name="project-hold"),
    path("projects/<uuid:pk>/resume/", views.resume, name="project-resume"),
    path("projects/<uuid:pk>/assign/", views.assign, name="project-assign"),
    path("projects/<uuid:pk>/next-action/", views.next_action, name="project-next"),
    path("projects/<uuid:pk>/stop/", views.stop, name="project-stop"),
    path("projects/<uuid:pk>/documents/", views.documents, name="project-documents"),
]
