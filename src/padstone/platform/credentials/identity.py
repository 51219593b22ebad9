"""From a credential in a request to the actor that commands and queries ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.kernel.actor import Actor

_PROVED = "_padstone_actor_of_credential"


def actor_from_credentials(request: HttpRequest) -> Actor | None:
    """Who the credential with this request stands for; None where no door has found a right one.

    The API's doors look for credentials, and nobody else does: on a page an Authorization header says
    nothing.
    """
    actor: Actor | None = getattr(request, _PROVED, None)
    return actor


def remember_actor(request: HttpRequest, actor: Actor) -> None:
    """For a door that has found a right credential."""
    setattr(request, _PROVED, actor)
