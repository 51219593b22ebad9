"""How an answer is written down for programs: the same bytes at every door, whoever asks.

JSON: members in the order in which the answer declares them, keys of free objects sorted, instants in ISO
8601 in UTC with ``Z``, decimals as strings (a float would round them), one newline at the end. CSV: RFC 4180,
UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

_JSON = msgspec.json.Encoder(decimal_format="string")
_PIECE = 1 << 16
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_bytes(answer: object) -> bytes:
    """The canonical JSON of an answer (dataclasses, tuples, plain values)."""
    return _JSON.encode(_in_utc(answer)) + b"\n"


def json_in_utc(answer: object) -> bytes:
    """The same of a part of an answer, without the newline, for dataclasses that hold no free objects and
    whose instants are in UTC: a tenth of the time.
    """
    return _JSON.encode(answer)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV with a header.

    A text that a spreadsheet would run as a formula gets an apostrophe in front: serials and lots come from
    outside.
    """
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The same, some lines at a time, for a table of any length."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if out.tell() >= _PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def plain(value: object) -> str:
    """One value as a person reads it in a table or a CSV cell; nothing for None."""
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case list() | tuple():
            return ", ".join(plain(item) for item in value)
        case _:
            return str(value)


def _cell(value: object) -> str:
    text = plain(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _in_utc(value: Any) -> Any:
    """The same value in plain containers, every instant moved to UTC: the database may speak in another
    zone.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str | int | float | Decimal | date | None):
        return value
    if is_dataclass(value) or isinstance(value, msgspec.Struct):
        return {name: _in_utc(getattr(value, name)) for name in _members(value)}
    if isinstance(value, Mapping):
        return {key: _in_utc(value[name]) for key, name in sorted((str(name), name) for name in value)}
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_in_utc(item) for item in value]
    return value


def _members(value: Any) -> Sequence[str]:
    if isinstance(value, msgspec.Struct):
        return value.__struct_fields__
    return [field.name for field in fields(value)]
