"""The outbox's thread: what people and rules want of machines is sent, beside all else that comes in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError, connection

from padstone.ingest.sending import Carrier, Claimed, claim_due, send

LOOK_AGAIN_S = 0.3
MOST_AT_ONCE = 8
"""Requests that are under way at a time, each to another machine."""
FIRST_ABSTENTION_S, LONGEST_ABSTENTION_S = 0.5, 5.0
"""How long a machine that cannot be reached from here is left to other processes."""
_FAREWELL_S = 10.0

log = logging.getLogger(__name__)


class Outbox:
    """Sends by these ways, the first that leads to a machine. `stop` in two steps: `hold` before the ways are
    closed, `stop` after.
    """

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self._carriers = tuple(carriers)
        self._stopped = threading.Event()
        self._under_way: set[threading.Thread] = set()
        self._abstains: dict[str, tuple[float, float]] = {}  # until when, and how long next time
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hold(self) -> None:
        """Send nothing more."""
        self._stopped.set()

    def stop(self) -> None:
        """Wait for what is under way. What is not answered by then is sent again by whoever comes next."""
        self._stopped.set()
        end = time.monotonic() + _FAREWELL_S
        for thread in (self._thread, *self._under_way):
            thread.join(max(0.0, end - time.monotonic()))

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._turn()
            except DatabaseError as error:
                log.warning("The outbox cannot be read now: %s", error)
                connection.close()
            except Exception:
                log.exception("The outbox is tried again")
            self._stopped.wait(LOOK_AGAIN_S)
        connection.close()

    def _turn(self) -> None:
        self._under_way = {thread for thread in self._under_way if thread.is_alive()}
        free = MOST_AT_ONCE - len(self._under_way) if self._carriers else 0
        with self._lock:
            now = time.monotonic()
            without = {target for target, (until, _) in self._abstains.items() if until > now}
        for claimed in claim_due(free, without):
            name = f"outbox {claimed.id}"
            thread = threading.Thread(target=self._send, args=(claimed,), name=name, daemon=True)
            self._under_way.add(thread)
            thread.start()

    def _send(self, claimed: Claimed) -> None:
        try:
            reached = send(claimed, self._carriers)
        except Exception:  # it is sent again, once its claim is over
            log.exception("What became of request %d could not be noted", claimed.id)
            return
        finally:
            connection.close()
        with self._lock:
            if reached:
                self._abstains.pop(claimed.target, None)
            else:
                _, pause_s = self._abstains.get(claimed.target, (0.0, FIRST_ABSTENTION_S))
                again = min(2 * pause_s, LONGEST_ABSTENTION_S)
                self._abstains[claimed.target] = (time.monotonic() + pause_s, again)
