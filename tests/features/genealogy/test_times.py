from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.features.genealogy.domain.times import (
    STEPS,
    instant_of,
    pack,
    pack_rows,
    ticks_of,
    unpack,
    unpack_rows,
)

NOON = ticks_of(datetime(2026, 3, 2, 12, tzinfo=UTC))
SECOND = 10_000_000

resolutions = st.sampled_from(STEPS)


@st.composite
def times_of_a_pass(draw: st.DrawFn) -> list[int | None]:
    """Ticks in one resolution, in any order, some missing."""
    step = draw(resolutions)
    offsets = draw(st.lists(st.none() | st.integers(-(10**6), 10**9), max_size=40))
    return [None if offset is None else NOON + offset * step for offset in offsets]


def rows_of(count: int) -> st.SearchStrategy[list[int]]:
    """The times of a pass of so many parts, in one resolution, near or far from each other."""
    offsets = st.sampled_from((100, 10**4, 10**9)).flatmap(
        lambda most: st.lists(st.integers(0, most), min_size=count, max_size=count)
    )
    return st.builds(lambda step, some: [NOON + one * step for one in some], resolutions, offsets)


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


@given(st.integers(1, 40).flatmap(lambda count: st.lists(rows_of(count), min_size=1, max_size=5)))
def test_many_passes_at_once_are_packed_as_each_is(passes: list[list[int]]) -> None:
    ticks = np.array(passes, np.int64)
    bases = ticks.min(axis=1)
    blobs = pack_rows(ticks, bases)
    assert blobs == [pack(times, min(times)) for times in passes]
    assert np.array_equal(unpack_rows(blobs, bases, ticks.shape[1]), ticks)


def test_rows_of_another_length_or_without_a_time_are_no_rows() -> None:
    blob = pack([NOON, NOON + 5], NOON)
    with pytest.raises(AssertionError):
        unpack_rows([blob], np.array([NOON]), 3)
    with pytest.raises(AssertionError):
        unpack_rows([pack([NOON, None], NOON)], np.array([NOON]), 2)


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
