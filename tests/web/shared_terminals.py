"""A factory floor with a shared terminal and people who have badges, for tests of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

if TYPE_CHECKING:
    from padstone.platform.accounts.models import User

CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING)
PINS = {"ben": "7294", "cho": "38174"}
NAMES = {"ben": ("Ben", "Olsen"), "cho": ("Cho", "Min-seo")}
ROLES = {"ben": ["process_engineer"], "cho": ["process_engineer", "administrator"]}


def code_of(name: str) -> str:
    return f"EMP-{name}-0001"


def hire(name: str) -> User:
    """Somebody with a role, a badge and a PIN."""
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - Django is not set up yet when this is read
    from padstone.platform.terminals.commands import issue_badge, set_pin  # noqa: PLC0415 - as above

    first, last = NAMES[name]
    user = User.objects.create_user(name, first_name=first, last_name=last, roles=ROLES[name])
    issue_badge(CHIEF, username=name, code=code_of(name))
    set_pin(Actor(ActorKind.PERSON, name, frozenset({"set_pin"})), pin=PINS[name])
    return user
