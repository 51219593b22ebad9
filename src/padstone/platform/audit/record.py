"""Write an audit line inside the command that it speaks of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from padstone.kernel import clock
from padstone.kernel.seal import FIRST, seal
from padstone.platform.audit.models import AuditLine

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


def record(actor: Actor, verb: str, subject: str, **details: Any) -> None:
    """Append what ``actor`` did to ``subject``. ``details`` must be plain JSON values and hold no secrets."""
    previous = AuditLine.objects.order_by("-id").values_list("seal", flat=True).first()
    at = clock.now()
    parts = (
        at.isoformat(),
        actor.kind,
        actor.name,
        verb,
        subject,
        json.dumps(details, sort_keys=True, separators=(",", ":")),
    )
    AuditLine.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor=actor.name,
        verb=verb,
        subject=subject,
        details=details,
        seal=seal(bytes(previous) if previous else FIRST, (part.encode() for part in parts)),
    )
