"""Logging in with an app and with a passkey, the first run, and what a client sees, in a real browser.

The authenticator is Chromium's own virtual one. Every page is shown at two sizes: nothing may stick out, and
the browser may have nothing to complain of. Screenshots go to ``build/screenshots``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from padstone.features.production.commands import assign_client
from padstone.platform.accounts.commands import create_person, make_set_up_code
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.accounts.models import User
from padstone.platform.accounts.queries import admins
from tests.shop_floor import AUDITOR
from tests.web.conftest import PANEL_UP, PASSWORD, Built
from tests.web.test_browser import SIZES, chromium, keep, nothing_guarded
from tests.web.test_login import CODE, code_of

__all__ = ["chromium", "nothing_guarded"]

pytestmark = pytest.mark.django_db(transaction=True)
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What browsers had to complain of: nothing, at the end."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def opened(
    chromium: Browser, transactional_db: None, live_server: LiveServer, complaints: list[str]
) -> Iterator[Callable[[], Page]]:
    """New browsers, each with a window of the desk's size."""
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 40" not in message.text:
            complaints.append(message.text)

    def open_window() -> Page:
        width, height = SIZES["desk"]
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()


def look(page: Page, name: str) -> None:
    """Keep the page at both sizes; nothing sticks out at either."""
    for size in ("phone", "desk"):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        keep(page, f"account-{name}-{size}")
        assert not page.evaluate(STICKS_OUT), f"{name} at the {size}'s size"


def log_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def confirm(page: Page) -> None:
    page.get_by_label("Password of ada").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def test_the_first_administrator_is_made_and_sets_up_an_app(
    opened: Callable[[], Page], complaints: list[str]
) -> None:
    make_set_up_code(operator_of_this_machine(), code=CODE)
    page = opened()
    page.goto("/")
    expect(page.get_by_role("heading", name="Make the first administrator")).to_be_visible()
    look(page, "welcome")
    page.get_by_label("Set-up code").fill(CODE)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password, twelve").fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the administrator").click()
    expect(page.get_by_text("The first administrator is made.")).to_be_visible()
    look(page, "login")
    assert admins() == ("ada",)
    log_in(page, "ada")
    page.goto("/account/second-factor/")
    look(page, "second-factor-none")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_role("heading", name="Once more, is it you?")).to_be_visible()
    look(page, "again")
    confirm(page)
    secret = page.locator("#authenticator_secret").inner_text()
    look(page, "app")
    page.get_by_label("The six digits").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    look(page, "recovery-codes")
    page.goto("/account/second-factor/")
    look(page, "second-factor")
    other = opened()
    log_in(other, "ada")
    expect(other.get_by_role("heading", name="And the second factor")).to_be_visible()
    look(other, "authenticate")
    other.get_by_label("Code of your authenticator").fill(codes[0])
    other.get_by_role("button", name="Log in", exact=True).click()
    expect(other.get_by_role("heading", name="Factory now")).to_be_visible()
    other.goto("/account/sessions/")
    look(other, "sessions")
    other.get_by_role("button", name="End", exact=True).click()
    expect(other.get_by_text("That session has ended.")).to_be_visible()
    page.goto("/recall/")
    expect(page.get_by_label("User name")).to_be_visible()


def test_a_passkey_logs_in_by_itself(opened: Callable[[], Page], complaints: list[str]) -> None:
    User.objects.create_superuser("ada", password=PASSWORD)
    page = opened()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    log_in(page, "ada")
    expect(page.get_by_role("heading", name="Factory now")).to_be_visible()
    page.goto("/account/second-factor/passkeys/add/")
    confirm(page)
    look(page, "passkey-add")
    page.get_by_label("Name, to tell it").fill("Laptop")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/account/second-factor/passkeys/")
    expect(page.get_by_role("rowheader", name="Laptop")).to_be_visible()
    look(page, "passkeys")
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).wrap().is_passwordless
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Factory now")).to_be_visible()
    expect(page.locator(".who")).to_have_text("ada")


def test_an_administrator_looks_after_people(opened: Callable[[], Page], complaints: list[str]) -> None:
    User.objects.create_superuser("ada", password=PASSWORD)
    create_person(
        AUDITOR, name="mia", password=PASSWORD, roles=["planner", "quality"], full_name="Mia de Vries"
    )
    create_person(AUDITOR, name="cleo", password=PASSWORD, roles=["client"], client="Acme")
    page = opened()
    log_in(page, "ada")
    page.get_by_role("link", name="ada").click()
    look(page, "account")
    page.get_by_role("link", name="People").click()
    look(page, "people")
    page.get_by_label("User name").fill("tom")
    page.get_by_label("Operator").check()
    page.get_by_role("button", name="Make the account").click()
    confirm(page)
    expect(page.get_by_role("heading", name="The password of tom")).to_be_visible()
    look(page, "new-password")
    page.get_by_role("link", name="Done").click()
    look(page, "person")
    page.get_by_label("Planner").check()
    page.get_by_role("button", name="Give these roles").click()
    expect(page.get_by_text("The roles are as you said.")).to_be_visible()
    assert User.objects.get(username="tom").roles == ["operator", "planner"]
    page.goto("/account/password/")
    look(page, "password")


def test_a_client_sees_its_orders(
    opened: Callable[[], Page], build_units: Callable[[int], Built], complaints: list[str]
) -> None:
    User.objects.create_superuser("ada", password=PASSWORD)
    built = build_units(2 * PANEL_UP)
    assign_client(AUDITOR, number=built.order, client="Acme")
    create_person(AUDITOR, name="cleo", password=PASSWORD, roles=["client"], client="Acme")
    create_person(AUDITOR, name="fritz", password=PASSWORD, roles=["client"], client="Brook")
    page = opened()
    log_in(page, "cleo")
    expect(page.get_by_role("heading", name="My orders")).to_be_visible()
    places = page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts()
    assert places == ["My orders", "Designs"]
    look(page, "client-orders")
    page.get_by_role("link", name=built.order).click()
    look(page, "client-order")
    page.get_by_role("link", name=built.units[0], exact=True).click()
    expect(page.get_by_role("heading", name=built.units[0])).to_be_visible()
    look(page, "client-board")
    board = page.url
    page.goto("/recall/")
    expect(page.get_by_role("heading", name="Not permitted")).to_be_visible()
    look(page, "client-refused")
    other = opened()
    log_in(other, "fritz")
    expect(other.get_by_text("There is no order of yours yet.")).to_be_visible()
    other.goto(board)
    expect(other.get_by_role("heading", name="Not known")).to_be_visible()
    look(other, "client-foreign")
