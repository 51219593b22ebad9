"""The positions held against the ledger that they are made from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import used
from padstone.features.stock.models import Movement, Position
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from padstone.kernel.actor import Actor

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """A position that is not what its movements come to. ``what`` is the column."""

    package: str
    what: str
    position: Decimal
    ledger: Decimal


@dataclass(slots=True)
class _Sums:
    quantity: Decimal = Decimal(0)
    placed: Decimal = Decimal(0)
    spoiled: Decimal = Decimal(0)
    missing: Decimal = Decimal(0)
    away: Decimal = Decimal(0)
    """Pieces that the ledger has at another location than the position."""


def verify_ledger(actor: Actor, *, after: int = 0, limit: int | None = None) -> tuple[Broken, ...]:
    """Every position that is not what its movements come to, or whose used pieces are not what the genealogy
    said as of its journal number; none where all is well. Its time goes with the ledger; ``after`` (a
    package's id) and ``limit`` take a part of it.
    """
    must_see(actor)
    rows = Position.objects.filter(package__gt=after).select_related("package").order_by("package_id")
    found: list[Broken] = []
    some: list[Position] = []
    for row in (rows[:limit] if limit is not None else rows).iterator(chunk_size=_AT_ONCE):
        some.append(row)
        if len(some) == _AT_ONCE:
            found += _verified(some)
            some = []
    return (*found, *_verified(some))


def _verified(rows: Sequence[Position]) -> Iterable[Broken]:
    at = {row.package_id: row.location_id for row in rows}
    sums = _sums(at)
    for row in rows:
        of_it = sums[row.package_id]
        told = used([row.package_id], row.as_of)[row.package_id] if row.as_of else None
        pairs = [
            ("quantity", row.quantity, of_it.quantity),
            ("missing", row.missing, of_it.missing),
            ("elsewhere", Decimal(0), of_it.away),
            ("placed", row.placed, of_it.placed),
            ("spoiled", row.spoiled, of_it.spoiled),
        ]
        if told is not None:
            pairs += [
                ("placed, by the genealogy", row.placed, told.placed),
                ("spoiled, by the genealogy", row.spoiled, told.spoiled),
            ]
        for what, position, ledger in pairs:
            if position != ledger:
                yield Broken(row.package.identifier, what, position, ledger)


def _sums(at: dict[int, int | None]) -> dict[int, _Sums]:
    found: dict[int, _Sums] = defaultdict(_Sums)
    stored: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for package, kind, account, location, pieces in _ends(at):
        if account == Account.STORED and location is not None:
            stored[package, location] += pieces
        elif account == Account.MISSING:
            found[package].missing += pieces
        elif kind == MovementKind.USED and account == Account.PLACED:
            found[package].placed += pieces
        elif kind == MovementKind.USED and account == Account.SPOILED:
            found[package].spoiled += pieces
    for (package, location), pieces in stored.items():
        found[package].quantity += pieces
        if location != at[package]:
            found[package].away += abs(pieces)
    return found


def _ends(ids: Collection[int]) -> Iterator[tuple[int, str, str, int | None, Decimal]]:
    """Both ends of every movement of these packages: package, kind, account, location, what it got there."""
    for row in Movement.objects.filter(package__in=ids):
        yield row.package_id, row.kind, row.from_account, row.from_location_id, -row.quantity
        if row.to_package_id is None:
            yield row.package_id, row.kind, row.to_account, row.to_location_id, row.quantity
    for row in Movement.objects.filter(to_package__in=ids):
        if row.to_package_id is not None:
            yield row.to_package_id, row.kind, row.to_account, row.to_location_id, row.quantity
