"""The product's answers and the rows of a shop floor, in the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies

from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.models import GreyZone, Pass, Rejection, Replacement
from padstone.features.genealogy.queries import Installation, installations_of_unit
from padstone.features.materials.models import LoadEvent, MaterialPackage
from padstone.features.production.models import Unit, UnitStatus, WorkTransaction
from padstone.features.sites.models import Endpoint, FeederLocation
from padstone.ingest.models import Message
from tests.properties.shop import Row, Shop
from tests.shop_floor import AUDITOR, build


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


TestOfSeed = Callable[..., None]


def searched(share: int) -> Callable[[TestOfSeed], TestOfSeed]:
    """Search with seeds: each example builds a factory of its own, so a test takes one for so many of the
    profile's. A seed is not worth shrinking, and running it again is enough.
    """
    try_some = settings(
        max_examples=max(5, settings().max_examples // share),
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    with_seed = given(seed=strategies.integers(0, 2**32))
    return lambda test: try_some(with_seed(test))


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


COUNTED = (
    Unit,
    WorkTransaction,
    UnitStatus,
    Pass,
    Replacement,
    Rejection,
    GreyZone,
    MaterialPackage,
    LoadEvent,
    FeederLocation,
    Endpoint,
)


def everything() -> dict[str, object]:
    """All that the books answer, without the numbers under which it came there."""
    works = WorkTransaction.objects.values_list(
        "uuid", "station__name", "panel__identifier", "positions", "started_at", "completed_at", "result"
    )
    return {
        "installations": [
            fact
            for unit in Unit.objects.order_by("identifier")
            for fact in told(installations_of_unit(AUDITOR, unit.identifier))
        ],
        "work": sorted(works, key=str),
        "rejections": sorted(
            Rejection.objects.values_list("unit__identifier", "designator", "package__identifier", "at"),
            key=str,
        ),
        "loads": sorted(LoadEvent.objects.values_list("package__identifier", "kind", "at"), key=str),
        **{table.__name__: table.objects.count() for table in COUNTED},
    }
