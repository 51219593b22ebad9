"""Rows that have their ids before they are written are there for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from padstone.features.production.models import Panel, Unit, WorkOrder
from padstone.kernel import clock
from padstone.platform.command import (
    Attempt,
    CannotBeUndone,
    attempt,
    begin_writing,
    change_numbered,
    durable,
    gathering,
    write_numbered,
)

pytestmark = pytest.mark.django_db


def holds_back() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def a_batch() -> Iterator[None]:
    with durable(), gathering():
        yield


def panel(name: str) -> int:
    return write_numbered(Panel, identifier=name, work_order_id=None)


def panels(name: str, count: int = 10) -> list[int]:
    return [panel(f"{name} {number}") for number in range(count)]


def numbered(name: str, count: int = 10) -> list[str]:
    return [f"{name} {number}" for number in range(count)]


def names() -> list[str]:
    return list(Panel.objects.order_by("pk").values_list("identifier", flat=True))


def test_they_are_there_as_soon_as_somebody_asks() -> None:
    with a_batch():
        ids = panels("P", 40)
        assert ids == sorted(set(ids))
        assert names() == numbered("P", 40)
        ids.append(panel("LAST"))
        assert Panel.objects.get(pk=ids[-1]).identifier == "LAST"
    assert list(Panel.objects.order_by("pk").values_list("pk", flat=True)) == ids


def test_they_are_written_together() -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as asked, a_batch():
            for pk in panels(f"of {count}", count):
                change_numbered(Panel, pk, work_order_id=None)
        return len(asked)

    more = statements(640) - statements(40)
    assert more == (4 if holds_back() else 2 * 600), "ids are asked for, each time as many as before together"


def test_nothing_is_left_where_the_batch_fails() -> None:
    def failing() -> None:
        with a_batch():
            panels("P")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert names() == []


def test_the_last_change_counts_whatever_was_changed_between() -> None:
    order = WorkOrder.objects.create(number="O1", opened_at=clock.now())
    with a_batch():
        ids = panels("P")
        for pk in ids:
            change_numbered(Panel, pk, identifier=f"first {pk}", work_order_id=None)
            change_numbered(Panel, pk, identifier=f"second {pk}")
            change_numbered(Panel, pk, work_order_id=order.pk, identifier=f"third {pk}")
        change_numbered(Panel, ids[0], identifier="fourth")
    assert names() == ["fourth", *[f"third {pk}" for pk in ids[1:]]]
    assert Panel.objects.filter(work_order=order).count() == 10


def test_they_cite_one_another() -> None:
    with a_batch():
        for number in range(10):
            home = panel(f"P{number}")
            write_numbered(Unit, identifier=f"U{number}", panel_id=home, position=1, journal_no=1)
    assert set(Unit.objects.values_list("identifier", "panel__identifier")) == {
        (f"U{number}", f"P{number}") for number in range(10)
    }


def failing_attempt(*, asks: bool = False, begins: bool = False) -> None:
    with attempt(Attempt()):
        if begins:
            begin_writing()
        panels("its own")
        if asks:
            assert "its own 9" in names()
        raise ArithmeticError


def test_an_attempt_that_fails_takes_its_own_with_it() -> None:
    if not holds_back():
        pytest.skip("an embedded database has written it by then, and the whole batch ends")
    with a_batch():
        panels("before")
        with pytest.raises(ArithmeticError):
            failing_attempt()
        panel("after")
    assert names() == [*numbered("before"), "after"]


def test_an_attempt_that_was_asked_about_cannot_be_undone() -> None:
    def failing() -> None:
        with a_batch():
            panels("before")
            failing_attempt(asks=True)

    with pytest.raises(CannotBeUndone):
        failing()
    assert names() == []


def test_an_attempt_with_a_savepoint_is_undone_to_it() -> None:
    with a_batch():
        panels("before")
        with pytest.raises(ArithmeticError):
            failing_attempt(asks=True, begins=True)
    assert names() == numbered("before")


def test_what_the_database_refuses_is_refused_by_the_end_of_the_batch() -> None:
    def failing() -> None:
        with a_batch():
            panels("P")
            panels("P")

    with pytest.raises(IntegrityError):
        failing()
    assert names() == []
