"""A client sees its own orders, their panels and boards; whether anything else exists, it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from padstone.features.genealogy.queries import rejected_picks
from padstone.features.production.commands import assign_client
from padstone.features.production.models import Panel, Unit, WorkOrder, WorkTransaction
from padstone.features.quality.queries import findings_of_unit
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, NotFound
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from tests.shop_floor import AUDITOR
from tests.web.conftest import PANEL_UP, PASSWORD, Built, build_factory

pytestmark = pytest.mark.django_db

OBJECTS = {
    "/orders/{order}": "/orders/nothing",
    "/panels/{panel}": "/panels/nothing",
    "/boards/{unit}": "/boards/nothing",
    "/api/v1/orders/{order}": "/api/v1/orders/nothing",
    "/api/v1/panels/{panel}": "/api/v1/panels/nothing",
    "/api/v1/units/{unit}": "/api/v1/units/nothing",
    "/api/v1/units/{unit}/installations": "/api/v1/units/nothing/installations",
}
"""The address of each kind of thing, and of a thing of that kind that there is not."""
OF_THE_HOUSE = (
    "/lines/Line 1",
    "/recall/?lot=LX-1",
    "/exceptions/",
    "/packages/{package}",
    "/people/",
    "/api/v1/factory",
    "/api/v1/recall?lot=LX-1",
    "/api/v1/packages/{package}",
    "/api/v1/inbox",
)


@dataclass(frozen=True, slots=True)
class Walls:
    built: Built
    own: Client
    foreign: Client

    def address(self, pattern: str) -> str:
        return pattern.format(
            order=self.built.order,
            panel=self.built.panel,
            unit=self.built.units[0],
            package=self.built.bad_package,
        )


def browser_of(name: str, client: str) -> Client:
    create_person(AUDITOR, name=name, password=PASSWORD, roles=["client"], client=client)
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


@pytest.fixture(scope="module")
def walls(module_books: None) -> Walls:
    built = build_factory(2 * PANEL_UP)
    assign_client(AUDITOR, number=built.order, client="Acme")
    return Walls(built, browser_of("cleo", "Acme"), browser_of("fritz", "Brook"))


def without(body: str, *names: str) -> str:
    for name in names:
        body = body.replace(name, "…")
    return body


def test_what_is_anothers_is_not_found_in_the_very_words_of_what_is_not_there(walls: Walls) -> None:
    asked = sorted((walls.built.order, walls.built.panel, walls.built.units[0]), key=len, reverse=True)
    for pattern, of_nothing in OBJECTS.items():
        address = walls.address(pattern)
        assert walls.own.get(address).status_code == 200, pattern
        foreign, nothing = walls.foreign.get(address), walls.foreign.get(of_nothing)
        assert foreign.status_code == nothing.status_code == 404, pattern
        if "/api/" in pattern:
            assert without(foreign.content.decode(), *asked) == without(nothing.content.decode(), "nothing")


def test_what_is_the_houses_is_closed(walls: Walls) -> None:
    for pattern in OF_THE_HOUSE:
        assert walls.own.get(walls.address(pattern)).status_code == 403, pattern


def test_lists_hold_ones_own_alone(walls: Walls) -> None:
    order = walls.built.order
    WorkOrder.objects.create(number="OTHER-1", client="Other", opened_at=clock.now())
    WorkOrder.objects.create(number="HOUSE-1", opened_at=clock.now())
    for page in ("/orders/", "/api/v1/orders"):
        assert order in walls.own.get(page).content.decode()
        for browser, strangers in (
            (walls.own, ("OTHER-1", "HOUSE-1")),
            (walls.foreign, (order, "OTHER-1", "HOUSE-1")),
        ):
            body = browser.get(page).content.decode()
            assert [name for name in strangers if name in body] == []


def test_a_scan_finds_ones_own_alone(walls: Walls) -> None:
    built = walls.built
    for thing in (built.order, built.panel, built.units[0]):
        assert walls.own.get("/find/", {"q": thing}).status_code == 302
        assert walls.foreign.get("/find/", {"q": thing}).status_code == 404
        beginning = walls.foreign.get("/find/", {"q": thing[:4]}).content.decode()
        assert thing not in beginning
    for thing in (built.bad_package, "LX-1", "SMT1-PLACE1"):
        assert walls.own.get("/find/", {"q": thing}).status_code == 404


def test_a_client_begins_at_its_orders_and_is_shown_no_door_of_the_house(walls: Walls) -> None:
    assert walls.own.get("/")["Location"] == "/orders/"
    for pattern in ("/orders/", "/orders/{order}", "/panels/{panel}", "/boards/{unit}"):
        page = walls.own.get(walls.address(pattern)).content.decode()
        doors = ("/recall/", "/stations/", "/packages/", "/lines/", "/exceptions/", "/people/")
        assert [door for door in doors if f'href="{door}' in page] == []


def test_the_house_sees_every_order(walls: Walls, reader: Client) -> None:
    for pattern in OBJECTS:
        assert reader.get(walls.address(pattern)).status_code == 200
    assert "Acme" in reader.get("/orders/").content.decode()


def test_an_order_tells_how_far_it_is(walls: Walls) -> None:
    card = walls.own.get(walls.address("/api/v1/orders/{order}")).json()
    assert card["units"] == len(walls.built.units)
    assert card["progress"][0]["kind"] == "printer"
    assert {row["completed"] for row in card["progress"] if row["kind"] in {"printer", "placer", "oven"}} == {
        card["units"]
    }


def test_another_order_that_a_machine_named_for_a_panel_stays_hidden(walls: Walls) -> None:
    other = WorkOrder.objects.create(number="SECRET-ORDER", client="Brook", opened_at=clock.now())
    panel = Panel.objects.get(identifier=walls.built.panel)
    WorkTransaction.objects.filter(panel=panel).update(work_order=other)
    for pattern in OBJECTS:
        body = walls.own.get(walls.address(pattern)).content.decode()
        assert "SECRET-ORDER" not in body
    assert walls.foreign.get(walls.address("/panels/{panel}")).status_code == 404


def test_a_board_of_no_order_or_of_an_order_for_nobody_is_no_clients(walls: Walls) -> None:
    for order in (None, WorkOrder.objects.create(number="HOUSE-1", opened_at=clock.now())):
        Panel.objects.update(work_order=order)
        assert walls.own.get(walls.address("/boards/{unit}")).status_code == 404
        assert walls.foreign.get(walls.address("/boards/{unit}")).status_code == 404


def test_a_client_without_a_name_sees_nothing(walls: Walls) -> None:
    User.objects.filter(username="cleo").update(client="")
    for pattern in OBJECTS:
        assert walls.own.get(walls.address(pattern)).status_code in {403, 404}
    assert walls.own.get("/orders/").status_code == 403


def test_who_asks_for_a_unit_by_its_number_meets_the_same_wall(walls: Walls) -> None:
    """No page asks so without having looked before; the queries do not rely on it."""
    unit = Unit.objects.get(identifier=walls.built.units[0])
    own, foreign = (
        Actor(ActorKind.PERSON, "x", frozenset({"view_own_orders"}), client=client)
        for client in ("Acme", "Brook")
    )
    for ask in (rejected_picks, findings_of_unit):
        ask(own, unit.pk)
        with pytest.raises(NotFound):
            ask(foreign, unit.pk)
        with pytest.raises(Forbidden):
            ask(Actor(ActorKind.PERSON, "nobody"), unit.pk)
