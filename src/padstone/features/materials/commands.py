"""The only code that writes materials."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.models import LoadEvent, Lot, MaterialPackage, Supplier
from padstone.features.parts.commands import register_part
from padstone.kernel.actor import ActorKind
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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

    Receiving it again with the same part and lot changes nothing. Raises Conflict where it is known as
    another part or lot, Invalid for an impossible quantity.
    """
    _check(facts)
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
        initial_quantity=_storable(facts.initial_quantity, "InitialQuantity"),
    )
    supplier = Supplier.objects.get_or_create(name=facts.supplier)[0] if facts.supplier else None
    lot = Lot.objects.get_or_create(part=part, supplier=supplier, code=facts.lot)[0] if facts.lot else None
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
        raise Conflict(
            "package_known_otherwise",
            "Package {package} is on the books with another part or lot.",
            field="UniqueIdentifier",
            way_out="Check the label: every package needs an identifier of its own.",
            package=facts.identifier,
        )
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


def _check(facts: PackageFacts) -> None:
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


def _storable(quantity: Decimal | None, field: str) -> Decimal | None:
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
            quantity=_storable(load.quantity, "Quantity"),
            at=load.at,
            journal_no=journal_no,
        )
        for load in loads
    )
