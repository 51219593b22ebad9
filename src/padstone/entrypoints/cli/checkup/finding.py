"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from padstone.entrypoints.ingestd.ports import Exposure, Wiring


class Level(StrEnum):
    """``FAULT``: it does not work, or is not safe. ``WARNING``: it will bite some day. ``NOTE``: good to
    know.
    """

    FINE = "fine"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one thing, and what to do about it where there is something to do."""

    level: Level
    about: str
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is looked at: the wiring, and the options with which it is, or will be, served."""

    wiring: Wiring
    host: str
    tls_cert: Path | None
    tls_key: Path | None
    insecure: bool
    amqp_host: str
    amqp: Exposure


Check = Callable[[Deployment], Iterator[Finding]]


def fine(about: str, text: str) -> Finding:
    return Finding(Level.FINE, about, text)


def note(about: str, text: str, remedy: str = "") -> Finding:
    return Finding(Level.NOTE, about, text, remedy)


def warning(about: str, text: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, about, text, remedy)


def fault(about: str, text: str, remedy: str) -> Finding:
    return Finding(Level.FAULT, about, text, remedy)
