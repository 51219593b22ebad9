"""The only code that writes materials."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.domain import PackageEventKind
from padstone.features.materials.models import (
    ExposureEvent,
    LoadEvent,
    Lot,
    MaterialPackage,
    PackageAncestry,
    PackageEvent,
    Supplier,
)
from padstone.features.parts.commands import register_part
from padstone.kernel.actor import ActorKind
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.journal.known import newest_journal_no

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from padstone.features.parts.models import Part
    from padstone.kernel.actor import Actor

MOST_PIECES = Decimal(10**12)
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What is said of a package when it comes into the house. Empty text and None: not said."""

    identifier: str
    part_number: str
    description: str = ""
    manufacturer: str = ""
    manufacturer_part_number: str = ""
    supplier: str = ""
    lot: str = ""
    date_code: str = ""
    manufactured_at: datetime | None = None
    received_at: datetime | None = None
    expires_at: datetime | None = None
    initial_quantity: Decimal | None = None
    quantity_unit: str = "pcs"


@command("receive_package")
def receive_package(actor: Actor, *, facts: PackageFacts, journal_no: int | None = None) -> MaterialPackage:
    """Put a package on the books, with its part, supplier and lot.

    Receiving it again with the same part and lot changes nothing; a package that was split off another has
    that one's lot, and need not repeat it. Raises Conflict where it is known as another part or lot, Invalid
    for an impossible quantity.
    """
    check_facts(facts)
    part = register_part.within(
        actor,
        number=facts.part_number,
        description=facts.description,
        manufacturer=facts.manufacturer,
        manufacturer_part_number=facts.manufacturer_part_number,
    )
    # A register's words are cut where the books are shorter; what identifies the package never is.
    facts = replace(
        facts,
        manufacturer=facts.manufacturer[:300],
        manufacturer_part_number=facts.manufacturer_part_number[:200],
        quantity_unit=facts.quantity_unit[:20],
        initial_quantity=storable_quantity(facts.initial_quantity, "InitialQuantity"),
    )
    before = _split_off_before(facts)
    if before is not None:
        _check_as_split(before, facts)
        return before
    lot = _lot(part, facts.supplier, facts.lot)
    package, created = MaterialPackage.objects.get_or_create(
        identifier=facts.identifier,
        defaults={
            "part": part,
            "lot": lot,
            "date_code": facts.date_code,
            "manufacturer": facts.manufacturer,
            "manufacturer_part_number": facts.manufacturer_part_number,
            "manufactured_at": facts.manufactured_at,
            "received_at": facts.received_at,
            "expires_at": facts.expires_at,
            "initial_quantity": facts.initial_quantity,
            "quantity_unit": facts.quantity_unit,
            "journal_no": journal_no,
        },
    )
    if not created and (package.part_id != part.pk or package.lot_id != (lot.pk if lot else None)):
        raise _known_otherwise(facts.identifier)
    if created and actor.kind is not ActorKind.JOB:  # what a machine told of is recorded by its message
        record(
            actor,
            "receive_package",
            f"package:{facts.identifier}",
            part=facts.part_number,
            lot=facts.lot,
            supplier=facts.supplier,
            quantity=facts.initial_quantity,
        )
    return package


@command("register_supplier")
def register_supplier(actor: Actor, *, name: str) -> Supplier:
    """The supplier of that name, put on the books where it is new. Raises Invalid for an empty name."""
    name = " ".join(name.split())
    check_length(name, "supplier", 300)
    if not name:
        raise Invalid("supplier_unnamed", "A supplier needs a name.", field="supplier")
    supplier, created = Supplier.objects.get_or_create(name=name)
    if created:
        record(actor, "register_supplier", f"supplier:{name}")
    return supplier


def _lot(part: Part, supplier: str, code: str) -> Lot | None:
    named = Supplier.objects.get_or_create(name=supplier)[0] if supplier else None
    return Lot.objects.get_or_create(part=part, supplier=named, code=code)[0] if code else None


def _split_off_before(facts: PackageFacts) -> MaterialPackage | None:
    """The package, where it is on the books because it was split off another."""
    rows = MaterialPackage.objects.select_related("part", "lot__supplier").exclude(parents=None)
    return rows.filter(identifier=facts.identifier).first()


def _check_as_split(package: MaterialPackage, facts: PackageFacts) -> None:
    """What is said of it now must not contradict the part and lot that it has from its parent."""
    lot = package.lot
    supplier = lot.supplier.name if lot and lot.supplier else ""
    if (
        package.part.number != facts.part_number
        or (facts.lot and facts.lot != (lot.code if lot else ""))
        or (facts.lot and facts.supplier and facts.supplier != supplier)
    ):
        raise _known_otherwise(facts.identifier)


