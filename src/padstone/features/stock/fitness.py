"""Whether a package may be used: the one question that every path asks first.

Gathers what speaks against it: holds, of this feature, and what the clocks say of expiry and floor life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.clocks.domain.reasons import Reason
from padstone.features.clocks.queries import run_out, that_may_run_out
from padstone.features.stock.lookups import Gone, ever_held_or_out, gone, holds_at
from padstone.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from padstone.features.stock.models import Hold


def unfit(package_ids: Collection[int], at: datetime) -> dict[int, tuple[Reason, ...]]:
    """The packages that may not be used at that instant, and why, in whole sentences; the others are left
    out. Unfiltered, for commands and machines. A dozen statements, however many packages.

    A hold that nobody has disposed of counts whatever instant is asked for; one that is over, for its time.
    What was scrapped, sent back or poured into another package may not be used any more, where it turns up
    again; disposed of as held, not even after somebody counted it back in.
    """
    reasons: dict[int, tuple[Reason, ...]] = {
        pk: tuple(_reason(hold) for hold in holds) for pk, holds in holds_at(package_ids, at).items()
    }
    for pk, one in gone(package_ids).items():
        reasons[pk] = (*reasons.get(pk, ()), _gone(one))
    for pk, run in run_out(package_ids, at).items():
        reasons[pk] = (*reasons.get(pk, ()), *run)
    return reasons


def beyond_doubt(package_ids: Collection[int]) -> set[int]:
    """Those of these packages against whose use nothing on the books can speak, at whatever instant: never in
    quarantine, not out of store, and nothing to run out. Two cheap statements, where ``unfit`` takes a dozen.
    """
    ids = set(package_ids)
    return ids - that_may_run_out(ids) - ever_held_or_out(ids) if ids else ids


def _reason(hold: Hold) -> Reason:
    why = f": {hold.why}" if hold.why else ""
    return Reason(
        "quarantine", f"It is in quarantine since {hold.at:%Y-%m-%d} ({hold.reason.replace('_', ' ')}{why})."
    )


def _gone(one: Gone) -> Reason:
    how = {"returned": "sent back to its supplier", "joined": "poured into another package"}
    return Reason("gone", f"It was {how.get(one.how, one.how)} on {one.at:%Y-%m-%d}.")


def must_be_fit(package_id: int, identifier: str, at: datetime) -> None:
    """Raises Conflict for a package that may not be used."""
    must_all_be_fit({package_id: identifier}, at)


def must_all_be_fit(packages: Mapping[int, str], at: datetime) -> None:
    """Raises Conflict for the first of these packages, identifiers by id, that may not be used."""
    for pk, reasons in unfit(packages, at).items():
        raise Conflict(
            "package_unfit",
            "{package} may not be used. {reasons}",
            field="package",
            way_out="Take another package; what is in quarantine somebody of quality disposes of.",
            package=packages[pk],
            reasons=" ".join(one.text for one in reasons),
        )
