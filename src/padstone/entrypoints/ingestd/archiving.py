"""Once a day, what has grown old enough moves to the archive, beside all else that the process does."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, connection

from padstone.ingest.archive.moving import archive, keep_block
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Refusal

FIRST_S, EVERY_S, AFTER_A_FAULT_S = 60.0, 24 * 3600.0, 3600.0
_FAREWELL_S = 30.0

ARCHIVIST = Actor(ActorKind.JOB, "archivist", frozenset({keep_block.permission}), via="job")

log = logging.getLogger(__name__)


class Archivist:
    """Moves what is older than that, day by day, until it is stopped. It ends between two blocks."""

    def __init__(self, older_than: timedelta, *, first_s: float = FIRST_S) -> None:
        self._older_than = older_than
        self._first_s = first_s
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="archivist", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(_FAREWELL_S)

    def _run(self) -> None:
        pause_s = self._first_s
        while not self._stopped.wait(pause_s):
            pause_s = self._move()

    def _move(self) -> float:
        """One day's work; answers how many seconds to wait for the next."""
        try:
            moved = archive(ARCHIVIST, older_than=self._older_than, go_on=lambda: not self._stopped.is_set())
        except Conflict as refusal:  # of several processes one does it
            log.info("%s", refusal)
        except (Refusal, DatabaseError, InterfaceError) as error:
            log.warning("Old bytes stay where they are for now: %s", error)
            return AFTER_A_FAULT_S
        except Exception:  # a bug here must not end the process that takes the machines' messages
            log.exception("Old bytes stay where they are for now")
            return AFTER_A_FAULT_S
        else:
            if moved.blocks:
                log.info("The bytes of %s batches moved to the archive", moved.batches)
        finally:
            connection.close()
        return EVERY_S
