"""Who may see what. Every query for people asks here first.

The house sees everything that a permission opens. A person of a client sees that client's orders, their
panels and boards, and cannot tell whether anything else exists: what belongs to somebody else is not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from padstone.kernel.errors import Forbidden

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

READ = "view_factory"
READ_OWN = "view_own_orders"


def must_see(actor: Actor) -> None:
    """Refuse with Forbidden an actor who may not look into the factory: a client, for one."""
    actor.must(READ)


def sees_factory(actor: Actor) -> bool:
    return actor.may(READ) and not actor.client


def sees_orders(actor: Actor) -> bool:
    """Whether there are orders for this actor to see: all of them, or the own ones."""
    return actor.may(READ) or (bool(actor.client) and actor.may(READ_OWN))


def own_orders(actor: Actor, path: str = "") -> Q:
    """The filter on rows that lead to a work order by ``path`` (``panel__work_order__``): everything for the
    house, the client's own for a client. Refuses with Forbidden an actor who may see no orders.
    """
    if actor.client:
        actor.must(READ_OWN)
        return Q(**{f"{path}client": actor.client})
    if not actor.may(READ):
        raise Forbidden("not_permitted", "{actor} may not {permission}.", actor=actor.name, permission=READ)
    return Q()
