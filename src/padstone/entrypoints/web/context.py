"""What every page shows around its own content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from padstone.ingest.queries import EXCEPTIONAL, counts
from padstone.platform.accounts.identity import actor_of
from padstone.platform.visibility import READ

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.kernel.actor import Actor

def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``attention``, how many messages wait for a person. Counted only where a template asks."""
    return {"attention": SimpleLazyObject(lambda: attention(actor_of(request)))}


def attention(actor: Actor) -> int:
    if not actor.may(READ):
        return 0
    by_state = counts(actor)
    return sum(by_state[state.value] for state in EXCEPTIONAL)
