"""Accounts: who may log in, with which password, as what."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import SetUpCode, User
from padstone.platform.accounts.queries import has_administrator
from padstone.platform.accounts.roles import ADMINISTRATOR, CLIENT, ROLES
from padstone.platform.accounts.second_factor import roles_of
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Collection

MANAGE = "manage_accounts"
SET_UP = Actor(ActorKind.PERSON, "whoever has the set-up code", frozenset({"set_up"}), via="web")
"""Who makes the first administrator; that he has the code, the command looks at itself."""


# --- people ----------------------------------------


@command(MANAGE)
def create_admin(actor: Actor, *, name: str, password: str) -> None:
    """A person who may do everything. Refused where the name is taken or the password is weak."""
    _create_person(actor, name, password, [ADMINISTRATOR])


@command(MANAGE)
def create_person(
    actor: Actor,
    *,
    name: str,
    password: str,
    roles: Collection[str],
    client: str = "",
    full_name: str = "",
    company_login: str = "",
) -> None:
    """A person with these roles. Raises Conflict where the name or the company's login is taken, Invalid for
    a weak password, a role that there is not, and a client without a name or with another role.
    """
    _create_person(actor, name, password, roles, client, full_name, company_login)


@command(MANAGE)
def set_roles(actor: Actor, *, name: str, roles: Collection[str], client: str = "") -> None:
    """Give an account these roles in place of those that it has. Raises as :func:`create_person`, and
    Conflict where nobody could administer Padstone any more.
    """
    user = _locked(name)
    before = {"roles": sorted(roles_of(user)), "client": user.client}
    _give_roles(user, roles, client)
    user.save(update_fields=["roles", "client", "is_superuser", "is_staff"])
    _check_somebody_administers()
    after = {"roles": sorted(roles_of(user)), "client": user.client}
    if before != after:
        record(actor, "set_roles", user.username, before=before, after=after)


@command(MANAGE)
def set_company_login(actor: Actor, *, name: str, company_login: str) -> None:
    """Say which name the company's own login tells of this person; "" for none."""
    user = _locked(name)
    _check_company_login(company_login, user)
    before, user.company_login = user.company_login, company_login.strip()
    user.save(update_fields=["company_login"])
    record(
        actor,
        "set_company_login",
        user.username,
        before={"company_login": before},
        after={"company_login": user.company_login},
    )


@command(MANAGE)
def disable_account(actor: Actor, *, name: str, why: str = "") -> None:
    """Nobody logs in under that name any more, and its sessions end. What it did stays on the record."""
    user = _locked(name)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _check_somebody_administers()
    _end_sessions(user)
    record(actor, "disable_account", user.username, why=why)


@command(MANAGE)
def enable_account(actor: Actor, *, name: str, why: str = "") -> None:
    user = _locked(name)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(actor, "enable_account", user.username, why=why)


@command(MANAGE)
def set_password(actor: Actor, *, name: str, password: str) -> None:
    """A new password for an account that exists; its sessions end."""
    user = _locked(name)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_sessions(user)
    record(actor, "set_password", user.username)


@command(MANAGE)
def reset_second_factor(actor: Actor, *, name: str, why: str = "") -> None:
    """Forget the authenticator app, passkeys and recovery codes of somebody who lost them; sessions end."""
    user = _locked(name)
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    record(actor, "reset_second_factor", user.username, why=why, before={"second_factors": kinds})


@command("note_event")
def _note(actor: Actor, *, verb: str, subject: str, details: dict[str, Any]) -> None:
    record(actor, verb, subject, **details)


def note_account_event(actor: Actor, *, verb: str, subject: str, **details: Any) -> None:
    """Record what a person did about the own account, which nobody needs a permission for: log in, change the
    password, add a second factor.
    """
    _note(
        Actor(actor.kind, actor.name, frozenset({"note_event"}), actor.account, actor.via),
        verb=verb,
        subject=subject,
        details=details,
    )


# --- the first administrator ----------------------------------------


@command(MANAGE)
def make_set_up_code(actor: Actor, *, code: str) -> None:
    """Keep a code (as its digest) with which somebody may make the first administrator, in place of any
    earlier one. Raises Conflict where there is an administrator.
    """
    _check_nobody_administers()
    SetUpCode.objects.all().delete()
    SetUpCode.objects.create(digest=_digest(code), made_at=clock.now())
    record(actor, "make_set_up_code", "set-up")


