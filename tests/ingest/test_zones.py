"""Times without a zone, by the clock of the machine that sent them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from padstone import cfx
from padstone.features.sites.commands import assign_station, register_endpoint, set_site_zone, set_zone
from padstone.features.sites.models import ClockZone, Endpoint
from padstone.ingest.context import Context, Memory
from padstone.ingest.directory import endpoint_card
from padstone.ingest.models import State
from padstone.ingest.replay import check_facts
from padstone.ingest.zones import NEVER, TWICE, read_in
from padstone.kernel import clock
from padstone.kernel.actor import INTERPRETER, Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid, NotFound
from padstone.kernel.zones import zone_names
from padstone.platform.audit.models import AuditLine
from padstone.platform.command import durable
from tests.ingest.factory import (
    AOI,
    AUDITOR,
    HEARTBEAT,
    NOON,
    PLACER,
    STARTED,
    Factory,
    codes,
    placed,
    started,
)

BERLIN = "Europe/Berlin"
WINTER = datetime(2025, 10, 26, 1, tzinfo=UTC)
"""In Berlin it is 2 o'clock for the second time."""
VISITOR = Actor(ActorKind.PERSON, "visitor", frozenset({"view_factory"}))


def wall(at: datetime, zone: str = BERLIN) -> str:
    """What a clock of that zone shows, as a machine sends it that leaves the zone out."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()


def in_berlin(handle: str = PLACER) -> None:
    assign_station(AUDITOR, handle=handle, name=handle, kind="placer", line="Line 1")
    set_zone(AUDITOR, handle=handle, zone=BERLIN)


# --- what a clock shows ------------------------------

zones = st.sampled_from(zone_names()).map(ZoneInfo)
instants = st.datetimes(
    datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2060-01-01"), timezones=st.just(UTC)
)


@given(zone=zones, at=instants)
def test_what_a_clock_shows_is_read_as_when_it_showed_it(zone: ZoneInfo, at: datetime) -> None:
    shown = at.astimezone(zone)
    moment = cfx.parse_instant(shown.replace(tzinfo=None).isoformat())
    first, second = (shown.replace(fold=fold).utcoffset() for fold in (0, 1))
    reading = read_in(zone, moment, at)
    assert reading.instant.utc == at
    assert reading.instant.ticks == cfx.parse_instant(at.isoformat()).ticks
    assert reading.instant.zoned
    assert reading.doubt == ("" if first == second else TWICE)
    assert read_in(zone, moment, None).instant.utc == shown.replace(fold=0).astimezone(UTC)


@given(zone=zones, text=instants.map(lambda at: at.replace(tzinfo=None).isoformat()))
@example(ZoneInfo(BERLIN), "2025-03-30T02:30:00")
@example(ZoneInfo(BERLIN), "2025-10-26T02:00:00")
@example(ZoneInfo("Australia/Lord_Howe"), "2026-04-05T01:45:00")
@example(ZoneInfo("Pacific/Apia"), "2011-12-30T12:00:00")
@example(ZoneInfo("America/New_York"), "2026-11-01T01:59:59.999999")
def test_whatever_is_sent_is_read_as_the_zones_data_has_it(zone: ZoneInfo, text: str) -> None:
    reading = read_in(zone, cfx.parse_instant(text), None)
    shown = datetime.fromisoformat(text).replace(tzinfo=zone)
    assert reading.instant.utc == shown.astimezone(UTC)
    seconds = [shown.replace(fold=fold).astimezone(UTC).timestamp() for fold in (0, 1)]
    never = reading.instant.utc.astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None)
    assert reading.doubt == (NEVER if never else TWICE if seconds[0] != seconds[1] else "")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_time_that_was_never_set_stays_what_it_is(text: str, zone: str) -> None:
    moment = cfx.parse_instant(text)
    assert read_in(ZoneInfo(zone), moment, None) == (moment, "", None)


def test_a_seventh_digit_is_kept() -> None:
    moment = cfx.parse_instant("2026-05-04T14:00:00.1234567")
    assert (
        read_in(ZoneInfo(BERLIN), moment, None).instant.ticks
        == cfx.parse_instant("2026-05-04T14:00:00.1234567+02:00").ticks
    )


odd = st.sampled_from(
    ["", "2026-05-04T14:00:00Z", "2026-05-04T14:00:01.1+02:00", "2026-05-04T14:00:0", "noon"]
)


@given(
    zone=st.sampled_from(
        ["", BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Monrovia", "Etc/GMT-14"]
    ),
    began=st.one_of(
        instants,
        st.sampled_from([WINTER, WINTER - timedelta(hours=1), datetime(2025, 3, 30, 1, tzinfo=UTC)]),
        st.just(datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ),
    after=st.lists(st.timedeltas(timedelta(), timedelta(hours=1)), min_size=1, max_size=4),
    digits=st.integers(0, 8),
    stranger=st.one_of(st.none(), odd),
)
@example("", NOON, [timedelta()] * 2, 0, None)
@example(BERLIN, WINTER, [timedelta(minutes=1)] * 2, 7, None)
def test_many_times_are_read_as_each_is(
    zone: str, began: datetime, after: list[timedelta], digits: int, stranger: str | None
) -> None:
    local = ZoneInfo(zone or "UTC")
    texts: list[str | None] = [
        f"{(began + one).astimezone(local):%Y-%m-%dT%H:%M:%S.%f}0"[: 19 + (digits and digits + 1)]
        for one in after
    ]
    texts += [stranger] if stranger is not None else []
    at_once, one_by_one = (context_in(zone, began) for _ in range(2))
    try:
        expected = tuple(moment and moment.ticks for moment in map(one_by_one.instant, texts))
    except Invalid as refusal:
        with pytest.raises(Invalid, match=re.escape(str(refusal))):
            at_once.all_ticks(texts)
        return
    assert at_once.all_ticks(texts) == expected
    assert at_once.flags == one_by_one.flags


def context_in(zone: str, at: datetime) -> Context:
    """A message of a machine in that zone, without any books."""
    memory = Memory(endpoints={PLACER: Endpoint(handle=PLACER)})
    memory.zones._known[PLACER] = [(0, zone)]
    return Context(memory=memory, source=PLACER, happened_at=at, happened_ticks=0, journal_no=1)


# --- through the front door ------------------------------


def test_an_envelopes_time_is_by_the_machines_clock(factory: Factory) -> None:
    in_berlin()
    with clock.clock_at(NOON):
        line = factory.start(1, "P1", TimeStamp=wall(NOON))
    assert (line.state, codes(line)) == (State.DONE, [])
    assert factory.certificate("P1").passes[0].started_at == NOON


def test_so_are_the_times_within_it(factory: Factory) -> None:
    in_berlin()
    factory.receive("R1")
    factory.start(1, "P1")
    part = {"ReferenceDesignator": "C1", "InstallationTime": wall(NOON)}
    line = factory.install(1, placed("P1", 1, "R1", InstalledComponents=[part]))
    assert (line.state, codes(line)) == (State.DONE, [])
    assert [one.installed_at for one in factory.certificate("P1").installations] == [NOON]


def test_nobody_has_said_it_and_the_doubt_says_who_can(factory: Factory) -> None:
    line = factory.tell(HEARTBEAT, {}, TimeStamp=wall(clock.now()))
    (doubt,) = (flag for flag in line.flags if flag.code == "time_without_zone")
    assert "as UTC" in doubt.reason
    assert "on the machine's page" in doubt.reason


def test_it_counts_for_what_is_interpreted_from_then_on(factory: Factory) -> None:
    factory.start(1, "P1", TimeStamp=wall(NOON), door="file")
    in_berlin()
    factory.start(2, "P2", TimeStamp=wall(NOON), door="file")
    set_zone(AUDITOR, handle=PLACER, zone="")
    last = factory.start(3, "P3", TimeStamp=wall(NOON), door="file")
    assert codes(last) == ["time_without_zone"]
    started = [factory.certificate(panel).passes[0].started_at for panel in ("P1", "P2", "P3")]
    assert started == [NOON + timedelta(hours=2), NOON, NOON + timedelta(hours=2)]


def test_a_time_with_a_zone_says_it_itself(factory: Factory) -> None:
    in_berlin()
    assert codes(factory.start(1, "P1", TimeStamp="2026-05-04T12:00:00Z", door="file")) == []
    assert factory.certificate("P1").passes[0].started_at == NOON


class TestWhenClocksAreChanged:
    @pytest.mark.parametrize("late", [timedelta(hours=-1), timedelta()])
    def test_a_time_that_came_twice_is_the_one_near_the_receipt(
        self, factory: Factory, late: timedelta
    ) -> None:
        in_berlin()
        at = WINTER + late + timedelta(minutes=20)
        with clock.clock_at(at + timedelta(seconds=2)):
            line = factory.start(1, "P1", TimeStamp=wall(at))
        assert codes(line) == [TWICE]
        assert factory.certificate("P1").passes[0].started_at == at
        assert f"{at:%H:%M:%S} UTC" in line.flags[0].reason
        assert "2025-10-26T02:20:00 came twice in Europe/Berlin" in line.flags[0].reason

    def test_in_a_file_it_is_the_first(self, factory: Factory) -> None:
        in_berlin()
        line = factory.start(1, "P1", TimeStamp="2025-10-26T02:20:00", door="file")
        assert codes(line) == [TWICE]
        assert factory.certificate("P1").passes[0].started_at == WINTER - timedelta(minutes=40)

    def test_one_within_a_message_is_the_one_near_the_messages(self, factory: Factory) -> None:
        in_berlin()
        factory.receive("R1")
        factory.start(1, "P1", TimeStamp=WINTER.isoformat(), door="file")
        at = [WINTER + timedelta(minutes=minute) for minute in (5, 6)]
        parts = [{"ReferenceDesignator": f"C{n}", "InstallationTime": wall(one)} for n, one in enumerate(at)]
        line = factory.install(
            1,
            placed("P1", 1, "R1", InstalledComponents=parts),
            TimeStamp=(WINTER + timedelta(minutes=7)).isoformat(),
            door="file",
        )
        assert codes(line) == [TWICE]
        assert [one.installed_at for one in factory.certificate("P1").installations] == at

    def test_a_time_that_never_came_is_by_a_clock_that_was_not_put_forward(self, factory: Factory) -> None:
        in_berlin()
        line = factory.start(1, "P1", TimeStamp="2025-03-30T02:30:00", door="file")
        assert codes(line) == [NEVER]
        assert factory.certificate("P1").passes[0].started_at == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
        assert "2025-03-30 01:30:00 UTC" in line.flags[0].reason


def test_read_again_everything_is_read_as_it_was(factory: Factory) -> None:
    """Whoever verifies the books reads every message again, each in the zone that counted for it."""
    for number, zone in enumerate(["", BERLIN, "Asia/Tokyo", ""], start=1):
        assign_station(AUDITOR, handle=PLACER, name=PLACER, kind="placer", line="Line 1")
        set_zone(AUDITOR, handle=PLACER, zone=zone)
        factory.start(number, f"P{number}", TimeStamp=wall(NOON), door="file")
    began = [factory.certificate(f"P{number}").passes[0].started_at for number in range(1, 5)]
    assert [at.hour for at in began] == [14, 12, 5, 14]
    found = check_facts(connection)
    assert (found.broken, found.links) == (None, 4)


# --- who says it, and of what ------------------------------


def test_a_site_says_it_for_all_that_say_nothing_themselves(factory: Factory) -> None:
    for handle in (PLACER, AOI):
        assign_station(AUDITOR, handle=handle, name=handle, kind="other", line="Line 1", site="Kassel")
    set_zone(AUDITOR, handle=AOI, zone="Asia/Tokyo")
    set_site_zone(AUDITOR, site="Kassel", zone=BERLIN)
    factory.start(1, "P1", TimeStamp=wall(NOON), door="file")
    factory.start(2, "P2", TimeStamp=wall(NOON, "Asia/Tokyo"), Source=AOI, door="file")
    assert [factory.certificate(one).passes[0].started_at for one in ("P1", "P2")] == [NOON, NOON]
    zone = endpoint_card(AUDITOR, AOI).endpoint.zone
    assert (zone.name, zone.own, zone.site, zone.of_site) == ("Asia/Tokyo", "Asia/Tokyo", "Kassel", BERLIN)


def test_a_machine_that_moves_to_another_site_takes_its_zone(factory: Factory) -> None:
    for handle, site in ((PLACER, "Kassel"), (AOI, "Penang")):
        assign_station(AUDITOR, handle=handle, name=handle, kind="other", line=f"L {site}", site=site)
    set_site_zone(AUDITOR, site="Kassel", zone=BERLIN)
    set_site_zone(AUDITOR, site="Penang", zone="Asia/Kuala_Lumpur")
    assign_station(AUDITOR, handle=PLACER, name=PLACER, kind="other", line="L Penang")
    factory.start(1, "P1", TimeStamp=wall(NOON, "Asia/Kuala_Lumpur"), door="file")
    assert factory.certificate("P1").passes[0].started_at == NOON
    assert [row.zone for row in ClockZone.objects.filter(endpoint__handle=PLACER).order_by("pk")] == [
        BERLIN,
        "Asia/Kuala_Lumpur",
    ]


def test_a_machine_that_takes_over_a_station_takes_its_zone_from_its_first_word_on(factory: Factory) -> None:
    assign_station(AUDITOR, handle="OLD", name=PLACER, kind="placer", line="Line 1", site="Kassel")
    set_site_zone(AUDITOR, site="Kassel", zone=BERLIN)
    first, second = factory.deliver(
        factory.envelope(HEARTBEAT, {}, Source="OLD", TimeStamp=wall(NOON)),
        factory.envelope(STARTED, started(1, "P1"), TimeStamp=wall(NOON)),
        door="file",
    )
    factory.interpret()  # both at once: what is known of the second was asked before it was registered
    assert codes(factory.line(first)) == []
    assert [flag.code for flag in factory.line(second).flags] == ["endpoint_registered"]
    assert factory.certificate("P1").passes[0].started_at == NOON


def test_the_record_says_who_said_what(factory: Factory) -> None:
    in_berlin()
    set_site_zone(AUDITOR, site="Factory", zone="UTC")
    lines = AuditLine.objects.filter(verb="set_zone").order_by("pk")
    assert [(line.actor, line.subject, json.loads(line.after)) for line in lines] == [
        ("auditor", f"endpoint:{PLACER}", {"zone": BERLIN}),
        ("auditor", "site:Factory", {"zone": "UTC"}),
    ]
    assert json.loads(lines[0].before) == {"zone": ""}


@pytest.mark.parametrize(
    ("name", "near"),
    [("Berlin", BERLIN), ("new york", "America/New_York"), ("Asia/Shangai", "Asia/Shanghai"), ("?", "IANA")],
)
def test_a_zone_that_there_is_not(factory: Factory, name: str, near: str) -> None:
    in_berlin()
    with pytest.raises(Invalid, match=near) as refusal:
        set_zone(AUDITOR, handle=PLACER, zone=name)
    assert (refusal.value.code, refusal.value.field) == ("unknown_zone", "zone")
    with pytest.raises(Invalid, match=near):
        set_site_zone(AUDITOR, site="Factory", zone=name)
    assert Endpoint.objects.get().zone == BERLIN


def test_of_what_there_is_not_nothing_is_said(db: None) -> None:
    with pytest.raises(NotFound):
        set_zone(AUDITOR, handle="A.B", zone=BERLIN)
    with pytest.raises(NotFound):
        set_site_zone(AUDITOR, site="A", zone=BERLIN)


def test_not_everybody_may_say_it(factory: Factory) -> None:
    in_berlin()
    with pytest.raises(Forbidden):
        set_zone(VISITOR, handle=PLACER, zone="UTC")
    with pytest.raises(Forbidden):
        set_site_zone(VISITOR, site="Factory", zone="UTC")


def test_the_lag_is_by_the_machines_clock(factory: Factory) -> None:
    in_berlin()
    with clock.clock_at(NOON):
        factory.tell(HEARTBEAT, {}, TimeStamp=wall(NOON - timedelta(seconds=2)))
        lag = endpoint_card(AUDITOR, PLACER).endpoint.lag
    assert (lag.transit_ms, lag.worst_transit_ms) == (2000, 2000)


# --- what it costs ------------------------------


def test_it_is_asked_once_for_all_messages_at_hand(
    factory: Factory, django_assert_num_queries: Callable[[int], Any]
) -> None:
    in_berlin()
    with durable():
        register_endpoint.within(INTERPRETER, handle=AOI)
    memory = Memory()
    memory.zones.take_in_hand({PLACER, AOI})

    def context(source: str) -> Context:
        memory.endpoints[source] = Endpoint.objects.select_related("station").get(handle=source)
        return Context(memory=memory, source=source, happened_at=NOON, happened_ticks=0, journal_no=1)

    contexts = [context(source) for source in (PLACER, AOI, PLACER)]
    with django_assert_num_queries(0):
        contexts[0].instant("2026-05-04T12:00:00Z")
    with django_assert_num_queries(1):
        found = [one.instant("2026-05-04T14:00:00") for one in contexts for _ in range(3)]
    assert [one.utc.hour for one in found if one is not None] == [12] * 3 + [14] * 3 + [12] * 3
