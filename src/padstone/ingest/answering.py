"""Machines' questions answered and the answers kept: over AMQP as the `Answerer` of a listener or subscriber,
over HTTP in the request that brought the question.

The question is in the inbox by then. Whoever asks whether it may waits, a moment at most, until all that was
received before the question is on the books: a panel's departure there may be a breath ahead of its arrival
here. A question that comes again is answered anew, for what counts is what holds now. The answer is kept
before it is sent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from padstone import cfx
from padstone.ingest.deciding import DECIDERS
from padstone.ingest.identities import standing
from padstone.ingest.inbox import LONGEST_SOURCE, identity_of, storable
from padstone.ingest.models import Answer, Message, State
from padstone.ingest.requests import Desk
from padstone.kernel import clock
from padstone.platform.command import durable

if TYPE_CHECKING:
    from padstone.cfx import Head

PATIENCE_S = 1.0
_LOOK_AGAIN_S = 0.02
_UNREADABLE = "(unreadable)"


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers as the endpoint `handle`, through the door of that name. From any thread."""

    handle: str
    door: str = "amqp"
    patience_s: float = PATIENCE_S

    def __call__(self, request: Head, handle: str) -> bytes | None:
        """See `Desk`. Raises DatabaseError where nothing can be read or kept: then nothing is answered."""
        try:
            return self._answer(request, handle)
        except DatabaseError:
            connection.close_if_unusable_or_obsolete()
            raise

    def _answer(self, request: Head, handle: str) -> bytes | None:
        asker = storable(handle or request.source or "")[:LONGEST_SOURCE]
        asked = _stored(request, asker)
        if request.message_name in DECIDERS:
            self._wait_for_the_books(asked)
        envelope = Desk(self.handle, DECIDERS)(request, handle)
        if envelope is not None:
            keep(asked, asker, self.door, envelope)
        return envelope

    def _wait_for_the_books(self, asked: Message | None) -> None:
        before = Message.objects.filter(state=State.RECEIVED)
        if asked is not None:
            before = before.filter(pk__lt=asked.pk)
        end = time.monotonic() + self.patience_s
        while before.exists() and time.monotonic() < end:
            time.sleep(_LOOK_AGAIN_S)


def keep(asked: Message | None, asker: str, door: str, envelope: bytes) -> None:
    """Keep what is answered, before it is sent."""
    (head,) = cfx.split(envelope)
    name = head.message_name if isinstance(head, cfx.Head) else _UNREADABLE
    with durable():
        Answer.objects.create(
            request=asked, asker=asker, door=door, name=name, envelope=envelope, at=clock.now()
        )


def _stored(request: Head, asker: str) -> Message | None:
    """The question as the inbox keeps it."""
    identity = identity_of(request)
    one = standing(asker, [identity]).get(identity)
    return None if one is None else Message.objects.get(pk=one.pk)
