from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from padstone.cfx import CfxValueError, format_instant, format_span, parse_instant, parse_span

END = 3_155_378_976_000_000_000  # ticks from year 1 to the end of year 9999
DAY = 864_000_000_000

TICKS = st.integers(DAY, END - DAY)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes))


def test_seven_digits_and_a_zone() -> None:
    instant = parse_instant("2018-03-26T16:52:25.3769532-04:00")
    assert instant.utc == datetime(2018, 3, 26, 20, 52, 25, 376953, tzinfo=UTC)
    assert instant.ticks % 10_000_000 == 3_769_532
    assert instant.zoned


@pytest.mark.parametrize(
    ("text", "utc", "zoned"),
    [
        ("2031-02-03T04:05:06Z", datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC), True),
        ("2031-02-03T04:05:06.5", datetime(2031, 2, 3, 4, 5, 6, 500_000, tzinfo=UTC), False),
        ("2031-02-03 04:05", datetime(2031, 2, 3, 4, 5, tzinfo=UTC), False),
        ("2031-02-03T04:05:06+0530", datetime(2031, 2, 2, 22, 35, 6, tzinfo=UTC), True),
        ("2031-02-03T04:05:06.123456789+00:00", datetime(2031, 2, 3, 4, 5, 6, 123_456, tzinfo=UTC), True),
        ("0001-01-01T00:00:00", datetime(1, 1, 1, tzinfo=UTC), False),
        ("9999-12-31T23:59:59.9999999", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), False),
    ],
)
def test_shorter_and_longer_forms(text: str, utc: datetime, zoned: bool) -> None:
    instant = parse_instant(text)
    assert (instant.utc, instant.zoned) == (utc, zoned)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2031-02-30T00:00:00Z", "2031-02-03", "2031-02-03T24:00:00", "2031-02-03T04:05:60",
        "2031-02-03T04:05:06+15:00", "2031-02-03T04:05:06+01:60", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00", "２０３１-02-03T04:05:06",
        "2031-02-03T04:05:06.Z",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(CfxValueError):
        parse_instant(text)


@holds_for(ticks=TICKS, offset=OFFSETS)
def test_an_instant_goes_round_at_every_offset(ticks: int, offset: timedelta) -> None:
    text = format_instant(ticks, offset)
    assert parse_instant(text).ticks == ticks
    assert len(text) == len("2018-03-26T16:52:25.3769532-04:00")
    assert format_instant(parse_instant(text).ticks, offset) == text


@holds_for(
    moment=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 - the zone is drawn beside it
    offset=OFFSETS,
)
def test_instants_agree_with_the_standard_library(moment: datetime, offset: timedelta) -> None:
    aware = moment.replace(tzinfo=timezone(offset))
    assert parse_instant(aware.isoformat()).utc == aware
    assert datetime.fromisoformat(format_instant(aware, offset)) == aware


def test_an_instant_is_written_in_utc_unless_said_otherwise() -> None:
    moment = datetime(2031, 2, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=9)))
    assert format_instant(moment) == "2031-02-02T19:05:06.0000070+00:00"


@pytest.mark.parametrize(
    ("moment", "offset"),
    [
        (datetime(2031, 2, 3), timedelta(0)),  # noqa: DTZ001 - that is what is refused
        (0, timedelta(hours=-1)),
        (END - 1, timedelta(hours=1)),
        (END, timedelta(0)),
        (-1, timedelta(0)),
        (DAY, timedelta(hours=15)),
        (DAY, timedelta(seconds=1)),
    ],
)
def test_what_cannot_be_written_as_an_instant(moment: datetime | int, offset: timedelta) -> None:
    with pytest.raises(CfxValueError):
        format_instant(moment, offset)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("00:01:25", timedelta(minutes=1, seconds=25)),
        ("6.00:00:00", timedelta(days=6)),
        ("-00:00:00.5000000", timedelta(milliseconds=-500)),
        ("-1.02:00:00", timedelta(days=-1, hours=-2)),
        ("10675199.02:48:05.4775807", timedelta(10_675_199, 10_085, 477_580)),
        ("12:30", timedelta(hours=12, minutes=30)),
    ],
)
def test_spans_are_read(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "6", "24:00:00", "00:60:00", "00:00:60", "1:2:3", "00:00:00.", "PT5M"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(CfxValueError):
        parse_span(text)


@holds_for(st.timedeltas(timedelta(days=-99_999_999), timedelta(days=99_999_999)))
def test_a_span_goes_round(span: timedelta) -> None:
    assert parse_span(format_span(span)) == span


def test_spans_are_written_as_dotnet_does() -> None:
    assert format_span(timedelta(days=6)) == "6.00:00:00"
    assert format_span(timedelta(seconds=-85, microseconds=-1)) == "-00:01:25.0000010"
    assert format_span(timedelta(0)) == "00:00:00"
