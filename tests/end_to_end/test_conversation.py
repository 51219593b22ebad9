"""Machines and Padstone ask each other over the wire, a process of its own on each side."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.amqp.rabbit import PASSWORD, USER, Rabbit
from tests.adapters.rhea import rhea
from tests.end_to_end.plant import PATIENCE_S, Plant, Planting

if TYPE_CHECKING:
    from padstone.simulator.amqp import AnsweringMachine

OURS, MACHINE = "Padstone.Padstone.1", "Vendor.Model.1"
Machine = Callable[..., "AnsweringMachine"]


@pytest.fixture
def factory(tmp_path: Path, plant: Planting, require_service: Callable[[str], str]) -> Iterator[Plant]:
    require_service("proton")
    with plant(tmp_path / "plant") as found:
        yield found


@pytest.fixture
def machine() -> Iterator[Machine]:
    from padstone.simulator.amqp import AnsweringMachine  # noqa: PLC0415 (where Proton is absent the test skips)

    with ExitStack() as ends:

        def start(port: str, answer: Callable[[bytes], list[bytes]]) -> AnsweringMachine:
            made = AnsweringMachine(MACHINE, f"amqp://127.0.0.1:{port}/cfx", answer)
            made.start()
            ends.callback(made.stop)
            return made

        yield start


def opened(factory: Plant) -> tuple[subprocess.Popen[bytes], str]:
    before = len(factory.said())
    process = factory.ingestd("--amqp-anonymous")
    end = time.monotonic() + PATIENCE_S
    while "port " not in factory.said()[before:].replace("AMQP 1.0 on 127.0.0.1 port 0", ""):
        assert process.poll() is None, factory.said()
        assert time.monotonic() < end, factory.said()
        time.sleep(0.05)
    return process, factory.said()[before:].partition("127.0.0.1 port ")[2].split()[0]


def envelope(name: str, body: Any, **head: Any) -> bytes:
    told = {
        "MessageName": name,
        "Version": "2.1",
        "TimeStamp": "2026-05-04T12:00:00Z",
        "UniqueID": str(uuid.uuid4()),
        "Source": MACHINE,
        "Target": OURS,
        "RequestID": None,
        "MessageBody": body,
    }
    return json.dumps(told | head).encode()


def response(asked: bytes, result: str = "Success") -> bytes:
    said = json.loads(asked)
    name = said["MessageName"].replace("Request", "Response")
    return envelope(name, {"Result": {"Result": result}}, RequestID=said["RequestID"])


def rows(factory: Plant, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(factory._folder / "padstone.sqlite3", timeout=60)) as connection:
        return connection.execute(statement).fetchall()


def until(factory: Plant, statement: str, wanted: list[tuple[Any, ...]]) -> None:
    end = time.monotonic() + PATIENCE_S
    while (found := rows(factory, statement)) != wanted:
        assert time.monotonic() < end, (found, factory.said()[-3000:])
        time.sleep(0.05)


def introduce(factory: Plant, machine: AnsweringMachine) -> None:
    """The machine speaks for the first time: only then is it known, and can be asked."""
    machine.say(envelope("CFX.Heartbeat", {"CFXHandle": MACHINE}))
    factory.wait_for(1)


STATES = "SELECT state, outcome FROM ingest_outgoingrequest ORDER BY id"


def test_a_machine_is_locked_and_says_so(factory: Plant, machine: Machine) -> None:
    process, port = opened(factory)
    asked = machine(port, lambda asked: [response(asked), response(asked, "Failed")])
    introduce(factory, asked)
    said = json.loads(
        factory._run(
            *("-m", "padstone.config.main", "cfx", "request", MACHINE, "LockStation"),
            *("--set", "Reason=QualityIssue", "--why", "Solder balls.", "--wait", "60", "--format", "json"),
        )
    )
    assert (said["request"]["state"], said["request"]["outcome"]) == ("answered", "Success")
    assert said["answer"]["MessageName"] == "CFX.Production.LockStationResponse"
    assert [json.loads(one)["MessageBody"]["Reason"] for one in asked.heard] == ["QualityIssue"]
    factory.wait_for(3)  # its second answer is in the inbox, and changes nothing
    assert rows(factory, STATES) == [("answered", "Success")]
    process.terminate()
    assert process.wait(60) == 0


def test_a_machine_behind_a_broker_is_asked_and_its_answer_is_known_again(
    tmp_path: Path, plant: Planting, rabbit: Rabbit, require_service: Callable[[str], str]
) -> None:
    """The machine is somebody else's AMQP; what it answers bears the request's correlation-id, no more."""
    require_service("node")
    queue = "/amq/queue/requests.{}"
    broker = rabbit.url("/amq/queue/cfx", queue.format(OURS), more="&requests=/amq/queue/requests.{handle}")
    with plant(tmp_path / "plant", brokers=broker) as factory:
        factory.ingestd()
        for address in ("/amq/queue/cfx", queue.format(OURS)):
            factory.says(f"Subscribed to {address} ")
        from tests.end_to_end.told import tell  # noqa: PLC0415 (where Proton is absent the test skips)

        tell(rabbit.sending_to("/amq/queue/cfx"), [envelope("CFX.Heartbeat", {"CFXHandle": MACHINE})])
        factory.wait_for(1)
        places = (queue.format(MACHINE), queue.format(OURS))
        with rhea.running("answer.js", str(rabbit.port), MACHINE, *places, USER, PASSWORD) as ready:
            assert ready == "ready"
            ask = ("cfx", "request", MACHINE, "LockStation", "--why", "Solder balls.", "--wait", "60")
            said = json.loads(factory._run("-m", "padstone.config.main", *ask, "--format", "json"))
        request, answer = said["request"], said["answer"]
        assert (request["state"], request["outcome"]) == ("answered", "Success")
        assert (answer["MessageName"], answer["Source"], answer["RequestID"]) == (
            "CFX.Production.LockStationResponse",
            MACHINE,
            request["request_id"],
        )


def test_a_request_outlives_the_process_that_sent_it(factory: Plant, machine: Machine) -> None:
    process, port = opened(factory)
    silent = machine(port, lambda _: [])
    introduce(factory, silent)
    ask = ("-m", "padstone.config.main", "cfx", "request", MACHINE, "GetEndpointInformation", "--wait", "1")
    with pytest.raises(subprocess.CalledProcessError) as ended:
        factory._run(*ask)
    assert ended.value.returncode == 8
    end = time.monotonic() + PATIENCE_S
    while not silent.heard:
        assert time.monotonic() < end, factory.said()
        time.sleep(0.05)
    process.kill()
    process.wait()
    _, port = opened(factory)
    again = machine(port, lambda asked: [response(asked)])
    until(factory, STATES, [("answered", "Success")])
    assert set(again.heard) == set(silent.heard)  # the same message, to the last byte


def test_a_machine_asks_and_the_answer_is_kept(factory: Plant, machine: Machine) -> None:
    _, port = opened(factory)
    asking = machine(port, lambda _: [])
    introduce(factory, asking)
    name = "CFX.InformationSystem.UnitValidation.ValidateUnitsRequest"
    asking.say(
        envelope(name, {"PrimaryIdentifier": "P-1", "Validations": ["UnitRouteValidation"]}, RequestID="r-1")
    )
    end = time.monotonic() + PATIENCE_S
    while not asking.heard:
        assert time.monotonic() < end, factory.said()
        time.sleep(0.05)
    (answer,) = asking.heard
    told = json.loads(answer)
    assert (told["RequestID"], told["Target"], told["Source"]) == ("r-1", MACHINE, OURS)
    assert told["MessageBody"]["PrimaryResult"]["Result"] == "Skipped"  # it stands on no line
    assert rows(factory, "SELECT envelope, asker, door FROM ingest_answer") == [(answer, MACHINE, "amqp")]
