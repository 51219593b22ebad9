"""From the inbox to the books: once for every message, in order per endpoint, and nothing dropped.

One transaction holds a handful of messages, each with its facts and its mark *done*. A message that refers
to what nobody has told of yet waits, and the message that brings it wakes it. A broken rule rejects it with
its reason. A bug marks it failed, is logged, and the loop goes on.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from padstone import cfx
from padstone.features.genealogy.domain.times import ticks_of
from padstone.features.sites.commands import note_heard
from padstone.features.sites.lookups import stations_of
from padstone.ingest import dialects
from padstone.ingest.archive.reading import BytesUnavailable
from padstone.ingest.commands import take_up
from padstone.ingest.context import Context, Memory
from padstone.ingest.inbox import LONGEST_REASON, storable, unpacked
from padstone.ingest.interpreters import INTERPRETERS
from padstone.ingest.interpreters.endpoint import note_version
from padstone.ingest.models import Flag, Message, State
from padstone.ingest.repeating import KnownReports, MayRepeat, Repetition, recognising_all, timed
from padstone.ingest.taking import taken_up
from padstone.ingest.traffic import note_messages
from padstone.ingest.usual import Envelope, decode_usual
from padstone.kernel import clock
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid, NotFound, NotYetKnown, Refusal
from padstone.kernel.seal import FIRST, seal, spelled
from padstone.platform.audit.record import record
from padstone.platform.collecting import collected_afterwards
from padstone.platform.command import (
    Attempt,
    CannotBeUndone,
    attempt,
    begin_writing,
    command,
    durable,
    gathering,
)
from padstone.platform.journal.models import Head
from padstone.platform.pinned import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from padstone.kernel.actor import Actor

log = logging.getLogger(__name__)

BATCH = 200
"""Messages of one transaction. What a transaction costs whatever it holds is a fifth of it with half as many;
with more, whoever else wants to write waits longer.
"""
CLOCK_OFF = timedelta(days=1)
MOST_FLAGS = 100
MOST_REPAIRS = 20
"""Doubts, and repaired values, that are noted of one message: more would tell a person nothing more."""
_TEXTS_KEPT_BYTES = 64 * 1024 * 1024
GATHERING = frozenset(
    {
        cfx.MaterialsInstalled.name,
        cfx.UnitsArrived.name,
        cfx.UnitsDeparted.name,
        cfx.WorkStarted.name,
        cfx.WorkCompleted.name,
    }
)
"""Messages that ask for nothing which was gathered without saying so (``begin_writing``)."""
_LONGEST_KEY = 500
_AT_ONCE = 500
_NO_TIME = "0001-01-01T00:00:00"
"""What .NET writes for a time that was never set."""
_TRANSACTION = re.compile(
    rb'"TransactionI[dD]"\s*:\s*"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"'
)
_NAMING_UNITS = frozenset({cfx.UnitsArrived.name, cfx.UnitsDeparted.name, cfx.WorkStarted.name})
_COMPARING_WORK = frozenset({cfx.WorkStarted.name, cfx.WorkCompleted.name})
"""Messages that are held against the other work on their panel."""
_NAME = re.compile(rb'"(?:Primary|Unit)Identifier"\s*:\s*"([^"\\\x00-\x1f]{1,200})"')
_AT_THE_BEGINNING = 4_096
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL as JSON writes it; not a backslash that is followed by ``u0000``."""


