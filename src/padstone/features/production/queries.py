"""What is built, where, now: for people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from padstone.features.production.domain import PRESENCE_LASTS, RecipeEventKind
from padstone.features.production.lookups import UnitAtHand, asking_unit, at_hand
from padstone.features.production.models import (
    OperatorEvent,
    OrderEvent,
    Panel,
    RecipeEvent,
    Unit,
    UnitStatus,
    WorkOrder,
    WorkTransaction,
)
from padstone.features.production.places import LATEST_WORK
from padstone.features.sites import queries as sites
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.together import alone
from padstone.platform.visibility import must_see, own_orders, sees_factory

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor
    from padstone.platform.together import Asks

_RECENT_PASSES_LOOKED_AT = 400
_ORDER_EVENTS_SHOWN = 100
_RECIPE_EVENTS_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station as it is now.

    ``resource_state`` is CFX's number (SEMI E10), None where the machine never told one.
    ``panels_today`` counts panels since the site's midnight, ``open_transactions`` passes of the last 24
    hours whose end has not been told.
    """

    name: str
    kind: str
    handle: str
    last_heard_at: datetime | None
    resource_state: int | None
    resource_state_since: datetime | None
    panels_today: int
    last_panel: str
    last_at: datetime | None
    open_transactions: int


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line and its stations in the order in which a panel meets them. No name: stations that nobody placed
    yet.
    """

    name: str
    stations: tuple[StationNow, ...]


@dataclass(frozen=True, slots=True)
class RecentUnit:
    """A unit and the last pass of its panel."""

    unit: str
    panel: str
    position: int
    work_order: str
    station: str
    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class PassLine:
    """A panel's pass through a station. Not completed: no end was told."""

    station: str
    line: str
    panel: str
    work_order: str
    recipe_name: str
    recipe_revision: str
    lane: int | None
    started_at: datetime
    completed_at: datetime | None
    result: str


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit at its place in the panel, with the last a station said of it ("" where none said anything)."""

    unit: str
    position: int
    status: str
    status_station: str


@dataclass(frozen=True, slots=True)
class PanelCard:
    identifier: str
    work_order: str
    product: str
    revision: str
    units: tuple[UnitPlace, ...]
    passes: tuple[PassLine, ...]


@dataclass(frozen=True, slots=True)
class StationProgress:
    """How many units of an order have completed a station, and how many are there now."""

    station: str
    kind: str
    completed: int
    under_way: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A work order in a list. ``units`` are on the books; ``last_at`` is when a machine last began to work on
    one of its panels.
    """

    number: str
    product: str
    product_name: str
    revision: str
    client: str
    quantity: int | None
    due_on: date | None
    opened_at: datetime
    units: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderCard:
    """A work order and its panels, newest first. ``quantity`` is None where nobody told how many units it is
    for. ``status`` and ``told_quantity`` are the last that was told of it by message, "" and None where
    nothing was; they change nothing of what people planned.
    """

    number: str
    product: str
    product_name: str
    revision: str
    quantity: int | None
    due_on: date | None
    opened_at: datetime
    client: str
    units: int
    panels: tuple[str, ...]
    progress: tuple[StationProgress, ...]
    status: str
    told_quantity: Decimal | None
    events: tuple[OrderEventLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEventLine:
    """What was told of a work order; ``kind`` as in ``domain.OrderEventKind``, ``told`` under the standard's
    names.
    """

    kind: str
    at: datetime
    station: str
    batch: str
    status: str
    quantity: Decimal | None
    told: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeLine:
    """The recipe that a station works by, on one lane and stage, since ``at``; times in seconds for one
    pass.
    """

    recipe_name: str
    recipe_revision: str
    lane: int | None
    stage: str
    surface: str
    work_order: str
    expected_cycle_s: Decimal | None
    expected_work_s: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLine:
    """Somebody who is at a station since ``at``."""

    operator: str
    name: str
    at: datetime


def factory_now(actor: Actor) -> tuple[LineNow, ...]:
    """Every line with its stations; last, under no name, the stations that stand on no line."""
    placed = _stations_now(actor, sites.stations(actor))
    named = [line for line in placed if line.name]
    return (*named, *(line for line in placed if not line.name))


def line_now(actor: Actor, name: str) -> LineNow:
    """One line. No name asks for the stations that stand on no line."""
    rows = sites.stations(actor)
    lines = _stations_now(actor, rows.filter(line__name=name) if name else rows.filter(line=None))
    if lines:
        return lines[0]
    if not name:
        return LineNow("", ())
    raise NotFound(
        "line_unknown",
        "There is no line {line}.",
        field="name",
        way_out="The factory page lists the lines there are.",
        line=name,
    )


def station_now(actor: Actor, name: str) -> tuple[str, StationNow]:
    """The name of a station's line ("" for none) and the station."""
    lines = _stations_now(actor, sites.stations(actor).filter(name=name))
    if lines:
        return lines[0].name, lines[0].stations[0]
    raise NotFound(
        "station_unknown",
        "There is no station {station}.",
        field="name",
        way_out="The factory page lists the stations there are.",
        station=name,
    )


def recent_units(actor: Actor, limit: int = 50) -> tuple[RecentUnit, ...]:
    """The units that machines worked on last, newest first; each stands once, with its panel's last pass."""
    must_see(actor)
    last_of: dict[int, WorkTransaction] = {}
    for row in _last_work(sites.stations(actor), _RECENT_PASSES_LOOKED_AT):
        last_of.setdefault(row.panel_id, row)
    units = Unit.objects.filter(panel_id__in=list(last_of)[:limit]).order_by("position")
    order = {panel_id: place for place, panel_id in enumerate(last_of)}
    newest = sorted(units, key=lambda unit: (order[unit.panel_id], unit.position))[:limit]
    return tuple(_recent_unit(unit, last_of[unit.panel_id]) for unit in newest)


def recent_passes(
    actor: Actor, *, line: str | None = None, station: str | None = None, limit: int = 50
) -> tuple[PassLine, ...]:
    """The last passes of one line or one station, newest first."""
    must_see(actor)
    stations = sites.stations(actor)
    if station is not None:
        stations = stations.filter(name=station)
    if line is not None:
        stations = stations.filter(line__name=line) if line else stations.filter(line=None)
    return tuple(_pass_line(row) for row in _last_work(stations, limit))


def _last_work(stations: QuerySet[sites.StationRow], most: int) -> list[WorkTransaction]:
    """The work at these stations that began last, newest first."""
    ids = list(stations.values_list("pk", flat=True))
    newest = [pk for (pk,) in LATEST_WORK.rows(stations=ids, most=most)] if ids else []
    by_id = _passes().select_related("panel__work_order").in_bulk(newest)
    return [by_id[pk] for pk in newest]


def panel_card(actor: Actor, identifier: str) -> PanelCard:
    """A panel, its units by position and its passes in the order of their start."""
    panels = Panel.objects.filter(own_orders(actor, "work_order__"), identifier=identifier)
    panel = panels.select_related("work_order__revision__product").first()
    if panel is None:
        raise NotFound(
            "panel_unknown",
            "No machine has told of a panel {panel}.",
            field="identifier",
            way_out="Scan the panel again, or one of its boards.",
            panel=identifier,
        )
    order = panel.work_order
    return PanelCard(
        identifier=panel.identifier,
        work_order=order.number if order else "",
        product=order.revision.product.number if order and order.revision else "",
        revision=order.revision.label if order and order.revision else "",
        units=_units_of(panel),
        passes=tuple(
            _without_other_orders(_pass_line(row), actor, order)
            for row in _passes().filter(panel=panel).order_by("started_at", "id")
        ),
    )


def order_card(actor: Actor, number: str) -> OrderCard:
    """A work order with its panels, newest first, and how far its units are."""
    found = WorkOrder.objects.filter(own_orders(actor), number=number)
    order = found.select_related("revision__product").first()
    if order is None:
        raise NotFound(
            "work_order_unknown",
            "There is no work order {order}.",
            field="number",
            way_out="Scan it again; a work order is known once a machine or a person has told of it.",
            order=number,
        )
    panels = Panel.objects.filter(work_order=order)
    events = () if actor.client else _events_of(order)
    return OrderCard(
        number=order.number,
        product=order.revision.product.number if order.revision else "",
        product_name=order.revision.product.name if order.revision else "",
        revision=order.revision.label if order.revision else "",
        quantity=order.quantity,
        due_on=order.due_on,
        opened_at=order.opened_at,
        client=order.client,
        units=Unit.objects.filter(panel__work_order=order).count(),
        panels=tuple(panels.order_by("-id").values_list("identifier", flat=True)),
        progress=_progress(order),
        status=next((event.status for event in reversed(events) if event.status), ""),
        told_quantity=next((e.quantity for e in reversed(events) if e.quantity is not None), None),
        events=events,
    )


def _events_of(order: WorkOrder) -> tuple[OrderEventLine, ...]:
    """The last that was told of an order, oldest first."""
    rows = OrderEvent.objects.filter(work_order=order).select_related("station").order_by("-at", "-pk")
    return tuple(
        OrderEventLine(
            kind=row.kind,
            at=row.at,
            station=row.station.name,
            batch=row.batch,
            status=row.status,
            quantity=row.quantity,
            told=row.told,
        )
        for row in reversed(rows[:_ORDER_EVENTS_SHOWN])
    )


def recipes_now(actor: Actor, station: str) -> tuple[RecipeLine, ...]:
    """What a station works by now, by lane and stage, as far as it told: the last that it took up and has not
    put down since.
    """
    must_see(actor)
    rows = RecipeEvent.objects.filter(
        station__name=station, kind__in=(RecipeEventKind.ACTIVATED, RecipeEventKind.DEACTIVATED)
    )
    active: dict[tuple[int | None, str], RecipeEvent] = {}
    for row in reversed(rows.order_by("-at", "-pk")[:_RECIPE_EVENTS_LOOKED_AT]):
        if row.kind == RecipeEventKind.ACTIVATED:
            active[row.lane, row.stage] = row
        else:
            active.pop((row.lane, row.stage), None)
    return tuple(
        RecipeLine(
            recipe_name=row.recipe_name,
            recipe_revision=row.recipe_revision,
            lane=row.lane,
            stage=row.stage,
            surface=row.surface,
            work_order=row.work_order,
            expected_cycle_s=row.expected_cycle_s,
            expected_work_s=row.expected_work_s,
            at=row.at,
        )
        for _, row in sorted(active.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
    )


def operators_now(actor: Actor, station: str) -> tuple[OperatorLine, ...]:
    """Who is at a station, as far as it told."""
    must_see(actor)
    rows = OperatorEvent.objects.filter(station__name=station, at__gte=clock.now() - PRESENCE_LASTS)
    there: dict[str, OperatorEvent] = {}
    for row in rows.order_by("at", "pk"):
        if row.began:
            there[row.operator] = row
        else:
            there.pop(row.operator, None)
    return tuple(OperatorLine(operator=row.operator, name=row.name, at=row.at) for row in there.values())


def orders(actor: Actor, *, limit: int = 500) -> tuple[OrderLine, ...]:
    """The work orders that the actor may see, those that machines work on first, then the newest."""
    newest = WorkTransaction.objects.filter(panel__work_order_id=OuterRef("pk")).order_by("-started_at")
    built = Unit.objects.filter(panel__work_order_id=OuterRef("pk")).order_by()
    rows = (
        WorkOrder.objects.filter(own_orders(actor))
        .select_related("revision__product")
        .annotate(
            last_at=Subquery(newest.values("started_at")[:1]),
            built=Subquery(built.values("panel__work_order_id").annotate(n=Count("pk")).values("n")),
        )
        .order_by(F("last_at").desc(nulls_last=True), "-id")
    )
    return tuple(_order_line(row, row.built or 0, row.last_at) for row in rows[:limit])


def units_of_order(actor: Actor, number: str) -> tuple[str, ...]:
    """The units of a work order by panel and position, newest panel first; none for no such order."""
    units = Unit.objects.filter(own_orders(actor, "panel__work_order__"), panel__work_order__number=number)
    return tuple(units.order_by("-panel_id", "position").values_list("identifier", flat=True))


def seen_unit(actor: Actor, identifier: str) -> Unit:
    """A unit that the actor may see. Raises NotFound for any other, whether there is one or not."""
    return alone(asking_seen_unit(actor, identifier)).unit


def asking_seen_unit(actor: Actor, identifier: str) -> Asks[UnitAtHand]:
    """The same, asked together with other things."""
    own = own_orders(actor, "panel__work_order__")
    if own:
        units = Unit.objects.filter(own, identifier=identifier)
        found = next(iter(at_hand(units.select_related("panel")[:1])), None)
    else:
        found = yield from asking_unit(identifier)
    if found is None:
        raise NotFound(
            "unknown_unit",
            "There is no unit {unit} on the books.",
            field="unit",
            way_out="Check the serial, or look for messages that wait among the exceptions."
            if sees_factory(actor)
            else "Check the serial.",
            unit=identifier,
        )
    return found


def seen_panel(actor: Actor, identifier: str) -> tuple[Panel, tuple[Unit, ...]]:
    """A panel that the actor may see, and its units by position. Raises NotFound for any other."""
    panel = Panel.objects.filter(own_orders(actor, "work_order__"), identifier=identifier).first()
    if panel is None:
        raise NotFound(
            "panel_unknown",
            "No machine has told of a panel {panel}.",
            field="identifier",
            way_out="Scan the panel again, or one of its boards.",
            panel=identifier,
        )
    return panel, tuple(Unit.objects.filter(panel=panel).select_related("panel").order_by("position"))


def must_see_unit(actor: Actor, unit_id: int) -> None:
    """Refuse with NotFound a client whose unit it is not; with Forbidden whoever may not see the factory."""
    if not actor.client:
        must_see(actor)
    elif not Unit.objects.filter(own_orders(actor, "panel__work_order__"), pk=unit_id).exists():
        raise NotFound("unknown_unit", "There is no such unit on the books.", field="unit")


def find(actor: Actor, text: str) -> tuple[str, str] | None:
    """What a scan names among units, panels, work orders and stations: ``("unit", identifier)`` and so on.

    A serial wins over a panel of the same text: it is the narrower answer. None where it names nothing here.
    """
    if Unit.objects.filter(own_orders(actor, "panel__work_order__"), identifier=text).exists():
        return "unit", text
    if Panel.objects.filter(own_orders(actor, "work_order__"), identifier=text).exists():
        return "panel", text
    if WorkOrder.objects.filter(own_orders(actor), number=text).exists():
        return "order", text
    station = sites.find(actor, text) if sees_factory(actor) else None
    return ("station", station) if station else None


def similar(actor: Actor, text: str, limit: int = 10) -> tuple[tuple[str, str], ...]:
    """Units, panels and work orders whose identifier begins with the text, each as :func:`find` answers."""
    found: list[tuple[str, str]] = []
    beginnings: tuple[tuple[str, QuerySet[Unit] | QuerySet[Panel] | QuerySet[WorkOrder], str], ...] = (
        ("unit", Unit.objects.filter(own_orders(actor, "panel__work_order__")), "identifier"),
        ("panel", Panel.objects.filter(own_orders(actor, "work_order__")), "identifier"),
        ("order", WorkOrder.objects.filter(own_orders(actor)), "number"),
    )
    for kind, rows, column in beginnings:
        # A range of the index, where LIKE would read the whole table on SQLite.
        reach = {f"{column}__gte": text, f"{column}__lt": f"{text}\uffff"}
        names = rows.filter(**reach).order_by(column).values_list(column, flat=True)[:limit]
        found.extend((kind, name) for name in names if name.startswith(text))
    return tuple(found)


def _order_line(order: WorkOrder, built: int, last_at: datetime | None) -> OrderLine:
    return OrderLine(
        number=order.number,
        product=order.revision.product.number if order.revision else "",
        product_name=order.revision.product.name if order.revision else "",
        revision=order.revision.label if order.revision else "",
        client=order.client,
        quantity=order.quantity,
        due_on=order.due_on,
        opened_at=order.opened_at,
        units=built,
        last_at=last_at,
    )


def _progress(order: WorkOrder) -> tuple[StationProgress, ...]:
    """A unit counts once at a station, however often it passed, and has completed it once a pass ended."""
    passes = WorkTransaction.objects.filter(panel__work_order=order).values_list(
        "station_id", "panel_id", "positions", "completed_at"
    )
    positions_of = defaultdict(list)
    for panel_id, position in Unit.objects.filter(panel__work_order=order).values_list(
        "panel_id", "position"
    ):
        positions_of[panel_id].append(position)
    seen: dict[int, set[tuple[int, int]]] = defaultdict(set)
    done: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for station_id, panel_id, positions, completed_at in passes:
        there = {(panel_id, position) for position in positions or positions_of[panel_id]}
        seen[station_id] |= there
        if completed_at is not None:
            done[station_id] |= there
    stations = WorkTransaction.objects.filter(station_id__in=seen).values_list(
        "station_id", "station__name", "station__kind", "station__line__name", "station__place_in_line"
    )
    in_line = sorted(set(stations), key=lambda row: (row[3] is None, row[3] or "", row[4] or 0, row[1]))
    return tuple(
        StationProgress(name, kind, len(done[pk]), len(seen[pk] - done[pk]))
        for pk, name, kind, _, _ in in_line
    )


def _without_other_orders(line: PassLine, actor: Actor, order: WorkOrder | None) -> PassLine:
    """A client does not learn of another order that a machine named for its panel."""
    own = order.number if order else ""
    return line if not actor.client or line.work_order == own else replace(line, work_order="")


def _stations_now(actor: Actor, rows: QuerySet[sites.StationRow]) -> list[LineNow]:
    newest = WorkTransaction.objects.filter(station_id=OuterRef("pk")).order_by("-started_at", "-id")
    stations = list(
        rows.annotate(
            last_panel=Subquery(newest.values("panel__identifier")[:1]),
            last_at=Subquery(newest.values("started_at")[:1]),
        )
    )
    ids = [station.pk for station in stations]
    voices, work = sites.voices(actor, ids), _work_of(ids)
    return [
        LineNow(
            name, tuple(_station_now(row, voices.get(row.pk), *work.get(row.pk, (0, 0))) for row in group)
        )
        for name, group in groupby(stations, key=lambda row: row.line.name if row.line else "")
    ]


def _work_of(station_ids: list[int]) -> dict[int, tuple[int, int]]:
    """By station: panels since midnight, and passes of the last 24 hours whose end has not been told."""
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    lately = WorkTransaction.objects.filter(
        station_id__in=station_ids, started_at__gte=min(midnight, now - timedelta(hours=24))
    )
    rows = lately.values("station_id").annotate(
        panels=Count("panel_id", distinct=True, filter=Q(started_at__gte=midnight)),
        open=Count("id", filter=Q(completed_at=None)),
    )
    return {row["station_id"]: (row["panels"], row["open"]) for row in rows}


def _station_now(
    row: sites.StationRow, voice: sites.Voice | None, panels_today: int, open_transactions: int
) -> StationNow:
    return StationNow(
        name=row.name,
        kind=row.kind,
        handle=voice.handle if voice else "",
        last_heard_at=voice.last_heard_at if voice else None,
        resource_state=voice.resource_state if voice else None,
        resource_state_since=voice.resource_state_since if voice else None,
        panels_today=panels_today,
        last_panel=getattr(row, "last_panel", None) or "",
        last_at=getattr(row, "last_at", None),
        open_transactions=open_transactions,
    )


def _recent_unit(unit: Unit, last: WorkTransaction) -> RecentUnit:
    order = last.panel.work_order
    return RecentUnit(
        unit=unit.identifier,
        panel=last.panel.identifier,
        position=unit.position,
        work_order=order.number if order else "",
        station=last.station.name,
        at=last.started_at,
        result=last.result,
    )


def _passes() -> QuerySet[WorkTransaction]:
    return WorkTransaction.objects.select_related("station__line", "panel", "work_order")


def _pass_line(row: WorkTransaction) -> PassLine:
    return PassLine(
        station=row.station.name,
        line=row.station.line.name if row.station.line else "",
        panel=row.panel.identifier,
        work_order=row.work_order.number if row.work_order else "",
        recipe_name=row.recipe_name,
        recipe_revision=row.recipe_revision,
        lane=row.lane,
        started_at=row.started_at,
        completed_at=row.completed_at,
        result=row.result,
    )


def _units_of(panel: Panel) -> tuple[UnitPlace, ...]:
    last_said = (
        UnitStatus.objects.filter(unit__panel=panel).values("unit_id").annotate(last=Max("id")).values("last")
    )
    said = {
        row.unit_id: row
        for row in UnitStatus.objects.filter(pk__in=last_said).select_related("work_transaction__station")
    }
    return tuple(_unit_place(unit, said.get(unit.pk)) for unit in panel.units.order_by("position"))


def _unit_place(unit: Unit, said: UnitStatus | None) -> UnitPlace:
    return UnitPlace(
        unit=unit.identifier,
        position=unit.position,
        status=said.status if said else "",
        status_station=said.work_transaction.station.name if said else "",
    )


def order_now(actor: Actor, station: str) -> WorkOrder | None:
    """The work order that a station builds, as far as it told: that of its recipe, else of the last panel it
    took in; with its revision and product.
    """
    told = [one.work_order for one in recipes_now(actor, station) if one.work_order]
    orders = WorkOrder.objects.select_related("revision__product")
    if told and (found := orders.filter(number=told[-1]).first()) is not None:
        return found
    last = WorkTransaction.objects.filter(station__name=station).order_by("-started_at", "-id").first()
    if last is None:
        return None
    named = orders.filter(work_transactions=last).first()
    return named or orders.filter(panels=last.panel_id).first()
