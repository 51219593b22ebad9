"""The floor as it is now, and what one scan names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from padstone.features.production.models import Panel, Unit, WorkTransaction
from padstone.features.production.queries import (
    factory_now,
    find,
    line_now,
    recent_passes,
    recent_units,
    similar,
    station_now,
)
from padstone.features.sites.commands import assign_station, change_state, register_endpoint
from padstone.features.sites.models import Endpoint
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Forbidden, NotFound
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def line() -> None:
    with clock_at(NOON):
        assign_station(
            AUDITOR, handle="P.1.1", name="Placer 1", kind="placer", line="Line 1", place_in_line=2
        )
        assign_station(
            AUDITOR, handle="S.1.1", name="Printer", kind="printer", line="Line 1", place_in_line=1
        )
        register_endpoint(AUDITOR, handle="X.1.1")


def passed(panel: str, at: datetime, *, station: str = "Placer 1", done: bool = True) -> None:
    row, created = Panel.objects.get_or_create(identifier=panel)
    if created:
        Unit.objects.create(identifier=f"{panel}:1", panel=row, position=1, journal_no=1)
    WorkTransaction.objects.create(
        uuid=uuid4(),
        station=Endpoint.objects.get(station__name=station).station,
        panel=row,
        started_at=at,
        completed_at=at + timedelta(seconds=20) if done else None,
        result="Completed" if done else "",
        journal_no=1,
    )


def test_stations_stand_in_the_order_of_the_line_and_strangers_last() -> None:
    with clock_at(NOON):
        lines = factory_now(AUDITOR)
    assert [(line.name, [station.name for station in line.stations]) for line in lines] == [
        ("Line 1", ["Printer", "Placer 1"]),
        ("", ["X.1.1"]),
    ]


def test_a_station_counts_each_panel_of_today_once() -> None:
    passed("YESTERDAY", NOON - timedelta(hours=13))
    passed("A", NOON - timedelta(hours=2))
    passed("A", NOON - timedelta(hours=1))
    passed("B", NOON - timedelta(minutes=1), done=False)
    with clock_at(NOON):
        _, now = station_now(AUDITOR, "Placer 1")
    assert (now.panels_today, now.open_transactions) == (2, 1)
    assert (now.last_panel, now.last_at) == ("B", NOON - timedelta(minutes=1))


def test_the_last_panel_is_told_however_long_ago_it_was() -> None:
    passed("OLD", NOON - timedelta(days=30))
    with clock_at(NOON):
        now = line_now(AUDITOR, "Line 1").stations[1]
    assert (now.last_panel, now.panels_today) == ("OLD", 0)


def test_a_state_is_what_the_machine_told_last() -> None:
    endpoint = Endpoint.objects.get(handle="P.1.1")
    change_state(AUDITOR, endpoint_id=endpoint.pk, state=1100, at=NOON)
    with clock_at(NOON):
        line_name, now = station_now(AUDITOR, "Placer 1")
    assert (line_name, now.resource_state, now.resource_state_since) == ("Line 1", 1100, NOON)
    assert station_now(AUDITOR, "Printer")[1].resource_state is None


def test_recent_units_stand_once_newest_first() -> None:
    passed("A", NOON)
    passed("B", NOON + timedelta(minutes=1))
    passed("A", NOON + timedelta(minutes=2), station="Printer")
    assert [(one.unit, one.station) for one in recent_units(AUDITOR)] == [
        ("A:1", "Printer"),
        ("B:1", "Placer 1"),
    ]
    assert len(recent_units(AUDITOR, limit=1)) == 1


def test_passes_of_a_line_or_a_station_alone() -> None:
    passed("A", NOON)
    passed("B", NOON, station="X.1.1")
    assert [one.panel for one in recent_passes(AUDITOR, line="Line 1")] == ["A"]
    assert [one.panel for one in recent_passes(AUDITOR, line="")] == ["B"]
    assert [one.panel for one in recent_passes(AUDITOR, station="X.1.1")] == ["B"]


def test_a_scan_names_a_unit_before_a_panel() -> None:
    passed("A", NOON)
    panel = Panel.objects.create(identifier="SAME")
    Unit.objects.create(identifier="SAME", panel=panel, position=1, journal_no=1)
    assert find(AUDITOR, "SAME") == ("unit", "SAME")
    assert find(AUDITOR, "A") == ("panel", "A")
    assert find(AUDITOR, "A:1") == ("unit", "A:1")
    assert find(AUDITOR, "P.1.1") == find(AUDITOR, "Placer 1") == ("station", "Placer 1")
    assert find(AUDITOR, "nothing") is None


def test_what_begins_alike_is_found_by_its_beginning_alone() -> None:
    passed("PX-1", NOON)
    passed("Q-PX-2", NOON)
    assert similar(AUDITOR, "PX") == (("unit", "PX-1:1"), ("panel", "PX-1"))
    assert similar(AUDITOR, "%") == ()


def test_an_unknown_line_or_station_is_refused() -> None:
    with pytest.raises(NotFound):
        line_now(AUDITOR, "Line 9")
    with pytest.raises(NotFound):
        station_now(AUDITOR, "Placer 9")


def test_nobody_without_the_right_sees_the_floor() -> None:
    nobody = Actor(ActorKind.PERSON, "nobody")
    for ask in (
        lambda: factory_now(nobody),
        lambda: recent_units(nobody),
        lambda: recent_passes(nobody),
        lambda: find(nobody, "A"),
    ):
        with pytest.raises(Forbidden):
            ask()
