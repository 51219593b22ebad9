"""Write an audit line inside the command that it speaks of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from padstone.kernel import clock
from padstone.platform.audit.chain import add_link
from padstone.platform.audit.models import AuditLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from padstone.kernel.actor import Actor

CHAIN = "audit"


def record(
    actor: Actor,
    verb: str,
    subject: str,
    *,
    why: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    corrects: int | None = None,
    **details: Any,
) -> int:
    """Append what ``actor`` did to ``subject``; answers the number of the line.

    For a change, ``before`` and ``after`` name what it changed and nothing else; ``why`` is the reason that
    the person gave; ``corrects`` the number of an earlier line that this one puts right. Values are plain
    (texts, numbers, instants, lists and mappings of such) and hold no secrets. 21 CFR 11.10(e).
    """
    line = add_link(
        CHAIN,
        AuditLine(
            at=clock.now(),
            actor_kind=str(actor.kind),
            actor=storable(actor.name),
            account=actor.account,
            via=storable(actor.via),
            verb=verb,
            subject=storable(subject),
            why=storable(why),
            before=canonical_json(before),
            after=canonical_json(after),
            details=canonical_json(details),
            corrects=corrects,
        ),
    )
    return line.pk


def canonical_json(value: Mapping[str, Any] | None) -> str:
    """One text for one value: sorted keys, no blanks, ASCII alone. "" for nothing."""
    if not value:
        return ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Decimal():
            return f"{value:f}"
        case UUID():
            return str(value)
        case set() | frozenset():
            return sorted(value)
    message = f"{type(value).__name__} is no plain value"
    raise TypeError(message)


def storable(text: str) -> str:
    """As every database takes it: without NUL, and without halves of characters."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
