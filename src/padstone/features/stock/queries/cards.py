"""A package in store, a location, and the tree of locations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count as Number
from django.db.models import F

from padstone.features.materials.lookups import last_loads, packages
from padstone.features.parts.lookups import part_by_number
from padstone.features.stock.fitness import unfit
from padstone.features.stock.lookups import left_of, open_holds, positions, used
from padstone.features.stock.models import (
    Condition,
    Count,
    Hold,
    Movement,
    PackageCode,
    Position,
    Reservation,
    StorageLocation,
)
from padstone.features.stock.queries.search import StockLine, lines_in_order
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterator

    from padstone.features.materials.models import LoadEvent, MaterialPackage
    from padstone.kernel.actor import Actor

LINES = 100
_GONE_FROM_FEEDER = frozenset({"unloaded", "depleted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """Something that was done to a package in store. ``kind`` is that of its movement, or counted, held,
    released, reserved, unreserved. ``source`` and ``to`` are locations, or the words of accounts.
    """

    at: datetime
    kind: str
    source: str
    to: str
    quantity: Decimal | None
    other_package: str
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    reason: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMachine:
    """The last that a machine told of a package, if that was after it was brought to where it is."""

    kind: str
    station: str
    location: str
    feeder: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageStock:
    """A package as the store knows it. ``location`` is where the ledger has it, "" for nowhere; ``path`` the
    places around it, from the outermost. ``most`` pieces are left, ``least`` if all doubtful ones around a
    splice were its own. ``version`` is what a command is told as ``seen``. ``unfit``: why it may not be used.
    """

    package: str
    in_store: bool
    location: str
    path: tuple[str, ...]
    most: Decimal
    least: Decimal
    unit: str
    owner: str
    reserved_for: str
    version: int
    since: datetime | None
    at_machine: AtMachine | None
    holds: tuple[HoldLine, ...]
    unfit: tuple[str, ...]
    codes: tuple[str, ...]
    history: tuple[HistoryLine, ...]


def package_stock(actor: Actor, identifier: str) -> PackageStock:
    """Where a package is, what is left of it, and what became of it in store. Raises NotFound for one that
    nobody has told of.
    """
    must_see(actor)
    row = packages([identifier]).get(identifier)
    if row is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="identifier",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    position = positions([row.pk]).get(row.pk)
    now = clock.now()
    left = _left(row, position)
    return PackageStock(
        package=identifier,
        in_store=position is not None,
        location=position.location.code if position is not None and position.location else "",
        path=_path(position.location if position is not None else None),
        most=left[0],
        least=left[1],
        unit=row.quantity_unit,
        owner=position.owner if position is not None else "",
        reserved_for=position.reserved_for.number if position is not None and position.reserved_for else "",
        version=position.version if position is not None else 0,
        since=position.since if position is not None else None,
        at_machine=_at_machine(row, position),
        holds=tuple(
            HoldLine(reason=one.reason, why=one.why, by=one.by, at=one.at)
            for one in open_holds([row.pk]).get(row.pk, ())
        ),
        unfit=tuple(one.text for one in unfit([row.pk], now).get(row.pk, ())),
        codes=tuple(PackageCode.objects.filter(package=row.pk).order_by("pk").values_list("code", flat=True)),
        history=tuple(sorted(_history(row.pk), key=lambda line: line.at)),
    )


def _left(row: MaterialPackage, position: Position | None) -> tuple[Decimal, Decimal]:
    """What is left; of one that is on no ledger, by its label and what was placed of it."""
    told = used([row.pk], newest_journal_no())[row.pk]
    if position is not None:
        hand = left_of(position, told)
        return hand.most, hand.least
    most = (row.initial_quantity or Decimal(0)) - told.placed - told.spoiled
    return most, most - told.doubtful


def _path(location: StorageLocation | None) -> tuple[str, ...]:
    names: list[str] = []
    here = location.parent if location is not None else None
    while here is not None:
        names.append(here.code)
        here = here.parent
    return tuple(reversed(names))


def _at_machine(row: MaterialPackage, position: Position | None) -> AtMachine | None:
    load: LoadEvent | None = last_loads([row.pk]).get(row.pk)
    if load is None or (position is not None and position.since > load.at):
        return None
    return AtMachine(
        kind=load.kind,
        station=load.station.name,
        location=str(load.location) if load.location else "",
        feeder=load.feeder,
        at=load.at,
    )


def _history(package_id: int) -> Iterator[HistoryLine]:
    related = ("from_location", "to_location", "package", "to_package")
    for into, rows in (
        (False, Movement.objects.filter(package=package_id)),
        (True, Movement.objects.filter(to_package=package_id)),
    ):
        for row in rows.select_related(*related).order_by("pk"):
            other = row.package if into else row.to_package
            yield HistoryLine(
                at=row.recorded_at,
                kind=row.kind,
                source=row.from_location.code if row.from_location else row.from_account,
                to=row.to_location.code if row.to_location else row.to_account,
                quantity=row.quantity,
                other_package=other.identifier if other is not None else "",
                by=row.by,
                why=row.why,
            )
    for count in Count.objects.filter(package=package_id).order_by("pk"):
        yield _line(count.recorded_at, "counted", count.by, count.why, count.counted)
    for hold in Hold.objects.filter(package=package_id).select_related("end").order_by("pk"):
        yield _line(hold.at, "held", hold.by, ": ".join(filter(None, (hold.reason, hold.why))))
        if hasattr(hold, "end"):
            yield _line(hold.end.at, hold.end.how, hold.end.by, hold.end.why)
    for one in Reservation.objects.filter(package=package_id).select_related("order").order_by("pk"):
        why = ": ".join(filter(None, (one.order.number, one.why)))
        yield _line(one.at, "unreserved" if one.ends else "reserved", one.by, why)


def _line(at: datetime, kind: str, by: str, why: str, quantity: Decimal | None = None) -> HistoryLine:
    return HistoryLine(
        at=at, kind=kind, source="", to="", quantity=quantity, other_package="", by=by, why=why
    )


# --- locations ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationLine:
    """A place, and how many packages are right there; ``depth`` is how many places lie around it."""

    code: str
    name: str
    kind: str
    parent: str
    depth: int
    restricted: bool
    packages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionLine:
    at: datetime
    celsius: Decimal | None
    humidity_percent: Decimal | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLine:
    """Who took which package from a place, and where to."""

    at: datetime
    package: str
    quantity: Decimal
    to: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationCard:
    """A place: what lies around and below it, what is there, its air, and who took what, newest first.
    ``next`` asks for the packages behind these.
    """

    code: str
    name: str
    kind: str
    restricted: bool
    path: tuple[str, ...]
    below: tuple[LocationLine, ...]
    count: int
    packages: tuple[StockLine, ...]
    next: int | None
    conditions: tuple[ConditionLine, ...]
    taken: tuple[TakenLine, ...]


def locations(actor: Actor) -> tuple[LocationLine, ...]:
    """All places that are open, in the order in which one walks past them."""
    must_see(actor)
    rows = StorageLocation.objects.filter(closed_at=None).select_related("parent")
    counted = rows.annotate(held=Number("positions")).order_by("walk")
    return tuple(_location_line(row, row.held) for row in counted)


def _location_line(row: StorageLocation, held: int) -> LocationLine:
    return LocationLine(
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent=row.parent.code if row.parent else "",
        depth=row.walk.count("/"),
        restricted=row.restricted,
        packages=held,
    )


def location_card(actor: Actor, code: str, *, after: int = 0, limit: int = LINES) -> LocationCard:
    """Raises NotFound for a code that is no location's."""
    must_see(actor)
    row = StorageLocation.objects.select_related("parent").filter(code=code).first()
    if row is None:
        raise NotFound(
            "location_unknown",
            "There is no storage location {location}.",
            field="code",
            way_out="See the page of locations for their codes.",
            location=code,
        )
    there = Position.objects.filter(location=row).order_by("package__identifier")
    ids = list(there.values_list("package_id", flat=True)[after : after + limit + 1])
    below = row.children.filter(closed_at=None).select_related("parent")
    taken = Movement.objects.filter(from_location=row).exclude(to_location=row).exclude(kind="used")
    return LocationCard(
        code=row.code,
        name=row.name,
        kind=row.kind,
        restricted=row.restricted,
        path=_path(row),
        below=tuple(
            _location_line(one, one.held) for one in below.annotate(held=Number("positions")).order_by("walk")
        ),
        count=there.count(),
        packages=lines_in_order(ids[:limit]),
        next=after + limit if len(ids) > limit else None,
        conditions=tuple(
            ConditionLine(at=one.at, celsius=one.celsius, humidity_percent=one.humidity_percent, by=one.by)
            for one in Condition.objects.filter(location=row).order_by("-at", "-pk")[:LINES]
        ),
        taken=tuple(
            TakenLine(
                at=one.recorded_at,
                package=one.package.identifier,
                quantity=one.quantity,
                to=one.to_location.code if one.to_location else one.to_account,
                by=one.by,
            )
            for one in taken.select_related("package", "to_location").order_by("-pk")[:LINES]
        ),
    )


