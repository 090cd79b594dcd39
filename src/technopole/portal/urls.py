"""The addresses of every page: the portal's own, then each folder's."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from technopole.portal import accounts, summary, views
from technopole.portal.need import need
from technopole.portal.project import project
from technopole.portal.projects import projects
from technopole.portal.site import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("my-day/", views.my_day, name="my-day"),
    path("results/", views.results, name="results"),
    path("results/<uuid:pk>/", views.result, name="result"),
    path("results/<uuid:pk>/summary.<str:format>", summary.summary_file, name="summary"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
    path("accounts/sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("accounts/sign-out/", accounts.SignOut.as_view(), name="sign-out"),
    path("accounts/language/", accounts.language, name="language"),
    path("accounts/tokens/", accounts.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/delete/", accounts.delete_token, name="token-delete"),
    path("favicon.ico", RedirectView.as_view(url=static("technopole/favicon.svg")), name="favicon"),
    path("needs/<uuid:pk>/", need, name="need"),
    path("sites/<uuid:pk>/", site, name="site"),
    path("projects/", projects, name="projects"),
    path("projects/<uuid:pk>/", project, name="project"),
    path("", include("technopole.parties.urls")),
    path("", include("technopole.pipeline.urls")),
    path("", include("technopole.onboarding.desk")),
    path("", include("technopole.onboarding.urls")),
    path("", include("technopole.resources.needs.urls")),
    path("", include("technopole.resources.sites.urls")),
    path("", include("technopole.resources.facilities.urls")),
    path("", include("technopole.resources.policies.urls")),
    path("", include("technopole.evaluation.urls")),
    path("", include("technopole.planning.urls")),
    path("", include("technopole.landing.urls")),
    path("", include("technopole.measurement.urls")),
]
