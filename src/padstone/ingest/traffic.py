"""How much each endpoint speaks, of what, by which door and how late: counted as messages come onto the
books.

The counters are small tables, changed by one statement each for all messages of a transaction of the
interpreter. So they cost the same however long the history is, and the same for a transaction of many
messages as for one of few.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from padstone.features.sites.commands import note_heard
from padstone.features.sites.lookups import endpoint_ids
from padstone.ingest.models import EXCEPTIONAL, Message
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from padstone.ingest.models import Flag

KEPT = "kept"
SLOTS = 60
"""Minutes that are remembered of each endpoint."""
_ROWS_AT_ONCE = 100
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class _Said:
    """What one endpoint said of one kind through one door, in one transaction."""

    messages: int = 0
    kept: int = 0
    newest: int = 0
    newest_at: datetime | None = None


@dataclass(slots=True)
class _Minute:
    messages: int = 0
    timed: int = 0
    transit_ms: int = 0
    worst_transit_ms: int | None = None
    recording_ms: int = 0
    worst_recording_ms: int = 0


def note_messages(
    messages: Sequence[Message],
    spoken_by: Mapping[int, int],
    happened: Mapping[int, datetime],
    flags: Sequence[Flag],
) -> None:
    """Count the messages that the interpreter has just closed. ``spoken_by``: of those that came onto the
    books, the endpoint's id by the message's; ``happened``: when they say that it happened, as it was read.
    Inside the interpreter's transaction.
    """
    done = [message for message in messages if message.pk in spoken_by]
    _count_kinds(done, spoken_by)
    _count_minutes(done, spoken_by, happened)
    _count_doubts(flags, spoken_by)
    _note_heard_of_others([message for message in messages if message.pk not in spoken_by])
    _put_back_on_desk(messages)


def _count_kinds(done: Iterable[Message], spoken_by: Mapping[int, int]) -> None:
    said: dict[tuple[int, str, str], _Said] = {}
    for message in done:
        one = said.setdefault((spoken_by[message.pk], message.name, message.batch.door), _Said())
        one.messages += 1
        one.kept += message.code == KEPT
        if message.pk > one.newest:
            one.newest, one.newest_at = message.pk, message.batch.received_at
    _add(
        "ingest_tally",
        ("endpoint_id", "name", "door"),
        {
            "messages": "{table}.messages + excluded.messages",
            "kept": "{table}.kept + excluded.kept",
            "newest_at": "CASE WHEN excluded.newest > {table}.newest"
            " THEN excluded.newest_at ELSE {table}.newest_at END",
            "newest": "CASE WHEN excluded.newest > {table}.newest"
            " THEN excluded.newest ELSE {table}.newest END",
        },
        [
            (*key, one.messages, one.kept, _instant(one.newest_at), one.newest)
            for key, one in sorted(said.items())
        ],
    )


def _count_minutes(
    done: Iterable[Message], spoken_by: Mapping[int, int], happened: Mapping[int, datetime]
) -> None:
    """A minute that is older than what its place holds is too old to be told of."""
    minutes: dict[tuple[int, int], _Minute] = {}
    for message in done:
        received_at = message.batch.received_at
        one = minutes.setdefault((spoken_by[message.pk], minute_of(received_at)), _Minute())
        one.messages += 1
        if message.happened_at is not None:
            transit = (received_at - happened[message.pk]) // _MILLISECOND
            one.timed += 1
            one.transit_ms += transit
            one.worst_transit_ms = max(one.worst_transit_ms or transit, transit)
        if message.recorded_at is not None:
            recording = (message.recorded_at - received_at) // _MILLISECOND
            one.recording_ms += recording
            one.worst_recording_ms = max(one.worst_recording_ms, recording)
    newest: dict[tuple[int, int], tuple[int, _Minute]] = {}
    for (endpoint_id, minute), one in sorted(minutes.items()):  # of two in one place, the later
        newest[endpoint_id, minute % SLOTS] = (minute, one)
    added = {
        name: "CASE WHEN excluded.minute = {table}.minute"
        f" THEN {{table}}.{name} + excluded.{name} ELSE excluded.{name} END"
        for name in ("messages", "timed", "transit_ms", "recording_ms")
    }
    worst = {
        name: "CASE WHEN excluded.minute = {table}.minute"
        f" AND {{table}}.{name} > excluded.{name} THEN {{table}}.{name} ELSE excluded.{name} END"
        for name in ("worst_transit_ms", "worst_recording_ms")
    }
    _add(
        "ingest_trafficminute",
        ("endpoint_id", "slot"),
        {**added, **worst, "minute": "excluded.minute"},
        [
            (
                *key,
                one.messages,
                one.timed,
                one.transit_ms,
                one.recording_ms,
                one.worst_transit_ms or 0,
                one.worst_recording_ms,
                minute,
            )
            for key, (minute, one) in sorted(newest.items())
        ],
        only="excluded.minute >= {table}.minute",
    )


def minute_of(instant: datetime) -> int:
    """Minutes since 1970."""
    return int(instant.timestamp()) // 60


def _count_doubts(flags: Sequence[Flag], spoken_by: Mapping[int, int]) -> None:
    doubts: Counter[tuple[int, str]] = Counter()
    newest: dict[tuple[int, str], int] = {}
    for flag in flags:
        key = (spoken_by[flag.message_id], flag.code)
        doubts[key] += 1
        newest[key] = max(newest.get(key, 0), flag.message_id)
    _add(
        "ingest_doubttally",
        ("endpoint_id", "code"),
        {
            "doubts": "{table}.doubts + excluded.doubts",
            "newest": "CASE WHEN excluded.newest > {table}.newest"
            " THEN excluded.newest ELSE {table}.newest END",
        },
        [(*key, doubts[key], newest[key]) for key in sorted(doubts)],
    )


def _add(
    table: str,
    key: tuple[str, ...],
    changes: Mapping[str, str],
    rows: Sequence[tuple[Any, ...]],
    *,
    only: str = "",
) -> None:
    """Add the rows' figures to those of the table, one statement for all. A row has the columns of ``key``,
    then those of ``changes``; ``only`` says when a row that is there is changed.
    """
    columns = ", ".join((*key, *changes))
    place = f"({', '.join(['%s'] * (len(key) + len(changes)))})"
    sets = ", ".join(f"{name} = {how.format(table=table)}" for name, how in changes.items())
    where = f" WHERE {only.format(table=table)}" if only else ""
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[first : first + _ROWS_AT_ONCE]
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {', '.join([place] * len(some))} "  # noqa: S608 - our own names
                f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}{where}",
                [value for row in some for value in row],
            )


def _instant(instant: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)


def _note_heard_of_others(messages: Sequence[Message]) -> None:
    """Who sends what cannot be put on the books is there all the same."""
    if not messages:
        return
    ids = endpoint_ids({message.source for message in messages})
    heard: dict[int, datetime] = {}
    for message in messages:
        endpoint_id = ids.get(message.source)
        if endpoint_id is not None:
            received_at = message.batch.received_at
            heard[endpoint_id] = max(heard.get(endpoint_id, received_at), received_at)
    note_heard.within(INTERPRETER, heard=heard)


def _put_back_on_desk(messages: Iterable[Message]) -> None:
    """What was dismissed, was woken and ended on the desk again is news."""
    ids = [message.pk for message in messages if message.dismissed and message.state in EXCEPTIONAL]
    if ids:
        Message.objects.filter(pk__in=ids).update(dismissed=False)
