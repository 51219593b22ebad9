"""What the address of a page asks, read and checked once for every page."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from django.http import HttpRequest

_LONGEST_NUMBER = 18
"""Digits: more would not fit the database's integers."""


def text_asked(request: HttpRequest, name: str) -> str:
    """A parameter without the blanks around it; "" where it is not given."""
    return request.GET.get(name, "").strip()


def number_asked(request: HttpRequest, name: str) -> int | None:
    """A whole number, or None where it is not given. Raises Invalid for anything else."""
    text = text_asked(request, name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Invalid(
            "number_unreadable",
            "“{text}” is no number that {name} could have.",
            field=name,
            way_out="Take the number from an answer, or leave it out.",
            text=text,
            name=name,
        )
    return int(text)


def instant_asked(request: HttpRequest, name: str) -> datetime | None:
    """An instant, or None where it is not given. Raises Invalid for anything else.

    Without an offset it is meant in the site's zone; a day alone means its midnight.
    """
    text = text_asked(request, name)
    if not text:
        return None
    instant = _instant(text)
    if instant is None or not _is_everywhere(instant):
        raise Invalid(
            "instant_unreadable",
            "“{text}” is no date and time.",
            field=name,
            way_out="Write it like 2026-03-01 14:30.",
            text=text,
        )
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)


def _is_everywhere(instant: datetime) -> bool:
    """Whether it is a date in every zone: at either end of the calendar some have none."""
    return MINYEAR < instant.year < MAXYEAR


def _instant(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        if day is not None:
            return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the caller gives it the site's zone
        return parse_datetime(text)
    except ValueError:  # the form of a date, such as 2026-02-31, and no such day
        return None
