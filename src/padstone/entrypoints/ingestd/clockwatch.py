"""Once a minute, what feeds is looked at: whether it may still be used."""

from __future__ import annotations

import logging
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, connection

from padstone.ingest.stopping import stop_what_ran_out
from padstone.kernel.errors import Refusal

FIRST_S, EVERY_S = 20.0, 60.0
_FAREWELL_S = 30.0

log = logging.getLogger(__name__)


class Clockwatch:
    """Looks minute by minute, until it is stopped."""

    def __init__(self, *, first_s: float = FIRST_S) -> None:
        self._first_s = first_s
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="clockwatch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_FAREWELL_S)

    def _run(self) -> None:
        pause_s = self._first_s
        while not self._stopped.wait(pause_s):
            self._look()
            pause_s = EVERY_S

    def _look(self) -> None:
        try:
            if found := stop_what_ran_out():
                log.warning("%s packages must not be used any more, and feed", found)
        except (Refusal, DatabaseError, InterfaceError) as error:
            log.warning("What feeds was not looked at: %s", error)
        except Exception:  # a bug here must not end the process that takes the machines' messages
            log.exception("What feeds was not looked at")
        finally:
            connection.close()
