"""The entries of the side menu: each shown to whom the policy gives its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from technopole.parties import policy
from technopole.parties.policy import Scope

# (name of the address, words, icon); a page that people open from the menu adds its line here.
MENU: tuple[tuple[str, str | Promise, str], ...] = (
    ("my-day", _("My day"), "sun"),
    ("projects", _("Projects"), "route"),
    ("matches", _("Matches"), "arrows-exchange"),
    ("results", _("Results"), "bulb"),
    ("needs", _("Needs"), "target"),
    ("sites", _("Parks and sites"), "map-pin"),
    ("organisations", _("Organisations"), "building-community"),
    ("disclose", _("Disclose a result"), "plus"),
    ("candidates", _("Candidates"), "news"),
    ("duplicates", _("Duplicates"), "files"),
    ("import", _("Import"), "upload"),
    ("region", _("Region"), "chart-bar"),
    ("tour", _("The first five minutes"), "flag"),
)


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    address: str
    label: str
    icon: str
    active: bool


def menu_of(user: Any, path: str) -> list[Entry]:
    """The entries that the user may open; the one whose address begins the path is active."""
    entries = []
    for name, label, icon in MENU:
        address = reverse(name)
        if policy.scope(user, f"GET {resolve(address).route}") is not Scope.NONE:
            entries.append(Entry(address, str(label), icon, path.startswith(address)))
    return entries
