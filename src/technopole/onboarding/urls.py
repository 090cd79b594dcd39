"""Addresses of step 1: disclosing, candidates, duplicates, bulk import."""

from django.urls import path

from technopole.onboarding import import_pages, sifting, views

urlpatterns = [
    path("disclose/", views.disclose, name="disclose"),
    path("disclose/check/", views.check, name="disclosure-check"),
    path("disclosures/<uuid:pk>/edit/", views.edit, name="disclosure-edit"),
    path("candidates/", sifting.candidates, name="candidates"),
    path("candidates/<uuid:pk>/<slug:act>/", sifting.sift, name="candidate-sift"),
    path("duplicates/", sifting.duplicates, name="duplicates"),
    path("import/", import_pages.start, name="import"),
    path("import/template/<slug:kind>.xlsx", import_pages.template, name="import-template"),
    path("import/<uuid:token>/", import_pages.checked, name="import-check"),
    path("import/<uuid:token>/errors.xlsx", import_pages.errors, name="import-errors"),
    path("import/<uuid:token>/save/", import_pages.save, name="import-save"),
    path("import/<uuid:token>/discard/", import_pages.discard, name="import-discard"),
]
