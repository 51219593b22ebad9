from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from padstone.platform.answers import csv_text, json_bytes, plain

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reel:
    identifier: str
    at: datetime | None
    quantity: Decimal
    said: dict[str, object]
    before: tuple[Reel, ...] = ()


def test_members_stand_as_declared_and_free_keys_sorted() -> None:
    reel = Reel(
        "R-1", NOON, Decimal("3000.000000"), {"b": [1.5], "a": None}, (Reel("R-0", None, Decimal(0), {}),)
    )
    assert json_bytes((reel,)) == (
        b'[{"identifier":"R-1","at":"2026-03-01T12:00:00Z","quantity":"3000.000000","said":{"a":null,"b":[1.5]},'
        b'"before":[{"identifier":"R-0","at":null,"quantity":"0","said":{},"before":[]}]}]\n'
    )


def test_an_instant_is_written_in_utc_whatever_zone_it_came_in() -> None:
    assert json_bytes(NOON.astimezone(timezone(timedelta(hours=9)))) == b'"2026-03-01T12:00:00Z"\n'
    assert plain(NOON.astimezone(timezone(timedelta(hours=-5)))) == "2026-03-01T12:00:00Z"


class Feed(msgspec.Struct, frozen=True):
    package: str
    at: datetime


def test_a_struct_is_written_as_a_dataclass_is() -> None:
    feed = Feed("R-1", NOON.astimezone(timezone(timedelta(hours=9))))
    assert json_bytes([feed]) == b'[{"package":"R-1","at":"2026-03-01T12:00:00Z"}]\n'


def test_a_decimal_is_never_a_float() -> None:
    assert json_bytes([Decimal("0.10"), Decimal("1E+3")]) == b'["0.10","1E+3"]\n'
    assert plain(Decimal("1E+3")) == "1000"


def test_csv_has_a_header_and_quotes_what_needs_it() -> None:
    text = csv_text(("serial", "at"), [('a "b", c', NOON), ("d\ne", None)])
    assert text == 'serial,at\r\n"a ""b"", c",2026-03-01T12:00:00Z\r\n"d\ne",\r\n'


@pytest.mark.parametrize("serial", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_spreadsheet_runs_nothing_that_a_label_said(serial: str) -> None:
    assert (
        csv_text(("serial", "position"), [(serial, -1)]).splitlines()[-1].lstrip('"').startswith(("'", "x"))
    )
    assert ",-1\r\n" in csv_text(("serial", "position"), [(serial, -1)])
