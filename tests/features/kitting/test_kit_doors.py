"""The doors of kits: pages, API, command line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from padstone.features.kitting import commands
from padstone.features.kitting.cli import kit
from padstone.features.kitting.models import Pick, PickEnd
from padstone.features.stock.queries.cards import package_stock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Refusal
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from tests.features.kitting.conftest import ANNA, Store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stocked")]
PAGE = "/kits/orders/WO-1"


def browser_of(name: str, role: str, client: str = "") -> Client:
    create_person(ANNA, name=name, password="a-long-word-for-tests", roles=[role], client=client)
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


@pytest.fixture
def handler() -> Client:
    """A browser of a material handler: the role alone is enough."""
    return browser_of("hans", "material_handler")


def scan(browser: Client, text: str, mode: str = "", **held: str) -> str:
    """What the page says after a scan; what it carried comes back with it, as a browser sends it."""
    address = PAGE + (f"?mode={mode}" if mode else "")
    response = browser.post(address, {"scan": text, "key": f"k-{text}", **held}, follow=True)
    return response.content.decode()


class TestPages:
    def test_two_scans_pick_a_package_in_either_order(self, handler: Client) -> None:
        assert "Scan where the kit goes" in handler.get(PAGE).content.decode()
        handler.post(PAGE, {"do": "begin", "scan": "T-1"})
        assert "Next: A-1, U1" in handler.get(PAGE).content.decode()
        assert "At A-2: take R1" in scan(handler, "A-2")
        assert "R1 is picked: to T-1" in scan(handler, "R1", location="A-2")
        assert "C1 is right: scan its location" in scan(handler, "C1")
        assert "C1 is picked: to T-1" in scan(handler, "A-10", package="C1")
        assert Pick.objects.count() == 2

    def test_a_wrong_scan_says_what_to_take_and_loses_nothing(self, store: Store, handler: Client) -> None:
        handler.post(PAGE, {"do": "begin", "scan": "T-1"})
        store("X1", part="999-001")
        page = scan(handler, "X1", location="A-2")
        assert "Take U1 from A-1 instead." in page
        assert 'name="location" value="A-2"' in page
        page = scan(handler, "A-1", package="R1")
        assert "By the books R1 is at A-2, not at A-1." in page
        assert 'name="package" value="R1"' in page
        page = scan(handler, "nonsense", package="R1")
        assert "is no package and no storage location" in page
        assert 'name="package" value="R1"' in page

    def test_what_is_left_comes_back_with_a_count(self, handler: Client) -> None:
        handler.post(PAGE, {"do": "begin", "scan": "T-1"})
        scan(handler, "R1", location="A-2")
        handler.post(PAGE, {"do": "issue"})
        seen = str(package_stock(ANNA, "R1").version)
        page = scan(handler, "R1", mode="back")
        assert "R1: how many are left?" in page
        assert f'name="seen" value="{seen}"' in page
        assert "R1, 4900 counted: scan where it goes" in scan(handler, "4900", mode="back", package="R1")
        page = scan(handler, "A-1", mode="back", package="R1", quantity="4900", seen=seen)
        assert "R1 is back, at A-1" in page
        assert "4900 pcs counted, 5000 by the books." in page
        assert "100 are short, and booked so." in page
        assert PickEnd.objects.get().counted == 4900

    def test_somebody_else_was_quicker(self, handler: Client) -> None:
        handler.post(PAGE, {"do": "begin", "scan": "T-1"})
        commands.pick(ANNA, order="WO-1", package="R1", location="A-2")
        assert "anna picked it" in scan(handler, "R1", location="A-2")

    def test_lists_name_what_is_short_and_lead_to_the_kit(
        self,
        stocked: Callable[..., None],
        handler: Client,
    ) -> None:
        stocked("WO-2", quantity=3000, due="2026-12-24")
        page = handler.get(reverse("kits")).content.decode()
        assert "parts fall short" in page
        assert PAGE in page
        page = handler.get(reverse("shortages")).content.decode()
        assert "WO-2" in page
        assert "2026-12-24" in page
        assert handler.get("/kits/?scan=WO-1").headers["Location"] == PAGE
        assert handler.get("/kits/?scan=A-1").status_code == 422
        assert PAGE in handler.get("/orders/WO-1").content.decode()

    def test_a_client_sees_no_kit_at_all(self) -> None:
        herzfeld = browser_of("carla", "client", client="Herzfeld")
        for address in (reverse("kits"), reverse("shortages"), PAGE, "/api/v1/kits/WO-1", "/api/v1/kits"):
            assert herzfeld.get(address).status_code == 403, address
        assert PAGE not in herzfeld.get("/orders/WO-1").content.decode()

    def test_who_may_only_look_sees_the_list_and_no_field(self) -> None:
        operator = browser_of("olga", "operator")
        page = operator.get(PAGE).content.decode()
        assert "Pick list" in page
        assert 'name="scan"' not in page
        assert operator.post(PAGE, {"do": "begin", "scan": "T-1"}).status_code == 403


class TestApi:
    @pytest.fixture
    def api(self) -> Callable[..., tuple[int, object]]:
        browser = browser_of("hans", "material_handler")

        def ask(path: str, body: object = None) -> tuple[int, object]:
            address = f"/api/v1/kits{path}"
            told = json.dumps(body)
            response = browser.post(address, told, "application/json") if body else browser.get(address)
            return response.status_code, json.loads(response.content)

        return ask

    def test_a_kit_from_the_beginning_to_its_return(self, api: Callable[..., tuple[int, object]]) -> None:
        status, card = api("/begin", {"order": "WO-1", "location": "T-1"})
        assert (status, card["state"]) == (200, "picking")  # type: ignore[index]  # JSON
        picks = {"R1": "A-2", "C1": "A-10", "U1": "A-1"}
        for package, location in picks.items():
            act = {"order": "WO-1", "package": package, "location": location, "key": package}
            assert api("/picks", act)[0] == 201
            assert api("/picks", act)[0] == 200
        status, refused = api("/picks", {"order": "WO-1", "package": "R1", "location": "A-2"})
        assert (status, refused["code"]) == (409, "picked_already")  # type: ignore[index]  # JSON
        assert api("/issue", {"order": "WO-1"})[1]["state"] == "issued"  # type: ignore[index]  # JSON
        assert api("/used-up", {"order": "WO-1"}) == (200, [])
        for package, location in picks.items():
            back = {"package": package, "location": location, "quantity": "9"}
            assert api("/returns", back)[0] == 200
        assert api("/WO-1")[1]["state"] == "returned"  # type: ignore[index]  # JSON
        assert api("") == (200, [])
        assert api("/shortages?order=WO-1")[0] == 200
        assert api("/WO-9")[0] == 404


class TestCommandLine:
    def test_each_command_says_what_it_did(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anna = Actor(ActorKind.PERSON, "anna", EVERYTHING)
        monkeypatch.setattr("padstone.features.kitting.cli.operator_of_this_machine", lambda: anna)

        def run(*words: str, code: int = 0) -> str:
            done = CliRunner().invoke(kit, words)
            if isinstance(done.exception, Refusal):
                raise done.exception
            assert done.exit_code == code, done.output
            return done.output

        assert "WO-1" in run("list")
        assert "none" in run("shortages")
        assert "goes to T-1" in run("begin", "WO-1", "T-1")
        assert "R1 is picked, 5000 of 100-001: T-1." in run("pick", "WO-1", "R1", "A-2")
        assert "To fetch" in run("show", "WO-1")
        assert "is issued" in run("issue", "WO-1")
        assert "Nothing of it" in run("used-up", "WO-1")
        back = run("return", "R1", "4900", "--to", "A-1")
        assert "R1 is back at A-1: 4900 counted, 5000 by the books." in back
        assert "The kit of WO-1 is closed." in back
        assert "is closed" in run("close", "WO-1")
        assert json.loads(run("show", "WO-1", "--format", "json"))["state"] == "returned"
        assert json.loads(run("list", "--format", "json")) == []
