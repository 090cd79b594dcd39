"""The API against its own description: whatever is sent, it answers as `openapi.json` says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from technopole.config.wsgi import application
from technopole.parties.tokens import make_token
from technopole.pipeline.models import Stage
from tests.factories import (
    DisclosureFactory,
    MatchFactory,
    MilestoneFactory,
    NeedFactory,
    ProjectFactory,
    SiteFactory,
    account,
    invented_by,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# The token below is the only one sent: made-up ones would be refused before anything is looked at.
CONFIG = schemathesis.Config.from_dict(
    {"generation": {"mode": "positive", "with-security-parameters": False}}
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@pytest.fixture
def world(db: None) -> dict[str, str]:
    """A director's token, and one record of each kind for its path."""
    director = account("director")
    project = ProjectFactory(stage=Stage.EVALUATION, owner=director)
    invented_by(project.result, director.person)
    ids = {
        "projects": project.pk,
        "results": project.result_id,
        "disclosures": DisclosureFactory(project=project).pk,
        "milestones": MilestoneFactory(project=project).pk,
        "matches": MatchFactory(result=project.result).pk,
        "needs": NeedFactory().pk,
        "sites": SiteFactory().pk,
        "people": director.person_id,
        "organisations": director.person.organisation_id,
    }
    return {name: str(pk) for name, pk in ids.items()} | {"token": make_token(director, "schema")}


@schema.parametrize()
@settings(
    max_examples=2,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_operation(case: Any, world: dict[str, str]) -> None:
    kind = case.operation.path.removeprefix("/api/v1/").split("/")[0]
    if case.path_parameters and kind in world:
        case.path_parameters = {"pk": world[kind]}
    answer = case.call(headers={"Authorization": f"Bearer {world['token']}"})
    assert answer.status_code != 401
    case.validate_response(answer, checks=CHECKS)
