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


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A material package: what it holds, where it came from, and each place it was loaded, oldest first."""

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
    package = (
        MaterialPackage.objects.select_related("part", "lot__supplier").filter(identifier=identifier).first()
    )
    if package is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="identifier",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    lot, part = package.lot, package.part
    events = package.load_events.select_related("station", "location").order_by("at", "id")
    return PackageCard(
        identifier=package.identifier,
        part=part.number,
        description=part.description,
        lot=lot.code if lot else "",
        supplier=lot.supplier.name if lot and lot.supplier else "",
        manufacturer=package.manufacturer or part.manufacturer,
        manufacturer_part_number=package.manufacturer_part_number or part.manufacturer_part_number,
        date_code=package.date_code,
        initial_quantity=package.initial_quantity,
        quantity_unit=package.quantity_unit,
        received_at=package.received_at,
        expires_at=package.expires_at,
        manufactured_at=package.manufactured_at,
        load_events=tuple(_load_line(event) for event in events),
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
