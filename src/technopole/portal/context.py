"""What every page's frame is given: who reads, what they may open, whether the sample is loaded."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from technopole.parties import policy
from technopole.parties.models import Organisation, RoleName
from technopole.portal.navigation import menu_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Variables of the base page; `may` answers for the tag of that name."""
    # A request to a host that is not ours is refused before anybody is signed in.
    user = getattr(request, "user", None) or AnonymousUser()
    held = policy.roles_of(user)
    return {
        "languages": settings.LANGUAGES,
        "navigation": menu_of(user, request.path),
        "role_labels": [str(role.label) for role in RoleName if role in held],
        "has_sample": Organisation.objects.filter(is_sample=True).exists(),
        "may": partial(policy.may, user),
    }
