"""Unfiltered reads for commands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, Subquery

from padstone.features.production.domain import LONGEST_PANEL, PRESENCE_LASTS
from padstone.features.production.models import (
    OperatorEvent,
    Panel,
    Unit,
    UnitEvent,
    UnitStatus,
    WorkEvent,
    WorkOrder,
    WorkTransaction,
)
from padstone.features.production.places import (
    LANES_OF_WORK,
    NAMES_OF_UNITS,
    ORDER_OF_PANEL,
    PANELS_WITH_ORDER,
    PLACES_OF_UNITS,
    UNITS_OF_PANELS,
)
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import NotYetKnown
from padstone.platform.journal.known import known_by
from padstone.platform.pinned import in_parts
from padstone.platform.prepared import EVERYTHING, prepared
from padstone.platform.together import alone, asking_in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from django.db.models import QuerySet

    from padstone.platform.together import Asks

    Rows = QuerySet[Any, tuple[Any, ...]]

_AT_ONCE = 500
K = TypeVar("K", int, str, UUID)


def work_transaction(uuid: UUID) -> WorkTransaction | None:
    return WorkTransaction.objects.select_related("panel").filter(uuid=uuid).first()


def in_steps(keys: Iterable[K]) -> Iterator[list[K]]:
    """As many as one statement names, in order."""
    ordered = sorted(keys)
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


def units(identifiers: Collection[str]) -> dict[str, Unit]:
    """The known ones of these units, with their panels."""
    rows = Unit.objects.select_related("panel").filter(identifier__in=identifiers) if identifiers else ()
    return {row.identifier: row for row in rows}


def unit_with_panel(identifier: str) -> Unit | None:
    """A unit by its identifier, with its panel."""
    found = alone(asking_unit(identifier))
    return None if found is None else found.unit


class UnitAtHand(NamedTuple):
    """A unit with its panel, and where it is and was."""

    unit: Unit
    places: UnitPlaces


def asking_unit(identifier: str) -> Asks[UnitAtHand | None]:
    (rows,) = yield [_unit_and_panel.asked(identifier=identifier)]
    if not rows:
        return None
    *row, alone_id = rows[0]
    names = [field.attname for field in Unit._meta.concrete_fields]
    unit = Unit.from_db(connection.alias, names, row[: len(names)])
    of_panel = [field.attname for field in Panel._meta.concrete_fields]
    unit.panel = Panel.from_db(connection.alias, of_panel, row[len(names) :])
    return UnitAtHand(unit, UnitPlaces(unit.pk, unit.panel_id, unit.position, alone_id))


@prepared(identifier=str)
def _unit_and_panel(identifier: str) -> Rows:
    of_unit = [field.attname for field in Unit._meta.concrete_fields]
    of_panel = [f"panel__{field.attname}" for field in Panel._meta.concrete_fields]
    alone = Panel.objects.filter(identifier=OuterRef("identifier")).exclude(pk=OuterRef("panel_id"))
    rows = Unit.objects.filter(identifier=identifier).annotate(alone=Subquery(alone.values("pk")[:1]))
    return rows.values_list(*of_unit, *of_panel, "alone")


def at_hand(units: Collection[Unit]) -> list[UnitAtHand]:
    """These units, which have their panels."""
    places = {one.unit_id: one for one in places_of_units([unit.pk for unit in units])}
    return [UnitAtHand(unit, places[unit.pk]) for unit in units]


def order_numbered(number: str) -> WorkOrder | None:
    return WorkOrder.objects.filter(number=number).first()


class ToBuild(NamedTuple):
    """A work order that is not over. ``begun`` units of it are on the books."""

    order: WorkOrder
    begun: int


def orders_to_build(worked_since: datetime, also: Collection[int], most: int) -> list[ToBuild]:
    """Orders of a known revision and quantity of which fewer units have begun than they are for, and those of
    ``also``, by the day on which they are due, those without one last. One that has begun and on which
    nobody has worked since ``worked_since`` is taken to be over.
    """
    panels = Panel.objects.filter(work_order=OuterRef("pk")).order_by("-pk")
    work = WorkTransaction.objects.filter(panel=OuterRef("newest")).order_by("-started_at")
    rows = (
        WorkOrder.objects.exclude(revision=None)
        .exclude(quantity=None)
        .annotate(newest=Subquery(panels.values("pk")[:1]))
        .annotate(last_at=Subquery(work.values("started_at")[:1]))
        .filter(Q(newest=None) | Q(last_at__gte=worked_since) | Q(pk__in=also))
        .select_related("revision__product")
        .order_by(F("due_on").asc(nulls_last=True), "opened_at", "pk")
    )
    begun: dict[int, int] = {}
    kept = list(rows[: most * 2])
    for some in in_steps(row.pk for row in kept):
        units = Unit.objects.filter(panel__work_order__in=some).order_by().values_list("panel__work_order")
        begun |= {pk: count for pk, count in units.annotate(Count("pk")) if pk is not None}
    found = [ToBuild(row, begun.get(row.pk, 0)) for row in kept]
    return [one for one in found if one.begun < (one.order.quantity or 0) or one.order.pk in also][:most]


def panel(identifier: str) -> Panel | None:
    return Panel.objects.filter(identifier=identifier).first()


def panels(identifiers: Collection[str]) -> dict[str, int]:
    """The ids of those of these panels that are known, by their identifiers."""
    return dict(Panel.objects.filter(identifier__in=identifiers).values_list("identifier", "pk"))


def times_through(panel_id: int, kind: str) -> int:
    """How often a panel has been through stations of a kind, to the end."""
    rows = WorkTransaction.objects.filter(panel_id=panel_id, station__kind=kind)
    return rows.exclude(completed_at=None).count()


def units_of_panel(panel_id: int) -> dict[int, Unit]:
    """A panel's units by position."""
    return {unit.position: unit for unit in Unit.objects.filter(panel_id=panel_id).order_by("position")}


