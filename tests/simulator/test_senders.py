"""Nothing is forgotten on the way to the other side."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from padstone.simulator.senders import FileSender, HttpSender, SendingRefused, read_secrets, sender_for


@dataclass
class Door:
    """An HTTP door: answers with the statuses laid out for it, and 200 from then on."""

    answers: list[int] = field(default_factory=list)
    asked: list[tuple[str, str, str, list[dict[str, str]]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = door.answers.pop(0) if door.answers else 202
            door.asked.append(
                (self.path, self.headers.get("Authorization", ""), str(self.client_address), body)
            )
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "3")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"no")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a closed connection is on purpose
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    door.url = f"http://127.0.0.1:{server.server_port}"
    yield door
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_batch_is_posted_as_an_array_with_basic_authentication(door: Door) -> None:
    sender = HttpSender(door.url, "line", "s3cret:ü")
    sender.send("A.B.C", [b'{"n": "1"}', b'{"n": "2"}'])
    sender.close()
    ((path, authorization, _, body),) = door.asked
    assert path == "/api/v1/cfx"
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == "line:s3cret:ü"
    assert body == [{"n": "1"}, {"n": "2"}]


def test_each_endpoint_logs_in_as_itself(door: Door, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"A.B.1": "one", "A.B.2": "two"}))
    sender = sender_for(door.url, "everybody", "else", secrets=read_secrets(file))
    for handle in ("A.B.1", "A.B.2", "A.B.3"):
        sender.send(handle, [b"{}"])
    sender.close()
    shown = [base64.b64decode(asked[1].removeprefix("Basic ")).decode() for asked in door.asked]
    assert shown == ["A.B.1:one", "A.B.2:two", "everybody:else"]


def test_a_file_that_holds_no_secrets_is_said(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"A.B.1": 7}')
    with pytest.raises(ValueError, match="no JSON object of CFX handles"):
        read_secrets(file)


def test_it_tries_again_ever_more_slowly_until_it_is_taken(door: Door) -> None:
    door.answers = [500, 0, 503, 429]
    pauses: list[float] = []
    sender = HttpSender(door.url, sleep=pauses.append)
    sender.send("A.B.C", [b'{"n": "1"}'])
    sender.send("A.B.C", [b'{"n": "2"}'])
    sender.close()
    assert [body[0]["n"] for _, _, _, body in door.asked] == ["1", "1", "1", "1", "1", "2"]
    assert pauses == [0.25, 0.5, 3.0, 2.0]


def test_what_no_repetition_can_change_is_refused(door: Door) -> None:
    door.answers = [401]
    sender = HttpSender(door.url, sleep=lambda _: pytest.fail("waited"))
    with pytest.raises(SendingRefused, match=r"A\.B\.C: the answer was 401"):
        sender.send("A.B.C", [b"{}"])
    sender.close()


def test_each_endpoint_has_its_own_connection(door: Door) -> None:
    sender = HttpSender(door.url)
    for handle in ("A.B.C", "D.E.F", "A.B.C"):
        sender.send(handle, [b"{}"])
    sender.close()
    first, second, third = (client for _, _, client, _ in door.asked)
    assert first == third != second


def test_files_one_for_each_endpoint_or_one_for_all(tmp_path: Path) -> None:
    apart, together = FileSender(tmp_path / "apart"), FileSender(tmp_path / "all.ndjson")
    for sender in (apart, together):
        sender.send("A.B.C", [b"1", b"2"])
        sender.send("D.E.F", [b"3"])
        sender.send("A.B.C", [b"4"])
        sender.close()
    assert (tmp_path / "apart" / "A.B.C.ndjson").read_bytes() == b"1\n2\n4\n"
    assert (tmp_path / "apart" / "D.E.F.ndjson").read_bytes() == b"3\n"
    assert (tmp_path / "all.ndjson").read_bytes() == b"1\n2\n3\n4\n"


def test_a_target_names_its_sender(tmp_path: Path) -> None:
    assert isinstance(sender_for(f"file:{tmp_path}"), FileSender)
    assert isinstance(sender_for("https://padstone.example"), HttpSender)
    with pytest.raises(ValueError, match="no place to send to"):
        sender_for("ftp://padstone.example")
