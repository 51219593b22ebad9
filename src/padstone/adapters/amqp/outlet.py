"""One receiver link of somebody else's, seen from here: what goes out over it, as fast as it is taken."""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

from proton import Endpoint

MOST_WAITING = 200

log = logging.getLogger(__name__)


class Outlet:
    """Messages in their order. Who takes none for a while has MOST_WAITING kept for him, no more."""

    def __init__(self, link: Any, source: str = "", target: str = "") -> None:
        self.source = source
        self.target = target
        self._link = link
        self._waiting: deque[bytes] = deque()
        self._count = 0

    @property
    def alive(self) -> bool:
        return bool(self._link.state & Endpoint.LOCAL_ACTIVE)

    def close(self) -> None:
        self._link.close()

    def send(self, message: bytes) -> bool:
        """Whether it will go: False where too much is waiting already."""
        if len(self._waiting) >= MOST_WAITING:
            return False
        self._waiting.append(message)
        self.flow()
        return True

    def flow(self) -> None:
        """Send what there is credit for."""
        while self._waiting and self.alive and self._link.credit > 0:
            self._count += 1
            transfer = self._link.delivery(str(self._count))
            self._link.stream(self._waiting.popleft())
            self._link.advance()
            if self._link.snd_settle_mode == self._link.SND_SETTLED:
                transfer.settle()
        if self._link.drain_mode:
            self._link.drained()
