from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.commands import (
    SET_UP,
    create_admin,
    create_first_administrator,
    create_person,
    disable_account,
    enable_account,
    make_set_up_code,
    reset_second_factor,
    set_company_login,
    set_password,
    set_roles,
)
from padstone.platform.accounts.identity import actor_of, operator_of_this_machine
from padstone.platform.accounts.models import SetUpCode, User
from padstone.platform.accounts.queries import admins, has_administrator, may_do, people, person
from padstone.platform.accounts.roles import ROLES
from padstone.platform.accounts.second_factor import has_second_factor
from padstone.platform.audit.models import AuditLine

pytestmark = pytest.mark.django_db

CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING)
PASSWORD = "kelp-harbour-94-lantern"
CODE = "abcdef-ghijkm-npqrst-uvwxyz"


def actor_named(name: str) -> Actor:
    request = RequestFactory().get("/")
    request.user = User.objects.get(username=name)
    return actor_of(request)


def test_an_admin_may_do_everything_and_the_record_says_who_made_it() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    assert admins() == ("ada",)
    assert actor_named("ada") == Actor(ActorKind.PERSON, "ada", EVERYTHING)
    assert list(AuditLine.objects.values_list("actor", "verb", "subject")) == [
        ("chief", "create_account", "ada")
    ]
    assert PASSWORD not in str(AuditLine.objects.get().details)


def test_a_person_without_rights_a_closed_account_and_nobody_may_do_nothing() -> None:
    User.objects.create_user("guest", password=PASSWORD)
    User.objects.create_superuser("gone", password=PASSWORD, is_active=False)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert [
        actor.permissions for actor in (actor_named("guest"), actor_named("gone"), actor_of(request))
    ] == ([frozenset()] * 3)


def test_a_name_is_given_once() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    with pytest.raises(Conflict):
        create_person(CHIEF, name="ada", password=PASSWORD, roles=[])
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
    machine = Actor(ActorKind.MACHINE, "placer", frozenset({"send_messages"}))
    for change in (create_admin, set_password):
        with pytest.raises(Forbidden):
            change(machine, name="ada", password=PASSWORD)
    assert not User.objects.exists()


def test_whoever_sits_beside_the_data_may_do_everything() -> None:
    assert operator_of_this_machine().permissions == EVERYTHING


def test_a_person_may_do_what_the_roles_grant() -> None:
    create_person(
        CHIEF, name="mia", password=PASSWORD, roles=["planner", "operator"], full_name="Mia de Vries"
    )
    assert actor_named("mia").permissions == ROLES["planner"].permissions | ROLES["operator"].permissions
    assert User.objects.get(username="mia").get_full_name() == "Mia de Vries"
    assert person(CHIEF, "mia").roles == ("operator", "planner")
    because = {one.permission: one.granted_by for one in may_do(actor_named("mia"), "mia")}
    assert because["import_bom"] == ("planner",)
    assert because["view_factory"] == ("operator", "planner")
    assert because["sign_record"] == ()


def test_new_roles_take_the_place_of_the_old_and_the_record_says_so() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    create_person(CHIEF, name="mia", password=PASSWORD, roles=["planner"])
    set_roles(CHIEF, name="mia", roles=["quality"])
    assert actor_named("mia").permissions == ROLES["quality"].permissions
    line = AuditLine.objects.get(verb="set_roles")
    assert (line.before, line.after) == (
        '{"client":"","roles":["planner"]}',
        '{"client":"","roles":["quality"]}',
    )


def test_a_role_that_there_is_not_is_refused() -> None:
    with pytest.raises(Invalid, match="no role wizard"):
        create_person(CHIEF, name="mia", password=PASSWORD, roles=["wizard"])


@pytest.mark.parametrize(
    ("roles", "client"),
    [(["client"], ""), (["client", "operator"], "Acme"), (["operator"], "Acme"), ([], "Acme")],
)
def test_a_client_has_a_name_and_no_other_role(roles: list[str], client: str) -> None:
    with pytest.raises(Invalid):
        create_person(CHIEF, name="cleo", password=PASSWORD, roles=roles, client=client)
    assert not User.objects.exists()


def test_a_person_of_a_client_acts_for_it() -> None:
    create_person(CHIEF, name="cleo", password=PASSWORD, roles=["client"], client="Acme")
    assert actor_named("cleo").client == "Acme"
    assert not actor_named("cleo").may("view_factory")


