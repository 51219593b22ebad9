"""From a token that a program shows to the actor that it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.credentials import secret
from padstone.platform.credentials.models import ApiToken
from padstone.platform.credentials.scopes import SCOPES, actor_of_owner
from padstone.platform.credentials.used import note_use

if TYPE_CHECKING:
    from padstone.platform.credentials.secret import Shown


def actor_of_token(shown: Shown, *, address: str, via: str) -> Actor | None:
    """Who may do what with it: the scopes of the token that its owner holds too, at this moment. None where
    the token is unknown, wrong, expired or revoked, or its owner's account is closed.
    """
    if shown.kind != secret.TOKEN:
        return None
    token = ApiToken.objects.select_related("owner").filter(pk=shown.id).first()
    if token is None or not secret.is_secret_of(token.secret_digest, shown.secret):
        return None
    if token.revoked_at is not None or token.expires_at <= clock.now() or not token.owner.is_active:
        return None
    note_use(token, address)
    owner = actor_of_owner(token.owner)
    return replace(
        owner,
        kind=ActorKind.TOKEN,
        name=f"{owner.name} via token {token.name}",
        permissions=frozenset(scope for scope in token.scopes if scope in SCOPES and owner.may(scope)),
        account=f"token:{token.pk}",
        via=via,
    )