def unknown_transaction(uuid: UUID) -> NotYetKnown:
    return NotYetKnown(
        f"transaction:{uuid}",
        "unknown_transaction",
        "Nobody has reported the start of transaction {uuid} yet.",
        way_out="It will be taken up when WorkStarted arrives.",
        uuid=str(uuid),
    )


def must_unit(identifier: str, position: int | None, uuid: UUID | None) -> Unit:
    """The unit that a machine names: within its transaction, by panel and position, or by serial.

    Raises NotYetKnown where nobody has told of it yet.
    """
    row = work_transaction(uuid) if uuid else None
    if uuid is not None and row is None and not identifier:
        raise unknown_transaction(uuid)
    named = row.panel if row is not None and identifier in {"", row.panel.identifier} else panel(identifier)
    if named is not None:
        unit = _at_position(named, position)
        if unit is not None:
            return unit
    by_serial = units([identifier]).get(identifier)
    if by_serial is not None and _is_named(by_serial, identifier, position):
        return by_serial
    check_length(identifier, "UnitIdentifier", LONGEST_PANEL)
    raise NotYetKnown(
        f"unit:{identifier or (named.identifier if named else '')}",
        "unknown_unit",
        "Nobody has told of unit {unit} yet.",
        way_out="It will be taken up when a machine reports work on it; if none will, check the barcode.",
        unit=" position ".join(str(part) for part in (identifier or "(no identifier)", position) if part),
    )


def _is_named(unit: Unit, identifier: str, position: int | None) -> bool:
    """A serial says it all. A panel's name that is the name of its first unit, too, needs the position."""
    return unit.panel.identifier != identifier or position in {None, 0, unit.position}


def _at_position(on: Panel, position: int | None) -> Unit | None:
    """The unit there; without a position (.NET writes 0 for none) the only one there is."""
    there = units_of_panel(on.pk)
    if not position and len(there) == 1:
        return next(iter(there.values()))
    return there.get(position) if position is not None else None


class UnitName(NamedTuple):
    """What people read of a unit."""

    identifier: str
    panel: str
    position: int
    work_order: str


def unit_names(ids: Collection[int], as_of: int | None = None) -> dict[int, UnitName]:
    """The names of these units, by id, with the work orders as they were known at a journal number."""
    rows = [row for some in in_parts(sorted(ids)) for row in NAMES_OF_UNITS.rows(units=some)]
    ordered = {panel: order for _, _, panel, _, _, order in rows if order is not None}
    if ordered:
        numbers = _order_numbers(set(ordered.values()))
        ordered = {panel: numbers[ordered[panel]] for panel in _with_order(ordered.keys(), as_of)}
    return {
        pk: UnitName(identifier, of_panel, position, ordered.get(panel, ""))
        for pk, identifier, panel, of_panel, position, _ in rows
    }


