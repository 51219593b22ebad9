"""A package comes into the house: one transaction from its labels to the store, or into quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.clocks.commands import note_exposure
from padstone.features.clocks.domain.happenings import Happened
from padstone.features.labels.domain.codes import package_code
from padstone.features.labels.domain.decoding import decode
from padstone.features.materials.commands import PackageFacts, receive_package, register_supplier
from padstone.features.materials.lookups import packages
from padstone.features.receiving.domain.checks import check
from padstone.features.receiving.domain.facts import Finding
from padstone.features.receiving.domain.lot_forms import form_of
from padstone.features.receiving.domain.scanned import MOST_LABELS, Scanned, scanned
from padstone.features.receiving.domain.texts import bare
from padstone.features.receiving.lookups import AtTheDoor, at_the_door, policy_in_force, quarantine
from padstone.features.receiving.models import OwnNumber, Receipt, SeenNumber
from padstone.features.stock.commands import Arrival, book_in, hold
from padstone.features.stock.lookups import positions
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.features.materials.models import MaterialPackage
    from padstone.features.receiving.domain.policy import Policy
    from padstone.kernel.actor import Actor


_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A package that was received: under which code, where it is now, and what was off. ``held``: it is in
    quarantine. ``repeated``: it was received before, under the same key; nothing was done.
    """

    package: str
    part: str
    lot: str
    date_code: str
    quantity: Decimal
    unit: str
    location: str
    held: bool
    findings: tuple[Finding, ...]
    order: str
    line: int | None
    repeated: bool


@command("receive_package")
def receive(
    actor: Actor,
    *,
    labels: Sequence[str],
    location: str = "",
    said: Mapping[str, str] | None = None,
    order: str = "",
    key: str = "",
) -> Received:
    """Receive one package: its labels as they were scanned, what a person said besides, and where it is put.

    It gets a code of ours, goes onto the register and into store, and counts to a line of the purchase order.
    What a rule finds off puts it in quarantine at once, wherever it was to go. Raises Invalid where something
    is missing or the labels differ, Conflict where its supplier's or maker's number was received before.
    ``key`` is the sender's own name for it: sent again it does nothing.
    """
    if len(labels) > MOST_LABELS:
        raise Invalid(
            "too_many_labels", "A package has {most} labels at most.", field="labels", most=MOST_LABELS
        )
    check_length(key, "key", 100)
    told = scanned([decode(one) for one in labels], said or {})
    _must_be_complete(told)
    own, created = (
        OwnNumber.objects.get_or_create(key=key, defaults={"at": clock.now()})
        if key
        else (OwnNumber.objects.create(at=clock.now()), True)
    )
    if not created:
        return _repeated(own)
    door = at_the_door(told, order, lock=True)
    _must_not_be_known(door)
    revision, policy = policy_in_force()
    findings = check(door.arrived, door.known, policy)
    code = package_code(own.pk)
    package = _put_on_the_books(actor, code, told, door)
    _claim_numbers(own, package, told, door)
    place, held = _into_store(actor, code, told, findings, location, policy)
    _note_dry_pack(actor, code, told)
    line = door.delivery.counts_to
    Receipt.objects.create(
        own=own,
        package_id=package.pk,
        line=line,
        supplier=door.supplier or (package.lot.supplier if package.lot else None),
        quantity=door.arrived.quantity,
        lot_form=form_of(told.lot)[:200],
        maker_key=bare(door.arrived.maker),
        country=told.country[:2],
        labels=list(labels),
        said=dict(said or {}),
        findings=[asdict(one) for one in findings],
        sound=not held,
        fills=all(one.rule != "more_than_ordered" for one in findings),
        policy=revision,
        at=clock.now(),
        by=actor.name[:200],
    )
    record(
        actor,
        "receive",
        f"package:{code}",
        order=door.known.order,
        line=line.number if line else None,
        location=place,
        quantity=door.arrived.quantity,
        findings=[one.rule for one in findings],
    )
    return Received(
        package=code,
        part=package.part.number,
        lot=told.lot,
        date_code=told.date_code,
        quantity=door.arrived.quantity.quantize(_MILLIONTH),
        unit=package.quantity_unit,
        location=place,
        held=held,
        findings=findings,
        order=door.known.order,
        line=line.number if line else None,
        repeated=False,
    )


_WORDS = {
    "part": "part number",
    "date_code": "date code",
    "confirmed": "that the label was read rightly",
    "customer_part": "part number",
    "mpn": "maker's part number",
    "expiry": "expiry",
}


