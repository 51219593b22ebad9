"""Interpret what is there, then wait for news, for ever."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.3
"""How long a message that came in through another process (HTTP, a file) may lie unnoticed."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


def interpret_for_ever(interpret: Callable[[], int], *, news: Event, stop: Event) -> None:
    """Call ``interpret`` until nothing is left, wait for ``news`` or a moment, and again; return soon after
    ``stop``.

    ``stop`` is looked at between two calls, so that a transaction is never cut; who sets it sets ``news``
    too, to end the wait. A database that is locked or away is tried again, after longer and longer pauses;
    any other exception ends the loop and with it the process, whose keeper starts it anew.
    """
    pause_s = FIRST_PAUSE_S
    while not stop.is_set():
        news.clear()
        try:
            moved = interpret()
        except (OperationalError, InterfaceError) as error:
            log.warning("The database did not take it (%s); trying again in %.0f s", error, pause_s)
            connection.close()
            stop.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            continue
        pause_s = FIRST_PAUSE_S
        if not moved and not stop.is_set():
            news.wait(LOOK_AGAIN_S)