def _order_numbers(ids: Collection[int]) -> dict[int, str]:
    """The numbers of these work orders, by id."""
    return {
        pk: number
        for some in in_steps(ids)
        for pk, number in WorkOrder.objects.filter(pk__in=some).values_list("pk", "number")
    }


def _with_order(panel_ids: AbstractSet[int], as_of: int | None) -> AbstractSet[int]:
    """The panels of these whose work order was known by then: a message about work on them had told it."""
    if as_of is None:
        return panel_ids
    found = {
        row[0]
        for some in in_parts(sorted(panel_ids))
        for row in PANELS_WITH_ORDER.rows(panels=some, as_of=as_of)
    }
    missing = panel_ids - found
    return found | _named_by_events(missing, as_of) if missing else found


def _named_by_events(panel_ids: AbstractSet[int], as_of: int) -> set[int]:
    """The panels of these whose work order a station had named for one of their units."""
    named = UnitEvent.objects.filter(
        known_by(as_of), unit__panel__in=panel_ids, work_order=F("unit__panel__work_order")
    )
    return set(named.values_list("unit__panel_id", flat=True))


def units_by_position(panel_ids: AbstractSet[int]) -> dict[tuple[int, int], int]:
    """Unit ids by panel id and position."""
    return alone(asking_units_by_position(panel_ids))


def asking_units_by_position(panel_ids: AbstractSet[int]) -> Asks[dict[tuple[int, int], int]]:
    """The same, asked together with other things."""
    rows = yield from asking_in_parts(UNITS_OF_PANELS, "panels", panel_ids)
    found = {(panel_id, position): pk for panel_id, position, pk in rows}
    left_behind = panel_ids - {panel_id for panel_id, _ in found}
    return {**found, **_brought_home(left_behind)} if left_behind else found


def _brought_home(panel_ids: AbstractSet[int]) -> dict[tuple[int, int], int]:
    """Boards that were first heard of alone, at the place that they had there: where they are now, their
    panel's name tells.
    """
    names = dict(Panel.objects.filter(pk__in=panel_ids).values_list("identifier", "pk"))
    rows = Unit.objects.filter(identifier__in=names).values_list("identifier", "pk")
    return {(names[identifier], 1): pk for identifier, pk in rows}


class UnitPlaces(NamedTuple):
    """Where a unit is, and the panel that it was by itself before anybody knew that one, at position 1."""

    unit_id: int
    panel_id: int
    position: int
    alone_id: int | None


def places_of_units(unit_ids: Collection[int]) -> list[UnitPlaces]:
    return [
        UnitPlaces(*row) for some in in_parts(sorted(unit_ids)) for row in PLACES_OF_UNITS.rows(units=some)
    ]


def lanes_of(work_transaction_ids: Collection[int]) -> dict[int, int | None]:
    """The lanes of the line on which work was done, as far as they were told."""
    return {
        pk: lane
        for some in in_parts(sorted(work_transaction_ids))
        for pk, lane in LANES_OF_WORK.rows(work=some)
    }


def panels_of_unit(unit: Unit) -> list[int]:
    """Ids of the unit's panel, and of the one it was by itself before anybody knew that panel."""
    alone = Panel.objects.filter(identifier=unit.identifier).exclude(pk=unit.panel_id)
    return [unit.panel_id, *alone.values_list("pk", flat=True)]


def units_of_same_orders(unit_ids: Collection[int], most: int) -> list[int]:
    """The newest units of the work orders that these units are built for."""
    orders = {
        order
        for some in in_steps(unit_ids)
        for order in Unit.objects.filter(pk__in=some, panel__work_order__isnull=False).values_list(
            "panel__work_order", flat=True
        )
    }
    rows = Unit.objects.filter(panel__work_order__in=orders).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:most])


def units_built(as_of: int) -> int:
    """How many units were on the books.

    That number never changes for a journal number that has been reached, so each process counts only what
    came since it counted last: a plant has millions.
    """
    if connection.in_atomic_block:  # what is counted may be undone
        return Unit.objects.filter(known_by(as_of)).count()
    before = _counted if _counted.holds(as_of) else _Counted()
    # Ids grow with journal numbers: whoever writes facts holds the journal.
    newer = Unit.objects.filter(pk__gt=before.newest[0] if before.newest else 0, journal_no__lte=as_of)
    newest = newer.order_by("-pk").values_list("pk", "identifier", "journal_no").first()
    count = before.count + newer.count()
    _counted.keep(_Counted(as_of, count, newest or before.newest))
    return count


