"""The mouth of a machine: it puts its messages into envelopes and on the floor's outbox."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from padstone.cfx import (
    Envelope,
    Message,
    format_instant,
)
from padstone.simulator.timeline import SECOND, Timeline

LEAST_GAP = 137
"""Microseconds between two messages of one endpoint: no two of them share an instant."""


class Clock:
    """Writes simulated time as the standard's text, in the zone the line stands in."""

    def __init__(self, start: datetime) -> None:
        offset = start.utcoffset()
        if offset is None:
            raise ValueError("the start of a run needs a zone")
        self._offset: timedelta = offset
        self._start = start.astimezone(UTC).replace(microsecond=0)
        self._seconds: dict[int, tuple[str, str]] = {}

    @property
    def start(self) -> datetime:
        return self._start

    def text(self, at: int) -> str:
        """The instant, so many microseconds after the start, with seven digits and the zone."""
        second, rest = divmod(at, SECOND)
        parts = self._seconds.get(second)
        if parts is None:
            whole = format_instant(self._start + timedelta(seconds=second), self._offset)
            if len(self._seconds) > 10_000:
                self._seconds.clear()
            parts = self._seconds[second] = (whole[:20], whole[27:])
        # Machines report 100 ns; the last digit is made from the others so that a run stays repeatable.
        return f"{parts[0]}{rest:06}{rest // 7 % 10}{parts[1]}"

    def moment(self, at: int) -> datetime:
        """The same instant as an aware datetime in UTC."""
        return self._start + timedelta(microseconds=at)


class Endpoint:
    """One CFX endpoint: its handle, its own identifiers, and its own order of messages."""

    def __init__(
        self, handle: str, timeline: Timeline, clock: Clock, outbox: list[tuple[str, Envelope]], seed: str
    ) -> None:
        self.handle = handle
        self._timeline = timeline
        self._clock = clock
        self._outbox = outbox
        self._ids = random.Random(f"{seed}/{handle}/ids")
        self._last = -LEAST_GAP

    def guid(self) -> str:
        return str(UUID(int=self._ids.getrandbits(128), version=4))

    def say(self, body: Message) -> None:
        """Send a message about this instant."""
        self._last = max(self._timeline.now, self._last + LEAST_GAP)
        envelope = Envelope(
            message_name=body.name,
            time_stamp=self._clock.text(self._last),
            unique_id=self.guid(),
            source=self.handle,
            message_body=body,
        )
        self._outbox.append((self.handle, envelope))
