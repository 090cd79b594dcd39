"""Every address of the server: the portal's pages and the API."""

from django.urls import URLPattern, URLResolver, include, path

from technopole.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("technopole.portal.urls")),
    path("api/v1/", api.urls),
]
handler400 = "technopole.records.pages.bad_request"
handler403 = "technopole.records.pages.forbidden"
handler404 = "technopole.records.pages.not_found"
handler500 = "technopole.records.pages.broken"
