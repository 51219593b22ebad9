"""The inbox keeps what was received: exact bytes, durable, before the sender may forget them.

``accept`` stores and commits; nothing is interpreted here. What cannot be read is kept as well, rejected
with a reason.
"""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING

import zstandard

from padstone import cfx
from padstone.ingest.models import Batch, Message, State
from padstone.kernel import clock
from padstone.kernel.seal import FIRST, digest, seal
from padstone.platform.command import durable
from padstone.platform.journal.models import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
_AT_ONCE = 500
LONGEST_REASON = 2_000
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


def accept(deliveries: Sequence[Delivery]) -> Receipt:
    """Keep the deliveries, in their order. When this returns they are committed, and the sender may forget
        them.

    A message with the identity (source and UniqueID) of a known one is kept as repeated if it says the same,
    rejected if not.
    """
    receipt = Receipt()
    with durable():
        for door, sender, encoding, group in _groups(deliveries):
            _keep(door, sender, encoding, group, receipt)
    return receipt


def refuse(door: str, sender: str, reason: str) -> None:
    """Note that a door turned something away unread, so that it is seen among the exceptions."""
    now = clock.now()
    reason, sender = storable(reason), storable(sender)[:LONGEST_SOURCE]
    note = reason.encode()
    with durable():
        batch = _store(door, sender, "", note, now)
        Message.objects.create(
            batch=batch,
            first_byte=0,
            size_bytes=len(note),
            source=sender,
            message_id=f"refused:{batch.pk}",
            body_digest=digest(note),
            state=State.REJECTED,
            code="refused_at_the_door",
            reason=reason,
        )


_Group = tuple[str, str, str, list["Delivery"]]


def _groups(deliveries: Sequence[Delivery]) -> Iterable[_Group]:
    """Neighbours that came the same way share a batch; what came compressed is a batch of its own."""
    group: _Group | None = None
    for delivery in deliveries:
        sender = storable(delivery.sender)[:LONGEST_SOURCE]
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
    payload = b"\n".join(delivery.body for delivery in group)
    batch = _store(door, sender, encoding, payload, group[0].received_at)
    receipt.batches.append(batch.pk)
    arrivals: list[_Arrival] = []
    start = 0
    for delivery in group:
        arrivals += _arrivals(delivery, sender, start)
        start += len(delivery.body) + 1
    _settle_identities(batch, arrivals, receipt)


def _store(door: str, sender: str, encoding: str, payload: bytes, received_at: datetime) -> Batch:
    head = Head.locked("inbox")
    content = digest(payload)
    link = link_of(bytes(head.seal) or FIRST, door, sender, encoding, received_at, content)
    batch = Batch.objects.create(
        door=door,
        sender=sender,
        content_encoding=encoding,
        received_at=received_at,
        size_bytes=len(payload),
        compressed=zstandard.compress(payload, 3),
        digest=content,
        seal=link,
    )
    head.number, head.seal = batch.pk, link
    head.save(update_fields=["number", "seal"])
    return batch


def link_of(
    previous: bytes, door: str, sender: str, encoding: str, received_at: datetime, content: bytes
) -> bytes:
    """The seal of a batch: whoever knows the one before it, and its columns, can say whether it was changed."""
    when = received_at.astimezone(UTC).isoformat()
    return seal(previous, (door.encode(), sender.encode(), encoding.encode(), when.encode(), content))


def text_of(message: Message) -> bytes:
    """A message's exact bytes; of what came compressed, what it unpacks to, or as it came if it does not."""
    whole = stored_bytes(message.batch) if message.code in _NOT_UNPACKED else unpacked(message.batch)
    return whole[message.first_byte : message.first_byte + message.size_bytes]


def unpacked(batch: Batch) -> bytes:
    """The text of a batch: the exact bytes received, gunzipped if they came compressed."""
    payload = stored_bytes(batch)
    return _gunzip(payload) if batch.content_encoding == "gzip" else payload


