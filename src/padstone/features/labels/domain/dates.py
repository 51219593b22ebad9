"""Dates as labels write them, and the days that a date code can mean."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_CENTURY_TURNS: Final = 70
"""Two digits below it are of this century: no reel in use was made before 1970."""

FORMS: Final = {
    "YYMMDD": re.compile(r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})"),
    "DDMMYY": re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{2})"),
    "MMDDYY": re.compile(r"(?P<m>\d{2})(?P<d>\d{2})(?P<y>\d{2})"),
    "YYYYMMDD": re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    "DDMMYYYY": re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})"),
    "YYYY-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"),
}
_WEEK: Final = re.compile(r"(?P<y>\d{4}|\d{2})[./-]?W?(?P<w>\d{2})")


def year_of(digits: str) -> int:
    """The year that two or four digits mean."""
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < _CENTURY_TURNS else 1900)


def day(text: str, form: str) -> date | None:
    """The day that is written in one of FORMS; None where the text is none."""
    found = FORMS[form].fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(year_of(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


def days_of_date_code(code: str) -> tuple[date, date] | None:
    """The first and the last day that a date code can mean; None where it says nothing certain.

    Read are YYWW, YYYYWW, YYMMDD and YYYYMMDD, with a point between year and week, and with the letter that
    the MAT-Label puts before (D day, W week). Six digits that are a week and a day at once mean neither.
    """
    text = code.strip().upper()
    qualifier, digits = (text[0], text[1:]) if text[:1] in {"D", "W"} else ("", text)
    as_day = day(digits, "YYYYMMDD" if len(digits) == 8 else "YYMMDD") if qualifier != "W" else None
    as_week = _week(digits) if qualifier != "D" else None
    if as_day is not None and as_week is not None:
        return None
    if as_day is not None:
        return as_day, as_day
    return as_week


def _week(digits: str) -> tuple[date, date] | None:
    found = _WEEK.fullmatch(digits)
    if found is None or (len(found["y"]) == 4 and not 1970 <= int(found["y"]) < 2100):
        return None
    try:
        monday = date.fromisocalendar(year_of(found["y"]), int(found["w"]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)