@dataclass(slots=True)
class _Counted:
    """A count of units and how far it goes. ``newest`` is one of them: where it is not on the books as it
    was, these are other books.
    """

    as_of: int = -1
    count: int = 0
    newest: tuple[int, str, int] | None = None

    def holds(self, as_of: int) -> bool:
        if self.newest is None or self.as_of > as_of:
            return False
        pk, identifier, number = self.newest
        return Unit.objects.filter(pk=pk, identifier=identifier, journal_no=number).exists()

    def keep(self, other: _Counted) -> None:
        self.as_of, self.count, self.newest = other.as_of, other.count, other.newest


_counted = _Counted()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPass:
    """A unit's pass through a station, as people read it. ``unit_status``: what the station said as it took
    it in. ``operators``: who was there, as far as the station told.
    """

    station: str
    kind: str
    lane: int | None
    recipe_name: str
    recipe_revision: str
    surface: str
    work_order: str
    started_at: datetime
    completed_at: datetime | None
    result: str
    unit_status: str
    operators: tuple[str, ...]
    events: tuple[WorkEventLine, ...]


@dataclass(frozen=True, slots=True)
class WorkEventLine:
    """Something that happened during a pass: ``kind`` as in ``domain.WorkEventKind``, ``name`` and ``result``
    of an activity, or the result of a stage; ``told`` under the standard's names.
    """

    kind: str
    stage: str
    name: str
    result: str
    told: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitEventLine:
    """What a station said of a unit, beside the work on it; ``kind`` as in ``domain.UnitEventKind``."""

    kind: str
    station: str
    reason: str
    comments: str
    told: dict[str, Any]
    at: datetime


def asking_events(unit: Unit, as_of: int | None) -> Asks[tuple[UnitEventLine, ...]]:
    """What stations said of a unit, in the order in which it happened."""
    (rows,) = yield [_unit_events.seldom(unit=unit.pk, as_of=_number(as_of))]
    return tuple(UnitEventLine(*row) for row in rows)


@prepared(unit=int, as_of=int)
def _unit_events(unit: int, as_of: int) -> Rows:
    rows = UnitEvent.objects.filter(unit_id=unit, journal_no__lte=as_of).order_by("at", "pk")
    return rows.values_list("kind", "station__name", "reason", "comments", "told", "at")


def asking_passes(unit: Unit, as_of: int | None) -> Asks[tuple[WorkPass, ...]]:
    """A unit's passes in the order in which they began; a completion that was not on the books yet is left
    out.
    """
    number = _number(as_of)
    work, told_statuses, told_events = yield [
        _work_on.asked(panel=unit.panel_id, as_of=number),
        _statuses.seldom(unit=unit.pk, as_of=number),
        _work_events.seldom(panel=unit.panel_id, as_of=number),
    ]
    passes = [row for row in map(_Work._make, work) if not row.positions or unit.position in row.positions]
    if not passes:
        return ()
    presences = yield from _asking_presences(unit.panel_id, passes, number)
    statuses: dict[int, str] = dict(told_statuses)
    events: dict[int, list[WorkEventLine]] = defaultdict(list)
    for of_work, *said in told_events:
        events[of_work].append(WorkEventLine(*said))
    return tuple(
        _work_pass(row, statuses.get(row.id, ""), number, presences, tuple(events[row.id])) for row in passes
    )


class _Work(NamedTuple):
    """A row of ``_work_on``."""

    id: int
    positions: list[int]
    station_id: int
    station: str
    kind: str
    lane: int | None
    recipe_name: str
    recipe_revision: str
    surface: str
    work_order: str | None
    started_at: datetime
    completed_at: datetime | None
    result: str
    completed_journal_no: int | None


@prepared(panel=int, as_of=int)
def _work_on(panel: int, as_of: int) -> Rows:
    rows = WorkTransaction.objects.filter(panel_id=panel, journal_no__lte=as_of).order_by("started_at", "pk")
    return rows.values_list(
        "pk",
        "positions",
        "station_id",
        "station__name",
        "station__kind",
        "lane",
        "recipe_name",
        "recipe_revision",
        "surface",
        "work_order__number",
        "started_at",
        "completed_at",
        "result",
        "completed_journal_no",
    )


