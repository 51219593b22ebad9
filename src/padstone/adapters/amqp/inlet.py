"""One sender link of a machine, seen from here: what came in over it, and how much more it may send."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from proton import Condition, Endpoint
from proton import Delivery as Transfer

from padstone.adapters.amqp.clerk import Correspondence
from padstone.ingest.delivery import Delivery

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_PATIENCE_S = 2.0


class Connected(Protocol):
    """The connection that a link is on: a machine's, or one to a broker."""

    name: str
    gone: bool

    @property
    def credential(self) -> int: ...

    def shut_out(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A transfer that can never be taken: who sent it, the AMQP error, and why in words."""

    sender: str
    condition: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """One complete transfer, not settled yet: to be stored, or to be refused. `correspondence` is set where
    it may hold a request or a response.
    """

    inlet: Inlet
    transfer: Any
    size_bytes: int
    content: Delivery | Refused
    presettled: bool
    correspondence: Correspondence | None = None


class Inlet:
    """A link's arrivals in their order, and its flow control.

    The sender may have `window` messages under way or waiting here, no more: credit comes back as they are
    settled, so a slow store slows its senders.

    When a batch could not be stored, everything the link has sent from there on must come again, in its
    order. So the link is put on hold: what waits and what is still on the wire is released, the sender is
    asked to give its credit back (OASIS AMQP 1.0, part 2, section 2.6.7, drain), and it gets new credit only
    after a pause and once nothing of the old is under way. Some senders cannot bear to be asked (`drains`):
    of those the connection has to end.
    """

    def __init__(self, peer: Connected, link: Any, window: int, *, drains: bool = True) -> None:
        self.peer = peer
        self.arrivals: deque[Arrival] = deque()
        self.failures = 0  # since the last success
        self.most: int | None = None  # messages in its next batch, while it is suspect
        self._held_until: float | None = None
        self._link = link
        self._window = window
        self._drains = drains
        self._unsettled = 0
        self._discarded_bytes = 0
        self._is_cut = False
        self.taken = 0

    @property
    def alive(self) -> bool:
        return not (self._is_cut or self.peer.gone) and bool(self._link.state & Endpoint.LOCAL_ACTIVE)

    @property
    def suspect(self) -> bool:
        return self.most is not None

    @property
    def held(self) -> bool:
        return self._held_until is not None

    def cut(self) -> None:
        """The link is gone: what came over it can still be stored, but not settled any more."""
        self._is_cut = True

    def read(self, transfer: Any, most_bytes: int) -> tuple[bytes, int] | None:
        """The message and its size once it is complete, else None. One larger than `most_bytes` is thrown
        away as it comes in, and only its size is told.
        """
        if transfer.partial:
            if self._discarded_bytes or transfer.pending > most_bytes:
                self._discarded_bytes += len(self._link.recv(transfer.pending) or b"")
            return None
        message = bytes(self._link.recv(transfer.pending) or b"")
        self._link.advance()
        size_bytes, self._discarded_bytes = self._discarded_bytes + len(message), 0
        return (b"" if size_bytes > most_bytes else message), size_bytes

    def abort(self, transfer: Any) -> None:
        """The sender took back a message of which it had sent a part."""
        self._discarded_bytes = 0
        transfer.settle()
        self.top_up()

    def add(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        self._unsettled += 1

    def top_up(self) -> None:
        """Give the sender credit for what its window has free, once it has used up what it had.

        Not before: RabbitMQ (3.10) takes new credit as all that it has, whatever it has sent meanwhile, and
        so sends more than it was given. What it sent too many is made up for: proton counts below zero.
        """
        credit, free = self._link.credit, self._window - self._unsettled
        if free > 0 and credit <= 0 and self.alive and not self.held:
            self._link.flow(free - credit)

    # Each arrival is settled once, by one of these; of a link that is gone nobody is told.

    def accepted(self, arrival: Arrival) -> None:
        self.taken += 1
        self._settle(arrival, Transfer.ACCEPTED)

    def rejected(self, arrival: Arrival, refused: Refused) -> None:
        if self.alive:
            arrival.transfer.local.condition = Condition(refused.condition, refused.reason)
        self._settle(arrival, Transfer.REJECTED)

    def failed(self, arrival: Arrival) -> None:
        """It could not be stored now: the sender keeps it, and notes the attempt."""
        if self.alive:
            arrival.transfer.local.failed = True
        self._settle(arrival, Transfer.MODIFIED)

    def released(self, arrival: Arrival) -> None:
        """It was not tried: the sender keeps it."""
        self._settle(arrival, Transfer.RELEASED)

    def _settle(self, arrival: Arrival, state: Any) -> None:
        self._unsettled -= 1
        if self.alive:
            arrival.transfer.update(state)
            arrival.transfer.settle()

    def hold(self, now: float) -> None:
        self._held_until = now + min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(self.failures, 10))
        if self.alive and self._drains:
            self._link.drain(0)

    def may_resume(self, now: float) -> bool:
        """The pause is over, and nothing from before it is under way, or the sender ignores our asking."""
        if self._held_until is None or now < self._held_until:
            return False
        return not self.alive or self._link.credit <= 0 or now >= self._held_until + _PATIENCE_S

    def look_again_at(self, now: float) -> float:
        """When to ask `may_resume` again, should nothing be heard of the sender before."""
        if self._held_until is None or now < self._held_until:
            return self._held_until or now
        return self._held_until + _PATIENCE_S

    def resume(self) -> None:
        self._held_until = None
        if self.alive:
            self._link.drain_mode = False
            self.top_up()
