"""The mass balance: of a package, of a lot, of a work order; and what does not add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups.consumption import packages_of_order
from padstone.features.materials.lookups import package_rows, packages, packages_of_lot
from padstone.features.production.lookups import order_numbered
from padstone.features.stock.domain.findings import Finding, findings
from padstone.features.stock.sheets import sheets_of, twins, unbalanced_peers, worth_a_look
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from padstone.features.stock.domain.sheet import Sheet
    from padstone.kernel.actor import Actor

PACKAGES_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """What came of a package and what became of it, in its own unit: ``received`` and ``split_in`` are
    ``split_out``, ``on_hand``, ``placed``, ``spoiled``, ``scrapped``, ``returned``, ``counted_away`` and
    ``missing`` together. ``doubtful`` of the pieces on hand may be placed instead: those around a splice.
    """

    package: str
    part: str
    lot: str
    unit: str
    is_booked_in: bool
    received: Decimal
    split_in: Decimal
    split_out: Decimal
    on_hand: Decimal
    placed: Decimal
    doubtful: int
    spoiled: Decimal
    scrapped: Decimal
    returned: Decimal
    counted_away: Decimal
    missing: Decimal


_SUMMED = (
    "received",
    "split_in",
    "split_out",
    "on_hand",
    "placed",
    "doubtful",
    "spoiled",
    "scrapped",
    "returned",
    "counted_away",
    "missing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """What does not add up: at which package, by how many pieces, its likely cause (a word of
    ``domain.findings.Cause``), the package at its other end, and a sentence.
    """

    package: str
    cause: str
    pieces: Decimal
    other: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The lines of some packages, their sum where they are of one unit, and what does not add up. ``next``
    asks for the packages behind these.
    """

    of: str
    lines: tuple[BalanceLine, ...]
    total: BalanceLine | None
    findings: tuple[FindingLine, ...]
    next: int | None = None


def balance_of_package(actor: Actor, identifier: str) -> Balance:
    """Raises NotFound for a package that nobody has told of."""
    must_see(actor)
    row = packages([identifier]).get(identifier)
    if row is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="identifier",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    return _balance(identifier, [row.pk])


def balance_of_lot(actor: Actor, code: str, *, after: int = 0) -> Balance:
    """Of all packages of a lot, and what was split off them. Raises NotFound for an unknown lot."""
    must_see(actor)
    ids = packages_of_lot(code)
    if not ids:
        raise NotFound(
            "unknown_lot",
            "No package of a lot {lot} is on the books.",
            field="code",
            way_out="Write it as a package's page shows it.",
            lot=code,
        )
    return _balance(code, ids, after)


def balance_of_order(actor: Actor, number: str, *, after: int = 0) -> Balance:
    """Of all packages that parts of a work order's boards came from. Raises NotFound for an unknown order."""
    must_see(actor)
    row = order_numbered(number)
    if row is None:
        raise NotFound(
            "unknown_order",
            "There is no work order {order}.",
            field="number",
            way_out="See the page of orders for their numbers.",
            order=number,
        )
    return _balance(number, sorted(packages_of_order(row.pk)), after)


def balance_of_house(actor: Actor, *, after: int = 0) -> Balance:
    """What does not add up anywhere: of the packages that are worth a look, those that are unbalanced or
    named by a finding. ``next`` looks through the packages behind these.
    """
    must_see(actor)
    looked_at = _balance("", worth_a_look(), after)
    named = {name for one in looked_at.findings for name in (one.package, one.other)}
    lines = tuple(one for one in looked_at.lines if one.package in named or one.missing or one.on_hand < 0)
    return replace(looked_at, lines=lines, total=_total(lines) if len(lines) > 1 else None)


def _balance(of: str, ids: Sequence[int], after: int = 0) -> Balance:
    shown = list(ids[after : after + PACKAGES_AT_ONCE])
    sheets = sheets_of(shown)
    parts = {row.part_id for row in package_rows(shown).values()}
    peers = sheets_of({*unbalanced_peers(parts, shown), *twins(sheets, shown)})
    lines = tuple(sorted((_line(sheet) for sheet in sheets.values()), key=lambda line: line.package))
    told = findings(list(sheets.values()), peers.values())
    return Balance(
        of=of,
        lines=lines,
        total=_total(lines) if len(lines) > 1 else None,
        findings=tuple(_finding_line(one) for one in told),
        next=after + PACKAGES_AT_ONCE if len(ids) > after + PACKAGES_AT_ONCE else None,
    )


def _line(sheet: Sheet) -> BalanceLine:
    return BalanceLine(
        package=sheet.package,
        part=sheet.part,
        lot=sheet.lot,
        unit=sheet.unit,
        is_booked_in=sheet.is_booked_in,
        **{name: getattr(sheet, name) for name in _SUMMED},
    )


def _total(lines: Iterable[BalanceLine]) -> BalanceLine | None:
    rows = list(lines)
    units = {line.unit for line in rows}
    if len(units) != 1:
        return None
    return BalanceLine(
        package="",
        part="",
        lot="",
        unit=units.pop(),
        is_booked_in=all(line.is_booked_in for line in rows),
        **{name: sum(getattr(line, name) for line in rows) for name in _SUMMED},
    )


def _finding_line(one: Finding) -> FindingLine:
    return FindingLine(
        package=one.package, cause=one.cause.value, pieces=one.pieces, other=one.other, text=one.text
    )
