"""What people decide about the record itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from padstone.kernel import clock
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.append_only import stand_guards
from padstone.platform.audit.models import AuditLine, Verification
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.kernel.actor import Actor

KEPT = 100
"""Findings of one verification that are shown again later."""


@command("verify_evidence")
def note_verification(actor: Actor, *, deep: bool, findings: Sequence[str]) -> None:
    """Keep what a verification found, so that the page can say so. No findings: all is intact."""
    Verification.objects.create(
        at=clock.now(), actor=actor.name, deep=deep, intact=not findings, findings=list(findings[:KEPT])
    )


@command("restore_guards")
def restore_guards(actor: Actor) -> list[str]:
    """Put back the triggers that keep evidence from being changed, and say in the record which were missing.
    Answers their names.
    """
    missing = stand_guards(connection)
    if missing:
        record(actor, "restore_guards", "evidence", missing=missing)
    return missing


@command("correct_record")
def correct_line(actor: Actor, *, line: int, why: str) -> int:
    """Say what is wrong with an audit line. The line stays as it is: the correction is a new line that names
    it. Raises NotFound, and Invalid without a reason. Answers the number of the new line.
    """
    if not why.strip():
        raise Invalid("reason_missing", "A correction needs its reason.", field="why")
    wrong = AuditLine.objects.filter(pk=line).first()
    if wrong is None:
        raise NotFound("unknown_audit_line", "There is no audit line {number}.", field="line", number=line)
    return record(actor, "correct_record", wrong.subject, why=why, corrects=line)
