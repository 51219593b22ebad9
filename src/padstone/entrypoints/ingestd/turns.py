"""Whose turn it is: of several ingest processes, one at a time takes from an address of a broker.

So the messages of an address, and with them those of each endpoint, are stored in their order. On PostgreSQL
a turn is an advisory lock of the very database session that stores: where the session is lost, so is the
turn, and whatever was in hand is not stored. SQLite has one ingest process, and a lock on its file says so.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection

from padstone.platform.backup.folder import CLAIM

_TURNS, _PRESENT = 0x50414401, 0x50414402
"""What PostgreSQL's advisory locks of these two kinds begin with."""

_COUNT_PRESENT = (
    "SELECT count(DISTINCT objid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class AnotherRuns(Exception):
    """A second ingest process on an embedded database."""


def only_one(folder: Path) -> int | None:
    """Claim the embedded database for this process until it ends, however it ends; raises AnotherRuns, which
    names the one that has it. PostgreSQL needs no such claim (None).
    """
    if connection.vendor != "sqlite":
        return None
    lock = os.open(folder / CLAIM, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise AnotherRuns(
            f"an ingestd{_named(claimed_by(folder))} works on {folder} already, and the embedded database "
            "has one: stop it first, or keep the data in PostgreSQL, where several share the work"
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, json.dumps({"pid": os.getpid(), "host": os.uname().nodename}).encode())
    return lock


class Claim(NamedTuple):
    """The process that claimed an embedded database last; the claim holds as long as it lives."""

    pid: int
    host: str


def claimed_by(folder: Path) -> Claim | None:
    """Who claimed it last; None where nobody did, or it cannot be read."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads((folder / CLAIM).read_text())
        return Claim(int(told["pid"]), str(told["host"]))
    return None


def _named(claim: Claim | None) -> str:
    return f" (process {claim.pid} on {claim.host})" if claim else ""


class Turns:
    """The turns of one process, which takes its share of them and leaves the others theirs."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._process = _number(f"{os.uname().nodename} {os.getpid()} {os.urandom(8).hex()}")
        self._held: set[str] = set()
        self._lock = Lock()

    def of(self, name: str) -> Turn:
        return Turn(self, name)

    def may_hold(self, name: str, processes: int) -> bool:
        """Whether it fits into a fair share; it is counted as held then."""
        most = -(-len(self.names) // max(1, processes))
        with self._lock:
            if len(self._held - {name}) >= most:
                self._held.discard(name)
                return False
            self._held.add(name)
            return True

    def holds_no_more(self, name: str) -> None:
        with self._lock:
            self._held.discard(name)

    @property
    def process(self) -> int:
        return self._process


class Turn:
    """One turn; all of it in one thread, whose database session holds it."""

    def __init__(self, turns: Turns, name: str) -> None:
        self._turns = turns
        self._name = name
        self._session: Any = None  # the one that holds the turn
        self._present_in: Any = None  # the one that says that this process is there

    def take(self) -> bool:
        if connection.vendor != "postgresql":
            return True
        try:
            return self._take()
        except Exception:
            self._lost()
            connection.close()
            raise

    def is_held(self) -> bool:
        if connection.vendor != "postgresql":
            return True
        return (
            self._session is not None and connection.connection is self._session and not self._session.closed
        )

    def give_back(self) -> None:
        if connection.vendor == "postgresql" and self.is_held():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_TURNS, _number(self._name)])
        self._lost()

    def _take(self) -> bool:
        with connection.cursor() as cursor:
            if not self._is_present():
                self._lost()
                cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_PRESENT, self._turns.process])
                self._present_in = connection.connection
            cursor.execute(_COUNT_PRESENT, [_PRESENT])
            (processes,) = cursor.fetchone()
            if not self._turns.may_hold(self._name, processes):
                return False  # the caller stops, and gives it back
            if self.is_held():
                return True
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_TURNS, _number(self._name)])
            (is_ours,) = cursor.fetchone()
        if is_ours:
            self._session = connection.connection
        else:
            self._turns.holds_no_more(self._name)
        return bool(is_ours)

    def _is_present(self) -> bool:
        return self._present_in is not None and connection.connection is self._present_in

    def _lost(self) -> None:
        self._session = None
        self._turns.holds_no_more(self._name)


def _number(text: str) -> int:
    """A number that PostgreSQL's advisory locks take."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big", signed=True)
