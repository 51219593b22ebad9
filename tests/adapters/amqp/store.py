"""What stands in for the inbox: it keeps what it accepts, and can be told to fail or to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from padstone.ingest.delivery import Delivery


class Full(Exception):
    pass


class Store:
    def __init__(self) -> None:
        self.kept: list[Delivery] = []
        self.batches: list[int] = []
        self.refused: list[tuple[str, str]] = []
        self.attempts = 0
        self.fails: Callable[[Sequence[Delivery]], bool] = lambda _: False
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self._changed = threading.Condition()

    def accept(self, batch: Sequence[Delivery]) -> None:
        self.entered.set()
        assert self.open.wait(60)
        with self._changed:
            self.attempts += 1
            self._changed.notify_all()
            if self.fails(batch):
                raise Full
            self.kept.extend(batch)
            self.batches.append(len(batch))

    def refuse(self, sender: str, reason: str) -> None:
        with self._changed:
            self.refused.append((sender, reason))
            self._changed.notify_all()

    def wait_for(self, what: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, 20)

    def holds(self, messages: int) -> bool:
        """So many different ones: what was handed back comes again."""
        return len({delivery.body for delivery in self.kept}) >= messages

    @property
    def bodies(self) -> list[bytes]:
        return [delivery.body for delivery in self.kept]

    def first_seen(self, sender: str) -> list[bytes]:
        """The bodies of one sender in the order in which each was kept for the first time."""
        return list(dict.fromkeys(d.body for d in self.kept if d.sender == sender))
