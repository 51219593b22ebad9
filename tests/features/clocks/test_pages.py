"""Pages, API and command line of the clocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from padstone.features.clocks.cli import clock as command_line
from padstone.features.clocks.queries import policy_lines
from padstone.kernel.clock import clock_at
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from tests.features.clocks.shelf import Shelf, at
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db


def visitor(role: str) -> Client:
    create_person(AUDITOR, name=role, password="a-long-word-for-tests", roles=[role])
    browser = Client()
    browser.force_login(User.objects.get(username=role))
    return browser


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    made.part("IC-3", moisture_level="3")
    reel, _ = made.package("R1", "IC-3"), made.package("R2", "IC-3", expires_at=at(24))
    made.load(0, reel)
    with clock_at(at(165)):
        yield made


def test_what_runs_out_next_has_a_page(shelf: Shelf) -> None:
    page = visitor("material_handler").get("/clocks/").content.decode()
    assert page.index("/packages/R2") < page.index("/packages/R1")
    assert "Its shelf life is over." in page
    assert "Runs out in 3 h 0 min" in page
    assert "Placer 1" in page


def test_the_time_is_shown_where_the_package_is(shelf: Shelf) -> None:
    browser = visitor("material_handler")
    for address in ("/packages/R1", "/stations/Placer 1", "/lines/Line 1"):
        assert "Runs out in 3 h 0 min" in browser.get(address).content.decode()
    assert "Must not be used" in browser.get("/packages/R2").content.decode()


def test_one_scan_tells_one_thing_and_what_it_was_stays_chosen(shelf: Shelf) -> None:
    browser = visitor("material_handler")
    told = browser.post("/clocks/scan/", {"kind": "bake_began", "value": "125", "package": "R1"})
    page = told.content.decode()
    assert told.status_code == 200
    assert 'value="bake_began" selected' in page
    assert "It is in the oven." in page
    wrong = browser.post("/clocks/scan/", {"kind": "bake_began", "value": "", "package": "R1"})
    assert (wrong.status_code, "Give the temperature in °C" in wrong.content.decode()) == (422, True)
    unknown = browser.post("/clocks/scan/", {"kind": "opened", "package": "NOBODY"})
    assert (unknown.status_code, "NOBODY" in unknown.content.decode()) == (404, True)


def test_who_may_only_look_tells_nothing(shelf: Shelf) -> None:
    browser = visitor("manager")
    assert browser.get("/clocks/").status_code == 200
    assert browser.get("/clocks/rules/").status_code == 200
    assert browser.get("/clocks/scan/").status_code == 403
    assert browser.post("/clocks/rules/", {"why": "x"}).status_code == 403


def test_the_rules_have_a_page(shelf: Shelf) -> None:
    browser = visitor("process_engineer")
    page = browser.get("/clocks/rules/").content.decode()
    assert "from memory" in page
    wrong = browser.post("/clocks/rules/", {"warn_s": "soon", "why": "For a test."})
    assert wrong.status_code == 422
    done = browser.post(
        "/clocks/rules/",
        {"warn_s": "2.5", "on_unfit_load": "block", "pastes.solder_paste.thaw_s": "6", "why": "For a test."},
    )
    assert done.status_code == 302
    (line,) = policy_lines(AUDITOR)
    assert (line.revision, line.policy["warn_s"], line.policy["on_unfit_load"]) == (1, 9_000, "block")
    assert line.policy["pastes"]["solder_paste"]["thaw_s"] == 21_600
    assert "168" not in browser.get("/clocks/").content.decode()


def test_programs_ask_and_tell(shelf: Shelf) -> None:
    browser = visitor("process_engineer")
    left = browser.get("/api/v1/clocks/packages/R1").json()
    assert (left["left_s"], left["is_soon"], left["level"]) == (3 * 3_600, True, "3")
    told = {"packages": ["R1"], "kind": "dry_in", "at": at(164).isoformat()}
    (after,) = browser.post("/api/v1/clocks/exposures", json.dumps(told), "application/json").json()
    assert (after["keeping"], after["left_s"], after["runs_out_at"]) == ("dry", 4 * 3_600, None)
    names = [one["remaining"]["package"] for one in browser.get("/api/v1/clocks?within_h=1").json()]
    assert names == ["R2"]
    told["kind"] = "eaten"
    assert browser.post("/api/v1/clocks/exposures", json.dumps(told), "application/json").status_code == 422
    rules = {"policy": {"warn_s": 60}, "why": "For a test."}
    decided = browser.post("/api/v1/clocks/rules", json.dumps(rules), "application/json")
    assert (decided.status_code, decided.json()[0]["revision"]) == (201, 1)
    assert browser.get("/api/v1/clocks/packages/NOBODY").status_code == 404


def test_the_command_line_asks_and_tells(shelf: Shelf) -> None:
    def run(*words: str) -> str:
        told = CliRunner().invoke(command_line, words, catch_exceptions=False)
        assert told.exit_code == 0, told.output
        return told.output

    assert "10800" in run("show", "R1")
    assert json.loads(run("show", "R1", "--format", "json"))["left_s"] == 10_800
    assert "R2" in run("next", "--hours", "1")
    assert run("note", "dry_in", "R1") == "1 noted.\n"
    with clock_at(at(165) + timedelta(days=9)):
        assert json.loads(run("show", "R1", "--format", "json"))["left_s"] == 10_800
