"""What every page's frame is given: who reads, what they may open, whether the sample is loaded."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Variables of the base page."""
    return {}
