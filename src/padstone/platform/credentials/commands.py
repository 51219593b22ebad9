"""Give a credential to a program or a machine, and take it back."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import User
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.credentials import secret
from padstone.platform.credentials.models import LONGEST_HANDLE, LONGEST_NAME, ApiToken, MachineCredential
from padstone.platform.credentials.scopes import (
    MANAGE_CREDENTIALS,
    MANAGE_OWN_TOKENS,
    SCOPES,
    actor_of_owner,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from padstone.kernel.actor import Actor

LONGEST_LIFE = timedelta(days=366)
"""A year, also a leap year. No token is for ever."""

_FINGERPRINT_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Issued:
    """A new credential. ``text`` is what its holder shows; it is told here and never again. "" where the
    holder shows a certificate instead.
    """

    id: int
    text: str


@command(MANAGE_OWN_TOKENS)
def create_token(
    actor: Actor, *, owner: str, name: str, scopes: Collection[str], expires_at: datetime
) -> Issued:
    """A token that lets a program do what its scopes say, as long as its owner may do it too.

    Refused: for another owner unless the actor manages credentials; scopes that the owner has not; an end
    that is past or more than a year away; a name that a living token of the owner has; and a token may not
    make tokens.
    """
    if actor.kind is ActorKind.TOKEN:
        raise Forbidden("token_makes_token", "A token cannot make another: log in for that.")
    user = _owner(actor, owner)
    name = name.strip()
    if not name:
        raise Invalid("token_name_missing", "A token needs a name that says what it is for.", field="name")
    check_length(name, "name", LONGEST_NAME)
    now = clock.now()
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Invalid(
            "token_expiry",
            "A token ends in the future, and within a year.",
            field="expires_at",
            way_out="Give an earlier end, and make a new token when it nears.",
        )
    granted = _checked_scopes(user, scopes)
    if ApiToken.objects.filter(owner=user, name=name, revoked_at=None).exists():
        raise Conflict(
            "token_exists",
            "{owner} has a token named {name} already.",
            field="name",
            way_out="Take another name, or revoke that token first.",
            owner=owner,
            name=name,
        )
    new = secret.new_secret()
    token = ApiToken.objects.create(
        owner=user,
        name=name,
        beginning=secret.beginning_of(new),
        secret_digest=secret.digest_of(new),
        scopes=granted,
        created_at=now,
        expires_at=expires_at,
    )
    record(
        actor,
        "create_token",
        f"token:{token.pk}",
        name=name,
        owner=owner,
        scopes=granted,
        expires_at=expires_at,
    )
    return Issued(token.pk, secret.Shown(secret.TOKEN, token.pk, new).text)


@command(MANAGE_OWN_TOKENS)
def revoke_token(actor: Actor, *, token_id: int, why: str = "") -> None:
    """End a token, now. Its owner may, and who manages credentials; to anybody else it does not exist."""
    token = ApiToken.objects.select_for_update().select_related("owner").filter(pk=token_id).first()
    if token is None or not _may_speak_of(actor, token.owner):
        raise NotFound("token_unknown", "There is no token {number}.", number=token_id)
    if token.revoked_at is not None:
        raise Conflict("token_revoked", "Token {number} is revoked already.", number=token_id)
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(
        actor, "revoke_token", f"token:{token.pk}", why=why, name=token.name, owner=token.owner.get_username()
    )


@command(MANAGE_CREDENTIALS)
def create_machine_credential(actor: Actor, *, handle: str, certificate: str = "") -> Issued:
    """A credential with which a machine may speak as ``handle``, and as nobody else.

    Without ``certificate`` it is a secret. With one (PEM, or its SHA-256 fingerprint in hexadecimal) it is
    that certificate. Another credential of the handle stays as it is, so that a machine can change over
    without a gap. Refused: a handle that no envelope could carry, and a certificate that stands for a machine
    already.
    """
    if not handle.strip() or handle != handle.strip() or "\x00" in handle:
        raise Invalid(
            "handle_unusable",
            "A CFX handle has characters, none of them NUL, and no blanks around it.",
            field="handle",
            way_out="Take the handle from the machine's CFX settings, letter by letter.",
        )
    check_length(handle, "handle", LONGEST_HANDLE)
    fingerprint = fingerprint_of(certificate) if certificate else ""
    if fingerprint and (
        rival := MachineCredential.objects.filter(
            certificate_fingerprint=fingerprint, revoked_at=None
        ).first()
    ):
        raise Conflict(
            "certificate_taken",
            "This certificate stands for {handle} already.",
            field="certificate",
            way_out="Give each machine a certificate of its own.",
            handle=rival.handle,
        )
    new = "" if fingerprint else secret.new_secret()
    row = MachineCredential.objects.create(
        handle=handle,
        beginning=secret.beginning_of(new),
        secret_digest=secret.digest_of(new) if new else None,
        certificate_fingerprint=fingerprint,
        created_at=clock.now(),
    )
    record(
        actor,
        "create_machine_credential",
        f"machine_credential:{row.pk}",
        handle=handle,
        certificate_fingerprint=fingerprint,
    )
    return Issued(row.pk, secret.Shown(secret.MACHINE, row.pk, new).text if new else "")


@command(MANAGE_CREDENTIALS)
def revoke_machine_credential(actor: Actor, *, credential_id: int, why: str = "") -> None:
    """End a machine's credential, now: also a connection that it opened takes nothing more."""
    row = MachineCredential.objects.select_for_update().filter(pk=credential_id).first()
    if row is None:
        raise NotFound(
            "machine_credential_unknown", "There is no machine credential {number}.", number=credential_id
        )
    if row.revoked_at is not None:
        raise Conflict(
            "machine_credential_revoked",
            "Machine credential {number} is revoked already.",
            number=credential_id,
        )
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    record(actor, "revoke_machine_credential", f"machine_credential:{row.pk}", why=why, handle=row.handle)


