"""What is done to a site: add, edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from technopole.parties.actions import action
from technopole.parties.models import User
from technopole.resources.sites.models import Site


@action("sites.add", Site)
def add_site(site: Site, *, by: User, fields: Mapping[str, Any]) -> Site:
    """Enter a park or building."""
    for name, value in fields.items():
        setattr(site, name, value)
    site.save()
    return site


@action("sites.edit", Site)
def edit_site(site: Site, *, by: User, fields: Mapping[str, Any]) -> Site:
    """Change a site's space and limits."""
    for name, value in fields.items():
        setattr(site, name, value)
    site.save()
    return site
