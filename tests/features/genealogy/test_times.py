from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.features.genealogy.domain.times import STEPS, instant_of, pack, ticks_of, unpack

NOON = ticks_of(datetime(2026, 3, 2, 12, tzinfo=UTC))
SECOND = 10_000_000

resolutions = st.sampled_from(STEPS)


@st.composite
def times_of_a_pass(draw: st.DrawFn) -> list[int | None]:
    """Ticks in one resolution, in any order, some missing."""
    step = draw(resolutions)
    offsets = draw(st.lists(st.none() | st.integers(-(10**6), 10**9), max_size=40))
    return [None if offset is None else NOON + offset * step for offset in offsets]


@given(times_of_a_pass())
def test_what_was_packed_is_unpacked(times: list[int | None]) -> None:
    assert unpack(pack(times, NOON), NOON, len(times)) == times


@given(st.lists(st.none() | st.integers(0, 3_155_378_975_999_999_999), max_size=20), st.integers(0, 10**18))
def test_any_instants_of_any_resolution_from_any_base(times: list[int | None], base: int) -> None:
    assert unpack(pack(times, base), base, len(times)) == times


@given(st.lists(st.integers(-(2**70), 2**70), max_size=8), st.integers(0, 80), st.sampled_from((-1, 0, 1)))
def test_where_the_numbers_grow_wider(offsets: list[int], bits: int, more: int) -> None:
    times: list[int | None] = [NOON + offset for offset in (*offsets, 2**bits + more, -(2**bits) + more)]
    assert unpack(pack(times, NOON), NOON, len(times)) == times


@given(resolutions, st.integers(100, 300))
def test_a_steady_machine_is_deflated_and_read_back(step: int, count: int) -> None:
    times: list[int | None] = [NOON + index * step for index in range(count)]
    blob = pack(times, NOON)
    assert len(blob) < count / 3
    assert unpack(blob, NOON, count) == times


def test_no_times_take_no_bytes() -> None:
    assert pack([None] * 500, NOON) == b""
    assert unpack(b"", NOON, 3) == [None, None, None]


@pytest.mark.parametrize(("step", "most"), [(1, 4), (10, 3), (10_000, 2), (10_000_000, 1)])
def test_a_coarse_clock_costs_less_than_a_fine_one(step: int, most: int) -> None:
    times: list[int | None] = [
        NOON + (SECOND * index if step == SECOND else 12_345 * step * index) for index in range(9)
    ]
    assert len(pack(times, NOON)) <= 1 + 9 * max(most, 3)
    assert pack(times, NOON)[0] & 0x03 == STEPS.index(step)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - made aware below
def test_an_instant_in_ticks_is_the_instant(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert instant_of(ticks_of(aware)) == aware
    assert (
        instant_of(ticks_of(aware) + 9) == aware
    )  # what is finer than a microsecond is cut, never rounded up


def test_a_tick_is_100_ns_and_zones_do_not_matter() -> None:
    in_paris = datetime.fromisoformat("2026-03-02T13:00:00+01:00")
    assert ticks_of(in_paris) == NOON
    assert ticks_of(in_paris + timedelta(microseconds=1)) - NOON == 10
