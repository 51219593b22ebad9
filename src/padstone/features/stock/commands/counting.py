"""Somebody counts a package: what he counts is true from then on, and the difference is booked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.lookups import mountings
from padstone.features.stock.commands.at_work import must_may_go
from padstone.features.stock.commands.ledger import (
    End,
    InHand,
    Whereabouts,
    act_of,
    key_taken,
    must_location,
    quantity_of,
    take_in_hand,
)
from padstone.features.stock.domain.tolerance import TOLERANCE
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import positions
from padstone.features.stock.models import Count
from padstone.kernel.errors import Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage
    from padstone.kernel.actor import Actor


@command("move_stock")
def count(
    actor: Actor,
    *,
    package: str,
    quantity: Decimal,
    to: str = "",
    accepted: bool = False,
    seen: int | None = None,
    why: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Whereabouts:
    """There are so many pieces in the package. ``to`` is where it is, if not where the ledger has it.

    Pieces of which no machine could tell on which side of a splice they were are settled by it. Of what is
    short beyond these, as much as mountings may cost is counted away, and the rest is missing; ``accepted``
    counts all of it away, and needs the right to write off and a reason. What is over takes from the missing.
    None left: the package is nowhere any more. Raises Conflict where it changed since it was ``seen``, or may
    not be used and came to a line.
    """
    if accepted:
        actor.must("write_off_stock")
        if not why.strip():
            raise Invalid(
                "why_missing", "Say why so many pieces fewer are accepted.", field="why", way_out="Say why."
            )
    act = act_of(actor, at=at, why=why, key=key)
    counted = quantity_of(quantity, zero=True)
    place = must_location(to) if to else None
    known = Count.objects.filter(key=act.key).select_related("package").first() if act.key else None
    if known is not None and known.package.identifier != package:
        raise key_taken(key)
    one = take_in_hand(act, package, seen, enter_at=place)
    if known is not None or (act.key and Count.objects.filter(key=act.key).exists()):
        return one.unchanged()
    kept_key, act.key = act.key, None
    if place is not None and one.position.location_id != place.pk:
        must_may_go({one.package.pk: (package, place)}, act.now)
        if one.position.location_id is not None:
            one.post(MovementKind.MOVED, End(Account.STORED, place.pk), one.position.quantity)
        one.put(place.pk)
    expected, doubtful = one.position.quantity, one.doubtful
    _note(one, counted, kept_key)
    _settle(one, counted, accepted=accepted)
    if not counted:
        one.put(None)
    one.keep(MovementKind.COUNTED)
    record(
        actor,
        "count_package",
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"location": to or one.before["location"], "quantity": counted},
        expected=expected,
        doubtful=doubtful,
    )
    return one.whereabouts()


@command("report_loading")
def note_retired(actor: Actor, *, package: MaterialPackage, why: str, at: datetime) -> None:
    """A machine told that a package is gone: empty, thrown away or sent off. What the ledger still has of it
    is booked as after a count of none: as much as mountings cost is counted away, the rest is missing, and a
    finding. Where somebody has seen to the package since, nothing changes.
    """
    known = positions([package.pk]).get(package.pk)
    if known is None or known.location_id is None or known.since > at:
        return
    act = act_of(actor, at=at, why=why)
    one = take_in_hand(act, package.identifier)
    _note(one, Decimal(0), None)
    _settle(one, Decimal(0), accepted=False)
    one.put(None)
    one.keep(MovementKind.COUNTED)
    record(actor, "retire_package", f"package:{package.identifier}", why=act.why, before=one.before)


def _note(one: InHand, counted: Decimal, key: str | None) -> None:
    """Write down what was counted, and what the ledger had."""
    Count.objects.create(
        package_id=one.package.pk,
        counted=counted,
        least=one.position.quantity - one.doubtful,
        most=one.position.quantity,
        doubtful=one.doubtful,
        as_of=one.position.as_of,
        at=one.act.at,
        recorded_at=one.act.now,
        by=one.act.actor.name[:200],
        why=one.act.why,
        key=key,
    )


def _settle(one: InHand, counted: Decimal, *, accepted: bool) -> None:
    """Book what is between the ledger and the count."""
    short = one.position.quantity - counted
    doubtful = min(max(short, Decimal(0)), Decimal(one.doubtful))
    one.post(MovementKind.SETTLED, End(Account.PLACED), doubtful)
    one.position.settled += one.doubtful
    one.doubtful = 0
    short -= doubtful
    loads = len(mountings([one.package.pk]).get(one.package.pk, ())) if short else 0
    if accepted or abs(short) <= TOLERANCE.of(loads):
        one.post(MovementKind.COUNTED, End(Account.COUNTED_AWAY), short)
        return
    allowed = TOLERANCE.of(loads) if short > 0 else Decimal(0)
    one.post(MovementKind.COUNTED, End(Account.COUNTED_AWAY), allowed)
    one.post(MovementKind.COUNTED, End(Account.MISSING), short - allowed)