def _known_otherwise(identifier: str) -> Conflict:
    return Conflict(
        "package_known_otherwise",
        "Package {package} is on the books with another part or lot.",
        field="UniqueIdentifier",
        way_out="Check the label: every package needs an identifier of its own.",
        package=identifier,
    )


def check_facts(facts: PackageFacts) -> None:
    if not facts.identifier or not facts.part_number:
        missing = "UniqueIdentifier" if not facts.identifier else "InternalPartNumber"
        raise Invalid(
            "package_incomplete",
            "A material package needs an identifier and an internal part number; {missing} is empty.",
            field=missing,
            way_out="Give it and send again.",
            missing=missing,
        )
    for text, field in (
        (facts.identifier, "UniqueIdentifier"),
        (facts.part_number, "InternalPartNumber"),
        (facts.lot, "ManufacturerLotCode"),
    ):
        check_length(text, field)
    check_length(facts.supplier, "Vendor", 300)
    check_length(facts.date_code, "DateCode", 20)
    if facts.initial_quantity is not None and facts.initial_quantity < 0:
        raise Invalid(
            "negative_quantity",
            "Package {package} can't hold {quantity}.",
            field="InitialQuantity",
            way_out="Correct the quantity and send again.",
            package=facts.identifier,
            quantity=facts.initial_quantity,
        )


