"""`padstone cfx record` and `replay` over real connections: AMQP 1.0 and HTTP."""

from __future__ import annotations

import base64
import gzip
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from padstone.config.main import main
from padstone.config.wiring import WIRING
from padstone.entrypoints.cli.cfx.record import Session
from padstone.entrypoints.cli.cfx.recording import Message, Writer, read
from padstone.entrypoints.ingestd.ports import Exposure
from tests.adapters.amqp.rabbit import PASSWORD, USER, Rabbit

AT = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
HANDLE = "Acme.Placer.7"
ENVELOPE = json.dumps(
    {
        "MessageName": "CFX.Heartbeat",
        "TimeStamp": "2031-02-03T04:05:06.1234567Z",
        "UniqueID": "u-1",
        "Source": HANDLE,
        "MessageBody": {"CFXHandle": HANDLE, "Acme": 1.50},
    }
).encode()
AMQP = {
    "message-id": "u-1",
    "to": "somewhere",
    "subject": "a subject",
    "reply-to": HANDLE,
    "content-type": "application/json",
    "creation-time": "2031-02-03T04:05:06.123000+00:00",
    "durable": True,
    "application-properties": {"cfx-handle": HANDLE, "n": 3, "yes": True},
}
MESSAGES = [
    Message(ENVELOPE, AT, "", HANDLE, AMQP),
    Message(b"\xff\x00 not even text", AT, "", HANDLE, {"message-id": "u-2"}),
    Message(gzip.compress(ENVELOPE), AT, "gzip", HANDLE, {"content-encoding": "gzip"}),
    Message(b"[" + ENVELOPE + b"," + ENVELOPE + b"]", AT, "", HANDLE, {}),
]


def recording(tmp_path: Path, messages: list[Message] | None = None) -> Path:
    file = tmp_path / "given.jsonl"
    writer = Writer(file)
    writer.write(MESSAGES if messages is None else messages)
    writer.close()
    return file


