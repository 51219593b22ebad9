"""Padstone's processes as they really run: started, spoken to over the network, killed, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from padstone.entrypoints.cli import processes
from padstone.entrypoints.cli.processes import Child, Keeper
from padstone.simulator.line import pulse_line
from padstone.simulator.senders import read_secrets
from tests.entrypoints.conftest import BAD_LOT, BAD_UNITS, UNITS, bearer

PATIENCE_S = 120.0

Start = Callable[..., "Running"]


class Running:
    """A ``padstone`` command in a process of its own; what it says goes into a file."""

    def __init__(self, data: Path, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self.said_in = data / f"said-{time.monotonic_ns()}.txt"
        with self.said_in.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "padstone.config.main", *arguments],
                env=os.environ | {"PADSTONE_DATA": str(data), "PADSTONE_DATABASE_URL": ""} | environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.said_in.read_text()

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has said so."""
        found: list[re.Match[str]] = []

        def said() -> bool:
            assert self.process.poll() is None, self.said()
            found.extend(re.finditer(pattern, self.said()))
            return bool(found)

        until(said, self.said)
        return found[0]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def until(condition: Callable[[], bool], explain: Callable[[], object] = lambda: "it did not come") -> None:
    """Wait for what another process does; fail after a time in which it should long have done it."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def start(*arguments: str, **environment: str) -> Running:
        running.append(Running(tmp_path, arguments, environment))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(address: str, token: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(address, body, bearer(token) | {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def answers(base: str) -> bool:
    try:
        urllib.request.urlopen(f"{base}/login/", timeout=5).close()
    except OSError:
        return False
    return True


def token_from(start: Start, *scopes: str) -> str:
    """A new API token of the administrator's."""
    number = secrets.token_hex(4)
    chosen = [word for scope in scopes for word in ("--scope", scope)]
    made = start("token", "create", "admin", number, *chosen)
    assert made.process.wait(PATIENCE_S) == 0, made.said()
    return made.said().split()[1]


def done(base: str, token: str) -> int:
    return int(ask(f"{base}/api/v1/inbox", token)["counts"].get("done", 0))


def test_what_is_posted_is_on_the_books_though_ingestd_was_killed(
    start: Start, tmp_path: Path, messages: list[bytes], empty_books: Path
) -> None:
    shutil.copy(empty_books, tmp_path)
    admin = start("user", "create-admin")
    assert admin.process.wait(PATIENCE_S) == 0
    reader = token_from(start, "view_factory", "view_findings")
    gateway = token_from(start, "send_messages")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    web = start("web", "--port", str(port), "--workers", "1")
    until(lambda: answers(base), web.said)

    receipt = ask(f"{base}/api/v1/cfx", gateway, b"[" + b",".join(messages) + b"]")
    assert receipt["received"] == len(messages)
    ingestd = start("ingestd", "--no-amqp")
    until(lambda: done(base, reader) > 0, ingestd.said)
    ingestd.end(signal.SIGKILL)
    ingestd = start("ingestd", "--no-amqp")
    until(lambda: done(base, reader) == len(messages), ingestd.said)

    report = ask(f"{base}/api/v1/recall?lot={BAD_LOT}", reader)
    assert (len(report["certain"]), report["units_built"]) == (BAD_UNITS, UNITS)
    unit = ask(f"{base}/api/v1/units/{report['certain'][0]['unit']}", reader)
    assert len(unit["installations"]) > 50
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(f"{base}/api/v1/recall?lot={BAD_LOT}", gateway)

    assert ingestd.end() == 0, ingestd.said()
    assert web.end() == 0, web.said()


def test_machines_speak_amqp_to_ingestd(
    start: Start, require_service: Callable[[str], str], tmp_path: Path, empty_books: Path
) -> None:
    require_service("proton")
    shutil.copy(empty_books, tmp_path)
    ingestd = start("ingestd", "--amqp-port", "0")
    port = ingestd.says(r"AMQP 1.0 on 127.0.0.1 port (\d+)")[1]
    file = tmp_path / "secrets.json"
    handles = [station.handle for station in pulse_line().stations]
    assert start("machine", "credential", "file", str(file), *handles).process.wait(PATIENCE_S) == 0
    short = ["--units", "1", "--panel-up", "1"]
    line = start("simulate", "--to", f"amqp://127.0.0.1:{port}/cfx", "--credentials", str(file), *short)
    assert line.process.wait(PATIENCE_S) == 0, line.said()
    sent = int(re.findall(r"(\d+) messages", line.said())[0])

    def counted() -> str:
        listed = start("inbox", "list")
        listed.process.wait(PATIENCE_S)
        return listed.said()

    until(lambda: bool(re.search(rf"done\s+{sent}\b", counted())), ingestd.said)
    assert ingestd.end() == 0, ingestd.said()


