"""Sign-in with a local account; sample accounts only where they are switched on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class LocalAccounts(ModelBackend):
    """Django's accounts, less the sample's wherever the office's own records are served."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and no sample account unless the setting allows them."""
        if getattr(user, "is_sample", False) and not settings.SAMPLE_ACCOUNTS:
            return False
        return bool(super().user_can_authenticate(user))
