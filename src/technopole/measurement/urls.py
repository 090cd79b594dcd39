"""Addresses of the region's figures and of the tour."""

from django.urls import path

from technopole.measurement import views

urlpatterns = [
    path("region/", views.region, name="region"),
    path("region/<slug:figure>/", views.region_figure, name="region-figure"),
    path("region/<slug:figure>/rows/", views.region_rows, name="region-rows"),
    path("tour/", views.tour, name="tour"),
]
