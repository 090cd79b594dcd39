"""Addresses of step 2."""

from django.urls import path

from technopole.evaluation import views

urlpatterns = [
    path("projects/<uuid:pk>/evidence/", views.evidence, name="project-evidence"),
    path("projects/<uuid:pk>/assess/", views.assess, name="project-assess"),
    path("projects/<uuid:pk>/ask-review/", views.ask_review, name="project-ask-review"),
    path("projects/<uuid:pk>/decide/", views.decide, name="project-decide"),
    path("projects/<uuid:pk>/scorecard.<str:format>", views.scorecard_table, name="project-scorecard"),
    path("projects/<uuid:pk>/evaluation-report.<str:format>", views.report, name="evaluation-report"),
    path("reviews/<uuid:pk>/", views.review, name="review"),
    path("reviews/<uuid:pk>/hand-in/", views.hand_in, name="review-hand-in"),
]