def test_somebody_always_administers() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    with pytest.raises(Conflict, match="Nobody could administer"):
        set_roles(CHIEF, name="ada", roles=["operator"])
    with pytest.raises(Conflict, match="Nobody could administer"):
        disable_account(CHIEF, name="ada")
    assert admins() == ("ada",)
    create_admin(CHIEF, name="bea", password=PASSWORD)
    disable_account(CHIEF, name="ada", why="left the company")
    assert admins() == ("bea",)
    assert AuditLine.objects.get(verb="disable_account").why == "left the company"
    enable_account(CHIEF, name="ada")
    assert admins() == ("ada", "bea")


def test_a_lost_second_factor_is_forgotten_on_the_record() -> None:
    create_person(CHIEF, name="mia", password=PASSWORD, roles=["quality"])
    mia = User.objects.get(username="mia")
    Authenticator.objects.create(user=mia, type=Authenticator.Type.TOTP, data={})
    assert has_second_factor(mia)
    reset_second_factor(CHIEF, name="mia", why="lost her phone")
    assert not has_second_factor(mia)
    assert AuditLine.objects.get(verb="reset_second_factor").before == '{"second_factors":["totp"]}'


def test_names_that_differ_in_case_alone_are_one_name() -> None:
    create_admin(CHIEF, name="ada", password=PASSWORD)
    with pytest.raises(Conflict):
        create_person(CHIEF, name="Ada", password=PASSWORD, roles=[])


@pytest.mark.parametrize("name", ["a b", "a:b", "ada (this machine)", "x" * 151])
def test_a_name_that_no_door_could_tell_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        create_person(CHIEF, name=name, password=PASSWORD, roles=[])


def test_a_company_login_opens_one_account() -> None:
    create_person(CHIEF, name="mia", password=PASSWORD, roles=[], company_login="mia@acme")
    create_person(CHIEF, name="bob", password=PASSWORD, roles=[])
    with pytest.raises(Conflict):
        set_company_login(CHIEF, name="bob", company_login="mia@acme")
    set_company_login(CHIEF, name="mia", company_login="")
    set_company_login(CHIEF, name="bob", company_login="mia@acme")


def test_only_administrators_look_at_others() -> None:
    create_person(CHIEF, name="mia", password=PASSWORD, roles=["auditor", "manager", "quality"])
    create_person(CHIEF, name="bob", password=PASSWORD, roles=[])
    with pytest.raises(Forbidden):
        people(actor_named("mia"))
    with pytest.raises(Forbidden):
        may_do(actor_named("mia"), "bob")
    assert [one.name for one in people(CHIEF)] == ["bob", "mia"]


def test_the_set_up_code_makes_one_administrator_and_is_gone() -> None:
    make_set_up_code(CHIEF, code=CODE)
    assert CODE.encode() not in bytes(SetUpCode.objects.get().digest)
    with pytest.raises(Forbidden):
        create_first_administrator(SET_UP, code="abcdef-ghijkm-npqrst-uvwxyy", name="eve", password=PASSWORD)
    assert not has_administrator()
    create_first_administrator(SET_UP, code=CODE.upper().replace("-", " "), name="ada", password=PASSWORD)
    assert admins() == ("ada",)
    assert not SetUpCode.objects.exists()
    with pytest.raises(Conflict):
        create_first_administrator(SET_UP, code=CODE, name="eve", password=PASSWORD)


def test_a_weak_password_leaves_the_set_up_code_as_it_was() -> None:
    make_set_up_code(CHIEF, code=CODE)
    with pytest.raises(Invalid):
        create_first_administrator(SET_UP, code=CODE, name="ada", password="short")
    create_first_administrator(SET_UP, code=CODE, name="ada", password=PASSWORD)


def test_a_new_set_up_code_takes_the_place_of_the_old_and_there_is_none_once_somebody_administers() -> None:
    make_set_up_code(CHIEF, code=CODE)
    make_set_up_code(CHIEF, code=CODE[::-1])
    with pytest.raises(Forbidden):
        create_first_administrator(SET_UP, code=CODE, name="eve", password=PASSWORD)
    create_admin(CHIEF, name="ada", password=PASSWORD)
    with pytest.raises(Conflict):
        make_set_up_code(CHIEF, code=CODE)
