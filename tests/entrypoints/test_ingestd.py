"""The loop that interprets: it goes on, whatever the database does, and ends when it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from padstone.entrypoints.ingestd import cli, loop
from padstone.entrypoints.ingestd.cli import ingestd
from padstone.entrypoints.ingestd.loop import interpret_for_ever
from padstone.entrypoints.ingestd.ports import MessageDoor, Wiring
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import Receipt
from padstone.kernel import clock


class Script:
    """An interpreter that does what each step says, and then has the loop stopped."""

    def __init__(self, stop: Event, *steps: int | Exception) -> None:
        self.steps = list(steps)
        self.stop = stop

    def __call__(self) -> int:
        step = self.steps.pop(0)
        if not self.steps:
            self.stop.set()
        if isinstance(step, Exception):
            raise step
        return step


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(loop, "FIRST_PAUSE_S", 0.0)


def test_it_goes_on_after_nothing_and_after_something() -> None:
    stop = Event()
    script = Script(stop, 3, 0, 100, 0)
    interpret_for_ever(script, news=Event(), stop=stop)
    assert script.steps == []


def test_a_locked_database_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stop = Event()
    script = Script(stop, OperationalError("database is locked"), OperationalError("database is locked"), 7)
    interpret_for_ever(script, news=Event(), stop=stop)
    assert script.steps == []
    assert caplog.text.count("database is locked") == 2


def test_a_bug_ends_it() -> None:
    stop = Event()
    with pytest.raises(ZeroDivisionError):
        interpret_for_ever(Script(stop, ZeroDivisionError(), 1), news=Event(), stop=stop)


def test_news_that_come_while_it_works_are_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOOK_AGAIN_S", 3600.0)
    stop, news = Event(), Event()
    calls: list[int] = []

    def interpret() -> int:
        calls.append(1)
        news.set()  # as the listener does, from its own thread, after this look
        if len(calls) == 3:
            stop.set()
        return 0

    interpret_for_ever(interpret, news=news, stop=stop)
    assert len(calls) == 3


class Door:
    """A door that lets one delivery in and one be refused, and then has the process stopped."""

    port = 5672

    def __init__(
        self,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        stop: Callable[[], None],
    ) -> None:
        self.accept, self.refused, self.end = accept, refused, stop
        self.stopped = False

    def start(self) -> None:
        self.accept([Delivery("amqp", "A.B.1", b"{}", "", None, clock.now())])
        self.refused("A.B.2", "too large")
        self.end()

    def stop(self) -> None:
        self.stopped = True

    def request(self, envelope: bytes, timeout_s: float) -> bytes:
        raise AssertionError(envelope)


def test_what_comes_through_the_door_reaches_the_inbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    accepted: list[Sequence[Delivery]] = []
    refused: list[tuple[str, str, str]] = []
    doors: list[Door] = []
    events: list[Event] = []

    def accept(deliveries: Sequence[Delivery]) -> Receipt:
        accepted.append(deliveries)
        return Receipt()

    monkeypatch.setattr("padstone.ingest.inbox.accept", accept)
    monkeypatch.setattr(
        "padstone.ingest.inbox.refuse",
        lambda door, sender, reason: refused.append((door, sender, reason)),
    )
    monkeypatch.setattr(cli, "_end_on_signals", lambda *both: events.extend(both))
    monkeypatch.setattr("padstone.ingest.interpret.Interpreter.some", lambda self: 0)

    def end() -> None:
        for event in events:
            event.set()

    def listener(
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        verify: object,
        revoked: object,
        exposure: object,
    ) -> MessageDoor:
        doors.append(Door(accept, refused, end))
        return doors[0]

    wiring = Wiring(amqp_missing=lambda: None, amqp_listener=listener, data_folder=lambda: tmp_path)
    result = CliRunner().invoke(ingestd, [], obj=wiring)
    assert result.exit_code == 0, result.output
    assert [delivery.sender for delivery in accepted[0]] == ["A.B.1"]
    assert refused == [("amqp", "A.B.2", "too large")]
    assert doors[0].stopped


def test_without_amqp_it_says_what_is_missing_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unused(**options: object) -> MessageDoor:
        raise AssertionError(options)

    monkeypatch.setattr(cli, "_end_on_signals", lambda stop, news: (stop.set(), news.set()))
    wiring = Wiring(
        amqp_missing=lambda: "AMQP is off: apt-get install build-essential",
        amqp_listener=unused,
        data_folder=lambda: tmp_path,
    )
    result = CliRunner().invoke(ingestd, [], obj=wiring)
    assert result.exit_code == 0
    assert "apt-get install build-essential" in result.stderr


def test_a_port_that_is_taken_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def taken(**options: object) -> MessageDoor:
        raise OSError("Address already in use")

    wiring = Wiring(amqp_missing=lambda: None, amqp_listener=taken, data_folder=lambda: tmp_path)
    monkeypatch.setattr(cli, "_end_on_signals", lambda stop, news: None)
    result = CliRunner().invoke(ingestd, [], obj=wiring)
    assert result.exit_code == 1
    assert "port 5672: Address already in use" in result.stderr
