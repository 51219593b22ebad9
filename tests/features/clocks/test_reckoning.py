"""The moisture clock against a second, naive reckoning of random histories (J-STD-033)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from padstone.features.clocks.domain.happenings import ON_BOARDS, Air, Airs, Happened, Happening
from padstone.features.clocks.domain.histories import Subject, standings
from padstone.features.clocks.domain.moisture import Keeping, Moisture
from padstone.features.clocks.domain.policy import LONGER, Policy
from padstone.features.clocks.domain.tables import FLOOR_LIFE_H
from padstone.features.clocks.lookups import Branch, as_placed
from tests.features.clocks.naive import Board, Notebook, Reel

WHERE = {Keeping.PACKED: "bag", Keeping.OPEN: "table", Keeping.DRY: "cabinet", Keeping.OVEN: "oven"}
ALONE = (
    (Happened.OPENED, 6),
    (Happened.USED, 3),
    (Happened.DRY_IN, 8),
    (Happened.DRY_OUT, 4),
    (Happened.BAKE_BEGAN, 4),
    (Happened.BAKE_ENDED, 4),
    (Happened.SEALED, 1),
    (Happened.RESTORED, 1),
    (Happened.TOLD_LEFT, 2),
    (Happened.TOLD_EXPIRED, 1),
    (Happened.LABEL_LIFE, 1),
    (Happened.CARD_READ, 1),
)
TOGETHER = ((Happened.SPLIT_FROM, 2), (Happened.MIXED, 1))


@dataclass(frozen=True)
class History:
    level: str
    height: str
    policy: Policy
    reels: int
    events: tuple[Happening, ...]
    air: dict[int, tuple[Air, ...]]
    until: int
    boards: tuple[Branch, ...] = ()
    """Half-built boards that wait for their second side, with what they went through."""


def history(seed: int) -> History:
    """Some days in the life of a few packages of one part, made up from a number."""
    by_chance = random.Random(seed)
    level = by_chance.choice(["2", "2a", "3", "4", "5", "5a", "5a", "4", "6"])
    reels = by_chance.choice([1, 2, 3])
    hours = by_chance.choice([30, 120, 300]) + by_chance.randrange(60)
    policy = Policy(
        longer_life=by_chance.choice(LONGER),
        cabinet_percent=Decimal(by_chance.choice([4, 5, 8, 10, 15])),
        pause_exposed_s=by_chance.choice([None, None, 3_600, 36_000]),
        resets_short_exposure=by_chance.random() < 0.8,
        believes_restored=by_chance.random() < 0.7,
        contradiction_s=by_chance.choice([0, 600]),
    )
    return History(
        level=level,
        height=by_chance.choice(["0.9", "1.6", "2.5", "4.0", "6.0"]),
        policy=policy,
        reels=reels,
        events=tuple(_events(by_chance, level, reels, hours * 60)),
        air={reel: tuple(_air(by_chance, hours * 60)) for reel in range(reels) if by_chance.random() < 0.6},
        until=hours * 3_600,
        boards=tuple(_boards(by_chance, reels, hours * 60)),
    )


def _boards(by_chance: random.Random, reels: int, minutes: int) -> Iterator[Branch]:
    """Built from a reel, laid into dry storage, baked, left to wait."""
    for number in range(by_chance.choice([0, 1, 1, 2])):
        key, placed = -1 - number, by_chance.randrange(minutes)
        own = []
        for order in range(by_chance.randrange(5)):
            kind = by_chance.choice(ON_BOARDS)
            value = by_chance.choice([40, 90, 125]) if kind is Happened.BAKE_BEGAN else None
            moment = by_chance.randrange(placed, minutes) * 60
            own.append(Happening(moment, 2**60 + order, key, kind, value))
        since = datetime.fromtimestamp(placed * 60, UTC)
        yield Branch(key, by_chance.randrange(reels), since, tuple(own))


def _events(by_chance: random.Random, level: str, reels: int, minutes: int) -> list[Happening]:
    kinds = (*ALONE, *TOGETHER) if reels > 1 else ALONE
    made = []
    for order in range(by_chance.randrange(2, 16)):
        kind = by_chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        reel = by_chance.randrange(reels)
        others = [one for one in range(reels) if one != reel]
        value = {
            Happened.BAKE_BEGAN: by_chance.choice([35, 40, 60, 90, 100, 125, 130]),
            Happened.TOLD_LEFT: by_chance.randrange(FLOOR_LIFE_H.get(level, 100) * 3_600),
            Happened.LABEL_LIFE: by_chance.randrange(1, 20) * 3_600,
            Happened.CARD_READ: by_chance.choice([0, 5, 10, 60]),
        }.get(kind)
        other = by_chance.choice(others) if (kind, 2) in TOGETHER or (kind, 1) in TOGETHER else None
        made.append(Happening(by_chance.randrange(minutes) * 60, order, reel, kind, value, other))
    if by_chance.random() < 0.5:
        made += _with_care(by_chance, by_chance.randrange(reels), minutes)
    return made


def _with_care(by_chance: random.Random, reel: int, minutes: int) -> list[Happening]:
    """Opened for a short while and stored dry for long, or baked for long: what sets a clock back."""
    begins = by_chance.randrange(minutes // 2)
    short = by_chance.randrange(20, 600)
    opened = Happening(begins * 60, 100, reel, Happened.OPENED)
    if by_chance.random() < 0.6:
        return [opened, Happening((begins + short) * 60, 101, reel, Happened.DRY_IN)]
    ends = begins + short + by_chance.choice([180, 420, 660, 1_380, 3_000])
    heat = by_chance.choice([90, 125])
    return [
        opened,
        Happening((begins + short) * 60, 101, reel, Happened.BAKE_BEGAN, heat),
        Happening(ends * 60, 102, reel, Happened.BAKE_ENDED),
    ]


def _air(by_chance: random.Random, minutes: int) -> list[Air]:
    """Measured in stretches, with gaps."""
    edges = sorted(by_chance.sample(range(minutes), 8))
    return [
        Air(
            since * 60,
            until * 60,
            by_chance.choice([None, Decimal("19.5"), Decimal(25), Decimal("30.1"), Decimal(33), Decimal(41)]),
            by_chance.choice([None, *map(Decimal, ("3.5", "5", "8", "10", "10.1", "45", "60", "66", "95"))]),
        )
        for since, until in zip(edges[::2], edges[1::2], strict=True)
    ]


def both(made: History) -> tuple[dict[int, Moisture], dict[int, Reel]]:
    subject = Subject(level=made.level, height_mm=Decimal(made.height), policy=made.policy)
    airs = {reel: Airs(pieces) for reel, pieces in made.air.items()}
    built = [told for board in made.boards for told in as_placed(board)]
    found = standings(
        dict.fromkeys([*range(made.reels), *(board.key for board in made.boards)], subject),
        [*made.events, *built],
        made.until,
        lambda package: airs.get(package, Airs()),
    )
    book = Notebook(
        level=made.level, height=made.height, policy=made.policy, reels=made.reels, air=dict(made.air)
    )
    book.boards = [
        Board(board.key, board.package_id, int(board.since.timestamp()) // 60) for board in made.boards
    ]
    own = [told for board in made.boards for told in board.happenings]
    book.run([*made.events, *own], made.until)
    clocks = {reel: one.moisture for reel, one in found.items() if one.moisture is not None}
    return clocks, book.reels


def told(clock: Moisture) -> dict[str, object]:
    return {
        "where": WHERE[clock.keeping],
        "in_bag": clock.bag_closed,
        "used": clock.used,
        "exposed": clock.exposed_s,
        "over": clock.over_s,
        "bad_air": not clock.calm,
        "dry": clock.dry_s,
        "bone_dry": clock.very_dry_s,
        "hot": clock.hot_s,
        "was_baked": clock.baked,
        "machine_says_over": clock.told_expired,
        "card_wet": clock.wet,
        "label": clock.label_s,
    }


def noted(reel: Reel) -> dict[str, object]:
    return {name: value for name, value in reel.__dict__.items() if name not in _OWN}


_OWN = {"oven_minutes", "oven_heat", "touched"}


def agree(seed: int) -> None:
    made = history(seed)
    clocks, reels = both(made)
    assert {number: told(clock) for number, clock in clocks.items()} == {
        number: noted(reel) for number, reel in reels.items()
    }, f"history({seed})"


@pytest.mark.parametrize("first", range(0, 32, 8))
def test_both_reckonings_agree(first: int) -> None:
    for seed in range(first, first + 8):
        agree(seed)


@pytest.mark.proof
@pytest.mark.parametrize("first", range(1_000, 3_000, 100))
def test_both_reckonings_agree_for_long(first: int, figure: Callable[[str], None]) -> None:
    for seed in range(first, first + 100):
        agree(seed)
    made = [history(seed) for seed in range(first, first + 100)]
    figure(
        f"100 histories from {first:,} agree: {sum(one.reels for one in made)} reels, "
        f"{sum(len(one.boards) for one in made)} half-built boards, "
        f"{sum(len(one.events) + sum(len(b.happenings) for b in one.boards) for one in made):,} happenings, "
        f"{sum(one.until for one in made) // 86_400:,} days"
    )


def test_the_comparison_sees_a_difference() -> None:
    """A clock that counts dry storage as exposure is found out."""
    for seed in range(40):
        made = history(seed)
        other = replace(made.policy, pauses_percent=Decimal(0))
        if both(made)[0] != both(replace(made, policy=other))[0]:
            return
    pytest.fail("no history tells them apart")
