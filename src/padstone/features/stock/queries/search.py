"""Packages and locations by any code that is on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.lookups import package_names, package_rows
from padstone.features.parts.domain.search import key_of
from padstone.features.stock.lookups import OnHand, on_hand, open_holds, positions
from padstone.features.stock.models import PackageCode, StorageLocation
from padstone.features.stock.search_sql import PACKAGES_BY_CODE
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from padstone.kernel.actor import Actor

WAYS = ("package", "code", "lot", "part", "maker_part", "date_code", "location", "begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """A package and where it is. ``quantity`` is what is left at most, None for one that is on no ledger.
    ``found_by`` is the code that named it, a word of ``WAYS``.
    """

    package: str
    part: str
    lot: str
    date_code: str
    location: str
    quantity: Decimal | None
    least: Decimal | None
    unit: str
    owner: str
    reserved_for: str
    held: bool
    since: datetime | None
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """``more``: there are others behind these, of a code that many share."""

    packages: tuple[StockLine, ...]
    more: bool


def search(actor: Actor, code: str, *, limit: int = 50) -> Found:
    """Packages by any code that names them: their own identifier first, then other codes on them, their lot,
    part, maker's number, date code, the location that they are at, and identifiers that begin so. Each is an
    index lookup, however many packages there are.
    """
    must_see(actor)
    code = code.strip()
    if not code:
        return Found((), more=False)
    rows = PACKAGES_BY_CODE.rows(code=code, key=key_of(code) or code, end=f"{code}\uffff", limit=limit + 1)
    ways: dict[int, int] = {}
    for way, package in sorted(rows):
        ways.setdefault(package, way)
    ids = list(ways)[:limit]
    lines = stock_lines(ids)
    found = tuple(_with_way(lines[pk], WAYS[ways[pk]]) for pk in ids if pk in lines)
    return Found(found, more=len(ways) > limit)


def find(actor: Actor, text: str) -> tuple[str, str] | None:
    """What a scan names in store: ``("location", code)``, or ``("package", identifier)`` of the one package
    that has another code of that text. None for nothing, and where several packages have it.
    """
    must_see(actor)
    code = text.strip()
    if StorageLocation.objects.filter(code=code, closed_at=None).exists():
        return "location", code
    names = PackageCode.objects.filter(code=code).values_list("package__identifier", flat=True)[:2]
    return ("package", names[0]) if len(names) == 1 else None


def _with_way(line: StockLine, way: str) -> StockLine:
    return replace(line, found_by=way)


def stock_lines(package_ids: Collection[int]) -> dict[int, StockLine]:
    """By id. Unfiltered, and as many statements however many packages; their time goes with what was placed
    of them.
    """
    rows = package_rows(package_ids)
    names = package_names(rows)
    where = positions(rows)
    left = on_hand(rows)
    held = open_holds(rows)
    nothing = OnHand(Decimal(0), Decimal(0))
    found = {}
    for pk, row in rows.items():
        position = where.get(pk)
        hand = left.get(pk, nothing)
        found[pk] = StockLine(
            package=row.identifier,
            part=row.part.number,
            lot=names[pk].lot,
            date_code=names[pk].date_code,
            location=position.location.code if position is not None and position.location else "",
            quantity=hand.most if position is not None else None,
            least=hand.least if position is not None else None,
            unit=row.quantity_unit,
            owner=position.owner if position is not None else "",
            reserved_for=position.reserved_for.number
            if position is not None and position.reserved_for
            else "",
            held=pk in held,
            since=position.since if position is not None else None,
        )
    return found


def lines_in_order(package_ids: Sequence[int]) -> tuple[StockLine, ...]:
    found = stock_lines(package_ids)
    return tuple(found[pk] for pk in package_ids if pk in found)
