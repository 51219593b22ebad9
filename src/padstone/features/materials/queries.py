"""Material packages, for people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.lookups import package_names
from padstone.features.materials.models import LoadEvent, Lot, MaterialPackage
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterable

    from padstone.kernel.actor import Actor

_EVENTS_PER_LOCATION = 12
"""How far back a location is read for what it holds: more comings and goings than one loading has."""


@dataclass(frozen=True, slots=True)
class LoadLine:
    """The package came to or left a place. ``kind``: loaded, unloaded, spliced (behind another), depleted."""

    at: datetime
    kind: str
    station: str
    location: str
    feeder: str
    quantity: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageEventLine:
    """What became of a package; ``kind`` as in ``domain.PackageEventKind``. ``quantity`` is what was in it
    afterwards, ``lot`` and ``date_code`` what a correction named, ``by`` whoever asked.
    """

    at: datetime
    kind: str
    station: str
    location: str
    other_package: str
    quantity: Decimal | None
    quantity_used: Decimal | None
    quantity_spoiled: Decimal | None
    lot: str
    date_code: str
    reason: str
    comments: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureLine:
    """What a moisture-sensitive package went through; ``kind`` as in ``domain.ExposureKind``, the rest as it
    was told (IPC-2591, MaterialPackageMSDData).
    """

    at: datetime
    kind: str
    station: str
    level: str
    state: str
    floor_life_left_s: int | None
    floor_life_ends_at: datetime | None
    first_exposed_at: datetime | None
    last_exposed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A material package: what it holds, where it came from, each place it was loaded and what else became of
    it, oldest first. ``split_from`` and ``split_off`` name the packages above and below it.
    """

    identifier: str
    part: str
    description: str
    lot: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str
    date_code: str
    initial_quantity: Decimal | None
    quantity_unit: str
    received_at: datetime | None
    expires_at: datetime | None
    manufactured_at: datetime | None
    load_events: tuple[LoadLine, ...]
    split_from: tuple[str, ...]
    split_off: tuple[str, ...]
    events: tuple[PackageEventLine, ...]
    exposures: tuple[ExposureLine, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A package that is on a feeder now. ``spliced``: it hangs behind another one on the same feeder."""

    station: str
    location: str
    feeder: str
    package: str
    part: str
    description: str
    lot: str
    since: datetime
    spliced: bool


def package_card(actor: Actor, identifier: str) -> PackageCard:
    """What is known of a package. Refuses one that nobody has told of."""
    must_see(actor)
    package = MaterialPackage.objects.select_related("part").filter(identifier=identifier).first()
    if package is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="identifier",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    part, name = package.part, package_names([package.pk])[package.pk]
    events = package.load_events.select_related("station", "location").order_by("at", "id")
    return PackageCard(
        identifier=package.identifier,
        part=part.number,
        description=part.description,
        lot=name.lot,
        supplier=name.supplier,
        manufacturer=name.manufacturer or part.manufacturer,
        manufacturer_part_number=name.manufacturer_part_number or part.manufacturer_part_number,
        date_code=name.date_code,
        initial_quantity=package.initial_quantity,
        quantity_unit=package.quantity_unit,
        received_at=package.received_at,
        expires_at=package.expires_at,
        manufactured_at=package.manufactured_at,
        load_events=tuple(_load_line(event) for event in events),
        split_from=tuple(package.parents.order_by("at", "pk").values_list("parent__identifier", flat=True)),
        split_off=tuple(package.children.order_by("at", "pk").values_list("child__identifier", flat=True)),
        events=_events_of(package),
        exposures=_exposures_of(package),
    )


def _events_of(package: MaterialPackage) -> tuple[PackageEventLine, ...]:
    rows = package.events.select_related("station", "location", "other_package", "lot").order_by("at", "id")
    return tuple(
        PackageEventLine(
            at=row.at,
            kind=row.kind,
            station=row.station.name,
            location=str(row.location) if row.location else "",
            other_package=row.other_package.identifier if row.other_package else "",
            quantity=row.quantity,
            quantity_used=row.quantity_used,
            quantity_spoiled=row.quantity_spoiled,
            lot=row.lot.code if row.lot else "",
            date_code=row.date_code,
            reason=row.reason,
            comments=row.comments,
            by=row.by,
        )
        for row in rows
    )


def _exposures_of(package: MaterialPackage) -> tuple[ExposureLine, ...]:
    rows = package.exposure_events.select_related("station").order_by("at", "id")
    return tuple(
        ExposureLine(
            at=row.at,
            kind=row.kind,
            station=row.station.name,
            level=row.level,
            state=row.state,
            floor_life_left_s=row.floor_life_left_s,
            floor_life_ends_at=row.floor_life_ends_at,
            first_exposed_at=row.first_exposed_at,
            last_exposed_at=row.last_exposed_at,
        )
        for row in rows
    )


def loaded_now(actor: Actor, *, line: str | None = None, station: str | None = None) -> tuple[Loaded, ...]:
    """What the feeders of a line or a station hold, as far as machines told, by station and location."""
    must_see(actor)
    rows = LoadEvent.objects.exclude(location=None)
    if station is not None:
        rows = rows.filter(station__name=station)
    if line is not None:
        rows = rows.filter(station__line__name=line) if line else rows.filter(station__line=None)
    newest = (
        rows.annotate(
            back=Window(
                RowNumber(), partition_by=[F("location_id")], order_by=[F("at").desc(), F("id").desc()]
            )
        )
        .filter(back__lte=_EVENTS_PER_LOCATION)
        .select_related("station", "location", "package__part", "package__lot")
        .order_by("station__place_in_line", "station__name", "location_id", "at", "id")
    )
    by_location: dict[int | None, list[LoadEvent]] = defaultdict(list)
    for event in newest:
        by_location[event.location_id].append(event)
    loaded = [_loaded(event) for events in by_location.values() for event in _still_there(events)]
    return tuple(loaded)


def find(actor: Actor, text: str) -> tuple[str, str] | None:
    """What a scan names here: ``("package", identifier)``, ``("lot", code)``, or None for nothing."""
    must_see(actor)
    if MaterialPackage.objects.filter(identifier=text).exists():
        return "package", text
    return ("lot", text) if Lot.objects.filter(code=text).exists() else None


def similar(actor: Actor, text: str, limit: int = 10) -> tuple[tuple[str, str], ...]:
    """Packages and lots whose name begins with the text, each as :func:`find` answers."""
    must_see(actor)
    end = f"{text}\uffff"
    packages = MaterialPackage.objects.filter(identifier__gte=text, identifier__lt=end).order_by("identifier")
    lots = Lot.objects.filter(code__gte=text, code__lt=end).order_by("code")
    names = [("package", name) for name in packages.values_list("identifier", flat=True)[:limit]]
    names += [("lot", name) for name in lots.values_list("code", flat=True).distinct()[:limit]]
    return tuple((kind, name) for kind, name in names if name.startswith(text))


def _still_there(events: Iterable[LoadEvent]) -> list[LoadEvent]:
    """What a location's events, oldest first, leave on it."""
    there: dict[int, LoadEvent] = {}
    for event in events:
        match event.kind:
            case LoadEventKind.LOADED:
                there = {event.package_id: event}
            case LoadEventKind.SPLICED:
                there[event.package_id] = event
            case _:
                there.pop(event.package_id, None)
    return list(there.values())


def _loaded(event: LoadEvent) -> Loaded:
    package = event.package
    return Loaded(
        station=event.station.name,
        location=str(event.location),
        feeder=event.feeder,
        package=package.identifier,
        part=package.part.number,
        description=package.part.description,
        lot=package.lot.code if package.lot else "",
        since=event.at,
        spliced=event.kind == LoadEventKind.SPLICED,
    )


def _load_line(event: LoadEvent) -> LoadLine:
    return LoadLine(
        at=event.at,
        kind=event.kind,
        station=event.station.name,
        location=str(event.location) if event.location else "",
        feeder=event.feeder,
        quantity=event.quantity,
    )
