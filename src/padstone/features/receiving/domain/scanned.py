"""What the labels of one package say together with what a person said of it, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from padstone.features.labels.domain.dates import day, days_of_date_code
from padstone.features.labels.domain.label import Label, Severity
from padstone.features.labels.domain.merging import Conflict as Differing
from padstone.features.labels.domain.merging import merged
from padstone.kernel.errors import Conflict, Invalid

DECIDED: Final = ("customer_part", "mpn", "lot", "date_code", "quantity", "expiry")
"""In these two labels may not differ; of other fields the first label counts."""

SAYABLE: Final = (
    "part",
    "quantity",
    "lot",
    "date_code",
    "expiry",
    "sealed_on",
    "card",
    "confirmed",
    "customer_part",
    "mpn",
)
"""What a person may say of a package, beside or instead of its labels."""

NOT_THERE: Final = "-"
"""Said of a lot or a date code: no label has one. Of the dry pack: none, or its card can't be read."""

IDENTITIES: Final = ("package_id", "serial", "license_plate", "sscc", "epc")
"""By these fields a supplier or a maker names this package and no other."""

LONGEST_SAID: Final = 200
MOST_LABELS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A package as its labels and a person tell. ``part_numbers`` are (kind, number) to find the part by, the
    surest first. ``made`` are the days that it may have been made on. ``identities`` are (field, text).

    ``missing`` are the fields that must still be said; ``conflicts`` those that the labels differ in and
    nobody has decided, ``settled`` those that somebody has. ``not_there``: what no label has, as a person
    says. ``doubts`` somebody must confirm.
    """

    part_numbers: tuple[tuple[str, str], ...]
    mpn: str
    maker: str
    supplier: str
    order: str
    lot: str
    date_code: str
    made: tuple[date, date] | None
    quantity: Decimal | None
    unit: str
    country: str
    level: str
    expires_on: date | None
    sealed_on: date | None
    card_percent: int | None
    identities: tuple[tuple[str, str], ...]
    own_package: str
    not_there: frozenset[str]
    missing: tuple[str, ...]
    conflicts: tuple[Differing, ...]
    settled: tuple[str, ...]
    doubts: tuple[str, ...]
    fields: Mapping[str, str]


def scanned(labels: Sequence[Label], said: Mapping[str, str]) -> Scanned:
    """All labels of one package and what a person said, taken together. A person's word decides between
    labels, and fills what they leave out. Raises Invalid for a word that can't be read, Conflict for labels
    of two packages.
    """
    must_be_one_package(labels)
    together = merged(labels)
    check_said(said)
    fields = {name: str(value) for name, value in together.fields.items()}
    for conflict in together.conflicts:
        if conflict.name not in DECIDED:
            fields[conflict.name] = str(conflict.origins[0].value)
    conflicts = tuple(one for one in together.conflicts if one.name in DECIDED and one.name not in said)
    settled = tuple(one.reason for one in together.conflicts if one.name in said)
    spoken = {name: text.strip() for name, text in said.items() if text.strip()}
    not_there = frozenset(name for name, text in spoken.items() if text == NOT_THERE)
    fields |= {name: text for name, text in spoken.items() if name not in not_there}
    doubts = tuple(one.reason for one in together.doubts if one.severity is Severity.ASK)
    date_code = fields.get("date_code", "")
    made = days_of_date_code(date_code) if date_code else None
    if (made is None and not date_code) and (at := _day(fields, "production_date")):
        made, date_code = (at, at), at.isoformat()
    return Scanned(
        part_numbers=_part_numbers(fields),
        mpn=fields.get("mpn", ""),
        maker=fields.get("manufacturer", ""),
        supplier=fields.get("supplier", ""),
        order=fields.get("customer_po", ""),
        lot=fields.get("lot", ""),
        date_code=date_code[:20],
        made=made,
        quantity=_quantity(fields.get("quantity", "")),
        unit=_unit(labels),
        country=fields.get("country", ""),
        level=fields.get("msl", ""),
        expires_on=_day(fields, "expiry"),
        sealed_on=_day(fields, "sealed_on"),
        card_percent=int(fields["card"]) if fields.get("card", "").isdigit() else None,
        identities=_identities(labels),
        own_package=fields.get("package", ""),
        not_there=not_there,
        missing=_missing(fields, date_code, not_there, conflicts, doubts, spoken),
        conflicts=conflicts,
        settled=settled,
        doubts=() if spoken.get("confirmed") else doubts,
        fields=fields,
    )


def must_be_one_package(labels: Sequence[Label]) -> None:
    """Refuse labels of two packages: of one design, and with different package or serial numbers.

    A distributor's and a maker's label differ in their numbers, too, but never in this one way alone.
    """
    seen: dict[tuple[str, frozenset[str]], tuple[tuple[str, str], ...]] = {}
    for label in labels:
        numbers = _identities([label])
        if numbers and seen.setdefault((label.form, frozenset(label.identifiers)), numbers) != numbers:
            raise Conflict(
                "label_of_another_package",
                "{number} is the label of another package.",
                field="labels",
                way_out="First scan where the package in hand goes, or begin anew with the other one.",
                number=numbers[0][1],
            )


def check_said(said: Mapping[str, str]) -> None:
    """Refuse (Invalid) what is said under another name, or is no day, no spot of a card and no quantity."""
    for name, text in said.items():
        if name not in SAYABLE or len(text) > LONGEST_SAID:
            raise Invalid(
                "said_unknown",
                "“{name}” is nothing that is said of a package.",
                field=name,
                way_out=f"Say one of: {', '.join(SAYABLE)}; {LONGEST_SAID} characters at most.",
                name=name[:40],
            )
    for name in ("expiry", "sealed_on"):
        text = said.get(name, "").strip()
        if text and text != NOT_THERE and day(text, "YYYY-MM-DD") is None:
            raise Invalid(
                "day_unreadable",
                "“{text}” is no day.",
                field=name,
                way_out="Write it like 2026-03-01.",
                text=text,
            )
    card = said.get("card", "").strip()
    if card and card != NOT_THERE and not (card.isascii() and card.isdigit() and int(card) <= 100):
        raise Invalid(
            "card_unreadable",
            "“{text}” is no spot of a humidity card.",
            field="card",
            way_out="Give the highest spot that has turned, in % RH; 0 for none.",
            text=card,
        )
    _quantity(said.get("quantity", ""))


def _part_numbers(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a person says first; then our own number, the maker's, the supplier's."""
    kinds = (("said", "part"), ("number", "customer_part"), ("maker", "mpn"), ("supplier", "sku"))
    return tuple((kind, fields[name]) for kind, name in kinds if fields.get(name))


