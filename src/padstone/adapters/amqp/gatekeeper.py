"""The thread that looks at credentials. They are in the database, and no connection waits for that of
another.

It holds none of Proton's objects, as `keeper` does not: the listener numbers its connections for it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from queue import SimpleQueue

from padstone.ingest.login import Claim, Denied, Verdict

log = logging.getLogger(__name__)

Verify = Callable[[Claim], Verdict]
Revoked = Callable[[Collection[int]], Collection[int]]


class Gatekeeper:
    """Answers claims in `verdicts`, by the number of the connection, and questions about credentials in
    `revoked`; after each, `done` is called, in the gatekeeper's thread.
    """

    def __init__(self, verify: Verify, revoked: Revoked, done: Callable[[], None]) -> None:
        self.verdicts: deque[tuple[int, Verdict]] = deque()
        self.revoked: deque[frozenset[int]] = deque()
        self._verify = verify
        self._revoked = revoked
        self._done = done
        self._questions: SimpleQueue[tuple[int, Claim] | frozenset[int] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amqp-gatekeeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._questions.put(None)
        self._thread.join()

    def ask(self, number: int, claim: Claim) -> None:
        self._questions.put((number, claim))

    def ask_again(self, credentials: frozenset[int]) -> None:
        """Ask which of these, that were good once, are not any more."""
        self._questions.put(credentials)

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            if isinstance(question, frozenset):
                self.revoked.append(self._revoked_of(question))
            else:
                number, claim = question
                self.verdicts.append((number, self._verdict(claim)))
            self._done()

    def _verdict(self, claim: Claim) -> Verdict:
        try:
            return self._verify(claim)
        except Exception:
            log.exception("%s could not be looked at; it may try again", claim)
            return Denied(for_now=True)

    def _revoked_of(self, credentials: frozenset[int]) -> frozenset[int]:
        try:
            return frozenset(self._revoked(credentials))
        except Exception:
            log.exception("Credentials could not be looked at again; no batch is stored without that")
            return frozenset()