@command("set_up")
def create_first_administrator(actor: Actor, *, code: str, name: str, password: str) -> None:
    """The first administrator, and the end of the set-up code. Raises Forbidden for a wrong code, Conflict
    where there is an administrator, and else as :func:`create_person`.
    """
    _check_nobody_administers()
    known = SetUpCode.objects.select_for_update().first()
    if known is None or not hmac.compare_digest(bytes(known.digest), _digest(code)):
        raise Forbidden(
            "set_up_code_wrong",
            "That is not the set-up code.",
            field="code",
            way_out="Padstone prints it when it starts; padstone user setup-code makes another.",
        )
    SetUpCode.objects.all().delete()
    _create_person(actor, name, password, [ADMINISTRATOR])


def _digest(code: str) -> bytes:
    """The code is as good as random, so a plain digest keeps it. Case and dashes are no part of it."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def _check_nobody_administers() -> None:
    if has_administrator():
        raise Conflict(
            "administrator_exists",
            "There is an administrator already.",
            way_out="Administrators make accounts; who has lost the password: padstone user set-password.",
        )


# --- what they share ----------------------------------------


def _create_person(
    actor: Actor,
    name: str,
    password: str,
    roles: Collection[str],
    client: str = "",
    full_name: str = "",
    company_login: str = "",
) -> None:
    user = _new_user(name, password)
    _give_roles(user, roles, client)
    _check_company_login(company_login, user)
    user.company_login = company_login.strip()
    user.first_name, _, user.last_name = full_name.strip()[:150].rpartition(" ")
    user.save()
    told: dict[str, Any] = {"client": user.client} if user.client else {}
    record(actor, "create_account", user.username, roles=sorted(roles_of(user)), **told)


def _give_roles(user: User, roles: Collection[str], client: str) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise Invalid(
            "role_unknown",
            "There is no role {role}.",
            field="roles",
            way_out=f"Roles are: {', '.join(ROLES)}.",
            role=unknown[0],
        )
    client = client.strip()
    if CLIENT in roles and (len(set(roles)) > 1 or not client):
        raise Invalid(
            "client_apart",
            "A client's account has the name of its client, and no role besides.",
            field="client",
            way_out="Name the client, and take away the other roles.",
        )
    if client and CLIENT not in roles:
        raise Invalid(
            "client_without_role",
            "Only a person with the role client belongs to a client.",
            field="client",
            way_out="Leave the client's name out, or give the role client alone.",
        )
    user.roles = [name for name in ROLES if name in roles]
    user.client = client
    user.is_staff = user.is_superuser = ADMINISTRATOR in roles


def _check_company_login(told: str, user: User) -> None:
    told = told.strip()
    if told and User.objects.filter(company_login=told).exclude(pk=user.pk).exists():
        raise Conflict(
            "company_login_taken",
            "The company's login {name} opens another account already.",
            field="company_login",
            name=told,
        )


def _check_somebody_administers() -> None:
    if not has_administrator():
        raise Conflict(
            "last_administrator",
            "Nobody could administer Padstone any more.",
            way_out="Make somebody else an administrator first.",
        )


def _locked(name: str) -> User:
    user = User.objects.select_for_update().filter(username=name).first()
    if user is None:
        raise NotFound("account_unknown", "There is no account named {name}.", field="name", name=name)
    return user


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _new_user(name: str, password: str) -> User:
    name = name.strip()
    if not name:
        raise Invalid("account_name_missing", "An account needs a name.", field="name")
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict(
            "account_exists",
            "There is an account named {name} already.",
            field="name",
            way_out="Take another name, or give that account a new password: padstone user set-password.",
            name=name,
        )
    user = User(username=name)
    try:
        User._meta.get_field("username").run_validators(name)
    except ValidationError as error:
        raise Invalid("account_name_invalid", "{why}", field="name", why=" ".join(error.messages)) from error
    _check_password(password, user)
    user.set_password(password)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weakness:
        raise Invalid(
            "password_weak", "{why}", field="password", why=" ".join(weakness.messages)
        ) from weakness