def _quantity(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found <= 0 or found >= 10**12:
        raise Invalid(
            "quantity_unreadable",
            "“{text}” is no quantity.",
            field="quantity",
            way_out="Write a number above 0, with a point: 4000, 0.5.",
            text=text,
        )
    return found


def _unit(labels: Sequence[Label]) -> str:
    units = [one.unit for label in labels for one in label.elements if one.name == "quantity" and one.unit]
    return units[0].lower() if units else "pcs"


def _day(fields: Mapping[str, str], name: str) -> date | None:
    return day(fields[name], "YYYY-MM-DD") if fields.get(name) else None


def _identities(labels: Sequence[Label]) -> tuple[tuple[str, str], ...]:
    found = [
        (name, str(label.fields[name])) for label in labels for name in IDENTITIES if label.fields.get(name)
    ]
    return tuple(dict.fromkeys(found))


def _missing(
    fields: Mapping[str, str],
    date_code: str,
    not_there: frozenset[str],
    conflicts: Sequence[Differing],
    doubts: Sequence[str],
    spoken: Mapping[str, str],
) -> tuple[str, ...]:
    contested = {one.name for one in conflicts}
    found = [one.name for one in conflicts]
    if not any(fields.get(name) for name in ("part", "customer_part", "mpn", "sku")):
        found.append("part")
    if not fields.get("quantity"):
        found.append("quantity")
    if not fields.get("lot"):
        found.append("lot")
    if not date_code:
        found.append("date_code")
    if doubts and not spoken.get("confirmed"):
        found.append("confirmed")
    wanted = (name for name in dict.fromkeys(found) if name in contested or name not in not_there)
    return tuple(wanted)
