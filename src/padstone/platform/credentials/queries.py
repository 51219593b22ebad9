"""Which credentials there are, for people. Never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.platform.credentials.models import ApiToken, MachineCredential
from padstone.platform.credentials.scopes import (
    GROUPS,
    MANAGE_CREDENTIALS,
    MANAGE_OWN_TOKENS,
    actor_of_owner,
)
from padstone.platform.credentials.secret import MACHINE, TOKEN

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor
    from padstone.platform.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token as its owner may recognise it. ``state``: "good", "expired" or "revoked"."""

    id: int
    owner: str
    name: str
    shown: str
    scopes: tuple[str, ...]
    state: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialLine:
    """A machine's credential. ``kind``: "secret" or "certificate"; ``shown`` is the beginning of the one, or
    the fingerprint of the other.
    """

    id: int
    handle: str
    kind: str
    shown: str
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str


def tokens(actor: Actor, *, owner: str = "") -> tuple[TokenLine, ...]:
    """The actor's own tokens, newest first; whoever manages credentials may ask for another owner's, or with
    no owner for all.
    """
    actor.must(MANAGE_OWN_TOKENS)
    rows = ApiToken.objects.select_related("owner").order_by("-id")
    if not actor.may(MANAGE_CREDENTIALS):
        rows = rows.filter(owner_id=int(actor.account.removeprefix("user:") or 0))
    if owner:
        rows = rows.filter(owner__username=owner)
    now = clock.now()
    return tuple(
        TokenLine(
            id=row.pk,
            owner=row.owner.get_username(),
            name=row.name,
            shown=f"{TOKEN}_{row.pk}_{row.beginning}…",
            scopes=tuple(row.scopes),
            state="revoked" if row.revoked_at else "expired" if row.expires_at <= now else "good",
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
            last_used_from=row.last_used_from,
        )
        for row in rows
    )


def scopes_for(user: User) -> dict[str, tuple[str, ...]]:
    """What the owner of a new token may choose from, in groups."""
    owner = actor_of_owner(user)
    offered = {title: tuple(filter(owner.may, scopes)) for title, scopes in GROUPS.items()}
    return {title: scopes for title, scopes in offered.items() if scopes}


def machine_credentials(
    actor: Actor, *, handle: str = "", revoked_too: bool = True
) -> tuple[CredentialLine, ...]:
    """The machines' credentials by handle, the newest of each first."""
    actor.must(MANAGE_CREDENTIALS)
    rows = MachineCredential.objects.order_by("handle", "-id")
    if handle:
        rows = rows.filter(handle=handle)
    if not revoked_too:
        rows = rows.filter(revoked_at=None)
    return tuple(
        CredentialLine(
            id=row.pk,
            handle=row.handle,
            kind="certificate" if row.certificate_fingerprint else "secret",
            shown=row.certificate_fingerprint or f"{MACHINE}_{row.pk}_{row.beginning}…",
            created_at=row.created_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
            last_used_from=row.last_used_from,
        )
        for row in rows
    )
