"""Getting in: wrong passwords, second factors, sessions, the first run, the pages of administrators."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from padstone.platform.accounts.commands import create_person, make_set_up_code
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.accounts.models import User
from padstone.platform.accounts.queries import admins
from padstone.platform.audit.models import AuditLine
from tests.web.conftest import PASSWORD

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
SECRET = "JBSWY3DPEHPK3PXP"
CODE = "abcdef-ghijkm-npqrst-uvwxyz"


def log_in(browser: Client, name: str = "ada", password: str = PASSWORD, address: str = HERE) -> bool:
    """Whether the browser is in, or asked for the second factor."""
    response = browser.post("/login/", {"login": name, "password": password}, REMOTE_ADDR=address)
    return response.status_code == 302


def code_of(secret: str) -> str:
    """What the authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


class TestWrongPasswords:
    @pytest.fixture(autouse=True)
    def the_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A clock that stands, for the limits."""
        self.now = time.time()
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: self.now)

    def wait(self, span: timedelta) -> None:
        self.now += span.total_seconds()

    def test_three_in_a_row_mean_a_pause(self, client: Client, admin: User) -> None:
        assert not any(log_in(client, password="wrong") for _ in range(3))
        response = client.post("/login/", {"login": "ada", "password": PASSWORD}, REMOTE_ADDR=HERE)
        assert "too many wrong passwords" in response.content.decode()
        self.wait(timedelta(seconds=11))
        assert log_in(client)

    def test_ten_mean_a_refusal_that_waiting_a_little_does_not_end(self, client: Client, admin: User) -> None:
        for _ in range(10):
            log_in(client, password="wrong")
            self.wait(timedelta(seconds=11))
        assert not log_in(client)
        self.wait(timedelta(minutes=10))
        assert log_in(client)

    def test_nobody_else_at_that_address_is_locked_out(self, client: Client, admin: User) -> None:
        User.objects.create_user("bob", password=PASSWORD)
        for _ in range(5):
            log_in(client, password="wrong")
        assert log_in(Client(), "bob")

    def test_the_account_still_opens_elsewhere(self, client: Client, admin: User) -> None:
        for _ in range(5):
            log_in(client, password="wrong")
        assert log_in(Client(), address=ELSEWHERE)

    def test_upper_case_is_no_new_account(self, client: Client, admin: User) -> None:
        for name in ("ada", "ADA", "Ada"):
            log_in(client, name, "wrong")
        assert not log_in(client)

    def test_many_accounts_tried_from_one_address_meet_a_limit_but_not_who_is_known_there(
        self, client: Client, admin: User
    ) -> None:
        User.objects.create_user("bob", password=PASSWORD)
        assert log_in(Client())  # ada has been here
        for number in range(100):
            log_in(client, f"nobody{number}", "wrong")
        assert not log_in(Client(), "bob")
        assert log_in(Client())
        assert log_in(Client(), "bob", address=ELSEWHERE)

    def test_one_account_tried_from_many_addresses_meets_a_limit_but_not_where_it_is_at_home(
        self, client: Client, admin: User
    ) -> None:
        assert log_in(Client())
        for number in range(100):
            log_in(client, password="wrong", address=f"10.1.0.{number}")
        assert not log_in(Client(), address=ELSEWHERE)
        assert log_in(Client())

    def test_the_record_tells_of_logins_and_of_failures(self, client: Client, admin: User) -> None:
        log_in(client, password="wrong")
        log_in(client)
        lines = AuditLine.objects.filter(subject="ada").order_by("id").values_list("verb", "actor", "via")
        assert list(lines) == [("log_in_failed", "ada", f"web {HERE}"), ("log_in", "ada", f"web {HERE}")]

    def test_wrong_codes_are_slowed_then_refused_and_nobody_else_is_locked_out(
        self, client: Client, admin: User
    ) -> None:
        """Neither by another browser nor from another address does a guesser go on."""
        bob = with_app(User.objects.create_user("bob", password=PASSWORD))
        with_app(admin)
        for browser, address in ((client, HERE), (Client(), ELSEWHERE)):
            assert log_in(browser, address=address)
        assert [self.answer(client) for _ in range(4)] == ["wrong"] * 3 + ["wait"]
        assert self.answer(client, code_of(SECRET)) == "wait", "not even the right one is looked at"
        self.wait(timedelta(seconds=11))
        assert [self.answer(client) for _ in range(3)] == ["wrong"] * 2 + ["wait"]
        self.wait(timedelta(seconds=11))
        assert self.answer(browser, code_of(SECRET)) == "wait", "a little patience does not help any more"
        assert client.get("/recall/").status_code == 302
        neighbour = Client()
        assert log_in(neighbour, bob.username)
        assert self.answer(neighbour, code_of(SECRET)) == "in"
        self.wait(timedelta(minutes=5))
        assert self.answer(client, code_of(SECRET)) == "in"

    def answer(self, browser: Client, code: str = "000000") -> str:
        response = browser.post("/login/second-factor/", {"code": code})
        if response.status_code == 302:
            return "in" if browser.get("/account/").status_code == 200 else response["Location"]
        told = response.content.decode()
        return "wait" if "too many wrong codes" in told else "wrong" if "Incorrect code" in told else told


class TestSecondFactor:
    def test_a_password_alone_does_not_open_an_account_that_has_one(
        self, client: Client, admin: User
    ) -> None:
        with_app(admin)
        response = client.post("/login/", {"login": "ada", "password": PASSWORD})
        assert response["Location"] == "/login/second-factor/"
        assert client.get("/recall/")["Location"].startswith("/login/")
        assert client.post("/login/second-factor/", {"code": "000000"}).status_code == 200
        assert client.get("/recall/")["Location"].startswith("/login/")
        assert client.post("/login/second-factor/", {"code": code_of(SECRET)})["Location"] == "/"
        assert client.get("/recall/").status_code == 200

    def test_a_code_opens_once(self, client: Client, admin: User) -> None:
        with_app(admin)
        code = code_of(SECRET)
        for browser, opened in ((client, True), (Client(), False)):
            log_in(browser)
            browser.post("/login/second-factor/", {"code": code})
            assert (browser.get("/recall/").status_code == 200) is opened

    def test_the_secret_is_not_in_the_database(self, admin: User) -> None:
        with_app(admin)
        assert SECRET not in str(Authenticator.objects.get().data)

    def test_who_must_have_one_can_do_nothing_else_first(
        self, client: Client, admin: User, settings: LazySettings
    ) -> None:
        settings.REQUIRE_SECOND_FACTOR = True
        assert log_in(client)
        for page in ("/", "/recall/", "/exceptions/", "/people/", "/account/sessions/"):
            assert client.get(page)["Location"] == "/account/second-factor/"
        assert client.get("/api/v1/factory").status_code == 403
        fragment = client.get("/", headers={"HX-Request": "true"})
        assert fragment["HX-Redirect"] == "/account/second-factor/"
        assert "Set one up first" in client.get("/account/second-factor/").content.decode()

    def test_setting_one_up_opens_the_rest(
        self,
        client: Client,
        admin: User,
        settings: LazySettings,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        settings.REQUIRE_SECOND_FACTOR = True
        log_in(client)
        assert client.get("/account/second-factor/app/")["Location"].startswith("/account/again/")
        again = client.post("/account/again/", {"password": PASSWORD, "next": "/account/second-factor/app/"})
        assert again["Location"] == "/account/second-factor/app/"
        secret = client.get("/account/second-factor/app/").context["form"].secret
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/account/second-factor/app/", {"code": code_of(secret)}, follow=True)
        assert len(response.context["unused_codes"]) == 10
        assert client.get("/recall/").status_code == 200
        verbs = AuditLine.objects.order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["log_in", "add_second_factor"]
        # And a recovery code opens once in its place.
        code = response.context["unused_codes"][0]
        for opened in (True, False):
            browser = Client()
            log_in(browser)
            browser.post("/login/second-factor/", {"code": code})
            assert (browser.get("/recall/").status_code == 200) is opened

    @pytest.mark.parametrize(("roles", "owes"), [(["quality"], True), (["operator", "planner"], False)])
    def test_roles_say_who_must(
        self, client: Client, admin: User, settings: LazySettings, roles: list[str], owes: bool
    ) -> None:
        settings.REQUIRE_SECOND_FACTOR = True
        create_person(operator_of_this_machine(), name="mia", password=PASSWORD, roles=roles)
        log_in(client, "mia")
        assert client.get("/recall/").status_code == (302 if owes else 200)


class TestSessions:
    def test_one_ends_another_of_ones_own(self, client: Client, admin: User) -> None:
        other = Client()
        assert log_in(client)
        assert log_in(other, address=ELSEWHERE)
        page = client.get("/account/sessions/").content.decode()
        assert HERE in page
        assert ELSEWHERE in page
        session = UserSession.objects.get(ip=ELSEWHERE)
        assert client.post(f"/account/sessions/{session.pk}/end").status_code == 302
        assert other.get("/recall/").status_code == 302
        assert client.get("/recall/").status_code == 200

    def test_nobody_ends_somebody_elses(self, client: Client, guest: Client, admin: User) -> None:
        assert log_in(client)
        session = UserSession.objects.get(user=admin)
        assert guest.post(f"/account/sessions/{session.pk}/end").status_code == 404
        assert client.get("/recall/").status_code == 200

    def test_they_end_with_the_account(self, client: Client, reader: Client) -> None:
        create_person(operator_of_this_machine(), name="mia", password=PASSWORD, roles=["operator"])
        assert log_in(client, "mia")
        assert log_in(reader)
        confirm(reader)
        assert reader.post("/people/mia/active", {"active": "0", "why": "gone"}).status_code == 302
        assert client.get("/recall/").status_code == 302
        assert not log_in(Client(), "mia") or client.get("/recall/").status_code == 302


def confirm(browser: Client) -> None:
    """Show once more who sits there."""
    browser.post("/account/again/", {"password": PASSWORD, "next": "/people/"})


class TestPeople:
    def test_a_sensitive_act_asks_again_who_one_is_and_then_goes_on(
        self, client: Client, admin: User
    ) -> None:
        log_in(client)
        first = client.post("/people/make", {"name": "mia", "roles": ["operator"]})
        assert first["Location"].startswith("/account/again/")
        assert not User.objects.filter(username="mia").exists()
        response = client.post("/account/again/", {"password": PASSWORD, "next": "/people/make"})
        password = response.context["password"]
        assert password in response.content.decode()
        assert log_in(Client(), "mia", password)
        assert User.objects.get(username="mia").roles == ["operator"]

    def test_what_is_refused_is_said_beside_the_form(self, reader: Client) -> None:
        confirm(reader)
        response = reader.post(
            "/people/make", {"name": "cleo", "roles": ["client", "operator"], "client": "Acme"}
        )
        assert response.status_code == 422
        assert "no role besides" in response.content.decode()
        assert not User.objects.filter(username="cleo").exists()

    def test_roles_are_given_and_explained(self, reader: Client) -> None:
        create_person(operator_of_this_machine(), name="mia", password=PASSWORD, roles=["operator"])
        confirm(reader)
        assert reader.post("/people/mia/roles", {"roles": ["planner"]})["Location"] == "/people/mia/"
        page = reader.get("/people/mia/")
        because = {one.permission: one.granted_by for one in page.context["permitted"]}
        assert because["plan_work_order"] == ("planner",)
        assert because["sign_record"] == ()
        assert "no role grants it" in page.content.decode()

    def test_a_lost_phone_and_a_forgotten_password_are_replaced(self, reader: Client) -> None:
        create_person(operator_of_this_machine(), name="mia", password=PASSWORD, roles=["quality"])
        with_app(User.objects.get(username="mia"))
        confirm(reader)
        reader.post("/people/mia/second-factor", {"why": "lost"})
        password = reader.post("/people/mia/password").context["password"]
        browser = Client()
        assert log_in(browser, "mia", password)
        assert browser.get("/recall/").status_code == 200

    def test_everybody_sees_what_they_may_do_and_why(self, guest: Client, admin: User) -> None:
        page = guest.get("/account/")
        assert {one.granted_by for one in page.context["permitted"]} == {()}
        assert guest.get("/people/ada/").status_code == 403


class TestFirstRun:
    def test_every_page_leads_there_as_long_as_nobody_administers(self, client: Client, db: None) -> None:
        for page in ("/", "/recall/", "/login/", "/login/passkey/"):
            assert client.get(page)["Location"] == "/welcome/"
        assert client.get("/api/v1/factory").status_code == 401

    def test_the_code_makes_the_first_administrator(self, client: Client, db: None) -> None:
        make_set_up_code(operator_of_this_machine(), code=CODE)
        given = {"name": "ada", "password": PASSWORD, "again": PASSWORD}
        wrong = client.post("/welcome/", {**given, "code": "no-code"})
        assert wrong.status_code == 403
        assert "not the set-up code" in wrong.content.decode()
        assert client.post("/welcome/", {**given, "code": CODE, "again": "else"}).status_code == 422
        assert admins() == ()
        assert client.post("/welcome/", {**given, "code": CODE})["Location"] == "/login/"
        assert admins() == ("ada",)
        assert client.get("/welcome/").status_code == 404
        assert client.post("/welcome/", {**given, "name": "eve", "code": CODE}).status_code == 404
        assert log_in(client)

    def test_codes_are_not_guessed(self, client: Client, db: None) -> None:
        given = {"name": "ada", "password": PASSWORD, "again": PASSWORD, "code": "no"}
        codes = [client.post("/welcome/", given).status_code for _ in range(5)]
        assert codes == [403, 403, 403, 429, 429]
