"""What a door hands to the inbox: bytes and the few facts the transport knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WHOLE_MESSAGE = "amqp"
"""The `content_encoding` of an AMQP message as a whole, where no CFX could be taken out of it."""
SET_ASIDE = "set-aside"
"""That of what could not be stored in the ordinary way, time and again: kept as it came, and rejected."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it came in, unread: the body is not unpacked, decoded or judged by the door.

    `door` names the way in: "amqp", "http" or "file". `sender` is who the transport says it is (for AMQP the
    `cfx-handle` property where present, else the remote container id), "" if unknown. `body` holds the exact
    bytes received, still compressed if `content_encoding` is "gzip" (else it is "", or one of those above).
    `sent_at` is the sender's time stamp where the transport carries one (AMQP creation-time); `received_at`
    is this system's time when the last byte was in. Both are aware, in UTC.

    `handle` is the CFX handle that the sender has proved to be its own, and the only one it may speak for; ""
    where nobody had to prove any: a file, or a person who may deliver for every machine.
    """

    door: str
    sender: str
    body: bytes
    content_encoding: str
    sent_at: datetime | None
    received_at: datetime
    handle: str = ""


class Unreachable(Exception):
    """A machine that is to be asked something cannot be reached this way, now."""
