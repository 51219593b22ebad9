"""The inbox keeps what was received: exact bytes, durable, before the sender may forget them.

``accept`` stores and commits; nothing is interpreted here. What cannot be read is kept as well, rejected
with a reason.
"""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import zstandard

from padstone import cfx
from padstone.ingest import dialects
from padstone.ingest.archive.reading import archived_bytes
from padstone.ingest.delivery import SET_ASIDE, WHOLE_MESSAGE
from padstone.ingest.identities import standing
from padstone.ingest.models import Batch, Message, State
from padstone.ingest.responses import LONGEST_REQUEST_ID, Response, note_response
from padstone.kernel import clock
from padstone.kernel.seal import FIRST, digest, seal_of_row, spelled
from padstone.platform.append_only import MESSAGE_EVIDENCE
from padstone.platform.collecting import collected_afterwards
from padstone.platform.command import durable
from padstone.platform.gathering import insert
from padstone.platform.journal.models import Head
from padstone.platform.pinned import all_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from padstone.ingest.delivery import Delivery

LARGEST_MESSAGE = 32 * 1024 * 1024
"""Bytes of one message that are still interpreted; a larger one is kept and rejected."""
LARGEST_UNPACKED = 256 * 1024 * 1024
"""Bytes that a compressed delivery may unpack to."""
LONGEST_SOURCE = 400
_LONGEST_ID = 200
_LONGEST_NAME = 200
_LONGEST_ENCODING = 40
_WORTH_A_THREAD = 64 * 1024
_LEVEL = 1
"""Messages repeat themselves near by: the higher levels take longer, and pack them no smaller."""
LONGEST_REASON = 2_000
SPEAKS_FOR_ANOTHER = "speaks_for_another"
"""The code of what a machine delivered under another's name. It is never interpreted."""
REFUSED = "refused:"
"""What the identity of a note about something that was turned away begins with."""
_KEPT_AS_IT_CAME = {
    WHOLE_MESSAGE: (
        "no_amqp_content",
        "No CFX can be taken out of this AMQP message; send one Data section.",
    ),
    SET_ASIDE: ("set_aside", "It could not be stored, time and again; Padstone's log says why."),
}
"""Of what a broker sent and a door could make nothing of: the code, and the reason in words."""
_NEWEST = "SELECT max(id) FROM ingest_message"
_COMPRESSED = "SELECT compressed FROM ingest_batch WHERE id = %s"
_NOT_UNPACKED = frozenset({"not_gzip", "unpacks_too_large"})


@dataclass(slots=True)
class Receipt:
    """What became of some deliveries: how many messages were new, repeated or rejected at once."""

    received: int = 0
    repeated: int = 0
    rejected: int = 0
    batches: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Arrival:
    """A piece of a delivery on its way to its row."""

    raw: bytes
    sent_at: datetime | None
    first_byte: int
    source: str = ""
    message_id: str = ""
    name: str = ""
    body_digest: bytes = b""
    happened_at: datetime | None = None
    code: str = ""
    reason: str = ""
    answers: tuple[str, bytes] | None = None
    """Of a response: the RequestID that it answers, and its body."""


def accept(deliveries: Sequence[Delivery]) -> Receipt:
    """Keep the deliveries, in their order. When this returns they are committed; the sender may forget them.

    A message with the identity (source and UniqueID) of a known one is kept as repeated if it says the same,
    rejected if not. One that speaks for another endpoint than its sender has proved to be is rejected too.
    """
    receipt = Receipt()
    with collected_afterwards(), durable():
        for door, sender, encoding, group in _groups(deliveries):
            _keep(door, sender, encoding, group, receipt)
    return receipt


def refuse(door: str, sender: str, reason: str) -> None:
    """Note that a door turned something away unread, so that it is seen among the exceptions."""
    now = clock.now()
    reason, sender = storable(reason), storable(sender)[:LONGEST_SOURCE]
    note = reason.encode()
    with durable():
        head = Head.locked("inbox")
        row = Message(
            first_byte=0,
            size_bytes=len(note),
            source=sender,
            message_id=f"{REFUSED}{head.number + 1}",
            body_digest=digest(note),
            state=State.REJECTED,
            code="refused_at_the_door",
            reason=reason,
        )
        _store(head, Batch(door=door, sender=sender, received_at=now), _pack(note), [row])


_Group = tuple[str, str, str, list["Delivery"]]


