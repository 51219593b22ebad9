"""Simulated time goes by at the pace asked for."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from padstone.cfx import parse_instant
from padstone.simulator import pacing
from padstone.simulator.pacing import Pace, pump
from padstone.simulator.world import Settings, build, run


class Kept:
    """A sender that keeps what it is given, with the time on the wall then."""

    def __init__(self, wall: Wall | None = None) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.at: list[float] = []
        self._wall = wall

    def send(self, handle: str, envelopes: list[bytes]) -> None:
        self.sent += [(handle, envelope) for envelope in envelopes]
        self.at += [self._wall.now if self._wall else 0.0] * len(envelopes)

    def close(self) -> None:
        pass


class Wall:
    """A clock on the wall that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(time, "monotonic", lambda: wall.now)
    return wall


def stamp_of(text: bytes) -> float:
    return parse_instant(json.loads(text)["TimeStamp"]).utc.timestamp()


def by_endpoint(sent: list[tuple[str, bytes]]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for handle, text in sent:
        found.setdefault(handle, []).append(text)
    return found


def test_fast_sends_everything_in_each_endpoints_order() -> None:
    settings = Settings(units=8)
    sender = Kept()
    count = pump(build(settings), sender, Pace.read("fast"), sleep=lambda _: pytest.fail("slept"))
    whole = run(settings).messages
    assert count == len(whole)
    assert by_endpoint(sender.sent) == by_endpoint(list(whole))


@pytest.mark.parametrize(("text", "factor"), [("real", 1.0), ("60", 60.0)])
def test_a_message_leaves_at_its_time(wall: Wall, text: str, factor: float) -> None:
    settings = Settings(units=4)
    sender = Kept(wall)
    pump(build(settings), sender, Pace.read(text), sleep=wall.sleep)
    start = settings.start.timestamp()
    assert len(sender.sent) > 100
    for (_, text_sent), at in zip(sender.sent, sender.at, strict=True):
        assert at - 1_000.0 == pytest.approx((stamp_of(text_sent) - start) / factor, abs=0.02)


def test_held_at_the_present_it_catches_up_and_then_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    present = Settings().start + timedelta(minutes=20)
    naps: list[float] = []

    class Now(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # as wide as needed here
            return present.astimezone(UTC) + timedelta(seconds=sum(naps))

    monkeypatch.setattr(pacing, "datetime", Now)
    sender = Kept()
    pump(build(Settings(units=8)), sender, Pace(None, held=True), sleep=naps.append)
    last = max(stamp_of(text) for _, text in sender.sent)
    assert sum(naps) == pytest.approx(last - present.timestamp(), abs=0.01)


@pytest.mark.parametrize("text", ["slow", "0", "-1", "nan", "1e9"])
def test_what_is_no_pace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"pace|float"):
        Pace.read(text)


def test_the_start_lets_the_run_end_about_now() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    lasts = timedelta(hours=2)
    assert Pace.read("fast").start_for(lasts, now) == now - lasts
    assert Pace.read("real").start_for(lasts, now) == now
    assert Pace.read("2").start_for(lasts, now) == now - timedelta(hours=1)
