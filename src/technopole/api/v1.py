"""The API, first version: every folder's router under ``/api/v1/``, described by ``openapi.json``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from technopole.api import errors, projects, results
from technopole.evaluation.api import router as evaluation
from technopole.landing.api import router as landing
from technopole.measurement.api import router as measurement
from technopole.onboarding.api import router as onboarding
from technopole.parties.api import router as parties
from technopole.pipeline.api import router as pipeline
from technopole.planning.api import router as planning
from technopole.resources.facilities.api import router as facilities
from technopole.resources.needs.api import router as needs
from technopole.resources.policies.api import router as policies
from technopole.resources.sites.api import router as sites

DESCRIPTION = """\
Everything that the pages show and do, with the same permissions. Send a token that you made under
"API tokens" as `Authorization: Bearer …`, or use the session of a signed-in browser (then writing
needs the CSRF token). Without either one reads what is public.

A field above your access is null and named in `hidden`; a record that you may not know of answers
404. Every action on an existing record takes the `version` that you read and answers 409 when
somebody changed it since, or when it cannot be done now; the reasons come in Chinese and English.
"""
SAFE = ("GET", "HEAD", "OPTIONS")


class Reader(HttpBearer):
    """Whoever the middleware signed in by token or session, else a guest; the policy decides."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.method not in SAFE and check_csrf(request) is not None:
            raise HttpError(403, "Send the CSRF token with a session, or use an API token.")
        return request.user

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token middleware has done it before any route was looked up."""
        return request.user


api = NinjaAPI(
    title="Technopole",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api-v1",
    auth=Reader(),
)
errors.connect(api)
for router in (
    results.router,
    projects.router,
    pipeline,
    onboarding,
    evaluation,
    planning,
    landing,
    measurement,
    needs,
    sites,
    facilities,
    policies,
    parties,
):
    api.add_router("", router)
