"""A recorded day, told over one connection, so that it arrives in its order."""

from __future__ import annotations

from collections.abc import Sequence

from padstone.simulator.amqp import AmqpSender

PATIENCE_S = 600.0


def tell(url: str, lines: Sequence[bytes]) -> None:
    """All of it; when this returns it is accepted."""
    sender = AmqpSender(url)
    try:
        sender.send("Recorder.Tape.1", list(lines))
        sender.flush(PATIENCE_S)
        assert not sender.rejected
    finally:
        sender.abandon()
