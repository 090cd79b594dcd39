"""The sectors by which results, needs and sites are sorted, with their names in both languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NAMES = {
    "agri-food": _("agriculture and food"),
    "ai-software": _("AI and software"),
    "biologics": _("biologics"),
    "cell-therapy": _("cell therapy"),
    "diagnostics": _("diagnostics"),
    "energy": _("energy"),
    "environment": _("environment"),
    "hydrogen": _("hydrogen"),
    "marine": _("marine equipment"),
    "materials": _("materials"),
    "medical-device": _("medical devices"),
    "mems": _("MEMS and sensors"),
    "multi": _("several sectors"),
    "photonics": _("photonics"),
    "robotics": _("robotics"),
    "semiconductor": _("semiconductors"),
    "synthetic-biology": _("synthetic biology"),
}


def name_of(key: str) -> str:
    """The sector in the reader's language; a sector that an office added reads as its key.

    >>> name_of("quantum-sensing")
    'quantum sensing'
    """
    return str(NAMES.get(key, key.replace("-", " ")))