def _groups(deliveries: Sequence[Delivery]) -> Iterable[_Group]:
    """Neighbours that came the same way share a batch; what came compressed is a batch of its own."""
    group: _Group | None = None
    for delivery in deliveries:
        sender = storable(delivery.handle or delivery.sender)[:LONGEST_SOURCE]
        way = (delivery.door, sender, storable(delivery.content_encoding)[:_LONGEST_ENCODING])
        if group is not None and way == group[:3] and not delivery.content_encoding:
            group[3].append(delivery)
            continue
        if group is not None:
            yield group
        group = (*way, [delivery])
    if group is not None:
        yield group


def storable(text: str) -> str:
    """A text from a transport as every database takes it: without NUL, and without halves of characters."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _keep(door: str, sender: str, encoding: str, group: Sequence[Delivery], receipt: Receipt) -> None:
    packing = _packing(b"\n".join([delivery.body for delivery in group]))
    arrivals: list[_Arrival] = []
    start = 0
    for delivery in group:
        arrivals += _arrivals(delivery, sender, start)
        start += len(delivery.body) + 1
    head = Head.locked("inbox")
    rows = _settle_identities(arrivals, receipt)
    batch = Batch(door=door, sender=sender, content_encoding=encoding, received_at=group[0].received_at)
    _store(head, batch, packing(), rows)
    receipt.batches.append(batch.pk)
    for arrival, row in zip(arrivals, rows, strict=True):
        if arrival.answers is not None and not arrival.code:
            note_response(Response(row.source, row.name, *arrival.answers, row.pk))


class _Packed(NamedTuple):
    """The exact bytes of a batch, as they are stored."""

    size_bytes: int
    compressed: bytes
    digest: bytes


def _pack(payload: bytes) -> _Packed:
    return _Packed(len(payload), zstandard.compress(payload, _LEVEL), digest(payload))


_beside = ThreadPoolExecutor(1, "inbox")
"""Packing holds no interpreter lock: it goes on beside the reading of what is packed."""


def _packing(payload: bytes) -> Callable[[], _Packed]:
    """Begin to pack; the answer waits for it. A little is packed quicker than it is handed over."""
    if len(payload) < _WORTH_A_THREAD:
        return partial(_pack, payload)
    return _beside.submit(_pack, payload).result


def _store(head: Head, batch: Batch, packed: _Packed, messages: Sequence[Message]) -> None:
    """Number, seal and store a batch and its messages as the newest; the head is locked."""
    batch.pk = head.number + 1
    batch.size_bytes, batch.compressed, batch.digest = packed
    ((newest,),) = all_rows(_NEWEST, ())
    for number, message in enumerate(messages, start=(newest or 0) + 1):
        message.pk, message.batch_id = number, batch.pk
    batch.seal = seal_of_batch(
        bytes(head.seal) or FIRST,
        {name: spelled(getattr(batch, name)) for name in BATCH_COLUMNS},
        ({name: spelled(getattr(message, name)) for name in MESSAGE_COLUMNS} for message in messages),
    )
    insert([batch])
    insert(messages)
    head.move(batch.pk, batch.seal)


BATCH_COLUMNS = (
    "id",
    "door",
    "sender",
    "content_encoding",
    "received_at",
    "size_bytes",
    "compressed",
    "digest",
)
MESSAGE_COLUMNS = MESSAGE_EVIDENCE
"""What is sealed of a batch, and of each of its messages: all that was known when they came in."""


def seal_of_batch(
    previous: bytes,
    batch: dict[str, bytes],
    messages: Iterable[dict[str, bytes]],
    packed_digest: bytes | None = None,
) -> bytes:
    """A batch's seal, made of the one before it, its spelled columns and those of its messages in their
    order: so anybody can say if any of them was changed. Of the compressed bytes their digest is sealed, and
    that one is given where the bytes have moved to the archive.
    """
    of_messages = FIRST
    for message in messages:
        of_messages = seal_of_row(of_messages, message)
    batch = {**batch, "compressed": packed_digest or digest(batch["compressed"])}
    return seal_of_row(previous, {**batch, "messages": of_messages})


def text_of(message: Message) -> bytes:
    """A message's exact bytes; of what came compressed, what it unpacks to, or as it came if it does not."""
    whole = stored_bytes(message.batch) if message.code in _NOT_UNPACKED else unpacked(message.batch)
    return whole[message.first_byte : message.first_byte + message.size_bytes]


def unpacked(batch: Batch) -> bytes:
    """The text of a batch: the exact bytes received, gunzipped if they came compressed."""
    payload = stored_bytes(batch)
    return _gunzip(payload) if batch.content_encoding == "gzip" else payload


