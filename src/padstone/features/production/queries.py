"""What is built, where, now: for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone

from padstone.features.production.models import Panel, Unit, UnitStatus, WorkOrder, WorkTransaction
from padstone.features.sites import queries as sites
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor

_RECENT_PASSES_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station as it is now. ``resource_state`` is CFX's number (SEMI E10), None where the machine never
        told one.

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
class OrderCard:
    """A work order and its panels, newest first. ``quantity`` is None where nobody told how many units it is
    for.
    """

    number: str
    product: str
    product_name: str
    revision: str
    quantity: int | None
    opened_at: datetime
    units: int
    panels: tuple[str, ...]


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
    recent = WorkTransaction.objects.select_related("station", "panel__work_order").order_by("-id")
    newest_first = sorted(recent[:_RECENT_PASSES_LOOKED_AT], key=lambda row: row.started_at, reverse=True)
    for row in newest_first:
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
    rows = _passes()
    if station is not None:
        rows = rows.filter(station__name=station)
    if line is not None:
        rows = rows.filter(station__line__name=line) if line else rows.filter(station__line=None)
    return tuple(_pass_line(row) for row in rows.order_by("-started_at", "-id")[:limit])


def panel_card(actor: Actor, identifier: str) -> PanelCard:
    """A panel, its units by position and its passes in the order of their start."""
    must_see(actor)
    panel = (
        Panel.objects.select_related("work_order__revision__product").filter(identifier=identifier).first()
    )
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
        passes=tuple(_pass_line(row) for row in _passes().filter(panel=panel).order_by("started_at", "id")),
    )


def order_card(actor: Actor, number: str) -> OrderCard:
    """A work order with its panels, newest first."""
    must_see(actor)
    order = WorkOrder.objects.select_related("revision__product").filter(number=number).first()
    if order is None:
        raise NotFound(
            "work_order_unknown",
            "There is no work order {order}.",
            field="number",
            way_out="Scan it again; a work order is known once a machine or a person has told of it.",
            order=number,
        )
    panels = Panel.objects.filter(work_order=order)
    return OrderCard(
        number=order.number,
        product=order.revision.product.number if order.revision else "",
        product_name=order.revision.product.name if order.revision else "",
        revision=order.revision.label if order.revision else "",
        quantity=order.quantity,
        opened_at=order.opened_at,
        units=Unit.objects.filter(panel__work_order=order).count(),
        panels=tuple(panels.order_by("-id").values_list("identifier", flat=True)),
    )


def find(actor: Actor, text: str) -> tuple[str, str] | None:
    """What a scan names among units, panels, work orders and stations: ``("unit", identifier)`` and so on.

    A serial wins over a panel of the same text: it is the narrower answer. None where it names nothing here.
    """
    must_see(actor)
    if Unit.objects.filter(identifier=text).exists():
        return "unit", text
    if Panel.objects.filter(identifier=text).exists():
        return "panel", text
    if WorkOrder.objects.filter(number=text).exists():
        return "order", text
    station = sites.find(actor, text)
    return ("station", station) if station else None


def similar(actor: Actor, text: str, limit: int = 10) -> tuple[tuple[str, str], ...]:
    """Units, panels and work orders whose identifier begins with the text, each as :func:`find` answers."""
    must_see(actor)
    found: list[tuple[str, str]] = []
    beginnings: tuple[tuple[str, QuerySet[Unit] | QuerySet[Panel] | QuerySet[WorkOrder], str], ...] = (
        ("unit", Unit.objects.all(), "identifier"),
        ("panel", Panel.objects.all(), "identifier"),
        ("order", WorkOrder.objects.all(), "number"),
    )
    for kind, rows, column in beginnings:
        # A range of the index, where LIKE would read the whole table on SQLite.
        reach = {f"{column}__gte": text, f"{column}__lt": f"{text}\uffff"}
        names = rows.filter(**reach).order_by(column).values_list(column, flat=True)[:limit]
        found.extend((kind, name) for name in names if name.startswith(text))
    return tuple(found)


def _stations_now(actor: Actor, rows: QuerySet[sites.Station]) -> list[LineNow]:
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    newest = WorkTransaction.objects.filter(station_id=OuterRef("pk")).order_by("-started_at", "-id")
    stations = list(
        rows.annotate(
            last_panel=Subquery(newest.values("panel__identifier")[:1]),
            last_at=Subquery(newest.values("started_at")[:1]),
        )
    )
    ids = [station.pk for station in stations]
    voices = sites.voices(actor, ids)
    work = {
        row["station_id"]: row
        for row in WorkTransaction.objects.filter(
            station_id__in=ids, started_at__gte=min(midnight, now - timedelta(hours=24))
        )
        .values("station_id")
        .annotate(
            panels=Count("panel_id", distinct=True, filter=Q(started_at__gte=midnight)),
            open=Count("id", filter=Q(completed_at=None)),
        )
    }
    return [
        LineNow(
            name,
            tuple(
                _station_now(row, voices.get(row.pk), work.get(row.pk, {"panels": 0, "open": 0}))
                for row in group
            ),
        )
        for name, group in groupby(stations, key=lambda row: row.line.name if row.line else "")
    ]


def _station_now(row: sites.Station, voice: sites.Voice | None, work: dict[str, int]) -> StationNow:
    return StationNow(
        name=row.name,
        kind=row.kind,
        handle=voice.handle if voice else "",
        last_heard_at=voice.last_heard_at if voice else None,
        resource_state=voice.resource_state if voice else None,
        resource_state_since=voice.resource_state_since if voice else None,
        panels_today=work["panels"],
        last_panel=getattr(row, "last_panel", None) or "",
        last_at=getattr(row, "last_at", None),
        open_transactions=work["open"],
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