def test_a_machine_speaks_for_itself_alone_and_no_longer_than_it_may(
    start: Start, require_service: Callable[[str], str], tmp_path: Path, empty_books: Path
) -> None:
    require_service("proton")
    from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (where Proton is absent the test skips)

    def envelope(source: str, number: int) -> bytes:
        head = {"MessageName": "CFX.Heartbeat", "UniqueID": str(number), "Source": source}
        return json.dumps(head | {"MessageBody": {}}).encode()

    def padstone(*arguments: str) -> str:
        run = start(*arguments)
        assert run.process.wait(PATIENCE_S) == 0, run.said()
        return run.said()

    shutil.copy(empty_books, tmp_path)
    file = tmp_path / "secrets.json"
    padstone("machine", "credential", "file", str(file), "A.B.1")
    ingestd = start("ingestd", "--amqp-port", "0")
    port = ingestd.says(r"AMQP 1.0 on 127.0.0.1 port (\d+)")[1]
    sender = AmqpSender(f"amqp://127.0.0.1:{port}/cfx", secrets=read_secrets(file))
    sender.send("A.B.1", [envelope("A.B.2", 1), envelope("A.B.1", 2)])
    sender.flush(PATIENCE_S)
    until(lambda: bool(re.search(r"done\s+1\b", padstone("inbox", "list"))), ingestd.said)
    assert "speaks_for_another" in padstone("inbox", "show", "1")

    padstone("machine", "credential", "revoke", "A.B.1")
    sender.send("A.B.1", [envelope("A.B.1", 3)])
    ingestd.says("was revoked")
    with pytest.raises(TimeoutError, match="1 messages"):
        sender.flush(0.0)
    sender.abandon()
    assert not re.search(r"done\s+2\b", padstone("inbox", "list"))
    assert ingestd.end() == 0, ingestd.said()
    assert read_secrets(file)["A.B.1"] not in ingestd.said()


class TestKeeper:
    """What dies is started again; a signal ends everything."""

    @pytest.fixture(autouse=True)
    def _signals(self) -> Iterator[None]:
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        yield
        for number, handler in before.items():
            signal.signal(number, handler)

    def test_a_child_that_dies_is_started_again_and_all_end_on_a_signal(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(processes, "COMMAND_LINE", (sys.executable, "-c"))
        said: list[str] = []
        starts = tmp_path / "starts"

        def say(sentence: str) -> None:
            said.append(sentence)
            if len(said) == 3:
                os.kill(os.getpid(), signal.SIGTERM)

        steady = Child("steady", ["import time; time.sleep(600)"])
        dying = Child("dying", [f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(9)"], pause_s=0.0)
        monkeypatch.setattr(processes, "LONGEST_PAUSE_S", 0.0)
        Keeper([steady, dying], say).run()
        assert said == ["dying ended (exit code 9); starting it again in 0 s"] * 3
        assert starts.read_text() == "xxx"
        assert steady.process is not None
        assert steady.process.returncode == -signal.SIGTERM

    def test_a_child_that_does_not_end_is_killed(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(processes, "COMMAND_LINE", (sys.executable, "-c"))
        monkeypatch.setattr(processes, "PATIENCE_S", 0.2)
        ready = tmp_path / "ready"
        deaf = Child(
            "deaf",
            [
                (
                    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
                    f"open({str(ready)!r}, 'w'); time.sleep(600)"
                )
            ],
        )
        said: list[str] = []
        keeper = Keeper([deaf], said.append)
        keeper.start()
        until(ready.exists)
        os.kill(os.getpid(), signal.SIGINT)
        keeper.keep()
        assert deaf.process is not None
        assert deaf.process.returncode == -signal.SIGKILL
        assert "did not end" in said[0]


def children_of(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """Process ids of a keeper's children by the command they run."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in listed}
    return {words[3].decode(): int(pid) for pid, words in commands.items() if len(words) > 3}


@pytest.mark.long
def test_the_demo_makes_a_factory_keeps_it_running_and_goes_on_the_next_time(
    start: Start, tmp_path: Path
) -> None:
    first = start("demo", "--port", str(port := free_port()), "--amqp-port", str(free_port()))
    first.says("Ctrl-C stops it")
    assert re.search(r"User\s+admin\s+Password\s+\S+", first.said())
    account = token_from(start, "view_factory", "view_findings")
    base = f"http://127.0.0.1:{port}"
    past = ask(f"{base}/api/v1/recall?lot=KV26-0417", account)
    assert (len(past["certain"]), past["possible"]) == (20, [])
    unit = ask(f"{base}/api/v1/units/{past['certain'][0]['unit']}", account)
    assert (unit["product"], unit["missing"], unit["unexpected"]) == ("HM-1", [], [])
    (line,) = ask(f"{base}/api/v1/factory", account)
    assert (line["name"], len(line["stations"])) == ("Line 1", 8)
    until(lambda: ask(f"{base}/api/v1/recall?lot=KV26-0417", account)["units_built"] > 60, first.said)

    os.kill(children_of(first.process)["ingestd"], signal.SIGKILL)
    first.says(r"ingestd ended \(signal SIGKILL\); starting it again")
    until(lambda: "ingestd" in children_of(first.process), first.said)
    kept = children_of(first.process)
    assert set(kept) == {"web", "ingestd", "simulate"}
    assert first.end(signal.SIGINT) == 0, first.said()
    assert not any(Path(f"/proc/{pid}").exists() for pid in kept.values())

    # The second time on a machine where AMQP's client could not be built: the line speaks HTTP.
    (tmp_path / "proton.py").write_text("raise ImportError('not built')")
    second = start("demo", "--port", str(port), PYTHONPATH=str(tmp_path))
    second.says("Ctrl-C stops it")
    assert "as the first run said" in second.said()
    assert "apt-get install" in second.said()
    assert "over HTTP" in second.said()
    known = done(base, account)
    until(lambda: done(base, account) > known, second.said)
    again = ask(f"{base}/api/v1/recall?lot=KV26-0417", account)
    assert again["certain"] == past["certain"]
    assert second.end() == 0, second.said()
