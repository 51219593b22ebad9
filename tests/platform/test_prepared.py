"""Statements that Django writes once answer as the querysets that they were made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from padstone.features.production.models import Panel, Unit, WorkTransaction
from padstone.features.sites.models import Station
from padstone.platform.pinned import Pinned, all_rows, remembering
from padstone.platform.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    Rows = QuerySet[Any, tuple[Any, ...]]

pytestmark = pytest.mark.django_db
SEVEN, NINE = datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)


@prepared(station=str, since=datetime, last=int)
def _work(station: str, since: datetime, last: int) -> Rows:
    rows = WorkTransaction.objects.filter(
        station__name=station, started_at__gte=since, journal_no__lte=last, lane=2
    )
    return rows.order_by("pk").values_list("positions", "started_at", "journal_no")


@prepared(identifier=str, late=datetime)
def _on_panel(identifier: str, late: datetime) -> Rows:
    return Unit.objects.filter(panel__identifier=identifier).values_list("identifier")


def work(station: str, at: datetime, number: int) -> None:
    WorkTransaction.objects.create(
        uuid=f"00000000-0000-4000-8000-{number:012}",
        station=Station.objects.get_or_create(name=station)[0],
        panel=Panel.objects.get_or_create(identifier="P1")[0],
        positions=[1, 2, 5],
        lane=2,
        started_at=at,
        journal_no=number,
    )


@prepared(stations=list, numbers=list)
def _among(stations: list[str], numbers: list[int]) -> Rows:
    rows = WorkTransaction.objects.filter(station__name__among=stations, journal_no__among=numbers)
    return rows.order_by("pk").values_list("journal_no")


def test_a_list_is_one_value_however_long() -> None:
    for number, station in enumerate(("S%1", 'S"2', "S3"), start=1):
        work(station, SEVEN, number)
    every = list(range(1, 700))
    assert _among.rows(stations=["S%1", 'S"2', "S3"], numbers=every) == [(1,), (2,), (3,)]
    assert _among.rows(stations=['S"2', "nobody"], numbers=every) == [(2,)]
    assert _among.rows(stations=["S%1", "S3"], numbers=[2, 3]) == [(3,)]
    assert _among.rows(stations=["S%1"], numbers=[]) == _among.rows(stations=[], numbers=every) == []
    with CaptureQueriesContext(connection) as asked:
        _among.rows(stations=["S3"], numbers=[3])
        _among.rows(stations=["S3", "S4"], numbers=every)
    assert len(asked) == 2
    assert list(WorkTransaction.objects.filter(station__name__among=["S3"]).values_list("journal_no")) == [
        (3,)
    ]


def test_only_the_values_change() -> None:
    work("S%1", SEVEN, 1)
    work("S%1", NINE, 2)
    work("S2", NINE, 3)
    first, second = ([1, 2, 5], SEVEN, 1), ([1, 2, 5], NINE, 2)
    assert _work.rows(station="S%1", since=SEVEN, last=9) == [first, second]
    assert _work.rows(station="S%1", since=SEVEN, last=1) == [first]
    assert _work.rows(station="S%1", since=NINE, last=9) == [second]
    assert _work.rows(station="S3", since=SEVEN, last=9) == []
    with CaptureQueriesContext(connection) as asked:
        assert _work.rows(station="S%1", since=NINE, last=9) == [second]
    assert len(asked.captured_queries) == 1


def test_a_value_that_the_statement_leaves_out_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="late"):
        _on_panel.rows(identifier="P1", late=NINE)


def test_errors_are_those_of_django() -> None:
    wrong = "SELECT %(number)s, '%%' FROM nowhere_at_all"
    with pytest.raises(Exception, match="nowhere_at_all") as caught, transaction.atomic():
        all_rows(wrong, {"number": 1})
    assert caught.type.__module__ == OperationalError.__module__
    assert all_rows("SELECT %(number)s + 0, '%%'", {"number": 1}) == [(1, "%")]


def test_a_question_that_is_remembered_is_asked_once_and_anew_afterwards() -> None:
    text = "SELECT count(*) FROM production_panel WHERE id < %(most)s"
    panels = Pinned(name="panels_below", sqlite=text, postgresql=text)
    with remembering(), CaptureQueriesContext(connection) as asked:
        assert [panels.rows(most=most) for most in (5, 9, 5)] == [[(0,)]] * 3
    assert len(asked) == 2
    Panel.objects.create(pk=3, identifier="P-3")
    assert panels.rows(most=5) == [(1,)]