@dataclass(slots=True)
class Interpreter:
    """Turns received messages into facts. Keep one for the life of a process: it remembers what it read."""

    memory: Memory = field(default_factory=Memory)
    _texts: OrderedDict[int, bytes] = field(default_factory=OrderedDict)
    _repetitions: dict[int, Repetition] = field(default_factory=dict)
    _journal_no: int | None = None
    _careful: bool = False

    def some(self, limit: int = BATCH) -> int:
        """Interpret up to ``limit`` received messages in one transaction. Answers how many it took up."""
        try:
            return self._durably(limit)
        except (OperationalError, InterfaceError):
            raise
        except CannotBeUndone:  # a message was refused that had written: once more, with savepoints
            return self._durably(limit, careful=True)
        except Exception:  # rows that were gathered from several messages: once more, to see of which
            log.exception("messages cannot be written together; they are taken up one by one")
            return self._durably(limit, careful=True)

    def _durably(self, limit: int, *, careful: bool = False) -> int:
        self._careful = careful
        try:
            with collected_afterwards(), durable():
                return self._some(limit)
        except BaseException:
            self._forget()
            raise

    def all(self, limit: int = BATCH) -> int:
        """Interpret until nothing is left that can be."""
        total = 0
        while taken := self.some(limit):
            total += taken
        return total

    def _some(self, limit: int) -> int:
        messages = taken_up(limit)
        if not messages:
            return 0
        self.memory.zones.take_in_hand(message.source for message in messages)
        recognising = recognising_all(self._repeating(messages), self.memory.hours)
        self._read_ahead(messages)
        self._repetitions = recognising()
        self._read_feeding()
        # From here on one process at a time: it writes the facts, and the journal has no gaps.
        journal = Head.locked("journal")
        if journal.number != self._journal_no:
            self._catch_up(journal.number)
            self._read_ahead(messages)
            self._read_feeding()
        outcome = _Outcome(journal.number, bytes(journal.seal) or FIRST)
        with gathering():
            for message in messages:
                self._one(message, outcome)
        outcome.write(messages)
        self.memory.forget_old()
        journal.move(outcome.journal_no, outcome.seal)
        self._journal_no = journal.number
        return len(messages)

    def _catch_up(self, number: int) -> None:
        """Others have interpreted since: forget what their messages may have changed. What is at a station
        only its own endpoints change; work and panels go from station to station, but nothing of them changes
        because parts are placed; packages stay what they are.
        """
        if self._journal_no is None or number < self._journal_no:
            self.memory.forget()
            return
        since = Message.objects.filter(journal_no__gt=self._journal_no, journal_no__lte=number)
        spoken = set(since.values_list("source", "name").distinct())
        handles = {source for source, _ in spoken}
        self.memory.forget_endpoints(handles, stations_of(handles))
        if any(name != cfx.MaterialsInstalled.name for _, name in spoken):
            self.memory.forget_work()

    def _read_ahead(self, messages: Sequence[Message]) -> None:
        """Read what the messages seem to speak of, for all of them together. It saves time, and decides
        nothing.
        """
        names: set[str] = set()
        work: set[UUID] = set()
        placed: set[UUID] = set()
        for message in messages:
            try:
                text = self._text(message, _AT_THE_BEGINNING)
            except BytesUnavailable:  # it is said of the message when its turn comes
                continue
            if (found := _TRANSACTION.search(text)) is not None:
                uuid = UUID(found[1].decode())
                work.add(uuid)
                if message.name == cfx.MaterialsInstalled.name:
                    placed.add(uuid)
            if message.name in _NAMING_UNITS:
                names.update(name.decode(errors="replace") for name in _NAME.findall(text))
        self.memory.read_ahead(names, work, placed)
        if any(message.name in _COMPARING_WORK for message in messages):
            self.memory.work.read_work_ahead()

    def _read_feeding(self) -> None:
        """Read the packages of the reports that repeat others, as ``_read_ahead`` does."""
        feeding = {repetition.packages: repetition for repetition in self._repetitions.values()}
        fed = set(chain.from_iterable(repetition.package_names() for repetition in feeding.values()))
        self.memory.read_packages(fed)
        self.memory.read_blameless(fed)

    def _one(self, message: Message, outcome: _Outcome) -> None:
        message.attempts += 1
        message.awaits = message.code = message.reason = ""
        if message.name not in GATHERING:
            begin_writing()  # it may ask for what was gathered before
            self.memory.blameless.clear()  # it may tell something that speaks against one
        trying = Attempt()
        try:
            with attempt(trying):
                if self._careful:
                    trying.begin()
                context = self._interpret(message, outcome.journal_no + 1)
                if self._careful:
                    trying.begin()
        except Exception as error:
            if isinstance(error, DatabaseError | CannotBeUndone) and not self._careful:
                raise  # perhaps there was no savepoint to go back to
            _close(message, error)
        else:
            outcome.done(message, context)
            return
        if trying.changed:
            begin_writing()  # what was gathered before stays, and is read again
            self.memory.forget()

    def _interpret(self, message: Message, journal_no: int) -> Context:
        if message.name not in cfx.KNOWN_MESSAGES:
            raise _unknown_message(message.name)
        repetition = self._repeated(message)
        raw = repetition.raw if repetition is not None else self._text(message)
        head = repetition or decode_usual(message.name, raw) or _head(raw)
        moment = _moment(head.time_stamp)
        received_at = message.batch.received_at
        context = Context(
            memory=self.memory,
            source=message.source,
            happened_at=moment.utc if moment else received_at,
            happened_ticks=moment.ticks if moment else ticks_of(received_at),
            journal_no=journal_no,
        )
        if moment is not None and not moment.zoned:
            moment = _by_its_clock(context, moment, head.time_stamp or "", message)
        _check_clock(context, moment, message)
        note_version(head.version, context)  # registers an endpoint that speaks for the first time
        if isinstance(head, cfx.Head):
            _note_repairs(context, head.repairs)
        interpreter = INTERPRETERS.get(message.name)
        if interpreter is None:
            message.code = "kept"
            return context
        body = _decoded(message.name, head, context) if isinstance(head, cfx.Head) else head.message_body
        interpreter(body, context)
        if context.read is not None and isinstance(head, Envelope):
            known = self.memory.reports.setdefault(message.source, KnownReports())
            known.note(raw, head, context.read, context.station.pk)
        return context

    def _repeating(self, messages: Iterable[Message]) -> list[MayRepeat]:
        """The texts of the messages that may repeat what is known; as many as are kept at once."""
        found, size = [], 0
        for message in messages:
            known = self.memory.reports.get(message.source)
            if known is None or message.name != cfx.MaterialsInstalled.name:
                continue
            if (size := size + message.size_bytes) > _TEXTS_KEPT_BYTES:
                break
            try:
                found.append(MayRepeat(message.pk, known, self._text(message)))
            except BytesUnavailable:  # it is said of the message when its turn comes
                continue
        return found

    def _repeated(self, message: Message) -> Repetition | None:
        """What it repeats, as far as that is still in memory."""
        known = self.memory.reports.get(message.source)
        if known is None or message.name != cfx.MaterialsInstalled.name:
            return None
        prepared = self._repetitions.pop(message.pk, None)
        if prepared is not None and known.hold(prepared):
            return prepared
        repetition = known.recognise(self._text(message))
        return None if repetition is None else timed([repetition], self.memory.hours)[0]

    def _text(self, message: Message, most: int | None = None) -> bytes:
        """The message, or so many bytes of it at most."""
        text = self._texts.get(message.batch_id)
        if text is None:
            text = self._texts[message.batch_id] = unpacked(message.batch)
            while len(self._texts) > 1 and sum(map(len, self._texts.values())) > _TEXTS_KEPT_BYTES:
                self._texts.popitem(last=False)
        size = message.size_bytes if most is None else min(message.size_bytes, most)
        return text[message.first_byte : message.first_byte + size]

    def _forget(self) -> None:
        self.memory.forget()
        self._journal_no = None


