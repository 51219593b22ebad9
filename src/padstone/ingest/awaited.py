"""What a waiting message waits for, taken apart, and which messages would bring it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone import cfx
from padstone.ingest.models import Message, State
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

_BRINGERS = {
    "package": (cfx.MaterialsInitialized.name,),
    "transaction": (cfx.WorkStarted.name,),
    "unit": (cfx.WorkStarted.name,),
    "load": (cfx.MaterialsLoaded.name,),
}
"""Of each kind of thing that is awaited, the messages that tell of it."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """``kind`` is package, transaction, unit or load (of a location: its endpoint, identifier, name and
    lane); ``key`` names it. ``messages``: how many wait for the same.
    """

    kind: str
    key: str
    brought_by: tuple[str, ...]
    messages: int


def awaited(actor: Actor, awaits: str) -> Awaited | None:
    """What is meant by a message's ``awaits``; None where it awaits nothing."""
    must_see(actor)
    if not awaits:
        return None
    kind, _, key = awaits.partition(":")
    waiting = Message.objects.filter(state=State.WAITING, awaits=awaits).count()
    return Awaited(kind, key, _BRINGERS.get(kind, ()), waiting)
