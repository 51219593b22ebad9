"""The main job in a real browser: from a bad lot to its boards, from a board to its reels, and the rest.

Every page is shown at three sizes: nothing may stick out, and the browser may have nothing to complain of (it
would tell of everything that the Content-Security-Policy stopped). Screenshots go to ``build/screenshots``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from padstone.ingest.models import Message
from padstone.platform.append_only import GUARDED_TABLES, AppendOnly, missing_guards
from tests.shop_floor import build
from tests.web.conftest import BAD_LOT, BAD_UNITS, PANEL_UP, PASSWORD, Built
from tests.web.test_pages import UNKNOWN, pages_of

SCREENSHOTS = Path(os.environ.get("PADSTONE_SCREENSHOTS", Path(__file__).parents[2] / "build/screenshots"))
SIZES = {"desk": (1440, 900), "phone": (390, 844), "narrow": (360, 640)}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium(require_service: Callable[[str], str]) -> Iterator[Browser]:
    path = require_service("chromium")
    # Playwright keeps an event loop in this thread, which Django takes for a reason to refuse its database.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", autouse=True)
def nothing_guarded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A web server needs commits, and a database that is emptied after each test: the guards of its
    append-only tables stand aside meanwhile.
    """
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        guards = [AppendOnly(table) for table in GUARDED_TABLES]
        for guard in guards:
            guard.database_backwards("", editor, ProjectState(), ProjectState())
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for guard in guards:
            guard.database_forwards("", editor, ProjectState(), ProjectState())
    with django_db_blocker.unblock():
        assert missing_guards(connection) == []


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer, build_units: Callable[[int], Built]) -> Built:
    """A factory behind a web server, with boards and a message that was rejected."""
    from padstone.platform.accounts.models import User  # noqa: PLC0415 - Django is not set up yet when this is read

    User.objects.create_superuser("ada", password=PASSWORD)
    built = build_units(2 * PANEL_UP)
    build([UNKNOWN])
    return built


@pytest.fixture
def complaints() -> list[str]:
    """What browsers had to complain of."""
    return []


@pytest.fixture
def open_at(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    """A new browser window of a named size in which ada has logged in."""
    opened = []

    def note(message: ConsoleMessage) -> None:
        if (
            message.type in {"error", "warning"}
            and "the server responded with a status of 404" not in message.text
        ):
            complaints.append(message.text)

    def open_window(size: str) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login/")
        page.get_by_label("User name").fill("ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_role("heading", name="Factory now")).to_be_visible()
        return page

    yield open_window
    for context in opened:
        context.close()


def keep(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.mark.django_db(transaction=True)
def test_from_a_bad_lot_to_its_boards_and_their_reels(
    site: Built, open_at: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_at("desk")
    expect(page.locator("#scan")).to_be_focused()
    page.keyboard.type(BAD_LOT)  # as a scanner does: nothing is clicked before
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recall")).to_be_visible()
    expect(page.locator(".answer .number").first).to_have_text(str(BAD_UNITS))
    unit = site.ledger.units_with_lot(BAD_LOT)[0]
    page.get_by_role("link", name=unit).click()
    expect(page.get_by_role("heading", name=unit)).to_be_visible()
    rows = page.locator("#parts-table tbody tr")
    assert rows.count() > 100
    page.get_by_label("Filter the parts").press_sequentially(BAD_LOT)
    true = {one.designator for one in site.ledger.installations if one.unit == unit and one.lot == BAD_LOT}
    expect(rows).to_have_count(len(true))
    expect(page).to_have_url(re.compile(rf"[?&]q={BAD_LOT}"))
    rows.first.get_by_role("link", name=site.bad_package).click()
    expect(page.get_by_role("heading", name=site.bad_package)).to_be_visible()
    expect(page.get_by_role("link", name=unit)).to_be_visible()
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_the_factory_follows_what_happens(
    site: Built, open_at: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_at("desk")
    expect(page.locator("#attention")).to_have_text("1")
    page.locator("#scan").fill("half a sc")
    # From here on no request gets through while this thread is busy: the server shares its connection.
    page.route("**/*", lambda route: route.continue_())
    with page.expect_response("**/", timeout=15_000):
        pass
    build([b"{never JSON"])
    expect(page.locator("#attention")).to_have_text("2", timeout=15_000)
    expect(page.locator("#now .figures")).to_contain_text("2")
    expect(page.locator("#scan")).to_have_value("half a sc")  # what was entered stays
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_rejected_message_is_looked_at_and_retried(
    site: Built, open_at: Callable[[str], Page], complaints: list[str]
) -> None:
    page = open_at("phone")
    page.get_by_role("link", name="Exceptions").first.click()
    page.get_by_role("link", name="CFX.Production.NoSuchThing").click()
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("is on its way again.")).to_be_visible()
    assert Message.objects.get(name="CFX.Production.NoSuchThing").state == "received"
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_nothing_sticks_out_and_everything_is_large_enough_for_gloves(
    site: Built, open_at: Callable[[str], Page], complaints: list[str]
) -> None:
    addresses = pages_of(site)
    del addresses["kit"]  # nobody has said what the order builds: a refusal, of which the browser complains
    for size, (width, _) in SIZES.items():
        page = open_at(size)
        for name, address in addresses.items():
            page.goto(address)
            keep(page, f"{name.replace(' ', '-')}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {size}"
            small = page.eval_on_selector_all(
                "button, input:not([type=hidden]), .places a, .tabs a",
                "all => all.filter(one => one.offsetHeight > 0 && one.offsetHeight < 44)"
                ".map(one => one.outerHTML)",
            )
            assert small == [], f"{name} at {size}"
    assert complaints == []
