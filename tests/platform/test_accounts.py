from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.commands import create_admin, create_machine, set_password
from padstone.platform.accounts.identity import SEND_MESSAGES, actor_of, operator_of_this_machine
from padstone.platform.accounts.models import User
from padstone.platform.accounts.queries import admins
from padstone.platform.audit.models import AuditLine

pytestmark = pytest.mark.django_db

CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING)
PASSWORD = "kelp-harbour-94-lantern"


def actor_named(name: str) -> Actor:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username=name)
    return actor_of(request)


def test_an_admin_may_do_everything_and_the_record_says_who_made_it() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    assert admins() == ("ada",)
    assert actor_named("ada") == Actor(ActorKind.PERSON, "ada", EVERYTHING)
    assert list(AuditLine.objects.values_list("actor", "verb", "subject")) == [("chief", "create_account", "ada")]
    assert PASSWORD not in str(AuditLine.objects.get().details)


def test_a_machine_may_send_messages_and_nothing_else() -> None:
    create_machine(CHIEF, name="placer", password=PASSWORD)
    placer = actor_named("placer")
    assert placer == Actor(ActorKind.MACHINE, "placer", frozenset({SEND_MESSAGES}))
    assert admins() == ()


def test_a_person_without_rights_a_closed_account_and_nobody_may_do_nothing() -> None:
    User.objects.create_user("guest", password=PASSWORD)
    User.objects.create_superuser("gone", password=PASSWORD, is_active=False)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert [actor.permissions for actor in (actor_named("guest"), actor_named("gone"), actor_of(request))] == (
        [frozenset()] * 3
    )


def test_a_name_is_given_once() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    with pytest.raises(Conflict):
        create_machine(CHIEF, name="ada", password=PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize(("name", "password"), [("ada", "short"), ("ada", "password1234"), (" ", PASSWORD)])
def test_a_weak_password_or_no_name_makes_no_account(name: str, password: str) -> None:
    with pytest.raises(Invalid):
        create_admin(CHIEF, name=name, password=password)
    assert not User.objects.exists()


def test_a_new_password_replaces_the_old() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    set_password(CHIEF, name="ada", password=PASSWORD[::-1])
    assert User.objects.get().check_password(PASSWORD[::-1])
    with pytest.raises(NotFound):
        set_password(CHIEF, name="bob", password=PASSWORD)


def test_a_machine_makes_no_accounts() -> None:
    machine = Actor(ActorKind.MACHINE, "placer", frozenset({SEND_MESSAGES}))
    for change in (create_admin, create_machine, set_password):
        with pytest.raises(Forbidden):
            change(machine, name="ada", password=PASSWORD)
    assert not User.objects.exists()


def test_whoever_sits_beside_the_data_may_do_everything() -> None:
    assert operator_of_this_machine().permissions == EVERYTHING
