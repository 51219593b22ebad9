"""What a token may be allowed: rights that its owner has, chosen one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as said

from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.accounts.roles import CLIENT, FOR_MACHINES, PERMISSIONS, permissions_of
from padstone.platform.accounts.second_factor import roles_of

if TYPE_CHECKING:
    from padstone.platform.accounts.models import User

MANAGE_CREDENTIALS = "manage_credentials"
MANAGE_OWN_TOKENS = "manage_own_tokens"

IN_PERSON = frozenset(
    {"manage_accounts", MANAGE_CREDENTIALS, MANAGE_OWN_TOKENS, "sign_record", "restore_backup"}
)
"""What nobody leaves to a program: opening doors to others, signing, and replacing all there is."""

SCOPES = frozenset(PERMISSIONS) - IN_PERSON

GROUPS: dict[str, tuple[str, ...]] = {
    said("See"): tuple(name for name in PERMISSIONS if name in SCOPES and name.startswith("view_")),
    said("Deliver"): tuple(name for name in PERMISSIONS if name in SCOPES & FOR_MACHINES),
    said("Change"): tuple(
        name for name in PERMISSIONS if name in SCOPES - FOR_MACHINES and not name.startswith("view_")
    ),
}


def actor_of_owner(user: User) -> Actor:
    """What the owner of a token may do at this moment."""
    roles = roles_of(user) if user.is_active else ()
    client = user.client if CLIENT in roles else ""
    return Actor(
        ActorKind.PERSON, user.get_username(), permissions_of(roles), f"user:{user.pk}", client=client
    )
