"""The product's answers and the rows of a shop floor, in the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from hypothesis import settings

from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.queries import Installation
from padstone.ingest.models import Message
from tests.properties.shop import Row, Shop
from tests.shop_floor import build


class Fact(NamedTuple):
    """One part on one designator. Candidates stand together, joined by " or "."""

    unit: str
    panel: str
    position: int
    designator: str
    packages: str
    parts: str
    lots: str
    certainty: str
    station: str
    location: str
    head: str
    nozzle: str
    installed_at: datetime | None
    removed_at: datetime | None
    why: str


def examples(share: int) -> int:
    """How many examples a test that works on the database takes: one for so many of the profile's."""
    return max(5, settings().max_examples // share)


@contextmanager
def clean_books() -> Iterator[None]:
    """Books that are thrown away at the end, many times within one test."""
    example = transaction.atomic()
    example._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark: durable blocks may stand inside
    with example:
        yield
        transaction.set_rollback(True)


def interpreted(messages: Sequence[bytes]) -> None:
    """Deliver and interpret; every message must have come onto the books, or be a repetition."""
    build(messages)
    left = Message.objects.exclude(state__in=("done", "repeated"))
    assert [(m.name, m.state, m.code, m.reason, m.awaits) for m in left] == []


def told(installations: Iterable[Installation]) -> list[Fact]:
    """What the product says."""
    groups: dict[tuple[object, ...], list[Installation]] = defaultdict(list)
    for one in installations:
        groups[one.unit, one.designator, one.station, one.installed_at, one.journal_no].append(one)
    return sorted(_told(group) for group in groups.values())


def _told(group: list[Installation]) -> Fact:
    one = group[0]
    assert len({(i.certainty, i.candidates, i.removed_at, i.location) for i in group}) == 1
    return Fact(
        one.unit,
        one.panel,
        one.position,
        one.designator,
        " or ".join(sorted(i.package for i in group)),
        " or ".join(sorted({i.part for i in group})),
        " or ".join(sorted({i.lot for i in group})),
        one.certainty,
        one.station,
        one.location,
        one.head,
        one.nozzle,
        one.installed_at,
        one.removed_at,
        one.removal_reason,
    )


def true(rows: Iterable[Row]) -> list[Fact]:
    """What is so, row by row."""
    return sorted(_true(row) for row in rows)


def _true(row: Row) -> Fact:
    return Fact(
        row.unit.name,
        row.unit.panel,
        row.unit.position,
        row.designator,
        " or ".join(sorted(reel.identifier for reel in row.reels)),
        " or ".join(sorted({reel.part for reel in row.reels})),
        " or ".join(sorted({reel.lot for reel in row.reels})),
        "certain" if len(row.reels) == 1 else "possible",
        row.station,
        row.location,
        row.head,
        row.nozzle,
        None if row.at is None else instant_of(row.at),
        None if row.removed_at is None else instant_of(row.removed_at),
        row.why,
    )


def rows_of(shop: Shop, *, unit: str = "", reels: frozenset[str] = frozenset()) -> list[Row]:
    """The rows of a unit, or those that may be of some packages."""
    return [
        row
        for row in shop.rows
        if (not unit or row.unit.name == unit)
        and (not reels or reels.intersection(reel.identifier for reel in row.reels))
    ]