def _must_be_complete(told: Scanned) -> None:
    if told.own_package:
        raise Conflict(
            "our_own_label",
            "{package} is a label of ours: the package was received before.",
            field="labels",
            way_out="Scan what the supplier and the maker put on it.",
            package=told.own_package,
        )
    if told.missing:
        raise Invalid(
            "package_incomplete",
            "Still to be said: {missing}.",
            field="labels",
            way_out="Scan another label of the package, or type what is printed.",
            missing=", ".join(dict.fromkeys(_WORDS.get(name, name) for name in told.missing)),
        )


def _must_not_be_known(door: AtTheDoor) -> None:
    if door.received_before:
        raise received_before(door.received_before)


def received_before(code: str) -> Conflict:
    """The refusal of a package whose number was received before."""
    row = Receipt.objects.filter(package__identifier=code).first()
    return Conflict(
        "received_before",
        "This package was received before, as {package}{how}.",
        field="labels",
        way_out="Look for our label on it. If this is another package with the same number, put it aside: "
        "labels are copied.",
        package=code,
        how=f" by {row.by} at {row.at:%Y-%m-%d %H:%M} UTC" if row else " just now",
    )


def _put_on_the_books(actor: Actor, code: str, told: Scanned, door: AtTheDoor) -> MaterialPackage:
    if code in packages([code]):
        raise Conflict(
            "package_code_taken",
            "The code {package} is another package's.",
            field="labels",
            way_out="Receive it once more: it gets the next code.",
            package=code,
        )
    if door.supplier_name and door.supplier is None:
        register_supplier.within(actor, name=door.supplier_name)
    facts = PackageFacts(
        identifier=code,
        part_number=door.found.number,
        manufacturer=door.arrived.maker,
        manufacturer_part_number=told.mpn,
        supplier=door.supplier_name,
        lot=told.lot,
        date_code=told.date_code,
        manufactured_at=door.manufactured_at,
        received_at=clock.now(),
        expires_at=door.expires_at,
        initial_quantity=door.arrived.quantity,
        quantity_unit=told.unit,
    )
    return receive_package.within(actor, facts=facts)


def _claim_numbers(own: OwnNumber, package: MaterialPackage, told: Scanned, door: AtTheDoor) -> None:
    """Of two people who receive the same package at once, one gets its number: the other waits here, and is
    told.
    """
    for kind, number in told.identities:
        seen, created = SeenNumber.objects.get_or_create(
            number=number[:200],
            kind=kind,
            part_id=package.part_id,
            supplier=bare(door.supplier_name),
            defaults={"own": own},
        )
        if not created and seen.own_id != own.pk:
            raise received_before(package_code(seen.own_id))


def _into_store(
    actor: Actor, code: str, told: Scanned, findings: Sequence[Finding], location: str, policy: Policy
) -> tuple[str, bool]:
    """Where it is booked in, and whether it is held there."""
    holding = [one for one in findings if one.holds]
    cage = quarantine(policy) if holding else None
    place = cage.code if cage else location.strip()
    if not place:
        raise Invalid(
            "location_missing",
            "Say where the package is put.",
            field="location",
            way_out="Scan the label of the location.",
        )
    codes = tuple(number for _, number in told.identities)
    book_in.within(actor, arrivals=[Arrival(package=code, location=place, codes=codes)])
    for reason in dict.fromkeys(one.hold for one in holding):
        why = " ".join(f"{one.reason}" for one in holding if one.hold == reason)
        hold.within(actor, packages=[code], reason=reason, why=why)
    return place, bool(holding)


def _note_dry_pack(actor: Actor, code: str, told: Scanned) -> None:
    now = clock.now()
    if told.sealed_on is not None:
        at = min(datetime.combine(told.sealed_on, time(), UTC), now)
        note_exposure.within(actor, packages=[code], kind=Happened.SEALED, at=at)
    if told.card_percent is not None:
        note_exposure.within(actor, packages=[code], kind=Happened.CARD_READ, at=now, value=told.card_percent)


def _repeated(own: OwnNumber) -> Received:
    row = Receipt.objects.select_related("package__part", "package__lot", "line__order").get(own=own)
    package = row.package
    position = positions([package.pk])[package.pk]
    return Received(
        package=package.identifier,
        part=package.part.number,
        lot=package.lot.code if package.lot else "",
        date_code=package.date_code,
        quantity=row.quantity,
        unit=package.quantity_unit,
        location=position.location.code if position.location else "",
        held=not row.sound,
        findings=tuple(Finding(**one) for one in row.findings),
        order=row.line.order.number if row.line else "",
        line=row.line.number if row.line else None,
        repeated=True,
    )
