"""Who is out there: what endpoints tell of themselves, whether they are heard, how much and how late."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from padstone.features.sites.commands import assign_station
from padstone.features.sites.models import EndpointNews
from padstone.ingest.directory import EndpointLine, endpoint_card, endpoints
from padstone.ingest.models import DoubtTally, Message, Tally, TrafficMinute
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, NotFound
from tests.ingest.factory import AOI, AUDITOR, HEARTBEAT, NOON, PLACER, STATE, Factory

NOBODY = Actor(ActorKind.PERSON, "visitor", frozenset())
CONNECTED = "CFX.EndpointConnected"
GOODBYE = "CFX.EndpointShuttingDown"
INFORMATION = "CFX.GetEndpointInformationResponse"
KEPT = "CFX.ResourcePerformance.EnergyConsumed"


def described(**more: Any) -> dict[str, Any]:
    return {
        "Result": {"Result": "Success", "ResultCode": 0, "Message": "OK"},
        "EndpointInformation": {
            "CFXHandle": PLACER,
            "FriendlyName": "The fast one",
            "Vendor": "Kestrelworks",
            "ModelNumber": "Swift4",
            "SerialNumber": "KW1182",
            "SupportedTopics": [
                {"TopicName": "CFX.Production", "TopicSupportType": "Publisher", "SupportedMessages": []},
                {
                    "TopicName": "CFX.ResourcePerformance",
                    "TopicSupportType": "PublisherConsumer",
                    "SupportedMessages": [STATE, KEPT],
                },
                {"TopicName": "CFX.Materials.Storage", "TopicSupportType": "Consumer"},
            ],
        }
        | more,
    }


def one(handle: str = PLACER) -> EndpointLine:
    (found,) = (line for line in endpoints(AUDITOR) if line.handle == handle)
    assert found == endpoint_card(AUDITOR, handle).endpoint
    return found


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


class TestWhatItIs:
    def test_it_tells_of_itself(self, factory: Factory) -> None:
        factory.tell(CONNECTED, {"CFXHandle": PLACER, "RequestNetworkUri": "amqp://placer:5672"})
        line = factory.tell(INFORMATION, described(), Version="1.7")
        assert line.state == "done"
        found = one()
        assert (found.vendor, found.model_number, found.serial_number, found.friendly_name) == (
            "Kestrelworks",
            "Swift4",
            "KW1182",
            "The fast one",
        )
        assert found.cfx_version == "1.7"
        card = endpoint_card(AUDITOR, PLACER)
        assert [(topic.name, topic.support, topic.messages) for topic in card.topics] == [
            ("CFX.Production", "Publisher", ()),
            ("CFX.ResourcePerformance", "PublisherConsumer", (STATE, KEPT)),
            ("CFX.Materials.Storage", "Consumer", ()),
        ]
        assert KEPT in card.not_read
        assert STATE not in card.not_read
        assert not any(name.startswith("CFX.Materials") for name in card.not_read)
        assert [news.kind for news in card.news] == ["informed", "connected"]
        assert card.news[1].told["request_network_uri"] == "amqp://placer:5672"
        assert card.news[0].journal_no == line.journal_no

    def test_late_news_does_not_undo_newer(self, factory: Factory) -> None:
        factory.tell(INFORMATION, described(SerialNumber="new"), TimeStamp=at(5).isoformat(), door="file")
        factory.tell(INFORMATION, described(SerialNumber="old"), TimeStamp=at(1).isoformat(), door="file")
        assert one().serial_number == "new"
        assert EndpointNews.objects.count() == 2

    def test_an_answer_that_describes_nothing(self, factory: Factory) -> None:
        assert factory.tell(INFORMATION, {"Result": {"Result": "Failed"}}).state == "done"
        assert one().vendor == ""

    def test_a_name_that_is_too_long_is_refused(self, factory: Factory) -> None:
        line = factory.tell(INFORMATION, described(Vendor="x" * 300))
        assert (line.state, line.code) == ("rejected", "identifier_too_long")

    def test_a_version_as_long_as_it_likes(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {}, Version="1" * 1000)
        with CaptureQueriesContext(connection) as statements:
            factory.tell(HEARTBEAT, {}, Version="1" * 1000)
        assert one().cfx_version == "1" * 40
        changed = [s for s in statements if "cfx_version" in s["sql"] and s["sql"].startswith("UPDATE")]
        assert changed == []

    def test_where_it_stands(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {})
        assert one().line == ""
        assign_station(AUDITOR, handle=PLACER, name="Placer 1", kind="placer", line="Line 1")
        assert (one().station, one().line, one().station_kind) == ("Placer 1", "Line 1", "placer")

    def test_by_which_doors_it_comes_the_last_one_first(self, factory: Factory) -> None:
        for door in ("file", "amqp", "file", "http"):
            factory.tell(HEARTBEAT, {}, door=door)
        assert one().doors == ("http", "file", "amqp")

    def test_one_there_is_not(self, db: None) -> None:
        with pytest.raises(NotFound):
            endpoint_card(AUDITOR, "A.B.C")

    def test_who_may_not_look_sees_nothing(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {})
        with pytest.raises(Forbidden):
            endpoints(NOBODY)
        with pytest.raises(Forbidden):
            endpoint_card(NOBODY, PLACER)


class TestWhetherItIsHeard:
    def test_lost_after_two_and_a_half_of_its_heartbeats(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            factory.tell(HEARTBEAT, {"HeartbeatFrequency": "00:00:20"})
        for seconds, presence in ((0, "online"), (50, "online"), (51, "lost")):
            with clock.clock_at(NOON + timedelta(seconds=seconds)):
                assert (one().presence, one().lost_after_s, one().heartbeat_s) == (presence, 50, 20)

    def test_the_installation_says_what_counts_for_who_told_none(
        self, factory: Factory, settings: Any
    ) -> None:
        settings.HEARTBEAT_S = 10
        with clock.clock_at(NOON):
            factory.tell(HEARTBEAT, {})
        with clock.clock_at(NOON + timedelta(seconds=26)):
            assert (one().presence, one().lost_after_s, one().heartbeat_s) == ("lost", 25, None)

    def test_a_goodbye_counts_at_once_and_until_it_speaks_again(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            factory.tell(HEARTBEAT, {})
            factory.tell(GOODBYE, {})
            assert one().presence == "shut_down"
        with clock.clock_at(at(600)):
            assert one().presence == "shut_down"
            factory.tell(CONNECTED, {})
            assert one().presence == "online"

    def test_a_goodbye_that_is_read_late_does_not_undo_what_came_after_it(self, factory: Factory) -> None:
        (goodbye,) = factory.deliver(factory.envelope(GOODBYE, {}))
        factory.deliver(factory.envelope(HEARTBEAT, {}))
        Message.objects.filter(pk=goodbye.pk).update(state="failed")
        factory.interpret()
        Message.objects.filter(pk=goodbye.pk).update(state="received")
        factory.interpret()
        assert one().presence == "online"

    def test_who_sends_what_cannot_be_read_is_there_all_the_same(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            factory.tell(HEARTBEAT, {})
        with clock.clock_at(at(60)):
            factory.tell("Nothing", {})
            assert (one().presence, one().last_heard_at) == ("online", at(60))
            assert one().open.rejected == 1


class TestHowMuch:
    def test_kinds_with_what_is_only_kept(self, factory: Factory) -> None:
        for _ in range(3):
            factory.tell(HEARTBEAT, {})
        newest = factory.tell(KEPT, {})
        factory.tell(HEARTBEAT, {}, Source=AOI)
        kinds = endpoint_card(AUDITOR, PLACER).kinds
        assert [(kind.name, kind.messages, kind.kept) for kind in kinds] == [
            (HEARTBEAT, 3, 0),
            (KEPT, 1, 1),
        ]
        assert kinds[1].newest == newest.id
        assert (one().messages, one().kept, one(AOI).messages) == (4, 1, 1)

    def test_doubts(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {}, TimeStamp=None)
        newest = factory.tell(HEARTBEAT, {}, TimeStamp=None)
        doubts = {doubt.code: doubt for doubt in endpoint_card(AUDITOR, PLACER).doubts}
        assert doubts["no_time"].doubts == 2
        assert doubts["no_time"].newest == newest.id
        assert doubts["endpoint_registered"].doubts == 1

    def test_the_last_messages_in_whatever_state(self, factory: Factory) -> None:
        lines = [factory.tell(HEARTBEAT, {}), factory.tell("Nothing", {}), factory.complete(1)]
        found = endpoint_card(AUDITOR, PLACER).messages
        assert [line.id for line in found] == [line.id for line in reversed(lines)]

    def test_the_last_minute_and_the_last_hour(self, factory: Factory) -> None:
        for minutes, messages in ((0, 5), (30, 2), (61, 3), (62, 1)):
            with clock.clock_at(at(minutes)):
                for _ in range(messages):
                    factory.tell(HEARTBEAT, {})
        with clock.clock_at(at(62)):
            assert (one().rate.last_minute, one().rate.last_hour) == (3, 6)
        with clock.clock_at(at(200)):
            assert (one().rate.last_minute, one().rate.last_hour) == (0, 0)
            assert one().lag.transit_ms is None

    def test_how_late(self, factory: Factory) -> None:
        for late_ms, recorded_ms in ((100, 10), (300, 50), (-400, 30)):
            happened = NOON - timedelta(milliseconds=late_ms)
            with clock.clock_at(NOON):
                factory.deliver(factory.envelope(HEARTBEAT, {}, TimeStamp=happened.isoformat()))
            with clock.clock_at(NOON + timedelta(milliseconds=recorded_ms)):
                factory.interpret()
        with clock.clock_at(NOON):
            lag = one().lag
        assert (lag.transit_ms, lag.worst_transit_ms) == (0, 300)
        assert (lag.recording_ms, lag.worst_recording_ms) == (30, 50)


class TestWhatItCosts:
    def test_counting_takes_the_same_statements_for_many_messages_as_for_few(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {})

        def counted(messages: int) -> int:
            with clock.clock_at(at(5)):
                factory.deliver(*(factory.envelope(HEARTBEAT, {}) for _ in range(messages)))
                with CaptureQueriesContext(connection) as statements:
                    factory.interpret()
            tables = ("ingest_tally", "ingest_trafficminute", "ingest_doubttally")
            return sum(any(table in one["sql"] for table in tables) for one in statements)

        assert counted(1) == counted(60) == 2

    def test_the_tables_do_not_grow_with_the_history(self, factory: Factory) -> None:
        for minutes in range(0, 300, 7):
            with clock.clock_at(at(minutes)):
                factory.deliver(*(factory.envelope(HEARTBEAT, {}) for _ in range(3)))
                factory.interpret()
        assert Tally.objects.get().messages == 129
        assert TrafficMinute.objects.count() <= 60
        assert DoubtTally.objects.count() == 1

    def test_the_directory_takes_as_many_statements_for_many_as_for_few(
        self, factory: Factory, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(2):
            factory.tell(HEARTBEAT, {}, Source=f"A.B.{number}")
        with django_assert_num_queries(4):
            endpoints(AUDITOR)
        for number in range(30):
            factory.tell(HEARTBEAT, {}, Source=f"A.B.{number}")
            factory.tell("Nothing", {}, Source=f"A.B.{number}")
        with django_assert_num_queries(4):
            endpoints(AUDITOR)
        with django_assert_num_queries(12):
            endpoint_card(AUDITOR, "A.B.1")


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    told=st.lists(
        st.tuples(
            st.sampled_from([PLACER, AOI]),
            st.sampled_from([HEARTBEAT, KEPT, "Nothing"]),
            st.sampled_from(["http", "amqp"]),
            st.integers(0, 70),
        ),
        max_size=25,
    ),
    batches=st.integers(1, 7),
)
def test_the_counters_are_what_the_messages_say(told: list[tuple[str, str, str, int]], batches: int) -> None:
    """Whatever was said, in however large transactions: the counters are those of the messages."""
    from django.db import transaction  # noqa: PLC0415 - undone after each example

    point = transaction.savepoint()
    try:
        factory = Factory()
        for source, name, door, minutes in sorted(told, key=lambda said: said[3]):
            with clock.clock_at(at(minutes)):
                factory.deliver(factory.envelope(name, {}, Source=source), door=door)
        with clock.clock_at(at(70)):
            factory.interpreter.all(batches)
            found = {line.handle: line for line in endpoints(AUDITOR)}
        good = [said for said in told if said[1] != "Nothing"]
        for handle in {said[0] for said in good}:
            mine = [said for said in good if said[0] == handle]
            kinds = Counter(name for _, name, _, _ in mine)
            assert {k.name: k.messages for k in endpoint_card(AUDITOR, handle).kinds} == kinds
            assert found[handle].kept == kinds[KEPT]
            assert set(found[handle].doors) == {door for _, _, door, _ in mine}
            assert found[handle].rate.last_hour == sum(minutes > 10 for *_, minutes in mine)
            assert found[handle].rate.last_minute == sum(minutes == 69 for *_, minutes in mine)
            bad = [said for said in told if said[:2] == (handle, "Nothing")]
            assert found[handle].open.rejected == len(bad)
    finally:
        transaction.savepoint_rollback(point)
