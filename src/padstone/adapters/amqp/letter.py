"""A CFX envelope as an AMQP message, for what Padstone sends itself (IPC-2591's mapping to AMQP 1.0).

message-id is its UniqueID, to its Target, reply-to its Source, correlation-id its RequestID, creation-time
its TimeStamp, subject Source and MessageName; the body is one Data section.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from proton import Message

from padstone import cfx

CONTENT_TYPE = 'application/json; charset="utf-8"'
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letter:
    """One envelope that goes out: from whom, to whom, and the AMQP message that carries it."""

    source: str
    target: str
    request_id: str
    message: bytes


def letter(envelope: bytes) -> Letter:
    """Raises ValueError for bytes that are not one CFX envelope."""
    pieces = cfx.split(envelope)
    if len(pieces) != 1 or isinstance(pieces[0], cfx.Unreadable):
        raise ValueError("what is sent is one CFX envelope")
    head = pieces[0]
    source, target, request_id = head.source or "", head.target or "", head.request_id or ""
    message: Any = Message(body=head.raw)
    message.inferred = True  # a Data section
    message.durable = True
    message.content_type = CONTENT_TYPE
    message.id = head.unique_id or None
    message.subject = f"{source}.{head.message_name}"
    message.properties = {
        "cfx-topic": head.message_name.rpartition(".")[0],
        "cfx-message": head.message_name,
        "cfx-handle": source,
    }
    if source:
        message.reply_to = source
    if target:
        message.address = target
        message.properties["cfx-target"] = target
    if request_id:
        message.correlation_id = request_id
    if (at := _milliseconds(head.time_stamp)) is not None:
        message.creation_time = (at + 0.5) / 1000  # Proton cuts off: half a millisecond guards the last one
    return Letter(source, target, request_id, bytes(message.encode()))


def _milliseconds(time_stamp: str | None) -> int | None:
    try:
        instant = cfx.parse_instant(time_stamp or "")
    except cfx.CfxValueError:
        return None
    return (instant.utc - _EPOCH) // timedelta(milliseconds=1)
