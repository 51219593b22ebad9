"""The thread that stores. Storing waits for a disk and for other writers; heartbeats cannot wait.

So the listener's thread keeps the connections alive, and this one (the same one all along: a database
connection belongs to its thread) calls `accept` for one batch after the other. It holds none of Proton's
objects: those belong to the listener's thread, down to their reference counts.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from padstone.adapters.amqp.gatekeeper import Revoked
from padstone.adapters.amqp.inlet import Refused
from padstone.ingest.delivery import Delivery

log = logging.getLogger(__name__)


Content = Delivery | Refused
Task = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Places in a batch: of what must come again, and of what came from somebody who may send no more."""

    unkept: frozenset[int]
    denied: frozenset[int]


class Keeper:
    """Takes one batch at a time: contents, and the credential that each of them came in with (0: none).

    When it is done with it, `outcomes` has one more, and `done` is called, in the keeper's thread. What came
    in with a credential that is revoked by then is not stored.
    """

    def __init__(
        self,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        revoked: Revoked,
        done: Callable[[], None],
    ) -> None:
        self.outcomes: deque[Outcome] = deque()
        self._accept = accept
        self._refused = refused
        self._revoked = revoked
        self._done = done
        self._batches: SimpleQueue[Sequence[tuple[Content, int]] | Task | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amqp-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._batches.put(None)
        self._thread.join()

    def keep(self, batch: Sequence[tuple[Content, int]]) -> None:
        self._batches.put(batch)

    def do(self, task: Task) -> None:
        """Do something else between two batches, in the thread that stores: it must not raise."""
        self._batches.put(task)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            if callable(batch):
                batch()
            else:
                self.outcomes.append(self._outcome(batch))
            self._done()

    def _outcome(self, batch: Sequence[tuple[Content, int]]) -> Outcome:
        try:
            denied = self._denied(batch)
        except Exception:
            log.exception("%d messages could not be stored; their senders will send them again", len(batch))
            return Outcome(unkept=frozenset(range(len(batch))), denied=frozenset())
        allowed = {place: content for place, (content, _) in enumerate(batch) if place not in denied}
        return Outcome(unkept=self._unkept(allowed), denied=denied)

    def _denied(self, batch: Sequence[tuple[Content, int]]) -> frozenset[int]:
        credentials = frozenset(credential for _, credential in batch if credential)
        bad = self._revoked(credentials) if credentials else ()
        return frozenset(place for place, (_, credential) in enumerate(batch) if credential in bad)

    def _unkept(self, batch: Mapping[int, Content]) -> frozenset[int]:
        unkept: set[int] = set()
        good = {place: content for place, content in batch.items() if isinstance(content, Delivery)}
        if good and not self._stored(list(good.values())):
            unkept.update(good)
        for place, content in batch.items():
            if isinstance(content, Refused) and not self._noted(content):
                unkept.add(place)
        return frozenset(unkept)

    def _stored(self, deliveries: Sequence[Delivery]) -> bool:
        try:
            self._accept(deliveries)
        except Exception:
            log.exception(
                "%d messages could not be stored; their senders will send them again", len(deliveries)
            )
            return False
        return True

    def _noted(self, refused: Refused) -> bool:
        try:
            self._refused(refused.sender, refused.reason)
        except Exception:
            log.exception(
                "That a message of %r was refused could not be noted; it will come again", refused.sender
            )
            return False
        return True
