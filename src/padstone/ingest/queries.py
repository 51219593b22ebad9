"""What came in and what became of it, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, Prefetch, Q
from django.db.models.expressions import RawSQL

from padstone.ingest.inbox import text_of
from padstone.ingest.models import EXCEPTIONAL, Flag, Message, State
from padstone.kernel.errors import NotFound
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor


OFF_BOOKS = "ingest_message.state IN ('waiting', 'rejected', 'failed', 'repeated')"
ON_DESK = "NOT ingest_message.dismissed AND ingest_message.state IN ('waiting', 'rejected', 'failed')"
"""The conditions of the indexes that hold what is off the books alone. They are spelled out in a statement:
SQLite proves that such an index serves only where it reads the index's very words.
"""


def as_spelled(condition: str) -> RawSQL:
    """One of the constants above, as a filter."""
    return RawSQL(condition, (), output_field=BooleanField())  # noqa: S611 - our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A doubt about a message that was accepted all the same; ``cleared_at`` is set once later news settled
    it.
    """

    code: str
    reason: str
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message. ``reason``: why it is not on the books, and what to do; ``awaits``: what would wake it;
    ``dismissed``: somebody said that nothing needs to be done about it.
    """

    id: int
    source: str
    message_id: str
    name: str
    state: str
    code: str
    reason: str
    awaits: str
    dismissed: bool
    door: str
    sender: str
    size_bytes: int
    attempts: int
    journal_no: int | None
    happened_at: datetime | None
    sent_at: datetime | None
    received_at: datetime
    recorded_at: datetime | None
    flags: tuple[FlagLine, ...]


def exceptions(
    actor: Actor, *, state: str | None = None, limit: int = 100, before: int | None = None
) -> tuple[MessageLine, ...]:
    """The newest messages that wait, were rejected, failed or are in doubt; or all in one state.

    ``before`` is the id of the last line of the page before.
    """
    must_see(actor)
    older = Q(pk__lt=before) if before is not None else Q()
    if state is not None:
        return lines_of(_newest(state, older, limit))
    ids = {pk for one in EXCEPTIONAL for pk in _newest(one, older, limit, condition=ON_DESK)}
    ids.update(_doubted(before, limit))
    return lines_of(sorted(ids, reverse=True)[:limit])


def lines_of(ids: Collection[int]) -> tuple[MessageLine, ...]:
    """These messages, newest first."""
    rows = _with_flags(Message.objects.filter(pk__in=ids))
    return tuple(_line(row) for row in rows.order_by("-pk"))


def _newest(state: str, narrowed: Q, limit: int, condition: str = OFF_BOOKS) -> list[int]:
    """Each state by itself: so the index leads to the newest, however many messages are on the books. What is
    on the books is nearly everything, and needs no index.
    """
    rows = Message.objects.filter(narrowed, state=state)
    if state not in (State.DONE, State.RECEIVED):
        rows = rows.filter(as_spelled(condition))
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:limit])


def _doubted(before: int | None, limit: int) -> QuerySet[Flag, int]:
    rows = Flag.objects.filter(cleared_at=None, message__state=State.DONE)
    rows = rows if before is None else rows.filter(message_id__lt=before)
    return rows.order_by("-message_id").values_list("message_id", flat=True).distinct()[:limit]


def counts(actor: Actor) -> dict[str, int]:
    """How many messages are in each state. What is on the books is not counted but known from the journal."""
    must_see(actor)
    off_books, received = (
        rows.values_list("state").annotate(Count("pk")).order_by()
        for rows in (
            Message.objects.filter(as_spelled(OFF_BOOKS)),
            Message.objects.filter(state=State.RECEIVED),
        )
    )
    rows = off_books.union(received, all=True)
    return {**dict.fromkeys(State.values, 0), **dict(rows), State.DONE.value: newest_journal_no()}


def message(actor: Actor, message_id: int) -> MessageLine:
    """One message. Raises NotFound."""
    must_see(actor)
    return _line(_row(message_id))


def bytes_of(actor: Actor, message_id: int) -> bytes:
    """A message's exact bytes as they came in; of what came compressed, the bytes it unpacks to, if it does.
    Raises NotFound.
    """
    must_see(actor)
    return text_of(_row(message_id))


def _row(message_id: int) -> Message:
    row = _with_flags(Message.objects.filter(pk=message_id)).first()
    if row is None:
        raise NotFound(
            "unknown_message_no",
            "There is no message {number}.",
            way_out="The list of exceptions shows the numbers.",
            number=message_id,
        )
    return row


def _with_flags(rows: QuerySet[Message]) -> QuerySet[Message]:
    headed = rows.select_related("batch").defer("batch__compressed")
    return headed.prefetch_related(Prefetch("flags", Flag.objects.order_by("pk")))


def _line(row: Message) -> MessageLine:
    return MessageLine(
        id=row.pk,
        source=row.source,
        message_id=row.message_id,
        name=row.name,
        state=row.state,
        code=row.code,
        reason=row.reason,
        awaits=row.awaits,
        dismissed=row.dismissed,
        door=row.batch.door,
        sender=row.batch.sender,
        size_bytes=row.size_bytes,
        attempts=row.attempts,
        journal_no=row.journal_no,
        happened_at=row.happened_at,
        sent_at=row.sent_at,
        received_at=row.batch.received_at,
        recorded_at=row.recorded_at,
        flags=tuple(
            FlagLine(code=flag.code, reason=flag.reason, cleared_at=flag.cleared_at)
            for flag in row.flags.all()
        ),
    )
