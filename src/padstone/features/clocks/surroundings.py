"""Where packages were kept, and the air there: asked of whoever knows it. The store does, which stands above
the clocks; it says so when Padstone starts (``told_by``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

DRY_CABINET, FRIDGE = "dry_cabinet", "fridge"


@dataclass(frozen=True, slots=True)
class Climate:
    """Measured from ``since`` until ``until``, None: it holds still. None of a figure: not measured."""

    since: datetime
    until: datetime | None
    celsius: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A package was kept somewhere from ``since`` until ``until``; None: it still is. ``kind`` "" is neither
    dry nor cold.
    """

    package_id: int
    since: datetime
    until: datetime | None
    kind: str = ""
    site_id: int | None = None
    climate: tuple[Climate, ...] = ()


Keeper = Callable[[Collection[int], "datetime"], Iterable[Stay]]
"""Answers where these packages were kept until then."""

_keepers: list[Keeper] = []


def told_by(keeper: Keeper) -> None:
    """From now on this function is asked, too."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def stays(package_ids: Collection[int], until: datetime) -> list[Stay]:
    """Where the packages were kept until then, as far as anybody knows."""
    return [stay for keeper in _keepers for stay in keeper(package_ids, until)]
