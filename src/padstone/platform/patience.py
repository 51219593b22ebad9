"""How long a person's question may take: what takes longer is stopped in the database, and refused."""

from __future__ import annotations

import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import OperationalError, connection

from padstone.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSTRUCTIONS = 50_000
"""SQLite looks at the clock once in so many: some milliseconds."""


class TookTooLong(Refusal):
    """The question was understood; its answer is too large for the time that there is."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


@contextmanager
def within_patience(seconds: float | None = None) -> Iterator[None]:
    """Raises TookTooLong where the database needs longer (``PADSTONE_QUESTION_S``). On PostgreSQL that is
    the time of each statement, on SQLite of all that is asked within the block.
    """
    seconds = settings.QUESTION_S if seconds is None else seconds
    connection.ensure_connection()
    limit = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    try:
        with limit(seconds):
            yield
    except OperationalError as error:
        if not _was_stopped(error):
            raise
        raise TookTooLong(
            "took_too_long",
            "The answer was not found within {seconds} seconds.",
            way_out="Ask for a shorter time or with more conditions, or take it from the command line.",
            seconds=round(seconds),
        ) from error


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > ends, _INSTRUCTIONS)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    _let_statements_take(f"{max(1, round(seconds * 1000))}ms")
    try:
        yield
    except OperationalError:
        if connection.is_usable():  # else its transaction, and this setting with it, is about to be undone
            _let_statements_take(None)
        raise
    _let_statements_take(None)


def _let_statements_take(time_out: str | None) -> None:
    """None: what the server has it otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [time_out])


def _was_stopped(error: OperationalError) -> bool:
    """By SQLite's progress handler, or with PostgreSQL's state for a statement that was cancelled."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
        or getattr(cause, "sqlstate", "") == "57014"
    )