def replay(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["cfx", "replay", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def record(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["cfx", "record", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@contextmanager
def ear(file: Path, count: int | None = None, secrets: dict[str, str] | None = None) -> Iterator[int]:
    """What `padstone cfx record` listens with; the port."""
    tools = WIRING.amqp_tools
    assert tools is not None
    writer = Writer(file)
    session = Session(writer, count)
    door = tools.ear(
        host="127.0.0.1",
        port=0,
        accept=session.take,
        refused=lambda sender, reason: None,
        secrets=secrets,
        exposure=Exposure(anonymous=secrets is None),
        one_by_one=count is not None,
    )
    door.start()
    try:
        yield door.port
    finally:
        door.stop()
        writer.close()


@pytest.fixture(autouse=True)
def _proton(require_service: Callable[[str], str]) -> None:
    require_service("proton")


class TestAmqp:
    def test_what_was_recorded_is_replayed_and_recorded_byte_for_byte(self, tmp_path: Path) -> None:
        with ear(tmp_path / "heard.jsonl.gz") as port:
            result = replay(recording(tmp_path), "--to", f"amqp://127.0.0.1:{port}/cfx", "--pace", "fast")
        assert (result.exit_code, result.stdout) == (0, "4 sent: 4 accepted\n")
        heard = list(read(tmp_path / "heard.jsonl.gz"))
        assert [(one.body, one.encoding) for one in heard] == [(one.body, one.encoding) for one in MESSAGES]
        assert dict(heard[0].amqp) == AMQP
        assert heard[0].sender == HANDLE

    def test_twice_around_changes_nothing(self, tmp_path: Path) -> None:
        with ear(tmp_path / "once.jsonl") as port:
            replay(recording(tmp_path), "--to", f"amqp://127.0.0.1:{port}", "--pace", "fast")
        with ear(tmp_path / "twice.jsonl") as port:
            replay(tmp_path / "once.jsonl", "--to", f"amqp://127.0.0.1:{port}", "--pace", "fast")
        once, twice = (
            [(one.body, one.encoding, one.sender, dict(one.amqp)) for one in read(tmp_path / name)]
            for name in ("once.jsonl", "twice.jsonl")
        )
        assert once == twice

    def test_an_envelope_from_a_file_gets_the_properties_of_the_standard(self, tmp_path: Path) -> None:
        (tmp_path / "one.json").write_bytes(ENVELOPE)
        with ear(tmp_path / "heard.jsonl") as port:
            assert replay(tmp_path / "one.json", "--to", f"amqp://127.0.0.1:{port}").exit_code == 0
        (heard,) = read(tmp_path / "heard.jsonl")
        assert (heard.body, heard.amqp["message-id"]) == (ENVELOPE, "u-1")
        assert heard.amqp["application-properties"]["cfx-message"] == "CFX.Heartbeat"

    def test_no_more_than_so_many_are_taken(self, tmp_path: Path) -> None:
        with ear(tmp_path / "heard.jsonl", count=2) as port:
            result = replay(
                recording(tmp_path), "--to", f"amqp://127.0.0.1:{port}", "--pace", "fast", "--timeout", "5"
            )
        assert result.exit_code == 1
        assert "2 accepted" in result.stdout
        assert len(list(read(tmp_path / "heard.jsonl"))) == 2

    def test_each_source_logs_in_as_itself(self, tmp_path: Path) -> None:
        credentials = tmp_path / "secrets.json"
        credentials.write_text(json.dumps({HANDLE: "s3cret"}))
        to = ("--pace", "fast", "--credentials", credentials, "--to")
        with ear(tmp_path / "heard.jsonl", secrets={HANDLE: "s3cret"}) as port:
            result = replay(recording(tmp_path, MESSAGES[:1]), *to, f"amqp://127.0.0.1:{port}")
            assert result.stdout == "1 sent: 1 accepted\n"
        with ear(tmp_path / "no.jsonl", secrets={HANDLE: "another"}) as port:
            result = replay(tmp_path / "given.jsonl", *to, f"amqp://127.0.0.1:{port}")
        assert result.exit_code == 1
        assert "unauthorized" in result.stderr
        assert list(read(tmp_path / "no.jsonl")) in (
            [],
            [Message(b"", None, file=str(tmp_path / "no.jsonl"))],
        )

    def test_nobody_there_is_said(self, tmp_path: Path) -> None:
        result = replay(recording(tmp_path), "--to", "amqp://127.0.0.1:1", "--pace", "fast")
        assert result.exit_code == 1
        assert "cannot be reached" in result.stderr


@pytest.fixture
def rabbit(tmp_path: Path, require_service: Callable[[str], str]) -> Iterator[Rabbit]:
    folder = tmp_path / "rabbit"
    folder.mkdir()
    node = Rabbit(require_service("rabbitmq"), folder)
    try:
        node.start()
        yield node
    finally:
        node.close()


class TestBroker:
    def test_there_and_back_through_a_broker(
        self, rabbit: Rabbit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PADSTONE_CFX_PASSWORD", PASSWORD)
        at = f"amqp://{USER}@127.0.0.1:{rabbit.port}//amq/queue/cfx"
        result = replay(recording(tmp_path), "--to", at, "--pace", "fast")
        assert (result.exit_code, result.stdout) == (0, "4 sent: 4 accepted\n")

        for name, count in (("first", "3"), ("rest", "1")):
            file = tmp_path / f"{name}.jsonl"
            heard = record(file, "--from", at, "--count", count, "--seconds", "60")
            assert heard.exit_code == 0, heard.output
        bodies = [one.body for name in ("first", "rest") for one in read(tmp_path / f"{name}.jsonl")]
        assert bodies == [one.body for one in MESSAGES]

    def test_a_queue_that_is_not_there_and_a_wrong_password_are_said(
        self, rabbit: Rabbit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PADSTONE_CFX_PASSWORD", PASSWORD)
        at = f"amqp://{USER}@127.0.0.1:{rabbit.port}//amq/queue/nothing"
        result = record(tmp_path / "a.jsonl", "--from", at, "--seconds", "60")
        assert result.exit_code == 1
        assert "not-found" in result.stderr
        monkeypatch.setenv("PADSTONE_CFX_PASSWORD", "wrong")
        for result in (
            record(tmp_path / "b.jsonl", "--from", at, "--seconds", "60"),
            replay(recording(tmp_path), "--to", at, "--pace", "fast"),
        ):
            assert result.exit_code == 1
            assert "unauthorized" in result.stderr


@contextmanager
def recorder(file: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`padstone cfx record` as a process of its own, and its port."""
    command = [sys.executable, "-m", "padstone.config.main", "cfx", "record", str(file)]
    with subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            yield process, int(process.stderr.readline().partition("127.0.0.1:")[2].partition(".")[0])
        finally:
            process.kill()


class TestTheCommand:
    def test_ctrl_c_ends_a_recording_cleanly(self, tmp_path: Path) -> None:
        with recorder(tmp_path / "a.jsonl.gz") as (process, port):
            result = replay(recording(tmp_path), "--to", f"amqp://127.0.0.1:{port}", "--pace", "fast")
            assert result.exit_code == 0
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert process.returncode == 0
        assert said.startswith("4 messages in ")
        assert [one.body for one in read(tmp_path / "a.jsonl.gz")] == [one.body for one in MESSAGES]

    def test_after_a_kill_all_that_was_accepted_is_there(self, tmp_path: Path) -> None:
        with recorder(tmp_path / "a.jsonl") as (process, port):
            result = replay(recording(tmp_path), "--to", f"amqp://127.0.0.1:{port}", "--pace", "fast")
            process.kill()
            process.communicate(timeout=60)
        assert result.stdout == "4 sent: 4 accepted\n"
        assert [one.body for one in read(tmp_path / "a.jsonl")] == [one.body for one in MESSAGES]

    def test_a_password_does_not_leave_the_machine_in_the_clear(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PADSTONE_CFX_PASSWORD", "pw")
        at = "amqp://ada@broker.example/cfx"
        for result in (
            record(tmp_path / "a.jsonl", "--from", at),
            replay(recording(tmp_path), "--to", at),
        ):
            assert result.exit_code == 2
            assert "--insecure" in result.stderr


class _Door(BaseHTTPRequestHandler):
    taken: list[tuple[bytes, str, str]]
    answers: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.answers.pop(0) if self.answers else 202
        if status == 202:
            self.taken.append(
                (body, self.headers.get("Content-Encoding", ""), self.headers.get("Authorization", ""))
            )
        self.send_response(status)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"so.")

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def door() -> Iterator[HTTPServer]:
    handler = type("Door", (_Door,), {"taken": [], "answers": [], "protocol_version": "HTTP/1.1"})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestHttp:
    def send(self, door: HTTPServer, file: Path, *more: str) -> Result:
        return replay(file, "--to", f"http://127.0.0.1:{door.server_port}", "--pace", "fast", *more)

    def test_bodies_go_as_they_are(self, door: HTTPServer, tmp_path: Path) -> None:
        result = self.send(door, recording(tmp_path))
        assert (result.exit_code, result.stdout) == (0, "4 sent: 4 accepted\n")
        taken: Any = door.RequestHandlerClass
        assert [body for body, _, _ in taken.taken] == [one.body for one in MESSAGES]
        assert taken.taken[2][1] == "gzip"

    def test_a_refusal_is_told_and_a_busy_door_asked_again(self, door: HTTPServer, tmp_path: Path) -> None:
        taken: Any = door.RequestHandlerClass
        taken.answers[:] = [503, 202, 400, 202, 202]
        result = self.send(door, recording(tmp_path))
        assert (result.exit_code, result.stdout) == (1, "4 sent: 3 accepted, 1 rejected\n")
        assert "400 Bad Request so." in result.stderr

    def test_the_password_comes_from_the_environment(
        self, door: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PADSTONE_CFX_PASSWORD", "pw")
        file = recording(tmp_path, MESSAGES[:1])
        replay(file, "--to", f"http://ada@127.0.0.1:{door.server_port}", "--pace", "fast")
        taken: Any = door.RequestHandlerClass
        assert taken.taken[0][2] == f"Basic {base64.b64encode(b'ada:pw').decode()}"
