"""Who may see what. Every query for people asks here first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

READ = "view_factory"


def must_see(actor: Actor) -> None:
    """Refuse with Forbidden an actor who may not look into the factory."""
    actor.must(READ)
