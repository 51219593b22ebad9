"""In which time zone a machine's clock runs: said on its page, by programs, on the command line."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from padstone.config.main import main
from padstone.features.sites.commands import assign_station
from padstone.features.sites.models import Endpoint, Site
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from padstone.platform.audit.models import AuditLine
from tests.entrypoints.conftest import bearer, token_of
from tests.ingest.factory import AUDITOR, PLACER

Run = Callable[..., Result]
BERLIN = "Europe/Berlin"
PAGE = f"/endpoints/{PLACER}"
SAY = f"/zone/{PLACER}"


@pytest.fixture(autouse=True)
def machine(db: None) -> None:
    assign_station(AUDITOR, handle=PLACER, name="Placer 1", kind="placer", line="Line 1", site="Kassel")


def browser(role: str) -> Client:
    create_person(AUDITOR, name=role, password="a-long-word-for-tests", roles=[role])
    client = Client()
    client.force_login(User.objects.get(username=role))
    return client


def text_of(client: Client, address: str) -> str:
    body = client.get(address).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


class TestOnThePage:
    def test_it_is_said_of_the_machine_and_shown(self) -> None:
        client = browser("process_engineer")
        assert "not said times without a zone are read as UTC" in text_of(client, PAGE)
        said = client.post(SAY, {"zone": BERLIN, "whose": "machine", "site": "Kassel"})
        assert (said.status_code, said["Location"]) == (302, PAGE)
        shown = text_of(client, PAGE)
        assert "Time zone of its clock Europe/Berlin First" in shown
        assert "It counts for what is interpreted from now on." in shown
        assert AuditLine.objects.latest("pk").actor == "process_engineer"

    def test_it_is_said_of_all_machines_of_its_site(self) -> None:
        client = browser("process_engineer")
        client.post(SAY, {"zone": BERLIN, "whose": "site", "site": "Kassel"})
        assert (Endpoint.objects.get().zone, Site.objects.get().zone) == ("", BERLIN)
        assert "Europe/Berlin as its site" in text_of(client, PAGE)

    def test_a_wrong_name_stays_in_the_field_beside_what_was_meant(self) -> None:
        client = browser("process_engineer")
        refused = client.post(SAY, {"zone": "Berlin", "whose": "site", "site": "Kassel"})
        body = html.unescape(refused.content.decode())
        assert refused.status_code == 422
        assert "There is no time zone “Berlin”. Did you mean Europe/Berlin" in body
        assert 'value="Berlin"' in body
        assert '<option value="site" selected>' in body

    def test_who_may_not_is_neither_asked_nor_heard(self) -> None:
        client = browser("operator")
        assert SAY not in client.get(PAGE).content.decode()
        assert client.post(SAY, {"zone": BERLIN}).status_code == 403
        assert Endpoint.objects.get().zone == ""


class TestForPrograms:
    def test_it_is_said_and_shown(self, admin: User) -> None:
        client = Client(headers=bearer(token_of(admin)))

        def put(address: str, said: dict[str, str]) -> int:
            return client.put(f"/api/v1/zones/{address}", said, content_type="application/json").status_code

        assert put("sites", {"site": "Kassel", "zone": BERLIN}) == 204
        assert put("endpoints", {"handle": PLACER, "zone": "UTC"}) == 204
        assert json.loads(client.get("/api/v1/zones/sites").content) == [{"name": "Kassel", "zone": BERLIN}]
        assert json.loads(client.get(f"/api/v1/endpoints/{PLACER}").content)["endpoint"]["zone"] == {
            "name": "UTC",
            "own": "UTC",
            "site": "Kassel",
            "of_site": BERLIN,
        }
        assert put("endpoints", {"handle": PLACER, "zone": "Berlin"}) == 422
        assert put("endpoints", {"handle": "A.B", "zone": BERLIN}) == 404
        assert put("sites", {"site": "A", "zone": BERLIN}) == 404


class TestOnTheCommandLine:
    @pytest.fixture
    def run(self) -> Run:
        def run(*arguments: str) -> Result:
            result = CliRunner().invoke(main, ["zone", *arguments])
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            return result

        return run

    def test_it_is_said_shown_and_taken_back(self, run: Run) -> None:
        assert "from now on" in run("machine", PLACER, "Asia/Tokyo").output
        assert run("site", "Kassel", BERLIN).exit_code == 0
        assert json.loads(run("list", "--format", "json").output) == {
            "sites": [{"name": "Kassel", "zone": BERLIN}],
            "endpoints": {
                PLACER: {"name": "Asia/Tokyo", "own": "Asia/Tokyo", "site": "Kassel", "of_site": BERLIN}
            },
        }
        assert "as its site" in run("machine", PLACER).output
        assert BERLIN in run("list").output
        assert Endpoint.objects.get().zone == ""

    def test_a_wrong_name_is_refused_with_the_right_one(self, run: Run) -> None:
        refused = run("machine", PLACER, "Berlin")
        assert refused.exit_code != 0
        assert BERLIN in refused.output
