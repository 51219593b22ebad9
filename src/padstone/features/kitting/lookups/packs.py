"""The packages that hold what is wanted, wherever they are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.clocks.queries import to_be_used_by
from padstone.features.kitting.domain.picking import Pack
from padstone.features.kitting.lookups.kits import picked_now
from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.lookups import last_loads, packages
from padstone.features.materials.queries import loaded_now
from padstone.features.parts.lookups import part_ids
from padstone.features.stock.fitness import unfit
from padstone.features.stock.lookups import left_of, positions, stored, used
from padstone.kernel import clock
from padstone.platform.journal.known import newest_journal_no

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from padstone.features.materials.models import LoadEvent
    from padstone.features.stock.models import Position
    from padstone.kernel.actor import Actor


def packs_of(actor: Actor, numbers: Collection[str], lines: Iterable[str] = ()) -> tuple[Pack, ...]:
    """All packages of these parts that are in store and not empty, and those that nobody has booked in and
    machines of these lines have loaded. As many statements however many packages, but for some for each few
    hundred.
    """
    known = {row.package_id: row for row in stored(part_ids(numbers).values())}
    found = _in_store(known) + _on_feeders(actor, set(numbers), lines)
    ids = {one.id for one in found}
    now = clock.now()
    against, ends = unfit(ids, now), to_be_used_by(ids, now)
    return tuple(
        replace(
            one,
            unfit=tuple(reason.text for reason in against.get(one.id, ())),
            use_by=_day(ends.get(one.id)),
        )
        for one in found
    )


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _in_store(known: dict[int, Position]) -> list[Pack]:
    told = used(known, newest_journal_no())
    loads, picked = last_loads(known), picked_now(known)
    found = []
    for pk, row in known.items():
        load = loads.get(pk)
        pieces = left_of(row, told[pk]).least
        if pieces > 0 and row.location is not None:
            found.append(_pack(row, pieces, load, in_kit=picked.get(pk) == row.reserved_for_id))
    return found


def _pack(row: Position, pieces: Decimal, load: LoadEvent | None, *, in_kit: bool) -> Pack:
    package, location, order = row.package, row.location, row.reserved_for
    at_machine = load if load is not None and load.at > row.since else None
    return Pack(
        id=package.pk,
        package=package.identifier,
        part=package.part.number,
        location=location.code if location else "",
        walk=location.walk if location else "",
        pieces=pieces,
        unit=package.quantity_unit,
        owner=row.owner,
        reserved_for=order.number if order else "",
        received_at=package.received_at,
        at_station=at_machine.station.name if at_machine else "",
        empty=at_machine is not None and at_machine.kind == LoadEventKind.DEPLETED,
        in_kit=in_kit and order is not None,
        version=row.version,
    )


def _on_feeders(actor: Actor, numbers: set[str], lines: Iterable[str]) -> list[Pack]:
    """What machines of these lines have loaded of these parts and nobody has booked in."""
    loaded = {
        one.package: one for line in lines for one in loaded_now(actor, line=line) if one.part in numbers
    }
    rows = packages(loaded)
    booked = positions([row.pk for row in rows.values()])
    fresh = {row.pk: row for row in rows.values() if row.pk not in booked}
    told = used(fresh, newest_journal_no())
    found = []
    for pk, row in fresh.items():
        one = loaded[row.identifier]
        pieces = (row.initial_quantity or Decimal(0)) - told[pk].placed - told[pk].spoiled - told[pk].doubtful
        if pieces > 0:
            found.append(
                Pack(
                    id=pk,
                    package=row.identifier,
                    part=one.part,
                    location="",
                    walk="",
                    pieces=pieces,
                    unit=row.quantity_unit,
                    received_at=row.received_at,
                    at_station=one.station,
                )
            )
    return found