def stored_bytes(batch: Batch) -> bytes:
    """The exact bytes received, out of the archive if they have moved there: then it may refuse
    (BytesUnavailable).
    """
    if "compressed" in batch.get_deferred_fields():
        ((batch.compressed,),) = all_rows(_COMPRESSED, [batch.pk], in_binary=True)
    if batch.compressed is None:
        return archived_bytes(batch)
    return zstandard.ZstdDecompressor().decompress(batch.compressed, max_output_size=batch.size_bytes)


def text_of_payload(payload: bytes, content_encoding: str) -> bytes | None:
    """What a payload unpacks to; itself if it did not come compressed, None if it cannot be unpacked."""
    if content_encoding != "gzip":
        return payload
    try:
        return _gunzip(payload)
    except (OSError, EOFError, zlib.error, _TooLarge):
        return None


def identities_of(raw: bytes, sender: str, refused: str) -> list[_Arrival]:
    """All that a message with these bytes can be known as: by its envelope, as something unreadable, or as
    the note about something refused whose id that is.
    """
    known = [_unreadable(None, sender, raw, "", "", 0), _unreadable(None, sender, raw, "", "", 0)]
    known[1].message_id = refused
    pieces = dialects.split(raw) if len(raw) <= LARGEST_MESSAGE else []
    return [_arrival(pieces[0], None, sender, 0), *known] if len(pieces) == 1 else known


class _TooLarge(Exception):
    pass


def _gunzip(data: bytes) -> bytes:
    """Raises OSError, EOFError or zlib.error for what is not gzip, _TooLarge for what unpacks to more than
    LARGEST_UNPACKED: no more than that is ever unpacked.
    """
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        text = file.read(LARGEST_UNPACKED + 1)
    if len(text) > LARGEST_UNPACKED:
        raise _TooLarge
    return text


def _arrivals(delivery: Delivery, sender: str, start: int) -> list[_Arrival]:
    body = delivery.body
    if delivery.content_encoding == "gzip":
        try:
            body = _gunzip(body)
        except (OSError, EOFError, zlib.error) as error:
            reason = f"It is marked as gzip and cannot be unpacked: {error}."
            return [_unreadable(delivery.sent_at, sender, body, "not_gzip", reason, start)]
        except _TooLarge:
            reason = (
                f"It unpacks to more than {LARGEST_UNPACKED // 2**20} MiB, so it was not read. "
                "Send it in several parts."
            )
            return [_unreadable(delivery.sent_at, sender, body, "unpacks_too_large", reason, start)]
    elif encoding := delivery.content_encoding:
        strange = f"The encoding {storable(encoding)} is not understood; send plain or gzip."
        code, reason = _KEPT_AS_IT_CAME.get(encoding, ("unknown_encoding", strange))
        return [_unreadable(delivery.sent_at, sender, body, code, reason, start)]
    if len(body) > LARGEST_MESSAGE and b"\n" not in body.strip():
        return [_unreadable(delivery.sent_at, sender, body, "too_large", _too_large(body), start)]
    pieces = dialects.split(body)
    if not pieces:
        return [_unreadable(delivery.sent_at, sender, body, "empty", "The delivery is empty.", start)]
    arrivals = []
    at = 0
    for piece in pieces:
        # Nearly always it is right here; to search for a long piece takes longer than to read it.
        found = at if body.startswith(piece.raw, at) else body.find(piece.raw, at)
        at = found if found >= 0 else at
        arrivals.append(_spoken_for(_arrival(piece, delivery.sent_at, sender, start + at), delivery.handle))
        at += len(piece.raw)
    return arrivals


def _too_large(raw: bytes) -> str:
    return (
        f"One message of {len(raw)} bytes; the largest that is read has {LARGEST_MESSAGE}. "
        "The machine must report in several messages."
    )


