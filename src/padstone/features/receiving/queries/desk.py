"""The goods-in: what a scan is, and what is known of the package in hand, before anything is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.label import Label
from padstone.features.receiving.domain.checks import check, must_hold
from padstone.features.receiving.domain.facts import Finding
from padstone.features.receiving.domain.scanned import scanned
from padstone.features.receiving.lookups import at_the_door, order_called, policy_in_force, quarantine
from padstone.features.stock.lookups import location_called
from padstone.kernel.errors import Refusal

if TYPE_CHECKING:
    from padstone.features.labels.domain.merging import Conflict
    from padstone.kernel.actor import Actor

RECEIVE = "receive_package"


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which the labels differ, and what each of them says."""

    name: str
    reason: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """The package in hand, as its labels and a person tell, and what the rules say of it. ``missing`` are the
    fields that must still be said; ``held``: something is off, and it will be in quarantine; ``goes_to``:
    where it must be brought then, "" where the house has no such place. ``asks_dry_pack``:
    it is sensitive to moisture, and nobody has told of its dry pack. ``ready``: a location is all it needs.
    """

    part: str
    description: str
    mpn: str
    maker: str
    lot: str
    date_code: str
    quantity: Decimal | None
    unit: str
    level: str
    supplier: str
    order: str
    line: int | None
    missing: tuple[str, ...]
    choices: tuple[Choice, ...]
    doubts: tuple[str, ...]
    asks_dry_pack: bool
    findings: tuple[Finding, ...]
    held: bool
    goes_to: str
    received_before: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan is: a location, a purchase order, a package of ours, a label, or nothing that is known."""

    kind: str
    text: str
    refusal: Refusal | None = None


def what_is(actor: Actor, text: str) -> Scan:
    """A location's label or code, an order's number, a label of ours, or a label of a supplier or maker."""
    actor.must(RECEIVE)
    plain = text.strip()
    if len(plain) <= 100 and location_called(plain) is not None:
        return Scan("location", plain)
    try:
        label = decode(text)
    except Refusal as refusal:
        order = order_called(plain) if len(plain) <= 100 else None
        return Scan("order", order.number) if order else Scan("unknown", text, refusal)
    return _of_label(label, text)


def _of_label(label: Label, text: str) -> Scan:
    location = str(label.fields.get("location", ""))
    if len(label.elements) == 1 and location and location_called(location) is not None:
        return Scan("location", location)
    if package := label.fields.get("package"):
        return Scan("package", str(package))
    if len(label.elements) == 1 and (order := order_called(text.strip())):
        return Scan("order", order.number)
    return Scan("label", text)


def in_hand(actor: Actor, labels: Sequence[str], said: Mapping[str, str], order: str = "") -> InHand:
    """What is known of the package in hand. Raises Invalid for a label that can't be read any more."""
    actor.must(RECEIVE)
    told = scanned([decode(one) for one in labels], said)
    door = at_the_door(told, order)
    _, policy = policy_in_force()
    findings = check(door.arrived, door.known, policy)
    part = door.found.part
    known = bool(door.found.number)
    held = must_hold(findings)
    cage = quarantine(policy) if held else None
    moist = door.known.level not in {"", "1"}
    asks = moist and told.sealed_on is None and "sealed_on" not in told.not_there
    line = door.delivery.counts_to
    return InHand(
        part=door.found.number,
        description=part.description if part else "",
        mpn=told.mpn,
        maker=door.arrived.maker,
        lot=told.lot,
        date_code=told.date_code,
        quantity=told.quantity,
        unit=told.unit,
        level=door.known.level,
        supplier=door.supplier_name,
        order=door.known.order,
        line=line.number if line else None,
        missing=told.missing,
        choices=tuple(_choice(one) for one in told.conflicts),
        doubts=told.doubts,
        asks_dry_pack=asks,
        findings=tuple(one for one in findings if _is_due(one, asks=asks, missing=told.missing))
        if known
        else (),
        held=held,
        goes_to=cage.code if cage and not told.missing and not asks else "",
        received_before=door.received_before,
        ready=known and not told.missing and not asks and not door.received_before,
    )


def _choice(conflict: Conflict) -> Choice:
    values = dict.fromkeys(str(one.value) for one in conflict.origins)
    return Choice(conflict.name, conflict.reason, tuple(values))


_STILL_ASKED = {
    "not_traceable": ("lot", "date_code"),
    "dry_pack_undated": (),
    "certificate_missing": ("lot",),
}


def _is_due(finding: Finding, *, asks: bool, missing: Sequence[str]) -> bool:
    """Whether it is worth telling while something is still to be said: what an answer may heal is not."""
    if finding.rule == "dry_pack_undated":
        return not asks
    return not set(_STILL_ASKED.get(finding.rule, ())) & set(missing)