def _decoded(name: str, head: cfx.Head, context: Context) -> Any:
    """The body. What had to be done to it is flagged. Raises CfxError."""
    text, nuls = _NUL.subn(rb"\1", head.body) if b"\\u0000" in head.body else (head.body, 0)
    if nuls:
        context.flag("nul_left_out", f"{nuls} NUL characters inside texts were left out.")
    body, repairs = cfx.decode_body_with_notes(name, text)
    _note_repairs(context, repairs)
    return body


@dataclass(slots=True)
class _Outcome:
    """What one transaction's messages came to, written in few statements."""

    journal_no: int
    seal: bytes
    flags: list[Flag] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    heard: dict[int, datetime] = field(default_factory=dict)
    spoken_by: dict[int, int] = field(default_factory=dict)
    happened: dict[int, datetime] = field(default_factory=dict)

    def done(self, message: Message, context: Context) -> None:
        self.journal_no = message.journal_no = context.journal_no
        message.recorded_at = clock.now()
        message.state = State.DONE
        self.seal = seal_of_entry(self.seal, spelled(message.pk), spelled(message.recorded_at))
        self.flags += [
            Flag(message=message, code=flag.code, reason=flag.reason[:LONGEST_REASON], subject=flag.subject)
            for flag in islice(context.flags, MOST_FLAGS)
        ]
        if len(context.flags) > MOST_FLAGS:
            reason = f"{len(context.flags) - MOST_FLAGS} more doubts were not noted."
            self.flags.append(Flag(message=message, code="more_doubts", reason=reason))
        self.brought.update(context.brought)
        self.cleared.update(context.cleared)
        endpoint_id = self.spoken_by[message.pk] = context.endpoint.pk
        self.happened[message.pk] = context.happened_at
        self.heard[endpoint_id] = max(
            self.heard.get(endpoint_id, message.batch.received_at), message.batch.received_at
        )

    def write(self, messages: list[Message]) -> None:
        _mark(messages)
        Flag.objects.bulk_create(self.flags, batch_size=_AT_ONCE)
        for subjects in _in_steps(self.cleared):
            Flag.objects.filter(subject__in=subjects, cleared_at=None).update(cleared_at=clock.now())
        waiting = Message.objects.filter(state=State.WAITING)
        for keys in _in_steps(self.brought):
            waiting.filter(awaits__in=keys).update(state=State.RECEIVED)
        note_heard.within(INTERPRETER, heard=self.heard)
        note_messages(messages, self.spoken_by, self.happened, self.flags)


