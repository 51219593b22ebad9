"""The audit trail, for those who may read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from padstone.platform.audit.models import AuditLine, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from padstone.kernel.actor import Actor

VIEW = "view_audit"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One decision: who (``kind``, ``who``, ``account``), from where (``via``), what, to what, when and why.

    ``before`` and ``after`` name what a change changed, ``details`` what else there is to say. ``corrects``
    is the number of an earlier line that this one puts right. ``seal`` is the line's link of the chain, in
    hexadecimal.
    """

    number: int
    at: datetime
    kind: str
    who: str
    account: str
    via: str
    verb: str
    subject: str
    why: str
    before: dict[str, Any]
    after: dict[str, Any]
    details: dict[str, Any]
    corrects: int | None
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines: all that is given must hold. ``subject`` is the beginning of it; ``until`` is not
    included.
    """

    who: str = ""
    verb: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVerification:
    """What the last run of ``padstone audit verify`` found; intact where there are no findings."""

    at: datetime
    who: str
    deep: bool
    intact: bool
    findings: tuple[str, ...]


def lines(actor: Actor, wanted: Wanted, *, before: int | None = None, limit: int = 100) -> tuple[Line, ...]:
    """The newest lines, newest first. ``before`` is the number of the last line of the page before."""
    actor.must(VIEW)
    return tuple(map(_line, _rows(wanted, before)[:limit]))


def all_lines(actor: Actor, wanted: Wanted) -> Iterator[Line]:
    """All lines, newest first, read little at a time while they are asked for."""
    actor.must(VIEW)
    return _all_lines(wanted)


def _all_lines(wanted: Wanted) -> Iterator[Line]:
    before: int | None = None
    while rows := list(_rows(wanted, before)[:_AT_ONCE]):
        yield from map(_line, rows)
        before = rows[-1].pk


def verbs(actor: Actor) -> tuple[str, ...]:
    """What has been done at all, to choose from."""
    actor.must(VIEW)
    found = []
    verb: str | None = ""
    while verb is not None:  # from one to the next by the index, however many lines each has
        verb = AuditLine.objects.filter(verb__gt=verb).order_by("verb").values_list("verb", flat=True).first()
        found += [verb] if verb is not None else []
    return tuple(found)


def last_verification(actor: Actor) -> LastVerification | None:
    actor.must(VIEW)
    row = Verification.objects.order_by("-pk").first()
    if row is None:
        return None
    return LastVerification(
        at=row.at, who=row.actor, deep=row.deep, intact=row.intact, findings=tuple(row.findings)
    )


def _rows(wanted: Wanted, before: int | None) -> Any:
    asked = Q() if before is None else Q(pk__lt=before)
    for name, value in (
        ("actor", wanted.who),
        ("verb", wanted.verb),
        ("subject__startswith", wanted.subject),
        ("at__gte", wanted.since),
        ("at__lt", wanted.until),
    ):
        if value:
            asked &= Q(**{name: value})
    return AuditLine.objects.filter(asked).order_by("-pk")


def _line(row: AuditLine) -> Line:
    return Line(
        number=row.pk,
        at=row.at,
        kind=row.actor_kind,
        who=row.actor,
        account=row.account,
        via=row.via,
        verb=row.verb,
        subject=row.subject,
        why=row.why,
        before=_read(row.before),
        after=_read(row.after),
        details=_read(row.details),
        corrects=row.corrects,
        seal=bytes(row.seal).hex(),
    )


def _read(text: str) -> dict[str, Any]:
    """What a line's JSON says. One that was tampered with must not break the page on which people look."""
    if not text:
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        return {"unreadable": text}
    return told if isinstance(told, dict) else {"unreadable": text}
