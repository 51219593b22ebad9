"""How fast simulated time goes by, and the pump that carries the messages to the sender at that pace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from padstone.cfx import encode_envelope
from padstone.simulator.senders import Sender
from padstone.simulator.world import World

MOST_KEPT = 400
SHORTEST_NAP_S = 0.001
LONGEST_NAP_S = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """``factor`` simulated seconds go by in one real second; None: as fast as it goes.

    A pace that is ``held`` at the present never runs ahead of the real clock: what lies in the past comes at
    once, what is yet to come in real time.
    """

    factor: float | None
    held: bool = False

    @classmethod
    def read(cls, text: str) -> Pace:
        """``real``, ``fast`` or a number of times real time.

        Raises:
            ValueError: it is none of these.

        """
        if text == "fast":
            return cls(None)
        factor = 1.0 if text == "real" else float(text)
        if not 0 < factor < 1e6:
            raise ValueError(f"{text} is no pace: real, fast, or how many times real time")
        return cls(factor)

    def start_for(self, lasts: timedelta, now: datetime) -> datetime:
        """When a run that lasts so long in simulated time starts, so that it ends about the present it ends
        in.
        """
        in_reality = timedelta(0) if self.factor is None else lasts / self.factor
        return now + in_reality - lasts


def pump(
    world: World,
    sender: Sender,
    pace: Pace,
    on_progress: Callable[[World], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Carry the world's messages to the sender, each no sooner than its time; returns how many there were.

    What is generated but not sent when the sender or the user stops the pump is sent before the exception
    goes on, except where it was the sender that refused.
    """
    batch = _Batch(sender)
    begun, zero = time.monotonic(), world.now
    try:
        for handle, envelope in world:
            ahead = _ahead(pace, world.now, zero, begun)
            if ahead > SHORTEST_NAP_S:
                batch.flush()
                on_progress(world)
                while ahead > SHORTEST_NAP_S:
                    sleep(min(ahead, LONGEST_NAP_S))
                    ahead = _ahead(pace, world.now, zero, begun)
            if batch.add(handle, encode_envelope(envelope)):
                on_progress(world)
    except KeyboardInterrupt:
        batch.flush()
        raise
    batch.flush()
    on_progress(world)
    return batch.count


def _ahead(pace: Pace, simulated: datetime, zero: datetime, begun: float) -> float:
    """Seconds until the instant is due."""
    if pace.factor is not None:
        return (simulated - zero).total_seconds() / pace.factor - (time.monotonic() - begun)
    if pace.held:
        return (simulated - datetime.now(UTC)).total_seconds()
    return 0.0


class _Batch:
    """Messages on their way, gathered by endpoint."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._kept: dict[str, list[bytes]] = {}
        self._size = 0
        self.count = 0

    def add(self, handle: str, message: bytes) -> bool:
        """Keep a message; says whether that sent what was kept."""
        self._kept.setdefault(handle, []).append(message)
        self._size += 1
        self.count += 1
        if self._size < MOST_KEPT:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        kept, self._kept, self._size = self._kept, {}, 0
        for handle, messages in kept.items():
            self._sender.send(handle, messages)
