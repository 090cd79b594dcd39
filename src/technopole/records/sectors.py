"""The sectors by which results, needs and sites are sorted, with their names in both languages."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language

from technopole.wording import named

KEYS = (
    "agri-food",
    "ai-software",
    "biologics",
    "cell-therapy",
    "diagnostics",
    "energy",
    "environment",
    "hydrogen",
    "marine",
    "materials",
    "medical-device",
    "mems",
    "multi",
    "photonics",
    "robotics",
    "semiconductor",
    "synthetic-biology",
)


def name_of(key: str) -> str:
    """The sector in the reader's language; a sector that an office added reads as its key.

    >>> name_of("quantum-sensing")
    'quantum sensing'
    """
    return named(key, get_language() or "en") if key in KEYS else key.replace("-", " ")


NAMES = {key: lazy(name_of, str)(key) for key in KEYS}
