"""What hands did: parts placed without a feeder, and parts taken off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.genealogy.models import (
    Certainty,
    Replacement,
)
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """A designator of a unit came to hold a package, or nothing (``removed``), outside any feeder."""

    unit_id: int
    designator: str
    at: datetime
    removed: bool
    packages: tuple[int, ...]
    reason: str = ""


@command("report_placements")
def record_changes(
    actor: Actor, *, work_transaction_id: int, changes: Sequence[Change], journal_no: int
) -> None:
    """Put on the books what hands did: parts placed without a feeder, and parts taken off.

    What this transaction reported before, in the same words, is left out.
    """
    units = {change.unit_id for change in changes}
    rows = Replacement.objects.filter(work_transaction_id=work_transaction_id, unit_id__in=units)
    known = set(rows.values_list("unit_id", "designator", "at", "removed", "package_id", "reason"))
    Replacement.objects.bulk_create(
        Replacement(
            unit_id=change.unit_id,
            designator=change.designator,
            at=change.at,
            removed=change.removed,
            package_id=package,
            work_transaction_id=work_transaction_id,
            reason=change.reason,
            certainty=Certainty.POSSIBLE if len(change.packages) > 1 else Certainty.CERTAIN,
            journal_no=journal_no,
        )
        for change in changes
        for package in (change.packages or (None,))
        if (change.unit_id, change.designator, change.at, change.removed, package, change.reason) not in known
    )
