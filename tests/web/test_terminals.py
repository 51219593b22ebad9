"""A shared terminal's pages: whose request it is, what stays closed, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from padstone.ingest.models import Message
from padstone.kernel.clock import clock_at
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import ROLES
from padstone.platform.audit.models import AuditLine
from padstone.platform.terminals import commands
from padstone.platform.terminals.identity import TERMINAL_COOKIE
from padstone.platform.terminals.models import Badge, Terminal
from tests.shop_floor import build
from tests.web.shared_terminals import CHIEF, PINS, code_of, hire
from tests.web.test_pages import UNKNOWN

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def bench(db: None) -> Client:
    """The browser of a terminal that ben and cho share."""
    User.objects.create_superuser("root")
    hire("ben")
    hire("cho")
    browser = Client()
    browser.cookies[TERMINAL_COOKIE] = commands.enrol_terminal(CHIEF, name="Bench 1", place="Line 1")
    return browser


def scan(browser: Client, text: str, page: str = "/") -> str:
    return str(browser.post("/terminal/scan", {"q": text, "next": page}).headers.get("Location", ""))


def come_on(browser: Client, name: str, page: str = "/") -> str:
    assert scan(browser, code_of(name), page).startswith("/terminal/pin?next=")
    response = browser.post("/terminal/pin", {"pin": PINS[name], "next": page})
    return str(response.headers.get("Location", ""))


def on_screen(browser: Client, address: str = "/exceptions/") -> str:
    return browser.get(address).content.decode()


def rejected_message() -> Message:
    build([UNKNOWN])
    return Message.objects.get(name="CFX.Production.NoSuchThing")


def test_nobody_is_on_and_every_page_waits_for_a_badge(bench: Client) -> None:
    response = bench.get("/recall/?lot=LX-1")
    assert response["Location"] == "/terminal/?next=%2Frecall%2F%3Flot%3DLX-1"
    assert "Scan your badge" in on_screen(bench, response["Location"])
    for closed in ("/login/", "/logout/"):
        assert bench.get(closed)["Location"] == "/terminal/"


def test_a_badge_and_a_pin_open_the_page_that_was_asked_for(bench: Client) -> None:
    assert come_on(bench, "ben", "/exceptions/") == "/exceptions/"
    shown = on_screen(bench)
    assert "Ben Olsen" in shown
    assert "Leave" in shown
    assert "Log out" not in shown


def test_what_a_person_does_carries_their_name_and_the_terminal(bench: Client) -> None:
    message = rejected_message()
    come_on(bench, "ben")
    assert bench.post(f"/exceptions/{message.pk}/retry").status_code == 302
    line = AuditLine.objects.get(verb="retry_message")
    assert (line.actor, line.via) == ("ben", "terminal Bench 1")
    Message.objects.filter(pk=message.pk).update(state="rejected")
    come_on(bench, "cho")
    bench.post(f"/exceptions/{message.pk}/retry")
    line = AuditLine.objects.filter(verb="retry_message").latest("id")
    assert (line.actor, line.via) == ("cho", "terminal Bench 1")


def test_an_administrator_is_none_at_a_terminal(bench: Client) -> None:
    come_on(bench, "cho")
    for address in ("/terminals/", "/badges/", "/pin/"):
        assert bench.get(address).status_code == 403
    badge = Badge.objects.get(user__username="ben").pk
    assert bench.post(f"/badges/{badge}/revoke").status_code == 403
    assert bench.post("/terminals/enrol", {"name": "Bench 2", "idle_min": "10"}).status_code == 403
    assert bench.get("/api/v1/openapi.json").status_code == 200
    assert Badge.objects.get(pk=badge).revoked_at is None


def test_pages_of_accounts_are_closed_to_a_pin(bench: Client) -> None:
    come_on(bench, "ben")
    for address in ("/login/", "/account/", "/account/password/", "/pin/"):
        response = bench.get(address)
        assert response.status_code == 403
        assert "A badge and a PIN do not open this page." in response.content.decode()


def test_of_a_persons_rights_those_of_the_floor_hold(bench: Client) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[TERMINAL_COOKIE] = bench.cookies[TERMINAL_COOKIE].value
    request.resolver_match = resolve("/")
    come_on(bench, "ben")
    actor = actor_of(request)
    assert (actor.name, actor.via) == ("ben", "terminal Bench 1")
    assert actor.may("retry_message")
    assert ROLES["process_engineer"].grants("import_bom")
    assert not actor.may("import_bom")
    assert not actor.may("set_pin")


def test_a_login_with_a_password_counts_for_nothing_at_a_terminal(bench: Client) -> None:
    bench.force_login(User.objects.create_superuser("ada"))
    assert bench.get("/recall/")["Location"].startswith("/terminal/")
    come_on(bench, "ben")
    assert bench.get("/terminals/").status_code == 403


def test_anything_but_a_badge_is_looked_up_for_whoever_is_on(bench: Client) -> None:
    come_on(bench, "ben")
    assert scan(bench, "Board 7/1") == "/find/?q=Board+7%2F1"
    assert not AuditLine.objects.filter(verb="refuse_badge").exists()
    assert scan(bench, code_of("cho"), "/recall/") == "/terminal/pin?next=%2Frecall%2F"
    assert "Ben Olsen" in on_screen(bench), "until the other's PIN is right"


def test_a_badge_scanned_into_the_pin_hands_on(bench: Client) -> None:
    scan(bench, code_of("ben"))
    response = bench.post("/terminal/pin", {"pin": code_of("cho"), "next": "/recall/"})
    assert response["Location"] == "/terminal/pin?next=%2Frecall%2F"
    assert "Cho Min-seo" in on_screen(bench, "/terminal/pin")
    assert "4 to 8 digits" in bench.post("/terminal/pin", {"pin": "nonsense"}).content.decode()


def test_taking_a_scan_back_leaves_whoever_was_on(bench: Client) -> None:
    come_on(bench, "ben")
    scan(bench, code_of("cho"))
    bench.post("/terminal/pin", {"cancel": "1", "next": "/recall/"})
    assert "Ben Olsen" in on_screen(bench)
    assert bench.get("/terminal/pin")["Location"] == "/terminal/"


def test_wrong_pins_are_answered_in_words_and_the_colleague_comes_on(bench: Client) -> None:
    with clock_at(NOON):
        scan(bench, code_of("ben"))
        shown = [bench.post("/terminal/pin", {"pin": "9053"}).content.decode() for _ in range(6)]
        assert "After 4 more wrong PINs" in shown[0]
        assert "After one more wrong PIN" in shown[3]
        assert "Wait 60 s" in shown[4]
        assert "Others can scan theirs here meanwhile." in shown[5]
        assert come_on(bench, "cho") == "/"
        assert "Cho Min-seo" in on_screen(bench)


def test_an_unknown_badge_is_answered_in_words(bench: Client) -> None:
    with clock_at(NOON):
        shown = [bench.post("/terminal/scan", {"q": "STRANGE"}).content.decode() for _ in range(4)]
    assert "Badge not known" in shown[0]
    assert "Wait 1 second, then scan again." in shown[2]
    assert "One moment" in shown[3]


def test_who_idles_is_sent_to_the_badge_and_the_page_is_kept(bench: Client) -> None:
    with clock_at(NOON):
        come_on(bench, "ben")
    with clock_at(NOON + timedelta(seconds=599)):
        assert bench.get("/recall/").status_code == 200
    later = NOON + timedelta(seconds=599 + 600)
    with clock_at(later):
        assert bench.get("/recall/?lot=L-1")["Location"] == "/terminal/?next=%2Frecall%2F%3Flot%3DL-1"
        assert AuditLine.objects.get(verb="leave", subject="ben").why == "idle"
        assert "what was entered there is kept" in on_screen(bench, "/terminal/?next=/recall/")


def test_a_page_that_asks_for_its_own_news_is_nobodys_act(bench: Client) -> None:
    with clock_at(NOON):
        come_on(bench, "ben")
    fragment = {"HX-Request": "true", "HX-Current-URL": "http://testserver/lines/A?x=1"}
    for second in (200, 400, 599):
        with clock_at(NOON + timedelta(seconds=second)):
            assert bench.get("/", headers=fragment).status_code == 200
    with clock_at(NOON + timedelta(seconds=600)):
        assert bench.get("/", headers=fragment)["HX-Redirect"] == "/terminal/?next=%2Flines%2FA%3Fx%3D1"


def test_moving_at_the_page_keeps_a_person_on(bench: Client) -> None:
    with clock_at(NOON):
        come_on(bench, "ben")
    with clock_at(NOON + timedelta(seconds=500)):
        assert bench.post("/terminal/here").status_code == 204
    with clock_at(NOON + timedelta(seconds=1099)):
        assert "Ben Olsen" in on_screen(bench)
    with clock_at(NOON + timedelta(seconds=1099 + 600)):
        assert bench.post("/terminal/here").status_code == 409


def test_leaving_keeps_nothing_and_idling_keeps_the_page(bench: Client) -> None:
    come_on(bench, "ben")
    assert bench.post("/terminal/leave", {"next": "/recall/"})["Location"] == "/terminal/"
    come_on(bench, "ben")
    left = bench.post("/terminal/leave", {"next": "/recall/", "why": "idle"})
    assert left["Location"] == "/terminal/?next=%2Frecall%2F"
    whys = AuditLine.objects.filter(verb="leave").order_by("id").values_list("why", flat=True)
    assert list(whys) == ["left", "idle"]


def test_what_is_revoked_ends_with_the_next_request(bench: Client) -> None:
    come_on(bench, "ben")
    commands.revoke_badge(CHIEF, badge_id=Badge.objects.get(user__username="ben").pk)
    assert bench.get("/recall/")["Location"].startswith("/terminal/")
    come_on(bench, "cho")
    User.objects.filter(username="cho").update(is_active=False)
    assert bench.get("/recall/")["Location"].startswith("/terminal/")
    User.objects.filter(username="cho").update(is_active=True)
    come_on(bench, "cho")
    commands.revoke_terminal(CHIEF, terminal_id=Terminal.objects.get().pk)
    assert bench.get("/recall/")["Location"].startswith("/login/")
    assert bench.get("/login/").status_code == 200


def test_nothing_of_one_person_is_left_for_the_next(bench: Client) -> None:
    come_on(bench, "ben")
    session = bench.session
    session["signed_at"] = "2026-03-02T12:00:00Z"
    session.save()
    assert bench.get("/recall/")["Cache-Control"] == "no-store"
    come_on(bench, "cho")
    assert "signed_at" not in bench.session


def test_changes_need_the_pages_csrf_token(bench: Client) -> None:
    message = rejected_message()
    come_on(bench, "ben")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[TERMINAL_COOKIE] = bench.cookies[TERMINAL_COOKIE].value
    assert "Ben Olsen" in on_screen(strict)
    for address in (f"/exceptions/{message.pk}/retry", "/terminal/leave", "/terminal/scan", "/terminal/pin"):
        assert strict.post(address).status_code == 403
    assert strict.post("/api/v1/inbox", b"{}", content_type="application/json").status_code in {403, 404, 405}


@pytest.mark.parametrize(
    "page", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_server(bench: Client, page: str) -> None:
    assert come_on(bench, "ben", page) == "/"


def test_any_other_browser_has_no_terminal_pages(bench: Client, guest: Client, client: Client) -> None:
    assert guest.get("/terminal/").status_code == 403
    assert guest.post("/terminal/scan", {"q": "x"}).status_code == 403
    assert client.get("/terminal/pin")["Location"].startswith("/login/")
    client.cookies[TERMINAL_COOKIE] = "invented"
    assert client.get("/terminal/")["Location"].startswith("/login/")


def test_a_one_time_pin_leads_to_ones_own(bench: Client) -> None:
    pin = commands.issue_pin(CHIEF, username="ben")
    scan(bench, code_of("ben"), "/recall/")
    response = bench.post("/terminal/pin", {"pin": pin, "next": "/recall/"})
    assert "Choose your own PIN" in response.content.decode()
    token = response.context["token"]
    assert bench.get("/recall/")["Location"].startswith("/terminal/"), "not on before the choice"

    def choose(pin: str, again: str, token: str) -> str:
        form = {"pin": pin, "again": again, "token": token, "next": "/recall/"}
        response = bench.post("/terminal/choose", form)
        return str(response.headers.get("Location") or response.content.decode())

    assert "not the same" in choose("48213", "48214", token)
    assert "Everybody would try" in choose("1234", "1234", token)
    assert "Took too long" in choose("48213", "48213", token + "x")
    assert choose("48213", "48213", token) == "/recall/"
    assert "Took too long" in choose("59217", "59217", token), "a token that was used"


class TestAdministration:
    def test_a_browser_becomes_a_terminal_and_its_login_ends(self, reader: Client) -> None:
        form = {"name": "Bench 1", "place": "Line 1", "idle_min": "2.5", "allowed_network": ""}
        response = reader.post("/terminals/enrol", form, headers={"Host": "localhost"})
        assert response["Location"] == "/terminal/"
        cookie = response.cookies[TERMINAL_COOKIE]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert cookie["max-age"] > 300 * 86400
        terminal = Terminal.objects.get()
        assert (terminal.name, terminal.idle_s, terminal.enrolled_by) == ("Bench 1", 150, "ada")
        assert "_auth_user_id" not in reader.session
        assert "Scan your badge" in on_screen(reader, "/terminal/")

    def test_no_terminal_where_its_token_would_travel_in_the_open(self, reader: Client) -> None:
        response = reader.post("/terminals/enrol", {"name": "Bench 1", "idle_min": "10"})
        assert response.status_code == 422
        assert "needs HTTPS" in response.content.decode()
        assert not Terminal.objects.exists()
        assert (
            reader.post("/terminals/enrol", {"name": "Bench 1", "idle_min": "10"}, secure=True).status_code
            == 302
        )

    def test_the_cookie_is_renewed_while_the_terminal_is_used(self, bench: Client) -> None:
        with clock_at(NOON):
            assert TERMINAL_COOKIE in bench.get("/terminal/").cookies
            assert TERMINAL_COOKIE not in bench.get("/terminal/").cookies
        with clock_at(NOON + timedelta(minutes=1)):
            assert TERMINAL_COOKIE in bench.get("/terminal/").cookies

    def test_a_badge_is_issued_and_revoked(self, reader: Client) -> None:
        User.objects.create_user("dee", first_name="Dee")
        assert reader.post("/badges/issue", {"username": "dee", "code": "EMP-7"})["Location"] == "/badges/"
        assert "Dee" in on_screen(reader, "/badges/")
        taken = reader.post("/badges/issue", {"username": "ada", "code": "EMP-7"})
        assert taken.status_code == 409
        assert "Somebody has this badge already." in taken.content.decode()
        reader.post(f"/badges/{Badge.objects.get().pk}/revoke")
        assert Badge.objects.get().revoked_at is not None

    def test_a_one_time_pin_is_shown_once(self, reader: Client) -> None:
        shown = reader.post("/badges/pin", {"username": "ada"})
        pin = shown.context["one_time_pin"]
        assert pin in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert pin not in on_screen(reader, "/badges/")

    def test_a_terminal_is_revoked(self, reader: Client, bench: Client) -> None:
        reader.post(f"/terminals/{Terminal.objects.get().pk}/revoke")
        assert "No browser is a shared terminal yet." in on_screen(reader, "/terminals/")
        assert bench.get("/")["Location"].startswith("/login/")

    def test_ones_own_pin(self, reader: Client) -> None:
        assert "You have no PIN yet." in on_screen(reader, "/pin/")
        assert "not the same" in reader.post("/pin/", {"pin": "48213", "again": "48214"}).content.decode()
        assert (
            "Everybody would try" in reader.post("/pin/", {"pin": "1234", "again": "1234"}).content.decode()
        )
        assert reader.post("/pin/", {"pin": "48213", "again": "48213"})["Location"] == "/pin/"
        line = AuditLine.objects.get(verb="set_pin")
        assert (line.actor, line.subject) == ("ada", "ada")
        assert "48213" not in line.details
