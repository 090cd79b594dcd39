"""The dated, sourced rule packs of onboarding, read once from its `packs` folder."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

DISCLOSURE = "disclosure-2026"
HARVEST = "harvest-2026"


@cache
def pack(name: str) -> dict[str, Any]:
    """One pack as its file tells it; read-only by convention.

    Raises
    ------
    FileNotFoundError
        There is no such pack.
    """
    source = resources.files("technopole.onboarding") / "packs" / f"{name}.yaml"
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))
