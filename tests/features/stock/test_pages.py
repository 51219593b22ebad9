"""The pages answer, do what they say, and the API does the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from padstone.features.stock import commands
from padstone.features.stock.queries.cards import available, location_card, package_stock
from padstone.features.stock.queries.search import search
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from tests.features.stock.conftest import ANNA

pytestmark = pytest.mark.django_db
Store = Callable[..., None]


@pytest.fixture
def handler(db: None) -> Client:
    create_person(ANNA, name="handler", password="a-long-word-for-tests", roles=["material_handler"])
    client = Client()
    client.force_login(User.objects.get(username="handler"))
    return client


def told(client: Client, path: str, **body: Any) -> tuple[int, Any]:
    response = client.post(f"/api/v1/stock/{path}", json.dumps(body), content_type="application/json")
    return response.status_code, json.loads(response.content or b"null")


def test_two_scans_store_a_reel_and_a_wrong_one_loses_nothing(store: Store, handler: Client) -> None:
    store("R1")
    first = handler.post("/stock/", {"code": "R1"})
    assert first["Location"] == "/stock/?package=R1"
    page = handler.get(first["Location"])
    seen = package_stock(ANNA, "R1").version
    assert f'name="seen" value="{seen}"'.encode() in page.content
    wrong = handler.post("/stock/", {"package": "R1", "seen": seen, "code": "NOWHERE"})
    assert wrong.status_code == 404
    assert b'name="package" value="R1"' in wrong.content
    second = handler.post("/stock/", {"package": "R1", "seen": seen, "code": "A-2"})
    assert second["Location"] == "/stock/?done=R1"
    assert b"R1 is at A-2" in handler.get(second["Location"]).content
    late = handler.post("/stock/", {"package": "R1", "seen": seen, "code": "A-10"})
    assert late.status_code == 409
    assert b"R1 was changed in the meantime: moved by handler" in late.content


def test_every_page_answers(store: Store, handler: Client) -> None:
    store("R1", "R2")
    commands.count(ANNA, package="R2", quantity=Decimal(50))
    commands.hold(ANNA, packages=["R1"], reason="damaged", why="wet", to="CAGE")
    commands.log_condition(ANNA, location="A-1", celsius=Decimal("22.5"))
    for path, words in {
        "/stock/": "Scan a package or a location",
        "/stock/?code=L-1": "R2",
        "/stock/packages/R1": "wet",
        "/stock/locations/": "A-10",
        "/stock/locations/A-1": "22.5",
        "/stock/locations/CAGE": "R1",
        "/stock/balance/": "Pieces taken",
        "/stock/balance/packages/R2": "50 pieces were taken",
        "/stock/balance/lots/L-1": "Together",
        "/find/?q=A-1": "",
    }.items():
        page = handler.get(path)
        assert page.status_code in {200, 302}, path
        assert words in page.content.decode(), path


def test_what_a_form_asks_is_done_or_said_why_not(store: Store, handler: Client) -> None:
    store("R1")
    page = "/stock/packages/R1"
    assert handler.post(page, {"do": "count", "quantity": "90"}).status_code == 302
    assert handler.post(page, {"do": "split", "new": "R1a", "quantity": "40"}).status_code == 302
    assert (
        handler.post(page, {"do": "leave", "how": "scrapped", "quantity": "5", "why": "x"}).status_code == 302
    )
    assert package_stock(ANNA, "R1").most == Decimal(45)
    too_many = handler.post(page, {"do": "leave", "how": "scrapped", "quantity": "99", "why": "x"})
    assert (too_many.status_code, b"holds 45 pieces" in too_many.content) == (409, True)
    assert handler.post(page, {"do": "count", "quantity": "many"}).status_code == 422
    assert handler.post(page, {"do": "release", "why": "I may not"}).status_code == 403


def test_the_api_does_the_same(store: Store, handler: Client) -> None:
    store("R1")
    status, done = told(handler, "moves", package="R1", to="A-2", key="m-1")
    assert (status, done["location"], done["version"]) == (200, "A-2", 2)
    assert told(handler, "moves", package="R1", to="A-2", seen=1)[0] == 409
    assert told(handler, "counts", package="R1", quantity="80")[1]["quantity"] == "80.000000"
    assert told(handler, "splits", package="R1", new="R1a", quantity=30)[1]["package"] == "R1a"
    assert told(handler, "leavings", package="R1", how="spoiled", quantity=1, why="fell")[0] == 200
    assert told(handler, "leavings", package="R1", how="eaten", why="fell")[0] == 422
    assert told(handler, "holds", packages=["R1a"], reason="label")[0] == 201
    assert told(handler, "disposals", package="R1a", how="released", why="fine")[0] == 403
    assert told(handler, "conditions", location="A-1", celsius="21")[0] == 204
    assert told(handler, "locations", code="B-1", kind="shelf", parent="W1")[0] == 201
    for path in ("search?q=R1a", "packages/R1", "locations", "locations/A-2", "available?part=100-001"):
        assert handler.get(f"/api/v1/stock/{path}").status_code == 200, path
    for path in ("balance", "balance/lots/L-1", "balance/packages/R1", "ledger/broken"):
        assert handler.get(f"/api/v1/stock/{path}").status_code == 200, path


def test_a_package_is_found_by_any_code_that_is_on_it(store: Store) -> None:
    store("R1", "R2", part="100-007", lot="L-7")
    commands.add_codes(ANNA, package="R2", codes=["urn:epc:tag:sgtin-96:1.0614141.112345.400", "3S777"])
    for code, names in {
        "R1": ["R1"],
        "3S777": ["R2"],
        "urn:epc:tag:sgtin-96:1.0614141.112345.400": ["R2"],
        "L-7": ["R1", "R2"],
        "100-007": ["R1", "R2"],
        "A-1": ["R1", "R2"],
        "R": ["R1", "R2"],
        "nothing": [],
    }.items():
        assert [one.package for one in search(ANNA, code).packages] == names, code
    assert search(ANNA, "L-7", limit=1).more


def test_what_there_is_of_a_part_and_who_took_it(store: Store) -> None:
    store("R2", at="A-10")
    store("R1", at="A-2")
    commands.hold(ANNA, packages=["R2"], reason="label")
    found = available(ANNA, "100-001")
    assert [(one.package, bool(one.unfit)) for one in found] == [("R1", False), ("R2", True)]
    commands.move(ANNA, package="R1", to="A-1")
    assert [(one.package, one.to, one.by) for one in location_card(ANNA, "A-2").taken] == [
        ("R1", "A-1", "anna")
    ]
