"""Reading at level 2 and above is noted in the trail, once a day, for whoever has no part in the record."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from technopole.parties.models import AuditEntry, audit
from technopole.records import clock
from technopole.records.levels import Level, Shown

ACTION = "records.read"


def note_reading(user: Any, shown: Shown) -> None:
    """Append the reading to the trail, so that the owner can see who looked."""
    record = shown.record
    confidential = record.level >= Level.NDA or any(
        Level.NDA <= level <= shown.access and getattr(record, name)
        for name, level in record.FIELD_LEVELS.items()
    )
    if not confidential or shown.access < Level.NDA or record.is_own(user):
        return
    midnight = datetime.combine(clock.today(), time(), tzinfo=clock.office_zone())
    subject = f"{record._meta.label_lower}:{record.pk}"
    noted = AuditEntry.objects.filter(subject=subject, actor=user.username, action=ACTION, at__gte=midnight)
    if not noted.exists():
        audit(user, ACTION, record, access=shown.access)