def storable_quantity(quantity: Decimal | None, field: str) -> Decimal | None:
    """The quantity to the millionth. Raises Invalid for one that no package can hold."""
    if quantity is None:
        return None
    if abs(quantity) >= MOST_PIECES:
        raise Invalid(
            "quantity_out_of_range",
            "{quantity} can't be in one package.",
            field=field,
            way_out="Correct the quantity and send again.",
            quantity=quantity,
        )
    return quantity.quantize(_MILLIONTH, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One coming or going of a package at a station."""

    package_id: int
    station_id: int
    location_id: int | None
    kind: str
    at: datetime
    feeder: str = ""
    quantity: Decimal | None = None


@command("report_loading")
def record_loads(actor: Actor, *, loads: Sequence[Load], journal_no: int) -> None:
    """Packages came to or left feeder locations. Raises Invalid for a quantity or a feeder that can't be."""
    for load in loads:
        check_length(load.feeder, "CarrierInformation.UniqueIdentifier")
    LoadEvent.objects.bulk_create(
        LoadEvent(
            package_id=load.package_id,
            station_id=load.station_id,
            location_id=load.location_id,
            kind=load.kind,
            feeder=load.feeder,
            quantity=storable_quantity(load.quantity, "Quantity"),
            at=load.at,
            journal_no=journal_no,
        )
        for load in loads
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageNews:
    """What became of a package. Quantities in its own unit; ``quantity`` is what is in it afterwards."""

    package_id: int
    station_id: int
    kind: str
    at: datetime
    location_id: int | None = None
    other_package_id: int | None = None
    quantity: Decimal | None = None
    quantity_used: Decimal | None = None
    quantity_spoiled: Decimal | None = None
    lot_id: int | None = None
    date_code: str = ""
    reason: str = ""
    comments: str = ""
    by: str = ""


@command("report_loading")
def record_package_news(actor: Actor, *, news: Sequence[PackageNews], journal_no: int) -> None:
    """What became of packages. Raises Invalid for a quantity that no package can hold."""
    PackageEvent.objects.bulk_create(
        PackageEvent(
            package_id=one.package_id,
            station_id=one.station_id,
            kind=one.kind,
            at=one.at,
            location_id=one.location_id,
            other_package_id=one.other_package_id,
            quantity=storable_quantity(one.quantity, "Quantity"),
            quantity_used=storable_quantity(one.quantity_used, "QuantityUsed"),
            quantity_spoiled=storable_quantity(one.quantity_spoiled, "QuantitySpoiled"),
            lot_id=one.lot_id,
            date_code=one.date_code,
            reason=one.reason[:60],
            comments=one.comments,
            by=one.by[:200],
            journal_no=journal_no,
        )
        for one in news
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A part of ``source`` became the package ``identifier``. Quantities are what each holds afterwards."""

    source: MaterialPackage
    identifier: str
    station_id: int
    at: datetime
    source_quantity: Decimal | None = None
    quantity: Decimal | None = None


@command("report_loading")
def split_package(actor: Actor, *, split: Split, journal_no: int) -> bool:
    """A part of a package is a package of its own from now on, of the same part, lot, date code and maker.

    Answers whether that is news: a split that is on the books changes nothing. Raises Conflict where the new
    package is known as another part or lot, Invalid where it is the old one or has no name.
    """
    source = split.source
    child = _child(source, split.identifier, split.quantity, journal_no)
    _, news = PackageAncestry.objects.get_or_create(
        parent=source, child=child, defaults={"at": split.at, "journal_no": journal_no}
    )
    if news:
        ends = (
            (source, PackageEventKind.SPLIT_OFF, child, split.source_quantity),
            (child, PackageEventKind.SPLIT_FROM, source, split.quantity),
        )
        record_package_news.within(
            actor,
            news=[
                PackageNews(
                    package_id=package.pk,
                    station_id=split.station_id,
                    kind=kind,
                    at=split.at,
                    other_package_id=other.pk,
                    quantity=quantity,
                )
                for package, kind, other, quantity in ends
            ],
            journal_no=journal_no,
        )
    return news


def _child(
    source: MaterialPackage, identifier: str, quantity: Decimal | None, journal_no: int | None
) -> MaterialPackage:
    """The package that a part of another became; the known one of that name, if it can be it."""
    check_length(identifier, "NewMaterialPackageIdentifier")
    if not identifier or identifier == source.identifier:
        raise Invalid(
            "not_a_new_package",
            "What is split off package {package} needs an identifier of its own.",
            field="NewMaterialPackageIdentifier",
            way_out="Give the new package a label, and send it again under a new UniqueID.",
            package=source.identifier,
        )
    child, created = MaterialPackage.objects.get_or_create(
        identifier=identifier,
        defaults={
            "part_id": source.part_id,
            "lot_id": source.lot_id,
            "date_code": source.date_code,
            "manufacturer": source.manufacturer,
            "manufacturer_part_number": source.manufacturer_part_number,
            "manufactured_at": source.manufactured_at,
            "received_at": source.received_at,
            "expires_at": source.expires_at,
            "initial_quantity": storable_quantity(quantity, "NewMaterialPackageQuantity"),
            "quantity_unit": source.quantity_unit,
            "journal_no": journal_no,
        },
    )
    another_lot = None not in {child.lot_id, source.lot_id} and child.lot_id != source.lot_id
    if not created and (child.part_id != source.part_id or another_lot):
        raise _known_otherwise(identifier)
    return child


@command("move_stock")
def part_package(
    actor: Actor, *, source: MaterialPackage, identifier: str, quantity: Decimal, at: datetime
) -> MaterialPackage:
    """Somebody of the house split a package: as ``split_package``, but without a machine's message."""
    child = _child(source, identifier, quantity, None)
    descend.within(actor, parent=source, child=child, at=at)
    return child


@command("move_stock")
def descend(actor: Actor, *, parent: MaterialPackage, child: MaterialPackage, at: datetime) -> None:
    """Pieces of one package are in another from now on: what the first is suspected of, so is the second.

    It counts from the next message on. No board can hold such a piece as of an earlier one, so that what was
    answered as of then stays the answer.
    """
    PackageAncestry.objects.get_or_create(
        parent=parent, child=child, defaults={"at": at, "journal_no": newest_journal_no() + 1}
    )


@command("report_loading")
def lot_of_correction(actor: Actor, *, package: MaterialPackage, supplier: str, code: str) -> int | None:
    """The id of the lot that a correction names for a package; its supplier is the known one if none is
    named. The package's own row stays as it is: ``lookups.origins`` says what counts.
    """
    check_length(code, "ManufacturerLotCode")
    check_length(supplier, "Vendor", 300)
    if not supplier and package.lot is not None and package.lot.supplier is not None:
        supplier = package.lot.supplier.name
    lot = _lot(package.part, supplier, code)
    return lot.pk if lot else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a moisture-sensitive package went through, in the teller's words and figures."""

    package_id: int
    station_id: int
    kind: str
    at: datetime
    level: str = ""
    state: str = ""
    floor_life_left_s: int | None = None
    floor_life_ends_at: datetime | None = None
    first_exposed_at: datetime | None = None
    last_exposed_at: datetime | None = None


@command("report_loading")
def record_exposures(actor: Actor, *, exposures: Sequence[Exposure], journal_no: int) -> None:
    """Packages were opened, stored dry, taken out, baked, or their floor life ran out."""
    ExposureEvent.objects.bulk_create(
        ExposureEvent(
            package_id=one.package_id,
            station_id=one.station_id,
            kind=one.kind,
            at=one.at,
            level=one.level[:20],
            state=one.state[:20],
            floor_life_left_s=one.floor_life_left_s,
            floor_life_ends_at=one.floor_life_ends_at,
            first_exposed_at=one.first_exposed_at,
            last_exposed_at=one.last_exposed_at,
            journal_no=journal_no,
        )
        for one in exposures
    )
