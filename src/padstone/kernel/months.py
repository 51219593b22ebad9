"""Months of the calendar, which are of unequal length."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TypeVar

Day = TypeVar("Day", bound=date)


def months_after(day: Day, months: int) -> Day:
    """The same day, and time, so many months later; the last day of a shorter month."""
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
