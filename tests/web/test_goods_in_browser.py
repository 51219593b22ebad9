"""A handler's morning in a real browser: reels are scanned in and a work order is kitted, on a phone and at a
desk, with a scanner that types and presses Enter. It counts the scans and the clicks that each reel takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from padstone.features.parts.commands import import_bom
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.stock.commands import define_location
from padstone.platform.accounts.models import User
from tests.features.receiving.conftest import ANNA, label, reel, set_up
from tests.web import test_browser
from tests.web.conftest import PASSWORD
from tests.web.test_browser import SIZES, keep

chromium = test_browser.chromium
complaints = test_browser.complaints
nothing_guarded = test_browser.nothing_guarded

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_MS = 90_000
"""The first page of a process reads every module; a busy machine takes its time."""


@dataclass
class Scanner:
    """A keyboard wedge: what has the focus gets the scan, and Enter."""

    page: Page
    scans: int = 0
    clicks: int = 0
    reels: list[str] = field(default_factory=list)

    def scan(self, text: str) -> None:
        assert self.page.evaluate("document.activeElement.name") == "scan", "the scan would go astray"
        self.page.keyboard.insert_text(text)
        self.enter()
        self.scans += 1

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def click(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()
        self.clicks += 1

    def good(self, payload: str, location: str = "A-1") -> None:
        self.scan(payload)
        expect(self.page.get_by_text("All is well: scan where it goes")).to_be_visible()
        self.scan(location)
        expect(self.page.locator("#done")).to_contain_text(f"Received, at {location}")
        self.reels.append("good")

    def held(self, payload: str, why: str) -> None:
        self.scan(payload)
        expect(self.page.get_by_text("Quarantine: bring it to CAGE")).to_be_visible()
        expect(self.page.get_by_text(why)).to_be_visible()
        self.scan("CAGE")
        expect(self.page.locator("#done")).to_contain_text("Quarantine: bring it to CAGE")
        self.reels.append("held")


@pytest.fixture
def morning(
    transactional_db: None, chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> Callable[[str], Scanner]:
    """A goods-in, and a handler who has logged in at a window of a named size."""
    set_up(resistors=500_000)
    define_location(ANNA, code="T-1", kind="trolley", name="Kit trolley")
    bill = b"part_number,designators,quantity\n100-001,R1 R2 R3 R4 R5,5\n200-001,U1,1\n"
    import_bom(ANNA, product="P", revision="A", content=bill, file_name="p.csv")
    session = Client()
    session.force_login(User.objects.create_superuser("ada", password=PASSWORD))
    key = session.cookies[settings.SESSION_COOKIE_NAME].value

    def at(size: str) -> Scanner:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/receiving/")
        return Scanner(page)

    return at


def plan(boards: int) -> None:
    """An order of five resistors and a controller on each board; of the controller there is none."""
    row = revision("P", "A")
    assert row is not None
    plan_work_order(ANNA, number="WO-1", revision_id=row.pk, quantity=boards, due_on=date(2026, 12, 1))


def pick_all(scanner: Scanner, size: str) -> int:
    """The order is scanned, then where its kit goes, then location and package as the list says. Answers how
    many were picked.
    """
    page, picked = scanner.page, 0
    page.goto("/kits/")
    look(page, "kits", size)
    scanner.scan("WO-1")
    expect(page.get_by_text("1 part falls short")).to_be_visible()
    scanner.scan("T-1")
    began = scanner.scans
    while page.locator("#list tbody tr").count():
        row = page.locator("#list tbody tr").first
        location, package = (row.get_by_role("link").nth(n).inner_text() for n in (0, 1))
        expect(page.locator("#next")).to_contain_text(f"Next: {location}, {package}")
        if not picked:
            look(page, "kit-next", size)
        scanner.scan(location)
        scanner.scan(package)
        expect(page.locator("#done")).to_contain_text(f"{package} is picked: to T-1")
        picked += 1
    assert (scanner.scans - began, scanner.clicks) == (2 * picked, 0)
    expect(page.get_by_text("Nothing more to fetch, and the kit is short")).to_be_visible()
    look(page, "kit-picked", size)
    return picked


def bring_one_back(scanner: Scanner, size: str) -> None:
    """The reel that was picked last: its code, what is left, where it goes."""
    page = scanner.page
    page.get_by_role("button", name="Issue the kit to its line").click()
    page.get_by_role("link", name="Bring back").click()
    package = page.locator("#picked tbody tr").last.get_by_role("link").first.inner_text()
    scanner.scan(package)
    expect(page.get_by_text("how many are left?")).to_be_visible()
    look(page, "kit-back", size)
    scanner.scan("4200")
    scanner.scan("A-2")
    expect(page.locator("#done")).to_contain_text(f"{package} is back, at A-2")
    expect(page.locator("#done")).to_contain_text("800 are short, and booked so.")
    look(page, "kit-came-back", size)


def look(page: Page, name: str, size: str) -> None:
    keep(page, f"goods-in-{name}-{size}")
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0], f"{name} at {size}"


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_morning_of_a_few_reels(
    morning: Callable[[str], Scanner], complaints: list[str], size: str
) -> None:
    scanner = morning(size)
    page = scanner.page
    scanner.scan(reel(1))
    look(page, "ready", size)
    scanner.scan("A-1")
    expect(page.locator("#done")).to_contain_text("Received, at A-1")
    look(page, "received", size)
    scanner.good(reel(2))
    assert (scanner.scans, scanner.clicks) == (4, 0)
    scanner.held(reel(3, _9D="3901"), "still to come")
    look(page, "held", size)
    scanner.scan(reel(1))
    expect(page.get_by_text("Received before")).to_be_visible()
    look(page, "twice", size)
    scanner.scan(reel(5))
    scanner.scan(reel(6))
    expect(page.get_by_text("is the label of another package")).to_be_visible()
    page.get_by_text("Photo, or another package").click()
    scanner.click("Another package: begin anew")
    scanner.scan(label("1PRC0402FR-0710KL", "KPO-1", "Q5000"))
    expect(page.get_by_text("Not all is said yet")).to_be_visible()
    look(page, "asked", size)
    page.get_by_label("Lot", exact=True).fill("LA0099")
    page.get_by_label("Date code", exact=True).fill("2612")
    scanner.enter()
    expect(page.get_by_text("All is well: scan where it goes")).to_be_visible()
    scanner.scan("A-2")
    expect(page.locator("#done")).to_contain_text("Received, at A-2")
    for address, name in (
        ("/receiving/orders/", "orders"),
        ("/receiving/orders/PO-1", "order"),
        ("/receiving/suppliers/", "suppliers"),
        ("/receiving/suppliers/Mouser", "supplier"),
    ):
        page.goto(address)
        look(page, name, size)
    plan(boards=1_500)
    scanner.clicks = 0
    assert pick_all(scanner, size) == 2
    scanner.scan(reel(3, _9D="3901"))
    expect(page.locator("#refused")).to_contain_text("in quarantine")
    look(page, "kit-refused", size)
    bring_one_back(scanner, size)
    page.goto("/kits/shortages")
    expect(page.get_by_text("200-001")).to_be_visible()
    look(page, "shortages", size)
    assert complaints == []


@pytest.mark.proof
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_morning_of_forty_reels_with_five_problems(
    morning: Callable[[str], Scanner], complaints: list[str], size: str, figure: Callable[[str], None]
) -> None:
    scanner = morning(size)
    problems = {
        4: ({"_9D": "3901"}, "still to come"),
        11: ({"_1P": "RC0402FR-0712KL", "P": "100-001"}, "is not approved for 100-001"),
        19: ({"_1P": "XX-77"}, "Nobody has registered the part XX-77"),
        28: ({"Q": "900000"}, "were ordered"),
        36: ({"_14D": "20250101"}, "expired on"),
    }
    for number in range(1, 41):
        if number in problems:
            other, why = problems[number]
            scanner.held(reel(number, **other), why)
        else:
            scanner.good(reel(number))
    assert scanner.reels.count("good") == 35
    assert scanner.reels.count("held") == 5
    assert scanner.clicks == 0
    figure(
        f"goods-in, {size}: {len(scanner.reels)} reels, {scanner.scans / len(scanner.reels):.2f} scans and "
        f"{scanner.clicks / len(scanner.reels):.2f} clicks for each"
    )
    look(scanner.page, "morning", size)
    plan(boards=12_000)
    scanner.scans = 0
    picked = pick_all(scanner, size)
    assert picked == 12
    figure(
        f"kitting, {size}: {picked} packages, {(scanner.scans - 2) / picked:.2f} scans and "
        f"{scanner.clicks / picked:.2f} clicks for each; two scans for the order and its trolley"
    )
    bring_one_back(scanner, size)
    assert complaints == []
