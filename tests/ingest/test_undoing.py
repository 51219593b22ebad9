"""A message goes onto the books whole or not at all, and takes nobody with it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from padstone.features.sites.models import Endpoint, FeederLocation, Station
from padstone.ingest import interpreters
from padstone.ingest.context import Context
from padstone.ingest.interpret import Interpreter, retry
from padstone.ingest.models import Flag, Message, State
from padstone.platform.journal.known import newest_journal_no
from tests.ingest.factory import (
    AOI,
    AUDITOR,
    HEARTBEAT,
    INSTALLED,
    STARTED,
    Factory,
    books,
    installed,
    placed,
    placements,
    started,
)


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Any:
    """MaterialsInstalled of unit BUG is interpreted to its end, and then the product fails."""
    whole = interpreters.INTERPRETERS[INSTALLED]

    def fails(message: Any, context: Context) -> None:
        whole(message, context)
        if message.installed_materials[0].unit_identifier == "BUG":
            raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(interpreters.INTERPRETERS, INSTALLED, fails)
    caplog.set_level(logging.CRITICAL, "padstone.ingest.interpret")
    return monkeypatch


def test_a_bug_fails_one_message_and_the_rest_goes_on(factory: Factory, bug: Any) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    factory.start(2, "BUG")
    factory.start(3, "P3")
    before = books()
    rows = factory.deliver(
        factory.envelope(INSTALLED, installed(1, placed("P1", 1, "R1", "C1"))),
        factory.envelope(INSTALLED, installed(2, placed("BUG", 1, "R1", "C1"))),
        factory.envelope(INSTALLED, installed(3, placed("P3", 1, "R1", "C1"))),
    )
    factory.interpret()
    lines = [factory.line(row) for row in rows]
    assert [line.state for line in lines] == ["done", "failed", "done"]
    assert (lines[1].code, lines[1].journal_no) == ("bug", None)
    assert "ZeroDivisionError" in lines[1].reason
    assert "not of the message" in lines[1].reason
    assert placements(factory, "BUG") == []
    assert placements(factory, "P3") == [("C1", "R1")]
    assert books()["genealogy_pass"] == before["genealogy_pass"] + 2
    assert factory.works()


def test_a_failed_message_goes_through_once_the_bug_is_mended(factory: Factory, bug: Any) -> None:
    factory.receive("R1")
    factory.start(2, "BUG")
    failed = factory.install(2, placed("BUG", 1, "R1", "C1"))
    assert failed.state == State.FAILED
    bug.undo()
    retry(AUDITOR, message_id=failed.id)
    factory.interpret()
    line = factory.line(Message.objects.get(pk=failed.id))
    assert (line.state, line.code, line.reason, line.attempts) == (State.DONE, "", "", 2)
    assert placements(factory, "BUG") == [("C1", "R1")]


def test_what_a_failed_message_had_brought_is_forgotten(factory: Factory, bug: Any) -> None:
    """The location, the package in memory, the template and the span it made never were."""
    factory.start(1, "P1")
    factory.start(2, "BUG")
    factory.receive("R1")
    assert factory.install(2, placed("BUG", 1, "R1", "C1", "C2")).state == State.FAILED
    assert not FeederLocation.objects.exists()
    assert factory.install(1, placed("P1", 1, "R1", "C1", "C2")).state == State.DONE
    assert placements(factory, "P1") == [("C1", "R1"), ("C2", "R1")]
    assert FeederLocation.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"Units": 7}, id="of wrong types"),
        pytest.param({"TransactionID": None}, id="that breaks a rule"),
    ],
)
def test_a_machine_whose_first_message_is_rejected(factory: Factory, body: dict[str, Any]) -> None:
    """It was about to be registered; the next message must not rely on that."""
    rows = factory.deliver(
        factory.envelope(STARTED, started(1, "P1") | body, Source="NEW.1"),
        factory.envelope(STARTED, started(1, "P1"), Source="NEW.1"),
        factory.envelope(STARTED, started(2, "P2"), Source="NEW.2"),
    )
    factory.interpret()
    assert [factory.line(row).state for row in rows] == ["rejected", "done", "done"]
    assert {e.handle: e.station.name for e in Endpoint.objects.all()} == {"NEW.1": "NEW.1", "NEW.2": "NEW.2"}
    assert factory.works()


def test_a_machine_whose_first_message_waits(factory: Factory) -> None:
    factory.complete(1, Source="NEW.1")
    assert not Station.objects.exists()
    assert factory.start(1, "P1", Source="NEW.1").state == State.DONE
    assert Message.objects.filter(state=State.DONE).count() == 2


def test_a_conflict_in_the_middle_of_a_message_leaves_nothing_of_it(factory: Factory) -> None:
    """The panel's first unit is new, the second position holds another one."""
    factory.start(1, "P1", [("A", 1), ("B", 2)])
    before = books()
    line = factory.start(2, "P1", [("C", 3), ("D", 2)])
    assert (line.state, line.code) == (State.REJECTED, "position_taken")
    assert books() == before
    assert factory.works()


def test_numbers_in_the_journal_have_no_gaps(factory: Factory, bug: Any) -> None:
    factory.receive("R1")
    factory.start(2, "BUG")
    factory.install(2, placed("BUG", 1, "R1", "C1"))
    factory.complete(7)
    factory.tell("Nothing", {})
    factory.tell(HEARTBEAT, {}, Source=AOI)
    numbers = Message.objects.exclude(journal_no=None).order_by("journal_no")
    assert list(numbers.values_list("journal_no", flat=True)) == [1, 2, 3]
    assert newest_journal_no() == 3


def test_flags_of_a_message_that_came_to_nothing_are_not_kept(factory: Factory) -> None:
    factory.complete(1, TimeStamp="2016-01-01T00:00:00")
    assert not Flag.objects.exists()


def test_another_process_interprets_in_between(factory: Factory) -> None:
    """What one remembers is worth nothing once another has written."""
    other = Factory()
    other._ids = (f"other-{n}" for n in range(100))
    factory.receive("R1")
    for number, teller in enumerate([factory, other, factory, other, factory], start=1):
        teller.start(number, f"P{number}")
        teller.install(number, placed(f"P{number}", 1, "R1", "C1", "C2"))
    assert {tuple(placements(factory, f"P{n}")) for n in range(1, 6)} == {(("C1", "R1"), ("C2", "R1"))}


def test_a_transaction_that_cannot_be_committed_is_taken_up_again(
    factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    before = books()
    (row,) = factory.deliver(factory.envelope(INSTALLED, installed(1, placed("P1", 1, "R1", "C1"))))

    def away(*args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("padstone.ingest.interpret._mark", away)
        with pytest.raises(OSError, match="disk"):
            factory.interpret()
    assert factory.line(row).state == State.RECEIVED
    assert books() == before
    factory.interpret()
    assert factory.line(row).state == State.DONE
    assert placements(factory, "P1") == [("C1", "R1")]


def test_a_fresh_interpreter_goes_on_where_another_stopped(factory: Factory) -> None:
    factory.receive("R1")
    for number in range(1, 4):
        factory.interpreter = Interpreter()
        factory.start(number, f"P{number}")
        assert factory.install(number, placed(f"P{number}", 1, "R1", "C1")).state == State.DONE