def stored_bytes(batch: Batch) -> bytes:
    """The exact bytes received."""
    return zstandard.ZstdDecompressor().decompress(batch.compressed, max_output_size=batch.size_bytes)


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
            return [_unreadable(delivery, sender, body, "not_gzip", reason, start)]
        except _TooLarge:
            reason = (
                f"It unpacks to more than {LARGEST_UNPACKED // 2**20} MiB, so it was not read. "
                "Send it in several parts."
            )
            return [_unreadable(delivery, sender, body, "unpacks_too_large", reason, start)]
    elif delivery.content_encoding:
        reason = f"The encoding {storable(delivery.content_encoding)} is not understood; send plain or gzip."
        return [_unreadable(delivery, sender, body, "unknown_encoding", reason, start)]
    if len(body) > LARGEST_MESSAGE and b"\n" not in body.strip():
        return [_unreadable(delivery, sender, body, "too_large", _too_large(body), start)]
    pieces = cfx.split(body)
    if not pieces:
        return [_unreadable(delivery, sender, body, "empty", "The delivery is empty.", start)]
    arrivals = []
    at = 0
    for piece in pieces:
        found = body.find(piece.raw, at)
        at = found if found >= 0 else at
        arrivals.append(_arrival(piece, delivery, sender, start + at))
        at += len(piece.raw)
    return arrivals


def _too_large(raw: bytes) -> str:
    return (
        f"One message of {len(raw)} bytes; the largest that is read has {LARGEST_MESSAGE}. "
        "The machine must report in several messages."
    )


def _arrival(piece: cfx.Head | cfx.Unreadable, delivery: Delivery, sender: str, first_byte: int) -> _Arrival:
    if isinstance(piece, cfx.Unreadable):
        reason = f"{piece.where}: {piece.reason}" if piece.where else piece.reason
        return _unreadable(delivery, sender, piece.raw, "not_an_envelope", reason, first_byte)
    if len(piece.raw) > LARGEST_MESSAGE:
        return _unreadable(delivery, sender, piece.raw, "too_large", _too_large(piece.raw), first_byte)
    source = piece.source or sender
    if len(source) > LONGEST_SOURCE or "\x00" in source:
        reason = (
            f"Source: a handle has at most {LONGEST_SOURCE} characters, none of them NUL; this is "
            f"“{storable(source[:60])}…”. Correct the CFX handle in the machine's settings."
        )
        return _unreadable(delivery, sender, piece.raw, "source_unusable", reason, first_byte)
    return _Arrival(
        raw=piece.raw,
        sent_at=delivery.sent_at,
        first_byte=first_byte,
        source=source,
        message_id=_identity(piece),
        name=storable(piece.message_name)[:_LONGEST_NAME],
        # The name is part of what is said: a panel's arrival and its departure have the same body.
        body_digest=digest(piece.message_name.encode() + b"\n" + piece.body),
        happened_at=_instant(piece.time_stamp),
    )


def _identity(head: cfx.Head) -> str:
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
    delivery: Delivery, sender: str, raw: bytes, code: str, reason: str, first_byte: int
) -> _Arrival:
    content = digest(raw)
    return _Arrival(
        raw=raw,
        sent_at=delivery.sent_at,
        first_byte=first_byte,
        source=sender,
        message_id=f"sha256:{content.hex()}",
        body_digest=content,
        code=code,
        reason=storable(reason)[:LONGEST_REASON],
    )


def _settle_identities(batch: Batch, arrivals: Sequence[_Arrival], receipt: Receipt) -> None:
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
                batch=batch,
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
    Message.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _known(arrivals: Sequence[_Arrival]) -> dict[tuple[str, str], bytes]:
    """Body digests of the messages on hand that have one of these identities."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for arrival in arrivals:
        if not arrival.code:
            by_source[arrival.source].append(arrival.message_id)
    known = {}
    for source, ids in by_source.items():
        for first in range(0, len(ids), _AT_ONCE):
            rows = Message.objects.filter(
                source=source, message_id__in=ids[first : first + _AT_ONCE]
            ).exclude(state__in=(State.REPEATED, State.REJECTED))
            known.update(
                {(source, row[0]): bytes(row[1]) for row in rows.values_list("message_id", "body_digest")}
            )
    return known