def _arrival(
    piece: cfx.Head | cfx.Unreadable, sent_at: datetime | None, sender: str, first_byte: int
) -> _Arrival:
    if isinstance(piece, cfx.Unreadable):
        reason = f"{piece.where}: {piece.reason}" if piece.where else piece.reason
        return _unreadable(sent_at, sender, piece.raw, "not_an_envelope", reason, first_byte)
    if len(piece.raw) > LARGEST_MESSAGE:
        return _unreadable(sent_at, sender, piece.raw, "too_large", _too_large(piece.raw), first_byte)
    source = piece.source or sender
    if len(source) > LONGEST_SOURCE or "\x00" in source:
        reason = (
            f"Source: a handle has at most {LONGEST_SOURCE} characters, none of them NUL; this is "
            f"“{storable(source[:60])}…”. Correct the CFX handle in the machine's settings."
        )
        return _unreadable(sent_at, sender, piece.raw, "source_unusable", reason, first_byte)
    return _Arrival(
        raw=piece.raw,
        sent_at=sent_at,
        first_byte=first_byte,
        source=source,
        message_id=identity_of(piece),
        name=storable(piece.message_name)[:_LONGEST_NAME],
        # The name is part of what is said: a panel's arrival and its departure have the same body.
        body_digest=digest(piece.message_name.encode() + b"\n", piece.body),
        happened_at=_instant(piece.time_stamp),
        answers=_answers(piece),
    )


def _answers(piece: cfx.Head) -> tuple[str, bytes] | None:
    """No RequestID that is longer was ever given out."""
    if not piece.request_id or not piece.message_name.endswith("Response"):
        return None
    return (piece.request_id, piece.body) if len(piece.request_id) <= LONGEST_REQUEST_ID else None


def _spoken_for(arrival: _Arrival, handle: str) -> _Arrival:
    """Who has proved one handle may speak for no other. What claims to be another's is kept under that name,
    as it was sent, and rejected.
    """
    if handle and not arrival.code and arrival.source != handle:
        arrival.code = SPEAKS_FOR_ANOTHER
        arrival.reason = storable(
            f"The envelope's Source is {arrival.source}, and {handle} delivered it: a machine speaks for "
            "itself alone. Correct the CFX handle in the machine's settings, or connect it with its own "
            "credential."
        )[:LONGEST_REASON]
    return arrival


def identity_of(head: cfx.Head) -> str:
    """UniqueID, or its digest where it is no id that can be kept. Where the sender gave none, the content is
    its own identity.
    """
    given = head.unique_id
    if not given:
        return f"sha256:{digest(head.raw).hex()}"
    if len(given) > _LONGEST_ID or "\x00" in given:
        return f"sha256:{digest(given.encode()).hex()}"
    return given


def _instant(text: str | None) -> datetime | None:
    try:
        return cfx.parse_instant(text).utc if text else None
    except cfx.CfxValueError:
        return None


def _unreadable(
    sent_at: datetime | None, sender: str, raw: bytes, code: str, reason: str, first_byte: int
) -> _Arrival:
    content = digest(raw)
    return _Arrival(
        raw=raw,
        sent_at=sent_at,
        first_byte=first_byte,
        source=sender,
        message_id=f"sha256:{content.hex()}",
        body_digest=content,
        code=code,
        reason=storable(reason)[:LONGEST_REASON],
    )


def _settle_identities(arrivals: Sequence[_Arrival], receipt: Receipt) -> list[Message]:
    """The rows of the arrivals, each in the state that its identity leaves it in."""
    known = _known(arrivals)
    rows = []
    for arrival in arrivals:
        identity = (arrival.source, arrival.message_id)
        state, code, reason = State.RECEIVED, "", ""
        if arrival.code:
            state, code, reason = State.REJECTED, arrival.code, arrival.reason
        elif identity in known and known[identity] == arrival.body_digest:
            state = State.REPEATED
        elif identity in known:
            state, code = State.REJECTED, "same_id_other_content"
            reason = (
                f"UniqueID {arrival.message_id} was used before for a message that says something else. "
                "The machine must give every message an id of its own."
            )
        else:
            known[identity] = arrival.body_digest
        receipt.received += state == State.RECEIVED
        receipt.repeated += state == State.REPEATED
        receipt.rejected += state == State.REJECTED
        rows.append(
            Message(
                first_byte=arrival.first_byte,
                size_bytes=len(arrival.raw),
                source=arrival.source,
                message_id=arrival.message_id,
                name=arrival.name,
                body_digest=arrival.body_digest,
                happened_at=arrival.happened_at,
                sent_at=arrival.sent_at,
                state=state,
                code=code,
                reason=reason,
            )
        )
    return rows


def _known(arrivals: Sequence[_Arrival]) -> dict[tuple[str, str], bytes]:
    """Body digests of the messages on hand that have one of these identities."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for arrival in arrivals:
        if not arrival.code:
            by_source[arrival.source].append(arrival.message_id)
    return {
        (source, message_id): one.body_digest
        for source, ids in by_source.items()
        for message_id, one in standing(source, ids).items()
    }
