"""Packages as they are received, loaded, spliced and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.cfx import given
from padstone.features.genealogy.commands import open_zone
from padstone.features.genealogy.domain.grey import Zone
from padstone.features.materials.commands import Load, PackageFacts, receive_package, record_loads
from padstone.features.materials.domain import LoadEventKind
from padstone.ingest import usual
from padstone.ingest.chain import Sources, sources
from padstone.ingest.interpreters.fit import judge_loads
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid

LONGEST_KEY = 500
_WITH_LANES = (cfx.SMDTapeFeeder, cfx.SMDTubeFeeder, usual.TapeFeeder)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from padstone.ingest.context import Context


def materials_initialized(message: cfx.MaterialsInitialized, context: Context) -> None:
    for detail in given(message.materials) or ():
        facts = _facts(detail, context)
        receive_package.within(INTERPRETER, facts=facts, journal_no=context.journal_no)
        context.bring(f"package:{facts.identifier}")


def _facts(detail: cfx.MaterialPackageDetail, context: Context) -> PackageFacts:
    made_at = _moment(given(detail.manufacture_date), context)
    return PackageFacts(
        identifier=given(detail.unique_identifier) or "",
        part_number=given(detail.internal_part_number) or "",
        description=given(detail.internal_package_name) or "",
        manufacturer=given(detail.manufacturer) or "",
        manufacturer_part_number=given(detail.manufacturer_part_number) or "",
        supplier=given(detail.vendor) or "",
        lot=given(detail.manufacturer_lot_code) or "",
        date_code=date_code(made_at) if made_at else "",
        manufactured_at=made_at,
        received_at=_moment(given(detail.received_date), context) or context.happened_at,
        expires_at=_moment(given(detail.expiry_date), context),
        initial_quantity=given(detail.initial_quantity),
        quantity_unit=given(detail.units) or "pcs",
    )


def _moment(text: str | None, context: Context) -> datetime | None:
    moment = context.instant(text)
    return moment.utc if moment else None


def date_code(made_at: datetime) -> str:
    """YYWW, the way makers print it: two digits of the ISO year and the ISO week."""
    year, week, _ = made_at.isocalendar()
    return f"{year % 100:02}{week:02}"


def materials_loaded(message: cfx.MaterialsLoaded, context: Context) -> None:
    places = given(message.materials) or ()
    _record([load(place, _kind(place), context) for place in places], context)
    _bring(places, context)


def _kind(place: cfx.MaterialLocation) -> LoadEventKind:
    """A package with another one in front of it was stuck to the running tape: it does not feed yet."""
    material = given(place.material_package)
    found = sources(material) if material is not None else Sources(())
    return LoadEventKind.SPLICED if found.front else LoadEventKind.LOADED


def _bring(places: Iterable[cfx.MaterialLocation], context: Context) -> None:
    for place in places:
        context.bring(load_key(place, context))


def load_key(place: cfx.MaterialLocation | cfx.MaterialCarrierLocation, context: Context) -> str:
    """What a message waits for that needs to know what is loaded at a place. By the place's names: its row
    may vanish with the attempt of the message that waits.
    """
    identifier, name = given(place.location_identifier) or "", given(place.location_name) or ""
    return f"load:{context.source}:{identifier}:{name}:{_lane(place) or 0}"[:LONGEST_KEY]


def splice_point_detected(message: cfx.SplicePointDetected, context: Context) -> None:
    """The old package ran out and the new one feeds on. The tape is one: the new package is where the old one
    was, whichever location the machine names for it.
    """
    old, new = given(message.depleted_material), given(message.newly_active_material)
    if new is None:
        raise Invalid("no_new_material", "The splice names no new package.", field="NewlyActiveMaterial")
    loads = [load(old, LoadEventKind.DEPLETED, context)] if old is not None else []
    spliced = load(new, LoadEventKind.LOADED, context)
    _record([*loads, spliced], context)
    _bring([new], context)
    material = given(new.material_package)
    found = sources(material) if material is not None else Sources(())
    if spliced.location_id is not None and found.zone and found.front:
        old_package, new_package = (context.packages([i])[i].pk for i in (found.front, found.named))
        open_zone.within(
            INTERPRETER,
            location_id=spliced.location_id,
            zone=Zone(old_package, new_package, found.zone, context.happened_ticks),
            feeds=context.feeds(),
            journal_no=context.journal_no,
        )


def materials_unloaded(message: cfx.MaterialsUnloaded, context: Context) -> None:
    identifiers = [i for i in given(message.material_package_identifiers) or () if i]
    packages = context.packages(identifiers)
    _record(
        [
            Load(
                package_id=packages[identifier].pk,
                station_id=context.station.pk,
                location_id=None,
                kind=LoadEventKind.UNLOADED,
                at=context.happened_at,
            )
            for identifier in identifiers
        ],
        context,
    )


def load(place: cfx.MaterialLocation, kind: LoadEventKind, context: Context) -> Load:
    material = given(place.material_package)
    identifier = given(material.unique_identifier) if material else None
    if material is None or not identifier:
        raise Invalid("no_package", "A location names no package.", field="MaterialPackage.UniqueIdentifier")
    package = context.packages([identifier])[identifier]
    check_part(given(material.internal_part_number), package.part.number, identifier, context)
    quantity = given(material.quantity)
    if quantity is not None and quantity < 0:
        context.flag(
            "negative_quantity", f"The machine counts {quantity} parts left in package {identifier}."
        )
    carrier = given(place.carrier_information)
    return Load(
        package_id=package.pk,
        station_id=context.station.pk,
        location_id=location_of(place, context),
        kind=kind,
        at=context.happened_at,
        feeder=(given(carrier.unique_identifier) if carrier else None) or "",
        quantity=quantity,
    )


def location_of(
    place: cfx.MaterialLocation | cfx.MaterialCarrierLocation | usual.CarrierLocation, context: Context
) -> int | None:
    """The feeder location that a place names; None where it names none. Lanes of one feeder are locations
    apart.
    """
    identifier, name = given(place.location_identifier), given(place.location_name)
    if not identifier and not name:
        return None
    return context.location(identifier, name, _lane(place))


def _lane(
    place: cfx.MaterialLocation | cfx.MaterialCarrierLocation | usual.CarrierLocation,
) -> int | None:
    carrier = given(place.carrier_information)
    return given(carrier.lane_number) if isinstance(carrier, _WITH_LANES) else None


def check_part(claimed: str | None, known: str, package: str, context: Context) -> None:
    """The machine believes the package to hold another part than the books say: a matter for a person."""
    if claimed and claimed != known:
        context.flag(
            "part_mismatch",
            f"The machine takes package {package} for part {claimed}; on the books it is {known}.",
        )


def _record(loads: list[Load], context: Context) -> None:
    if loads:
        record_loads.within(INTERPRETER, loads=loads, journal_no=context.journal_no)
        judge_loads(loads, context)