# --- what there is of a part --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """A package of a part in store, and whether it may be taken: no reason against it, and of no other order
    than it is ``reserved_for``. ``walk`` sorts places as one walks past them.
    """

    id: int
    package: str
    location: str
    walk: str
    most: Decimal
    least: Decimal
    unit: str
    owner: str
    reserved_for: str
    version: int
    unfit: tuple[str, ...]


def available(actor: Actor, part: str) -> tuple[Available, ...]:
    """Every package of a part that is somewhere in store and not empty, in the order of the walk. Its time
    goes with these packages.
    """
    must_see(actor)
    row = part_by_number(part)
    if row is None:
        return ()
    there = Position.objects.filter(package__part=row.pk, location__isnull=False)
    rows = there.select_related("package", "location", "reserved_for").order_by(F("location__walk"), "pk")
    known = {one.package_id: one for one in rows}
    told = used(known, newest_journal_no())
    reasons = unfit(known, clock.now())
    found = []
    for pk, one in known.items():
        hand = left_of(one, told[pk])
        if hand.most > 0 and one.location is not None:
            found.append(
                Available(
                    id=pk,
                    package=one.package.identifier,
                    location=one.location.code,
                    walk=one.location.walk,
                    most=hand.most,
                    least=hand.least,
                    unit=one.package.quantity_unit,
                    owner=one.owner,
                    reserved_for=one.reserved_for.number if one.reserved_for else "",
                    version=one.version,
                    unfit=tuple(reason.text for reason in reasons.get(pk, ())),
                )
            )
    return tuple(found)
