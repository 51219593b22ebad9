"""A client's files in a real browser: from a wild spreadsheet to a released revision and its change order."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from padstone.platform.accounts.models import User
from tests.features.design.wild import BILL, NEXT_BILL, PLACEMENT
from tests.web import test_browser
from tests.web.conftest import PASSWORD
from tests.web.test_browser import SIZES, keep

chromium = test_browser.chromium
complaints = test_browser.complaints
nothing_guarded = test_browser.nothing_guarded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(transactional_db: None, chromium: Browser, live_server: LiveServer, complaints: list[str]) -> Page:
    """A browser in which ada has logged in."""
    ada = User.objects.create_superuser("ada", password=PASSWORD)
    width, height = SIZES["desk"]
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    session = Client()
    session.force_login(ada)
    key = session.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def look(page: Page, name: str) -> None:
    """On a phone and at a desk nothing sticks out."""
    for size in ("phone", "desk"):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        keep(page, f"design-{name}-{size}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {size}"


def upload(page: Page, name: str, content: bytes, revision: str) -> None:
    page.goto("/designs/import/")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_label("Product number").fill("BRD-7")
    page.get_by_label("Revision", exact=True).fill(revision)
    page.get_by_label("Client").fill("Herzfeld GmbH")
    page.get_by_role("button", name="Look at it").click()


def test_a_wild_file_is_taken_in_released_and_changed(page: Page, complaints: list[str]) -> None:
    page.goto("/designs/")
    page.get_by_role("link", name="Import files").click()
    look(page, "import")
    upload(page, "Stückliste.csv", BILL, "A")
    expect(page.get_by_label("What “Herstellernummer” says")).to_have_value("mpn")
    look(page, "mapping")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("Not ready yet")).to_be_visible()
    look(page, "draft")
    upload(page, "cpl.csv", PLACEMENT, "A")
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("svg.board").first).to_be_visible()
    look(page, "board")
    resolve_three_doubts(page)
    put_the_findings_right(page)
    release(page)
    change_it(page)
    assert complaints == []


def resolve_three_doubts(page: Page) -> None:
    page.get_by_role("link", name="Doubts", exact=False).first.click()
    expect(page.get_by_text("3 doubts wait for somebody.")).to_be_visible()
    look(page, "doubts")
    for left in ("2 doubts wait for somebody.", "1 doubt waits for somebody.", "Nothing waits for anybody."):
        page.get_by_role("button", name="Accept").first.click()
        expect(page.get_by_text(left)).to_be_visible()


def put_the_findings_right(page: Page) -> None:
    page.get_by_role("link", name="Bill and board").click()
    page.get_by_role("button", name="Register the unknown parts").click()
    expect(page.get_by_text("4 parts are new on the books.")).to_be_visible()
    page.locator("#line-3 th a").click()
    look(page, "line")
    page.get_by_label("Quantity for one board").fill("1")
    page.get_by_role("button", name="Change the line").click()
    expect(page.get_by_text("Line 3 is changed.")).to_be_visible()
    page.locator("#line-1 td a.id").first.click()
    page.get_by_role("button", name="Approve RC0402FR-0710KL").click()
    expect(page.get_by_text("Noted.")).to_be_visible()
    look(page, "part")
    page.go_back()


def release(page: Page) -> None:
    page.goto("/designs/1/readiness")
    expect(page.get_by_text("0 findings hold a release up")).to_be_visible()
    look(page, "readiness")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("Released. It never changes from now on.")).to_be_visible()
    look(page, "released")


def change_it(page: Page) -> None:
    page.get_by_role("link", name="Raise a change order").click()
    page.get_by_label("To which revision").fill("B")
    page.get_by_label("Reason").fill("R1 to R3 are short, and C3 is new.")
    page.get_by_label("Which", exact=True).fill("2026-12-01")
    look(page, "raise")
    page.get_by_role("button", name="Raise it").click()
    expect(page.get_by_role("heading", name="ECO-0001")).to_be_visible()
    upload(page, "next.csv", NEXT_BILL, "B")
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("CRCW040210K0FKED").first).to_be_visible()
    expect(page.locator("svg.board")).to_have_count(4)
    look(page, "compare")
    page.goto("/changes/ECO-0001/")
    look(page, "change")
    page.get_by_role("link", name="Sign it as it stands").click()
    look(page, "sign")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="ECO-0001 Approved")).to_be_visible()
