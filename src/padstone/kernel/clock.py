"""The one clock. Tests and replays set it; nothing else asks the system for the time."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _system() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _clock.get()()


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at ``instant`` for the block."""
    token = _clock.set(lambda: instant)
    try:
        yield
    finally:
        _clock.reset(token)
