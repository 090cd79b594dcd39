"""Addresses of needs; the page of one need is assembled in the portal."""

from django.urls import path

from technopole.resources.needs import views

urlpatterns = [
    path("needs/", views.needs, name="needs"),
    path("needs/new/", views.new, name="need-new"),
    path("needs/<uuid:pk>/edit/", views.edit, name="need-edit"),
    path("needs/<uuid:pk>/withdraw/", views.withdraw, name="need-withdraw"),
    path("needs/<uuid:pk>/reopen/", views.reopen, name="need-reopen"),
]