@prepared(unit=int, as_of=int)
def _statuses(unit: int, as_of: int) -> Rows:
    rows = UnitStatus.objects.filter(unit_id=unit, journal_no__lte=as_of)
    return rows.values_list("work_transaction_id", "status")


@prepared(panel=int, as_of=int)
def _work_events(panel: int, as_of: int) -> Rows:
    rows = WorkEvent.objects.filter(work_transaction__in=_work_of(panel), journal_no__lte=as_of)
    said = ("kind", "stage", "name", "result", "told", "at")
    return rows.order_by("at", "pk").values_list("work_transaction_id", *said)


@prepared(panel=int, since=datetime, until=datetime, as_of=int)
def _operator_events(panel: int, since: datetime, until: datetime, as_of: int) -> Rows:
    rows = OperatorEvent.objects.filter(
        station__in=_work_of(panel).values("station_id"), at__gte=since, at__lte=until, journal_no__lte=as_of
    )
    return rows.order_by("at", "pk").values_list("station_id", "at", "operator", "began")


def _work_of(panel: int) -> QuerySet[WorkTransaction]:
    return WorkTransaction.objects.filter(panel_id=panel)


def _asking_presences(
    panel: int, passes: Sequence[_Work], as_of: int
) -> Asks[dict[int, list[tuple[datetime, str, bool]]]]:
    """Who began and ceased to work at the stations of these passes, by station, in the order of time."""
    found: dict[int, list[tuple[datetime, str, bool]]] = defaultdict(list)
    (rows,) = yield [
        _operator_events.asked(
            panel=panel,
            since=min(row.started_at for row in passes) - PRESENCE_LASTS,
            until=max(row.completed_at or row.started_at for row in passes),
            as_of=as_of,
        )
    ]
    for station, at, operator, began in rows:
        found[station].append((at, operator, began))
    return found


def _there(events: Iterable[tuple[datetime, str, bool]], since: datetime, until: datetime) -> tuple[str, ...]:
    """Who was at the station at some moment of a time."""
    there: dict[str, datetime] = {}
    was_there: dict[str, None] = {}
    for at, operator, began in events:
        if at > until:
            break
        if began:
            there[operator] = at
            if at >= since:
                was_there[operator] = None
        elif (began_at := there.pop(operator, None)) is not None and at >= since >= began_at:
            was_there[operator] = None
    still = {operator for operator, at in there.items() if at >= since - PRESENCE_LASTS}
    return tuple(sorted(was_there.keys() | still))


def _work_pass(
    row: _Work,
    status: str,
    as_of: int,
    presences: Mapping[int, Sequence[tuple[datetime, str, bool]]],
    events: tuple[WorkEventLine, ...],
) -> WorkPass:
    number = row.completed_journal_no
    completed = number is not None and number <= as_of
    until = row.completed_at if completed and row.completed_at else row.started_at
    return WorkPass(
        station=row.station,
        kind=row.kind,
        lane=row.lane,
        recipe_name=row.recipe_name,
        recipe_revision=row.recipe_revision,
        surface=row.surface,
        work_order=row.work_order or "",
        started_at=row.started_at,
        completed_at=row.completed_at if completed else None,
        result=row.result if completed else "",
        unit_status=status,
        operators=_there(presences.get(row.station_id, ()), row.started_at, until),
        events=events,
    )


def _number(as_of: int | None) -> int:
    return EVERYTHING if as_of is None else as_of


def order_of_panel(panel_id: int, as_of: int | None = None) -> WorkOrder | None:
    """The panel's work order with its revision and product, if it has one that was known by then."""
    if panel_id not in _with_order({panel_id}, as_of):
        return None
    orders = WorkOrder.objects.filter(panels=panel_id)
    return orders.select_related("revision__product").first()


class OrderName(NamedTuple):
    """What people read of a work order; without a revision the rest is "" and None."""

    number: str
    revision_id: int | None
    product: str
    revision: str


def asking_order_name(panel_id: int, as_of: int) -> Asks[OrderName | None]:
    """The same as people read it."""
    (rows,) = yield [ORDER_OF_PANEL.asked(panel=panel_id, as_of=as_of)]
    for number, revision_id, product, label, is_told in rows:
        if is_told or _named_by_events({panel_id}, as_of):
            return OrderName(number, revision_id, product or "", label or "")
    return None
