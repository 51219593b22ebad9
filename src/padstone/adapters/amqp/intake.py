"""From arrivals to batches, and from a batch's outcome back to each sender: settled, or handed back."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from padstone.adapters.amqp.clerk import Correspondence
from padstone.adapters.amqp.inlet import Arrival, Inlet, Refused
from padstone.adapters.amqp.keeper import Keeper

log = logging.getLogger(__name__)


class Intake:
    """Gathers what has arrived while the last batch was being stored, and hands it over in one.

    So nobody waits for a batch to fill up, and the busier it gets the larger the batches are. The inlets take
    turns.

    An inlet whose batch failed is suspect: it gets batches of its own, at each failure half the size, at each
    success twice, until they are whole again. Should one message be what the store cannot bear, it stops its
    own sender alone.

    `corresponds` is told of each stored message that may hold a request or a response.
    """

    def __init__(
        self,
        keeper: Keeper,
        batch_messages: int,
        batch_bytes: int,
        corresponds: Callable[[Any, Correspondence], object] = lambda _peer, _letter: None,
    ) -> None:
        self.waiting_bytes = 0
        self._keeper = keeper
        self._batch_messages = batch_messages
        self._batch_bytes = batch_bytes
        self._corresponds = corresponds
        self._in_hand: list[Arrival] = []  # the batch that the keeper has
        self._turns: deque[Inlet] = deque()  # inlets with something to store; none that is on hold
        self._held: set[Inlet] = set()
        self._stopping = False

    @property
    def idle(self) -> bool:
        return not (self._in_hand or self._turns)

    def add(self, arrival: Arrival) -> None:
        inlet = arrival.inlet
        inlet.add(arrival)
        self.waiting_bytes += arrival.size_bytes
        if (inlet.held or self._stopping) and not arrival.presettled:
            self._hand_back(inlet)
        elif self._stopping or not inlet.held:
            self._queue(inlet)

    def hand_over(self) -> None:
        """Give the keeper the next batch, if it is free and there is one."""
        if self._turns and not self._in_hand:
            self._in_hand = self._next_batch()
            self._keeper.keep([(arrival.content, arrival.inlet.peer.credential) for arrival in self._in_hand])

    def _next_batch(self) -> list[Arrival]:
        batch: list[Arrival] = []
        size_bytes = 0
        for _ in range(len(self._turns)):
            inlet = self._turns[0]
            if batch and inlet.suspect:
                break
            most = inlet.most or self._batch_messages
            while inlet.arrivals and len(batch) < most:
                if batch and size_bytes + inlet.arrivals[0].size_bytes > self._batch_bytes:
                    break
                size_bytes += inlet.arrivals[0].size_bytes
                batch.append(inlet.arrivals.popleft())
            self._turns.popleft()
            self._queue(inlet)
            if inlet.suspect or len(batch) >= most or size_bytes >= self._batch_bytes:
                break
        return batch

    def _queue(self, inlet: Inlet) -> None:
        if inlet.arrivals and inlet not in self._turns:
            self._turns.append(inlet)

    def settle(self, now: float) -> set[Any]:
        """Tell the senders what became of the batch if it is done; those who have to be written to."""
        if not self._keeper.outcomes:
            return set()
        outcome = self._keeper.outcomes.popleft()
        batch, self._in_hand = self._in_hand, []
        self._shut_out([batch[place] for place in outcome.denied])
        unkept: dict[Inlet, list[Arrival]] = {}
        for place, arrival in enumerate(batch):
            if place in outcome.denied:
                continue
            if place in outcome.unkept:
                unkept.setdefault(arrival.inlet, []).append(arrival)
                continue
            self._kept(arrival)
        for inlet, arrivals in unkept.items():
            self._failed(inlet, arrivals, now)
        for inlet in {arrival.inlet for arrival in batch}.difference(unkept):
            inlet.failures = 0
            if inlet.most is not None and (inlet.most * 2) > self._batch_messages:
                inlet.most = None
            elif inlet.most is not None:
                inlet.most *= 2
            inlet.top_up()
        return {arrival.inlet.peer for arrival in batch}

    def _kept(self, arrival: Arrival) -> None:
        self.waiting_bytes -= arrival.size_bytes
        if isinstance(arrival.content, Refused):
            arrival.inlet.rejected(arrival, arrival.content)
            return
        arrival.inlet.accepted(arrival)
        if arrival.correspondence is not None:
            self._corresponds(arrival.inlet.peer, arrival.correspondence)

    def _shut_out(self, denied: list[Arrival]) -> None:
        """Who sent these may send no more: they stay his, and his connection ends."""
        for arrival in denied:
            self.waiting_bytes -= arrival.size_bytes
            arrival.inlet.released(arrival)
            arrival.inlet.peer.shut_out()

    def _failed(self, inlet: Inlet, arrivals: list[Arrival], now: float) -> None:
        forgotten = [arrival for arrival in arrivals if arrival.presettled]
        for arrival in arrivals:
            if not arrival.presettled:
                self.waiting_bytes -= arrival.size_bytes
                inlet.failed(arrival)
        inlet.failures += 1
        inlet.most = max(1, len(arrivals) // 2)
        inlet.arrivals.extendleft(reversed(forgotten))
        if self._stopping:
            self._lose_forgotten(inlet)
        else:
            self.hold(inlet, now)

    def hold(self, inlet: Inlet, now: float) -> None:
        """Stop a link for a while: what waits goes back to the sender, and what it still sends will, too."""
        self._hand_back(inlet)
        inlet.hold(now)
        self._held.add(inlet)
        if inlet in self._turns:
            self._turns.remove(inlet)

    def _hand_back(self, inlet: Inlet) -> None:
        """Release what waits; but what was sent settled, its sender has forgotten: that is tried again."""
        for arrival in inlet.arrivals:
            if not arrival.presettled:
                self.waiting_bytes -= arrival.size_bytes
                inlet.released(arrival)
        inlet.arrivals = deque(arrival for arrival in inlet.arrivals if arrival.presettled)

    def end_holds(self, now: float) -> set[Any]:
        """Let links go on whose pause is over; those who have to be written to."""
        if self._stopping:
            return set()
        over = {inlet for inlet in self._held if inlet.may_resume(now)}
        self._held -= over
        for inlet in over:
            inlet.resume()
            self._queue(inlet)
        return {inlet.peer for inlet in over}

    def look_again_at(self, now: float) -> list[float]:
        """When a hold may be over."""
        return [] if self._stopping else [inlet.look_again_at(now) for inlet in self._held]

    def wind_down(self, inlets: list[Inlet], now: float) -> None:
        """Take nothing more but what its sender has forgotten already: that is stored, or said to be lost."""
        self._stopping = True
        for inlet in {*inlets, *self._turns, *self._held}:
            self.hold(inlet, now)
            self._queue(inlet)

    def _lose_forgotten(self, inlet: Inlet) -> None:
        lost = len(inlet.arrivals)
        if lost:
            log.error(
                "%d messages of %s are lost: sent settled, and not stored before the stop",
                lost,
                inlet.peer.name,
            )
        self.waiting_bytes -= sum(arrival.size_bytes for arrival in inlet.arrivals)
        inlet.arrivals.clear()
