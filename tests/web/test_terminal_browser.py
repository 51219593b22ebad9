"""A shared terminal in a real browser: enrolled, handed over from badge to badge, left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from padstone.ingest.models import Message
from padstone.platform.accounts.models import User
from padstone.platform.audit.models import AuditLine
from padstone.platform.terminals import commands
from padstone.platform.terminals.models import Terminal, TerminalPresence
from tests.shop_floor import build
from tests.web import test_browser
from tests.web.conftest import PASSWORD
from tests.web.shared_terminals import CHIEF, NAMES, PINS, code_of, hire
from tests.web.test_browser import SIZES, keep
from tests.web.test_pages import UNKNOWN

chromium = test_browser.chromium
complaints = test_browser.complaints
nothing_guarded = test_browser.nothing_guarded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def floor(transactional_db: None, live_server: LiveServer) -> None:
    """People with badges, an administrator, and a message that was rejected."""
    User.objects.create_superuser("ada", password=PASSWORD)
    hire("ben")
    hire("cho")
    build([UNKNOWN])


@pytest.fixture
def open_desk(
    floor: None, chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    """A new browser window of a named size in which ada has logged in."""
    opened = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def open_window(size: str) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        opened.append(context)
        session = Client()
        session.force_login(User.objects.get(username="ada"))
        key = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in opened:
        context.close()


def enrol(page: Page, name: str = "Bench 1") -> None:
    page.goto("/terminals/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Station or place").fill("Line 1, repair")
    page.get_by_role("button", name="Make this a shared terminal").click()
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()


def scan(page: Page, text: str) -> None:
    """As a scanner does: whatever has the focus is typed into, and nothing is clicked before."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def come_on(page: Page, name: str) -> None:
    expect(page.locator("#badge")).to_be_focused()
    scan(page, code_of(name))
    expect(page.locator("#pin")).to_be_focused()
    scan(page, PINS[name])
    expect(page.locator(".on-name")).to_have_text(" ".join(NAMES[name]))


def choose(page: Page, pin: str) -> None:
    page.keyboard.type(pin)
    page.keyboard.press("Tab")
    scan(page, pin)


def retry_message(page: Page) -> None:
    page.get_by_role("link", name="Exceptions").first.click()
    page.get_by_role("link", name="CFX.Production.NoSuchThing").click()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("is on its way again.")).to_be_visible()


def last_line() -> tuple[str, str]:
    line = AuditLine.objects.filter(verb="retry_message").latest("id")
    return line.actor, line.via


def test_a_terminal_is_enrolled_and_handed_over_and_what_is_done_carries_the_right_name(
    open_desk: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_desk("desk")
    enrol(page)
    come_on(page, "ben")
    retry_message(page)
    assert last_line() == ("ben", "terminal Bench 1")

    page.goto("/recall/?page=1")
    page.get_by_label("Lot", exact=True).fill("LX-half-typed")
    page.locator("#scan").focus()
    scan(page, code_of("cho"))
    expect(page.get_by_role("heading", name="Cho Min-seo")).to_be_visible()
    for digit in PINS["cho"]:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".on-name")).to_have_text("Cho Min-seo")
    expect(page).to_have_url(f"{page.url.partition('/recall')[0]}/recall/?page=1")
    expect(page.get_by_label("Lot", exact=True)).to_have_value("LX-half-typed")

    Message.objects.filter(name="CFX.Production.NoSuchThing").update(state="rejected")
    retry_message(page)
    assert last_line() == ("cho", "terminal Bench 1")

    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    assert complaints == []


def test_who_idles_leaves_and_finds_what_was_entered_again(
    open_desk: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_desk("desk")
    enrol(page)
    page.clock.install()
    come_on(page, "ben")
    page.goto("/recall/")
    page.get_by_label("Lot", exact=True).fill("LX-half-typed")
    page.clock.run_for("09:35")
    expect(page.locator("#idle")).to_contain_text("Touch to stay")
    keep(page, "terminal-late-desk")
    page.keyboard.press("Shift")
    expect(page.locator("#idle")).to_contain_text("leaves in")
    page.clock.run_for("10:01")
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    assert AuditLine.objects.get(verb="leave").why == "idle"
    come_on(page, "ben")
    expect(page.get_by_label("Lot", exact=True)).to_have_value("LX-half-typed")
    assert complaints == []


def test_who_moves_at_the_page_is_kept_on_by_the_server_too(
    open_desk: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_desk("desk")
    enrol(page)
    page.clock.install()
    come_on(page, "ben")
    Terminal.objects.update(idle_s=600)
    before = TerminalPresence.objects.get().last_act_at
    with page.expect_response("**/terminal/here") as told:
        page.keyboard.press("Shift")
        page.clock.run_for("00:25")
    assert told.value.status == 204
    TerminalPresence.objects.update(last_act_at=before, user=None)
    page.keyboard.press("Shift")
    page.clock.run_for("00:25")
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    complaints[:] = [one for one in complaints if "409" not in one]
    assert complaints == []


def test_the_terminals_pages_fit_and_are_large_enough_for_gloves(
    open_desk: Callable[[str], Page], complaints: list[str]
) -> None:
    for size, (width, _) in SIZES.items():
        page = open_desk(size)

        def look(name: str, *, page: Page = page, size: str = size, width: int = width) -> None:
            keep(page, f"terminal-{name}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {size}"
            small = page.eval_on_selector_all(
                "button, input:not([type=hidden]), select, .tabs a",
                "all => all.filter(one => one.offsetHeight > 0 && one.offsetHeight < 44)"
                ".map(one => one.outerHTML)",
            )
            assert small == [], f"{name} at {size}"

        page.goto("/terminals/")
        look("none")
        page.goto("/badges/?for=ada")
        look("badges")
        page.get_by_role("button", name="One-time PIN for Ben Olsen").click()
        one_time = page.locator(".verdict .word").inner_text()
        look("one-time-pin")
        page.goto("/pin/")
        look("own-pin")
        enrol(page, f"Bench {size}")
        look("standing")
        scan(page, "STRANGE-1")
        expect(page.get_by_text("Badge not known")).to_be_visible()
        look("unknown-badge")
        scan(page, code_of("ben"))
        expect(page.locator("#pin")).to_be_focused()
        look("pin")
        scan(page, "9053")
        expect(page.get_by_text("Wrong PIN", exact=True)).to_be_visible()
        look("wrong-pin")
        scan(page, one_time)
        expect(page.get_by_role("heading", name="Choose your own PIN")).to_be_visible()
        look("choose")
        choose(page, "1234")
        expect(page.get_by_text("Everybody would try this PIN first.")).to_be_visible()
        choose(page, PINS["ben"])
        expect(page.locator(".on-name")).to_have_text("Ben Olsen")
        look("factory")
        page.goto("/exceptions/")
        look("exceptions")
        page.goto("/badges/")
        expect(page.get_by_text("Not permitted")).to_be_visible()
        look("not-permitted")
        desk = open_desk(size)
        desk.goto("/terminals/")
        expect(desk.get_by_text("Ben Olsen").first).to_be_visible()
        keep(desk, f"terminal-list-{size}")
        commands.revoke_terminal(CHIEF, terminal_id=Terminal.objects.get(name=f"Bench {size}").pk)
    complaints[:] = [one for one in complaints if "403" not in one]
    assert complaints == []