def fingerprint_of(certificate: str) -> str:
    """The SHA-256 of a certificate in PEM, or the fingerprint that was given instead, as 64 small hexadecimal
    digits.
    """
    text = certificate.strip()
    if text.startswith("-----BEGIN"):
        try:
            return sha256(ssl.PEM_cert_to_DER_cert(text)).hexdigest()
        except ValueError as error:
            raise _no_certificate() from error
    digits = text.replace(":", "").replace(" ", "").lower()
    if len(digits) != _FINGERPRINT_LENGTH or not set(digits) <= set("0123456789abcdef"):
        raise _no_certificate()
    return digits


def _no_certificate() -> Invalid:
    return Invalid(
        "certificate_unreadable",
        "That is neither one certificate in PEM nor the SHA-256 fingerprint of one.",
        field="certificate",
        way_out="openssl x509 -in machine.pem -noout -fingerprint -sha256 prints the fingerprint.",
    )


def _owner(actor: Actor, name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not _may_speak_of(actor, user):
        raise NotFound("account_unknown", "There is no account named {name}.", field="owner", name=name)
    return user


def _may_speak_of(actor: Actor, owner: User) -> bool:
    return actor.account == f"user:{owner.pk}" or actor.may(MANAGE_CREDENTIALS)


def _checked_scopes(user: User, scopes: Collection[str]) -> list[str]:
    granted = sorted(set(scopes))
    if not granted:
        raise Invalid(
            "token_without_scope", "A token that may do nothing is of no use.", field="scopes",
            way_out="Choose what it may do.",
        )  # fmt: skip
    owner = actor_of_owner(user)
    for scope in granted:
        if scope not in SCOPES or not owner.may(scope):
            raise Invalid(
                "token_scope",
                "{owner} may not {scope}, so no token of theirs can.",
                field="scopes",
                owner=user.get_username(),
                scope=scope,
            )
    return granted
