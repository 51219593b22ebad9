"""Machines introduce themselves; people say where they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from padstone.features.sites.commands import assign_station, register_feeder_location
from padstone.features.sites.models import Endpoint, FeederLocation, Line, Station
from padstone.features.sites.queries import find, stations, voices
from padstone.ingest.models import State
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid
from padstone.platform.audit.models import AuditLine
from tests.ingest.factory import AOI, AUDITOR, HEARTBEAT, NOON, PLACER, STATE, Factory, codes

NOBODY = Actor(ActorKind.PERSON, "visitor", frozenset())


def assign(handle: str, name: str, **more: object) -> Station:
    said: dict[str, object] = {"kind": "placer", "line": "Line 1", "place_in_line": 3} | more
    return assign_station(AUDITOR, handle=handle, name=name, **said)  # type: ignore[arg-type]  # as a form gives it


def test_a_machine_registers_itself_by_speaking(factory: Factory) -> None:
    with clock.clock_at(NOON):
        first = factory.tell(HEARTBEAT, {"CFXHandle": PLACER})
    assert [flag.code for flag in first.flags] == ["endpoint_registered"]
    assert "assign" in first.flags[0].reason
    second = factory.tell(HEARTBEAT, {"CFXHandle": PLACER})
    assert second.flags == ()
    endpoint = Endpoint.objects.select_related("station").get()
    assert (endpoint.handle, endpoint.station.name, endpoint.station.line) == (PLACER, PLACER, None)
    assert endpoint.first_heard_at == NOON
    assert endpoint.last_heard_at == second.received_at


def test_a_machine_that_introduces_itself_as_another(factory: Factory) -> None:
    assert codes(factory.tell(HEARTBEAT, {"CFXHandle": AOI})) == ["speaks_for_another"]


def test_it_is_told_where_it_stands(factory: Factory) -> None:
    factory.tell(HEARTBEAT, {})
    assign(PLACER, "Placer 1", place_in_line=2)
    station = Station.objects.select_related("line__site").get()
    assert station.line is not None
    assert (station.name, station.kind, station.place_in_line) == ("Placer 1", "placer", 2)
    assert (station.line.name, station.line.site.name) == ("Line 1", "Factory")
    assert AuditLine.objects.get().verb == "assign_station"


def test_before_or_after_it_was_heard_is_the_same(factory: Factory) -> None:
    assign(PLACER, "Placer 1")
    line = factory.tell(HEARTBEAT, {})
    assert (line.state, line.flags) == (State.DONE, ())
    assert Endpoint.objects.get().station.name == "Placer 1"


def test_it_may_be_moved_and_renamed_and_keeps_its_history(factory: Factory) -> None:
    factory.start(1, "P1")
    assign(PLACER, "Placer 1")
    assign(PLACER, "Placer 7", line="Line 2")
    assert Station.objects.get().line == Line.objects.get(name="Line 2")
    assert [work.station for work in factory.certificate("P1").passes] == ["Placer 7"]


def test_a_new_machine_may_take_over_a_station(factory: Factory) -> None:
    assign("OLD", "Placer 1")
    assign("NEW", "Placer 1")
    assert {endpoint.station.name for endpoint in Endpoint.objects.all()} == {"Placer 1"}
    assert Station.objects.count() == 1


def test_two_machines_that_have_spoken_are_two_stations(factory: Factory) -> None:
    factory.tell(HEARTBEAT, {})
    factory.tell(HEARTBEAT, {}, Source=AOI)
    assign(PLACER, "Placer 1")
    with pytest.raises(Conflict, match="Placer 1") as refusal:
        assign(AOI, "Placer 1")
    assert refusal.value.field == "name"
    assert Station.objects.filter(name=AOI).exists()


def test_a_kind_there_is_not(db: None) -> None:
    with pytest.raises(Invalid, match="placer") as refusal:
        assign(PLACER, "Placer 1", kind="teapot")
    assert "teapot" in str(refusal.value)
    assert not Station.objects.exists()


@pytest.mark.parametrize("field", ["handle", "name", "line"])
def test_a_name_is_neither_blank_nor_longer_than_the_books_take(db: None, field: str) -> None:
    for text in ("", "   ", "x" * 500):
        said = {"handle": PLACER, "name": "Placer 1", "line": "Line 1"} | {field: text}
        with pytest.raises(Invalid) as refusal:
            assign(said.pop("handle"), said.pop("name"), **said)
        assert refusal.value.field == field
    assert not Station.objects.exists()


def test_not_everybody_may(db: None) -> None:
    with pytest.raises(Forbidden):
        assign_station(NOBODY, handle=PLACER, name="Placer 1", kind="placer", line="Line 1")
    for ask in (lambda: stations(NOBODY), lambda: voices(NOBODY, []), lambda: find(NOBODY, "x")):
        with pytest.raises(Forbidden):
            ask()


class TestStateAndHeartbeat:
    def test_the_newest_by_the_machines_clock_counts(self, factory: Factory) -> None:
        for state, minute in ((1100, 0), (2202, 5), (5000, 3)):
            at = (NOON + timedelta(minutes=minute)).isoformat()
            factory.tell(STATE, {"NewState": state}, TimeStamp=at, door="file")
        endpoint = Endpoint.objects.get()
        assert (endpoint.resource_state, endpoint.resource_state_since) == (2202, NOON + timedelta(minutes=5))

    def test_who_says_goodbye_is_off(self, factory: Factory) -> None:
        factory.tell("CFX.EndpointShuttingDown", {"CFXHandle": PLACER})
        assert Endpoint.objects.get().resource_state == 6000

    def test_the_heartbeat_is_kept(self, factory: Factory) -> None:
        factory.tell(HEARTBEAT, {"CFXHandle": PLACER, "HeartbeatFrequency": "00:00:30"})
        assert Endpoint.objects.get().heartbeat_s == 30
        assert voices(AUDITOR, [Endpoint.objects.get().station_id]).popitem()[1].heartbeat_s == 30

    @pytest.mark.parametrize("text", ["soon", "25:00:00", "00:00:00:99"])
    def test_a_heartbeat_that_is_no_span(self, factory: Factory, text: str) -> None:
        line = factory.tell(HEARTBEAT, {"CFXHandle": PLACER, "HeartbeatFrequency": text})
        assert (line.state, line.code) == (State.REJECTED, "not_a_span")
        assert "HeartbeatFrequency" in line.reason

    def test_an_older_receipt_does_not_turn_back_the_clock(self, factory: Factory) -> None:
        with clock.clock_at(NOON):
            factory.tell(HEARTBEAT, {})
        with clock.clock_at(NOON - timedelta(hours=1)):
            factory.tell(HEARTBEAT, {})
        assert Endpoint.objects.get().last_heard_at == NOON


def test_lanes_of_one_feeder_are_locations_apart(factory: Factory) -> None:
    factory.receive("R1", "R2")
    feeder = {"$type": "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX", "UniqueIdentifier": "FDR"}
    places = [
        {
            "LocationIdentifier": "uid-F1",
            "LocationName": "F1",
            "MaterialPackage": {"UniqueIdentifier": package},
            "CarrierInformation": feeder | {"LaneNumber": lane},
        }
        for package, lane in (("R1", 1), ("R2", 2))
    ]
    body = {"Materials": places}
    factory.tell("CFX.Materials.Storage.MaterialsLoaded", body)
    factory.tell("CFX.Materials.Storage.MaterialsLoaded", body)
    assert sorted(map(str, FeederLocation.objects.all())) == ["F1 lane 1", "F1 lane 2"]


def test_a_location_is_registered_inside_a_transaction_alone(db: None) -> None:
    station = assign(PLACER, "Placer 1")
    with pytest.raises(Forbidden):
        register_feeder_location(NOBODY, station_id=station.pk, identifier="a", name="", feeder_lane=0)


def test_the_scan_field_finds_a_station_by_both_names(factory: Factory) -> None:
    assign(PLACER, "Placer 1")
    assert (find(AUDITOR, "Placer 1"), find(AUDITOR, PLACER), find(AUDITOR, "?")) == (
        "Placer 1",
        "Placer 1",
        None,
    )
