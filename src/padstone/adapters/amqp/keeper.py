"""The thread that stores. Storing waits for a disk and for other writers, seconds if it must; heartbeats do not wait.

So the listener's thread keeps the connections alive, and this one (the same one all along: a database connection
belongs to its thread) calls `accept` for one batch after the other. It holds none of Proton's objects: those belong to
the listener's thread, down to their reference counts.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from padstone.adapters.amqp.inlet import Refused
from padstone.ingest.delivery import Delivery

log = logging.getLogger(__name__)


class Keeper:
    """Takes one batch at a time. When it is done with it, `outcomes` has one more (the places in the batch of what must
    come again), and `done` is called, in the keeper's thread.
    """

    def __init__(
        self,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        done: Callable[[], None],
    ) -> None:
        self.outcomes: deque[frozenset[int]] = deque()
        self._accept = accept
        self._refused = refused
        self._done = done
        self._batches: SimpleQueue[Sequence[Delivery | Refused] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amqp-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._batches.put(None)
        self._thread.join()

    def keep(self, batch: Sequence[Delivery | Refused]) -> None:
        self._batches.put(batch)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            self.outcomes.append(self._unkept(batch))
            self._done()

    def _unkept(self, batch: Sequence[Delivery | Refused]) -> frozenset[int]:
        unkept: set[int] = set()
        good = {place: content for place, content in enumerate(batch) if isinstance(content, Delivery)}
        if good and not self._stored(list(good.values())):
            unkept.update(good)
        for place, content in enumerate(batch):
            if isinstance(content, Refused) and not self._noted(content):
                unkept.add(place)
        return frozenset(unkept)

    def _stored(self, deliveries: Sequence[Delivery]) -> bool:
        try:
            self._accept(deliveries)
        except Exception:
            log.exception("%d messages could not be stored; their senders will send them again", len(deliveries))
            return False
        return True

    def _noted(self, refused: Refused) -> bool:
        try:
            self._refused(refused.sender, refused.reason)
        except Exception:
            log.exception("That a message of %r was refused could not be noted; it will come again", refused.sender)
            return False
        return True