def seal_of_entry(previous: bytes, message_id: bytes, recorded_at: bytes) -> bytes:
    """The seal of the journal up to an entry: which message came onto the books next, and when (both
    spelled).
    """
    return seal(previous, (message_id, recorded_at))


def _in_steps(keys: Iterable[str]) -> Iterator[list[str]]:
    """As many as one statement may name, in an order that is the same for everybody."""
    ordered = sorted(keys)
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


_MARKED = {
    "state": "varchar",
    "code": "varchar",
    "reason": "text",
    "awaits": "varchar",
    "attempts": "integer",
    "journal_no": "bigint",
    "recorded_at": "timestamptz",
    "id": "bigint",
}
"""The columns that say what became of a message, and which it is; their types on PostgreSQL."""
_USUAL = (str(State.DONE), "", "", "", 1)
"""What the first five of them nearly always say."""


def _mark(messages: Sequence[Message]) -> None:
    """Write what became of the messages. One prepared statement, or one for all: Django's bulk_update builds
    a CASE for every field, which took a third of the whole path.
    """
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (str(m.state), m.code, m.reason, m.awaits, m.attempts, m.journal_no, adapt(m.recorded_at), m.pk)
        for m in messages
    ]
    if connection.vendor == "postgresql":
        usual = dict(zip(_MARKED, _USUAL, strict=False))
        _mark_together([row[len(usual) :] for row in rows if row[: len(usual)] == _USUAL], usual)
        _mark_together([row for row in rows if row[: len(usual)] != _USUAL], {})
        return
    sets = ", ".join(f"{name} = %s" for name in _MARKED if name != "id")
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE ingest_message SET {sets} WHERE id = %s", rows)  # noqa: S608 - our own names


def _mark_together(rows: Sequence[tuple[Any, ...]], same: dict[str, Any]) -> None:
    """``same``: the columns in which the rows do not differ; they hold the others."""
    if not rows:
        return
    told = {name: kind for name, kind in _MARKED.items() if name not in same}
    sets = [f"{name} = told.{name}" for name in told if name != "id"] + [f"{name} = %s" for name in same]
    columns = ", ".join(f"%s::{kind}[]" for kind in told.values())
    all_rows(
        f"UPDATE ingest_message SET {', '.join(sets)} "  # noqa: S608 - our own names
        f"FROM unnest({columns}) AS told({', '.join(told)}) WHERE ingest_message.id = told.id",
        [*same.values(), *(list(column) for column in zip(*rows, strict=True))],
    )


