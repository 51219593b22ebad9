"""Until when a package keeps, and which of several is used first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from padstone.kernel.months import months_after


def pack_keeps_until(sealed_at: int, months: int) -> int:
    """Until when a dry pack keeps that was sealed then: seconds since 1970, as everywhere in the clocks."""
    return int(months_after(datetime.fromtimestamp(sealed_at, UTC), months).timestamp())


def expires_at(told: datetime | None, made: datetime | None, shelf_life_days: int | None) -> datetime | None:
    """The earlier of what the label says and what the part's shelf life makes of its day of making."""
    by_part = made + timedelta(days=shelf_life_days) if made and shelf_life_days is not None else None
    known = [at for at in (told, by_part) if at is not None]
    return min(known, default=None)


def first_out_key(
    ends_at: datetime | None, received_at: datetime | None, identifier: str
) -> tuple[bool, datetime, bool, datetime, str]:
    """Sorts packages so that what ends first is used first (FEFO); of those that end never or together, what
    came first. The identifier makes it the same order every time.
    """
    never = datetime.max.replace(tzinfo=UTC)
    return (ends_at is None, ends_at or never, received_at is None, received_at or never, identifier)
