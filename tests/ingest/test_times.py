"""When it happened, by the machine's clock: as far as one can tell, and said where one cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from padstone.features.sites.models import Endpoint
from padstone.ingest.models import State
from padstone.kernel import clock
from tests.ingest.factory import INSPECTED, NOON, STARTED, STATE, Factory, codes, placed, started, transaction


def at(moment: datetime) -> str:
    return moment.isoformat()


def test_without_a_zone_it_is_utc_and_flagged(factory: Factory) -> None:
    with clock.clock_at(NOON):
        line = factory.start(1, "P1", TimeStamp="2026-05-04T11:59:00.1234567")
    assert (line.state, codes(line)) == (State.DONE, ["time_without_zone"])
    assert line.happened_at == NOON - timedelta(minutes=1) + timedelta(microseconds=123456)


def test_a_zone_within_the_message_may_be_missing_too(factory: Factory) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    part = {"ReferenceDesignator": "C1", "InstallationTime": "2026-05-04T11:59:00"}
    line = factory.install(1, placed("P1", 1, "R1", InstalledComponents=[part]))
    assert (line.state, codes(line)) == (State.DONE, ["time_without_zone"])


@pytest.mark.parametrize("text", ["yesterday", "04/05/2026 12:00", "2026-02-30T12:00:00Z", "1777896000"])
def test_a_time_that_is_none_is_rejected(factory: Factory, text: str) -> None:
    line = factory.start(1, "P1", TimeStamp=text)
    assert (line.state, line.code) == (State.REJECTED, "not_a_time")
    assert line.reason.startswith("TimeStamp:")
    assert text in line.reason
    assert "ISO 8601" in line.reason
    assert factory.works()


def test_a_time_within_the_message_that_is_none_is_rejected(factory: Factory) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    part = {"ReferenceDesignator": "C1", "InstallationTime": "noon"}
    line = factory.install(1, placed("P1", 1, "R1", InstalledComponents=[part]))
    assert (line.state, line.code) == (State.REJECTED, "not_a_time")
    assert "noon" in line.reason


@pytest.mark.parametrize("text", [None, "", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z"])
def test_without_a_time_that_of_the_receipt_is_taken(factory: Factory, text: str | None) -> None:
    with clock.clock_at(NOON):
        line = factory.start(1, "P1", TimeStamp=text)
    assert (line.state, codes(line)) == (State.DONE, ["no_time"])
    (work,) = factory.certificate("P1").passes
    assert work.started_at == NOON


class TestClockOff:
    @pytest.mark.parametrize("years", [-10, 10])
    def test_live_it_is_flagged_both_ways(self, factory: Factory, years: int) -> None:
        with clock.clock_at(NOON):
            line = factory.start(1, "P1", TimeStamp=at(NOON.replace(year=NOON.year + years)))
            assert (line.state, codes(line)) == (State.DONE, ["clock_off"])
            assert f"{NOON.year + years}" in next(
                flag.reason for flag in line.flags if flag.code == "clock_off"
            )
            assert factory.works()

    def test_a_file_tells_of_the_past_and_not_of_the_future(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            old = factory.start(1, "P1", TimeStamp="2016-05-04T12:00:00Z", door="file")
            new = factory.start(2, "P2", TimeStamp="2036-05-04T12:00:00Z", door="file")
        assert codes(old) == []
        assert codes(new) == ["clock_off"]

    def test_an_hour_is_no_matter(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            assert codes(factory.start(1, "P1", TimeStamp=at(NOON - timedelta(hours=1)))) == []

    @pytest.mark.parametrize("text", ["0001-01-02T00:00:00Z", "9999-12-31T23:59:59.9999999Z"])
    def test_the_ends_of_time(self, factory: Factory, text: str) -> None:
        line = factory.start(1, "P1", TimeStamp=text)
        assert (line.state, codes(line)) == (State.DONE, ["clock_off"])
        assert factory.works()

    def test_a_clock_that_was_wrong_once_does_not_freeze_the_state(self, factory: Factory) -> None:
        def say(state: int, moment: datetime) -> None:
            with clock.clock_at(moment):
                factory.tell(STATE, {"NewState": state}, TimeStamp=at(moment + off))

        off = timedelta(days=3650)
        say(1100, NOON)
        off = timedelta()
        say(2000, NOON + timedelta(minutes=1))
        known = Endpoint.objects.get()
        assert (known.resource_state, known.resource_state_since) == (2000, NOON + timedelta(minutes=1))

    def test_late_news_of_a_state_changes_nothing(self, factory: Factory) -> None:
        factory.tell(STATE, {"NewState": 2000}, TimeStamp="2026-05-04T12:00:00Z", door="file")
        factory.tell(STATE, {"NewState": 1100}, TimeStamp="2026-05-04T11:00:00Z", door="file")
        assert Endpoint.objects.get().resource_state == 2000


def test_four_times_are_told_apart(factory: Factory) -> None:
    received = datetime(2026, 5, 4, 12, 0, 5, tzinfo=UTC)
    with clock.clock_at(received):
        (row,) = factory.deliver(factory.envelope(STARTED, started(1, "P1"), TimeStamp=at(NOON)))
    with clock.clock_at(received + timedelta(seconds=2)):
        factory.interpret()
    line = factory.line(row)
    assert (line.happened_at, line.sent_at, line.received_at) == (NOON, None, received)
    assert line.recorded_at == received + timedelta(seconds=2)


def test_an_inspection_without_times_of_its_own_happened_when_the_message_says(factory: Factory) -> None:
    factory.start(1, "P1")
    unit = {
        "UnitIdentifier": "P1",
        "UnitPositionNumber": 1,
        "OverallResult": "Passed",
        "Inspections": [
            {"InspectionName": "AOI", "Result": "Passed", "InspectionEndTime": "0001-01-01T00:00:00"}
        ],
    }
    body = {"TransactionId": transaction(1), "InspectedUnits": [unit]}
    factory.tell(INSPECTED, body, TimeStamp=at(NOON), door="file")
    (inspection,) = factory.certificate("P1").inspections
    assert inspection.at == NOON