def _close(message: Message, error: Exception) -> None:
    """Say of a message why it is not on the books. A bug in one message must not stop the line."""
    match error:
        case NotYetKnown():
            message.awaits = error.awaits[:_LONGEST_KEY]
            state, code, reason = State.WAITING, error.code, str(error)
        case BytesUnavailable():
            state, code, reason = State.FAILED, error.code, str(error)
        case Refusal():
            state, code, reason = State.REJECTED, error.code, _with_field(error)
        case cfx.CfxError():
            state, code, reason = State.REJECTED, "not_cfx", str(error)
        case _:
            log.error("message %s (%s) failed", message.pk, message.name, exc_info=error)
            state, code = State.FAILED, "bug"
            reason = f"An error of the product, not of the message: {type(error).__name__}: {error}"
    message.state, message.code, message.reason = state, code, storable(reason)[:LONGEST_REASON]


def _with_field(refusal: Refusal) -> str:
    return f"{refusal.field}: {refusal}" if refusal.field else str(refusal)


def _head(raw: bytes) -> cfx.Head:
    piece = dialects.split(raw)[0]
    if isinstance(piece, cfx.Unreadable):
        raise Invalid("not_an_envelope", "{reason}", reason=piece.reason)
    return piece


def _note_repairs(context: Context, repairs: tuple[str, ...]) -> None:
    for repair in repairs[:MOST_REPAIRS]:
        context.flag("repaired", storable(repair)[:LONGEST_REASON])
    if len(repairs) > MOST_REPAIRS:
        context.flag("repaired", f"{len(repairs) - MOST_REPAIRS} more values were read like these.")


def _moment(text: str | None) -> cfx.Instant | None:
    """When the message says it happened; None where it gives no time."""
    if not text or text.startswith(_NO_TIME):
        return None
    try:
        return cfx.parse_instant(text)
    except cfx.CfxValueError as error:
        raise Invalid(
            "not_a_time",
            "{error}.",
            field="TimeStamp",
            way_out="Send times as ISO 8601 with a zone, like 2026-03-01T14:30:00.0000000+01:00.",
            error=error,
        ) from error


def _unknown_message(name: str) -> Invalid:
    near = difflib.get_close_matches(name, cfx.KNOWN_MESSAGES, n=1)
    return Invalid(
        "unknown_message",
        "CFX has no message {name}.",
        field="MessageName",
        way_out=f"Did the machine mean {near[0]}?" if near else "Check the machine's CFX version.",
        name=name or "(no name)",
    )


def _by_its_clock(context: Context, moment: cfx.Instant, text: str, message: Message) -> cfx.Instant:
    """When the message says it happened, without a zone. What comes live was sent just now."""
    near = None if message.batch.door == "file" else message.batch.received_at
    moment = context.by_its_clock(moment, text, near)
    context.happened_at, context.happened_ticks = moment.utc, moment.ticks
    return moment


def _check_clock(context: Context, moment: cfx.Instant | None, message: Message) -> None:
    """What comes live tells of now; a file may tell of long ago, but not of the future."""
    if moment is None:
        context.flag("no_time", "The envelope has no TimeStamp; the time of receipt was taken.")
        return
    received_at = message.batch.received_at
    off = moment.utc - received_at
    if off > CLOCK_OFF or (off < -CLOCK_OFF and message.batch.door != "file"):
        context.flag(
            "clock_off",
            f"The machine's clock says {moment.utc:%Y-%m-%d %H:%M} UTC; it was received "
            f"{received_at:%Y-%m-%d %H:%M} UTC. Set the machine's clock.",
        )


@command("retry_message")
def retry(actor: Actor, *, message_id: int) -> None:
    """Take a waiting, rejected or failed message up again. Raises NotFound, or Conflict where there is
    nothing to retry.
    """
    Head.locked("inbox")  # nobody delivers a rival in between
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound("unknown_message_no", "There is no message {number}.", number=message_id)
    for refused in take_up([message]).values():
        raise refused
    record(actor, "retry_message", f"message:{message_id}")
