"""Many packages put on the books at once: what a house brings along when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.materials.commands import PackageFacts, check_facts, storable_quantity
from padstone.features.materials.models import Lot, MaterialPackage, Supplier
from padstone.features.parts.commands.bills import NamedPart, register_parts
from padstone.features.parts.lookups import part_ids
from padstone.kernel.errors import Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command, gathering, write_later

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Received:
    """Which packages are new, and which were known: as what part and lot."""

    added: tuple[str, ...]
    known: dict[str, tuple[str, str]]


@command("receive_package")
def receive_packages(actor: Actor, *, facts: Sequence[PackageFacts]) -> Received:
    """Packages with their parts, suppliers and lots, a thousand at most, in a handful of statements.

    One that is known stays as it is, and is named in the answer. Raises Invalid for incomplete facts and
    impossible quantities.
    """
    if len(facts) > MOST_AT_ONCE:
        raise Invalid("too_many_at_once", "At most {most} go at once.", field="facts", most=MOST_AT_ONCE)
    for one in facts:
        check_facts(one)
    rows = MaterialPackage.objects.select_related("part", "lot").filter(
        identifier__in=[one.identifier for one in facts]
    )
    known = {row.identifier: (row.part.number, row.lot.code if row.lot else "") for row in rows}
    fresh = [one for one in facts if one.identifier not in known]
    parts = _parts(actor, fresh)
    suppliers = _suppliers({one.supplier for one in fresh if one.supplier})
    lots = _lots((parts[one.part_number], suppliers.get(one.supplier), one.lot) for one in fresh if one.lot)
    with gathering():
        for one in fresh:
            part = parts[one.part_number]
            write_later(
                MaterialPackage,
                identifier=one.identifier,
                part_id=part,
                lot_id=lots[part, suppliers.get(one.supplier), one.lot] if one.lot else None,
                date_code=one.date_code,
                manufacturer=one.manufacturer[:300],
                manufacturer_part_number=one.manufacturer_part_number[:200],
                manufactured_at=one.manufactured_at,
                received_at=one.received_at,
                expires_at=one.expires_at,
                initial_quantity=storable_quantity(one.initial_quantity, "quantity"),
                quantity_unit=one.quantity_unit[:20],
                journal_no=None,
            )
    added = tuple(one.identifier for one in fresh)
    if added:
        record(actor, "receive_packages", "packages", packages=list(added))
    return Received(added, known)


def _parts(actor: Actor, facts: Sequence[PackageFacts]) -> dict[str, int]:
    found = part_ids({one.part_number for one in facts})
    new = {one.part_number: one for one in reversed(facts) if one.part_number not in found}
    named = [
        NamedPart(number, one.description, one.manufacturer, one.manufacturer_part_number)
        for number, one in new.items()
    ]
    return found | (register_parts.within(actor, parts=named) if named else {})


def _suppliers(names: set[str]) -> dict[str, int]:
    Supplier.objects.bulk_create([Supplier(name=name) for name in sorted(names)], ignore_conflicts=True)
    return dict(Supplier.objects.filter(name__in=names).values_list("name", "id"))


def _lots(wanted: Iterable[tuple[int, int | None, str]]) -> dict[tuple[int, int | None, str], int]:
    keys = dict.fromkeys(wanted)
    rows = Lot.objects.filter(part__in={key[0] for key in keys}, code__in={key[2] for key in keys})

    def found() -> dict[tuple[int, int | None, str], int]:
        columns = rows.values_list("part_id", "supplier_id", "code", "id")
        return {(part, supplier, code): pk for part, supplier, code, pk in columns}

    known = found()
    missing = [
        Lot(part_id=part, supplier_id=by, code=code)
        for part, by, code in keys
        if (part, by, code) not in known
    ]
    Lot.objects.bulk_create(missing, ignore_conflicts=True)
    return found() if missing else known
