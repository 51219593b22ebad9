"""Whether the inbox is what it was when it came in, and the journal what it was when it was written.

Every batch is unpacked and every message of it read again: its row must say what its bytes say. Bytes that
have moved to the archive are read on request alone. Constant memory, but for the one batch in hand.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import zstandard

from padstone.ingest.archive.reading import BytesUnavailable, archived_bytes
from padstone.ingest.inbox import (
    BATCH_COLUMNS,
    MESSAGE_COLUMNS,
    REFUSED,
    identities_of,
    seal_of_batch,
    text_of_payload,
)
from padstone.ingest.interpret import seal_of_entry
from padstone.ingest.models import Batch, State
from padstone.kernel.seal import FIRST, digest, spelled
from padstone.platform.audit.stored import AT_ONCE, StoredRow, Unreadable, head_of, ordered_rows, rows
from padstone.platform.audit.verify import (
    HEADS,
    Anchored,
    BrokenLink,
    Checked,
    Progress,
    Walk,
    no_progress,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

INBOX, JOURNAL = "inbox", "journal"
BATCHES, MESSAGES, ARCHIVED = "ingest_batch", "ingest_message", "ingest_archivedbatch"
_BATCHES_AT_ONCE = 8
_STATES = frozenset(spelled(state.value) for state in State)
_DONE = spelled(State.DONE.value)
_STATE_COLUMNS = ("state", "journal_no", "recorded_at", "attempts")
_COMPARED = ("source", "message_id", "name", "body_digest", "happened_at")
_IN_WORDS = {
    "source": "source",
    "message_id": "id",
    "name": "name",
    "body_digest": "body",
    "happened_at": "time",
}


def check_inbox(
    connection: BaseDatabaseWrapper,
    *,
    anchors: Sequence[Anchored] = (),
    progress: Progress = no_progress,
    deep: bool = False,
) -> Checked:
    """The chain of the batches, and all messages against the bytes of their batches.

    Of a batch whose bytes are in the archive the digest is in the chain as it ever was; its messages are read
    again only if ``deep``, and as far as the archive gives it: ``archive.checking`` says what it does not.
    """
    return _Inbox(connection, deep).walk(anchors, progress)


def check_journal(
    connection: BaseDatabaseWrapper, *, anchors: Sequence[Anchored] = (), progress: Progress = no_progress
) -> Checked:
    """Every message on the books has a number of its own, none is missing from 1 to the newest, and they came
    in the order, at the instants, that the journal's head has sealed.
    """
    checked = _Journal(connection, anchors, progress)
    try:
        checked.walk()
    except BrokenLink as found:
        return Checked(JOURNAL, checked.number, found.broken)
    except Unreadable as error:
        return Checked(JOURNAL, checked.number, unreadable(error))
    return Checked(JOURNAL, checked.number)


@dataclass(slots=True)
class _Inbox:
    connection: BaseDatabaseWrapper
    deep: bool
    last_message: int = 0
    waiting: deque[StoredRow] = field(default_factory=deque)
    in_hand: list[StoredRow] = field(default_factory=list)
    archived: deque[StoredRow] = field(default_factory=deque)

    def walk(self, anchors: Sequence[Anchored], progress: Progress) -> Checked:
        walk = Walk(
            self.connection,
            INBOX,
            BATCHES,
            BATCH_COLUMNS,
            "batch",
            self._seal_of,
            anchors,
            progress,
            at_once=_BATCHES_AT_ONCE,
            look_closer=self._look_closer,
        )
        checked = walk.check()
        if not checked.intact:
            return checked
        try:
            self._check_strays(checked.links)
        except BrokenLink as found:
            return Checked(INBOX, checked.links, found.broken)
        except Unreadable as error:
            return Checked(INBOX, checked.links, unreadable(error))
        return checked

    def _seal_of(self, previous: bytes, batch: StoredRow) -> bytes:
        self.in_hand = list(self._messages_of(batch.id))
        link = seal_of_batch(
            previous,
            {name: batch.columns[name] for name in BATCH_COLUMNS},
            ({name: row.columns[name] for name in MESSAGE_COLUMNS} for row in self.in_hand),
            None if batch.columns["compressed"] else self._packed_digest(batch),
        )
        if spelled(link) == batch.columns["seal"]:
            self._look_closer(batch)
        return link

    def _packed_digest(self, batch: StoredRow) -> bytes:
        """Of a batch without bytes: their digest, as the archive keeps it."""
        while self.archived and self.archived[0].id < batch.id:
            self.archived.popleft()
        if not self.archived:
            some = rows(self.connection, ARCHIVED, ("packed_digest", "digest"), after=batch.id - 1)
            self.archived.extend(islice(some, AT_ONCE))
        if not self.archived or self.archived[0].id != batch.id:
            raise BrokenLink(BATCHES, batch.id, "it has no bytes, and the archive knows nothing of it")
        columns = self.archived[0].columns
        if columns["digest"] != batch.columns["digest"]:
            raise BrokenLink(ARCHIVED, batch.id, "its digest is not that of the batch")
        return columns["packed_digest"][1:]

    def _messages_of(self, batch_id: int) -> Iterator[StoredRow]:
        """The messages of the batch that comes next; the ids of messages grow with those of batches."""
        wanted = spelled(batch_id)
        while self.waiting or self._fetch():
            row = self.waiting[0]
            if row.columns["batch_id"] != wanted:
                return
            _check_state(row)
            yield self.waiting.popleft()

    def _fetch(self) -> bool:
        columns = (*MESSAGE_COLUMNS, *_STATE_COLUMNS)
        for row in rows(self.connection, MESSAGES, columns, after=self.last_message):
            if row.id <= self.last_message:
                raise BrokenLink(
                    MESSAGES, row.id, f"it is not in its place: it comes after {self.last_message}"
                )
            self.last_message = row.id
            self.waiting.append(row)
            if len(self.waiting) == AT_ONCE:
                break
        return bool(self.waiting)

    def _check_strays(self, batches: int) -> None:
        """Messages that are left over, but for those that have come in since."""
        if self.waiting or self._fetch():
            row = self.waiting[0]
            head = head_of(self.connection, INBOX)
            named = row.columns["batch_id"]
            if head is None or not (named.startswith(b"i") and batches < int(named[1:]) <= head.number):
                raise BrokenLink(MESSAGES, row.id, "no batch brought it")

    def _look_closer(self, batch: StoredRow) -> None:
        """Raise BrokenLink with what differs between a batch, its messages and its bytes."""
        payload = self._payload(batch)
        if payload is None:
            return
        sender = batch.columns["sender"][1:].decode(errors="replace")
        text = text_of_payload(payload, batch.columns["content_encoding"][1:].decode(errors="replace"))
        for row in self.in_hand:
            self._check_message(row, batch.id, payload, text, sender)

    def _payload(self, batch: StoredRow) -> bytes | None:
        """Its bytes; where they are in the archive, only if they are wanted and the archive gives them."""
        if batch.columns["compressed"]:
            return _payload(batch)
        if not self.deep:
            return None
        known = Batch(pk=batch.id, size_bytes=_number(batch, "size_bytes", BATCHES))
        known.digest = batch.columns["digest"][1:]
        try:
            return archived_bytes(known, using=self.connection.alias)
        except (BytesUnavailable, TypeError, ValueError):  # so is a row that holds what nobody wrote
            return None

    def _check_message(
        self, row: StoredRow, batch_id: int, payload: bytes, text: bytes | None, sender: str
    ) -> None:
        first, size = (_number(row, name) for name in ("first_byte", "size_bytes"))
        whole = payload if text is None else text
        piece = whole[first : first + size]
        if len(piece) != size:
            raise BrokenLink(MESSAGES, row.id, f"batch {batch_id} has no bytes {first} to {first + size}")
        told = {name: row.columns[name] for name in _COMPARED}
        likely = [
            {name: spelled(getattr(one, name)) for name in _COMPARED}
            for one in identities_of(piece, sender, f"{REFUSED}{batch_id}")
        ]
        if told not in likely:
            nearest = min(likely, key=lambda one: sum(one[name] != told[name] for name in _COMPARED))
            wrong = [_IN_WORDS[name] for name in _COMPARED if nearest[name] != told[name]]
            raise BrokenLink(
                MESSAGES, row.id, f"its {' and '.join(wrong)} differ from its bytes in batch {batch_id}"
            )


def _payload(batch: StoredRow) -> bytes:
    """The bytes of a batch, which must be as many, and the same, as its row says."""
    size = _number(batch, "size_bytes", BATCHES)
    try:
        payload = zstandard.ZstdDecompressor().decompress(
            batch.columns["compressed"][1:], max_output_size=size
        )
    except zstandard.ZstdError as error:
        raise BrokenLink(BATCHES, batch.id, f"its bytes cannot be unpacked: {error}") from error
    if len(payload) != size:
        raise BrokenLink(BATCHES, batch.id, f"it holds {len(payload)} bytes, and its row says {size}")
    if spelled(digest(payload)) != batch.columns["digest"]:
        raise BrokenLink(BATCHES, batch.id, "its bytes are not those that its digest was made of")
    return payload


def _number(row: StoredRow, name: str, table: str = MESSAGES) -> int:
    value = row.columns[name]
    if not value.startswith(b"i"):
        raise BrokenLink(table, row.id, f"its {name} is no number")
    return int(value[1:])


def _check_state(row: StoredRow) -> None:
    """What may change of a message must still be something that the house has written."""
    state, number, at = (row.columns[name] for name in ("state", "journal_no", "recorded_at"))
    if state not in _STATES:
        raise BrokenLink(MESSAGES, row.id, "it is in no state that a message can be in")
    if not row.columns["attempts"].startswith(b"i"):
        raise BrokenLink(MESSAGES, row.id, "its attempts are no number")
    on_books = state == _DONE
    if on_books != bool(number) or on_books != bool(at):
        what = (
            "it is on the books without a number" if on_books else "it has a number and is not on the books"
        )
        raise BrokenLink(MESSAGES, row.id, what)
    if at and not _is_instant(at):
        raise BrokenLink(MESSAGES, row.id, "its time of recording is not written as the house writes it")


def _is_instant(value: bytes) -> bool:
    try:
        instant = datetime.fromisoformat(value[1:].decode() + "+00:00")
    except ValueError:
        return False
    return spelled(instant) == value


@dataclass(slots=True)
class _Journal:
    connection: BaseDatabaseWrapper
    anchors: Sequence[Anchored]
    progress: Progress
    number: int = 0
    newest: bytes = FIRST

    def walk(self) -> None:
        head = head_of(self.connection, JOURNAL)
        total = head.number if head else 0
        last = 0
        for row in ordered_rows(
            self.connection, MESSAGES, ("id", "journal_no", "recorded_at"), by="journal_no"
        ):
            number = _number(row, "journal_no")
            if number > total:
                last = row.id
                break
            self._entry(number, row)
            if number % AT_ONCE == 0:
                self.progress(JOURNAL, number, total)
        if self.number < total:
            raise BrokenLink(MESSAGES, f"with journal number {self.number + 1}", "it is missing")
        if head is not None and head.seal != self.newest:
            raise BrokenLink(
                HEADS,
                JOURNAL,
                "messages are on the books in another order, or at other times, than was sealed",
            )
        if last:
            self._check_later(last)
        self._check_reach()
        self.progress(JOURNAL, self.number, self.number)

    def _entry(self, number: int, row: StoredRow) -> None:
        if number != self.number + 1:
            what = "has the number of another" if number <= self.number else f"follows number {self.number}"
            raise BrokenLink(MESSAGES, row.id, f"its journal number {number} {what}")
        self.newest = seal_of_entry(self.newest, row.columns["id"], row.columns["recorded_at"])
        self.number = number
        for anchor in self.anchors:
            if anchor.number == number and anchor.seal != self.newest:
                what = f"the journal up to number {number} is not the one that was anchored at {anchor.at}"
                raise BrokenLink(MESSAGES, row.id, what)

    def _check_later(self, row_id: int) -> None:
        """A message beyond the journal's end, unless the journal has grown since."""
        head = head_of(self.connection, JOURNAL)
        if head is None or head.number <= self.number:
            raise BrokenLink(MESSAGES, row_id, f"its journal number is beyond the newest, {self.number}")

    def _check_reach(self) -> None:
        for anchor in self.anchors:
            if anchor.number > self.number:
                raise BrokenLink(
                    MESSAGES,
                    f"with journal number {self.number + 1}",
                    f"it is missing, and the anchor of {anchor.at} knows number {anchor.number}",
                )
