"""Processes that know secrets, and are made to fail: neither their logs nor their answers tell one."""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest

from tests.entrypoints.test_processes import (  # noqa: F401 - start is a fixture
    PATIENCE_S,
    Start,
    answers,
    free_port,
    start,
    until,
)

SECRET_KEY = "k3y-" + "never-to-be-seen-" * 4
DATABASE_PASSWORD = "db-never-to-be-seen/@:#"
WRONG_PASSWORD = "wrong-never-to-be-seen"
QUOTED = "db-never-to-be-seen%2F%40%3A%23"


def asked(base: str, path: str, body: bytes | None = None, **headers: str) -> str:
    """Everything that comes back, headers and body."""
    request = urllib.request.Request(
        base + path, body, {name.replace("_", "-"): v for name, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return f"{answer.headers}\n{answer.read().decode(errors='replace')}"
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.headers}\n{error.read().decode(errors='replace')}"


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def raw(port: int, request: bytes) -> None:
    """Something that no HTTP server can read."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.connect()
        connection.sock.sendall(request)
        connection.sock.recv(65_536)


@pytest.mark.long
def test_neither_logs_nor_answers_tell_a_secret(
    start: Start,  # noqa: F811 - a fixture
    tmp_path: Path,
    empty_books: Path,
) -> None:
    shutil.copy(empty_books, tmp_path)
    key = tmp_path / "key"
    key.write_text(SECRET_KEY)
    key.chmod(0o600)
    known = {"PADSTONE_SECRET_KEY_FILE": str(key), "PADSTONE_LOG_LEVEL": "DEBUG"}
    assert start("migrate", **known).process.wait(PATIENCE_S) == 0
    made = start("user", "create-admin", **known)
    assert made.process.wait(PATIENCE_S) == 0
    password = made.said().split("password")[1].split()[0]
    given = start("token", "create", "admin", "report", "--scope", "view_factory", **known)
    assert given.process.wait(PATIENCE_S) == 0
    token = given.said().split()[1]
    for shown in (made, given):
        shown.said_in.unlink()  # there they are shown, once, to whoever asked

    port = free_port()
    base = f"http://127.0.0.1:{port}"
    web = start("web", "--port", str(port), "--workers", "1", **known)
    until(lambda: answers(base), web.said)
    right, wrong = f"Bearer {token}", basic("admin", WRONG_PASSWORD)
    told = [
        asked(base, "/api/v1/factory", Authorization=right),
        asked(base, "/api/v1/factory", Authorization=wrong),
        asked(base, "/api/v1/cfx", b"{", Authorization=wrong, Content_Type="application/json"),
        asked(base, "/login/", f"login=admin&password={password}".encode()),
        asked(base, "/login/", f"login=admin&password={WRONG_PASSWORD}".encode()),
        asked(base, f"/nowhere?password={WRONG_PASSWORD}"),
        asked(base, "/login/", Host="evil.example", Authorization=wrong),
    ]
    raw(port, f"GET / HTTP/9\r\nAuthorization: {wrong}\r\n\r\n".encode())
    (tmp_path / "padstone.sqlite3").rename(tmp_path / "gone.sqlite3")  # now every answer is a fault
    for left in tmp_path.glob("padstone.sqlite3-*"):
        left.unlink()
    told += [
        asked(base, "/api/v1/factory", Authorization=right),
        asked(base, "/login/", Cookie="sessionid=session-never-to-be-seen"),
    ]
    web.end()

    address = f"postgresql://pad:{QUOTED}@127.0.0.1:1/books"
    for command in (
        ("migrate",),
        ("ingestd", "--no-amqp"),
        ("doctor",),
        ("unit", "SN-1"),
        ("backup", "create", "b"),
    ):
        failing = start(*command, PADSTONE_DATABASE_URL=address, **known)
        if command[0] == "ingestd":
            failing.says("trying again")
            failing.end()
        assert failing.process.wait(PATIENCE_S) >= 0
    broken = start("migrate", PADSTONE_DATABASE_URL=f"postgresql://pad:{DATABASE_PASSWORD}@h/books", **known)
    assert broken.process.wait(PATIENCE_S) == 3

    logs = [file.read_text(errors="replace") for file in sorted(tmp_path.glob("said-*.txt"))]
    assert "Traceback" in "".join(logs), "nothing failed, so nothing was tried"
    for secret in (
        SECRET_KEY,
        "never-to-be-seen",
        QUOTED,
        password,
        token,
        wrong.split()[1],
    ):
        assert secret not in "".join(logs)
        assert secret not in "".join(told)
    assert not any("Traceback" in answer or "/site-packages/" in answer for answer in told)
