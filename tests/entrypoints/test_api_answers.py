"""What the API answers about a factory whose messages it was given."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from openapi_schema_validator import OAS31Validator

from padstone.entrypoints.api.door import description
from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Message, State
from padstone.platform.accounts.models import User
from padstone.platform.answers import json_bytes
from tests.entrypoints.conftest import BAD_LOT, BAD_UNITS, PASSWORD, UNITS, bearer, token_of

pytestmark = pytest.mark.django_db


def schema_of(address: str) -> dict[str, Any]:
    document = json.loads(json_bytes(description()))
    answer = document["paths"][f"/api/v1/{address}"]["get"]["responses"]["200"]
    return {"components": document["components"], **answer["content"]["application/json"]["schema"]}


def ask(api: Client, address: str, described_as: str = "") -> Any:
    """The answer, which has the form that the API's description promises."""
    response = api.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    answer = json.loads(response.content)
    OAS31Validator(schema_of(described_as or address.partition("?")[0])).validate(answer)
    return answer


@pytest.fixture(scope="module")
def factory(module_books: None, messages: list[bytes]) -> Client:
    """An API whose factory has built the boards: the messages came through its own door, in three ways."""
    api = Client(headers=bearer(token_of(User.objects.create_superuser("grace", password=PASSWORD))))
    third = len(messages) // 3
    bodies: list[tuple[bytes, dict[str, str]]] = [
        (b"[" + b",".join(messages[:third]) + b"]", {}),
        (b"\n".join(messages[third : 2 * third]), {}),
        (gzip.compress(b"\n".join(messages[2 * third :])), {"Content-Encoding": "gzip"}),
    ]
    received = 0
    for body, headers in bodies:
        response = api.post("/api/v1/cfx", body, content_type="application/json", headers=headers)
        assert response.status_code == 202
        received += json.loads(response.content)["received"]
    assert received == len(messages)
    Interpreter().all()
    return api


def test_a_recall_names_exactly_the_units_and_each_unit_its_parts(factory: Client) -> None:
    report = ask(factory, f"recall?lot={BAD_LOT}", "recall")
    assert (len(report["certain"]), report["possible"], report["units_built"]) == (BAD_UNITS, [], UNITS)
    suspect = report["certain"][0]
    unit = ask(factory, f"units/{suspect['unit']}", "units/{identifier}")
    assert [part for part in unit["installations"] if part["lot"] == BAD_LOT] == suspect["installations"]
    everything = ask(factory, f"units/{suspect['unit']}/installations", "units/{identifier}/installations")
    assert everything == unit["installations"]
    assert len({one["station"] for one in unit["passes"]}) >= 7


def test_a_package_knows_its_lot_and_its_units(factory: Client) -> None:
    (package,) = ask(factory, f"recall?lot={BAD_LOT}", "recall")["packages"]
    card = ask(factory, f"packages/{package}", "packages/{identifier}")
    assert (card["lot"], bool(card["load_events"])) == (BAD_LOT, True)
    assert isinstance(card["initial_quantity"], str)
    units = ask(factory, f"packages/{package}/units", "packages/{identifier}/units")
    assert len(units["certain"]) == BAD_UNITS


def test_the_same_question_as_of_the_same_message_has_the_same_bytes(
    factory: Client, messages: list[bytes]
) -> None:
    address = f"/api/v1/recall?lot={BAD_LOT}"
    now = factory.get(address)
    as_of = json.loads(now.content)["as_of"]
    assert factory.get(f"{address}&as_of={as_of}").content == now.content
    response = factory.post("/api/v1/cfx", messages[0], content_type="application/json")
    assert json.loads(response.content)["repeated"] == 1
    other = messages[0].replace(b'"UniqueID":"', b'"UniqueID":"a')
    factory.post("/api/v1/cfx", other, content_type="application/json")
    Interpreter().all()
    assert json.loads(factory.get(address).content)["as_of"] == as_of + 1
    assert factory.get(f"{address}&as_of={as_of}").content == now.content


def test_csv_has_a_row_for_each_suspect_part(factory: Client) -> None:
    asked = factory.get(f"/api/v1/recall?lot={BAD_LOT}&format=csv")
    preferred = factory.get(f"/api/v1/recall?lot={BAD_LOT}", headers={"Accept": "text/csv"})
    assert asked["Content-Type"] == preferred["Content-Type"] == "text/csv; charset=utf-8"
    assert asked.content == preferred.content
    rows = list(csv.DictReader(io.StringIO(asked.content.decode())))
    assert len({row["unit"] for row in rows}) == BAD_UNITS
    assert {(row["lot"], row["certainty"]) for row in rows} == {(BAD_LOT, "certain")}


def test_what_befell_a_station(factory: Client) -> None:
    (unplaced,) = ask(factory, "factory")
    told = [
        ask(factory, f"stations/{quote(one['name'])}/equipment", "stations/{name}/equipment")
        for one in unplaced["stations"]
    ]
    assert [one["station"] for one in told] == [one["name"] for one in unplaced["stations"]]
    assert any(one["states"] for one in told)
    fewer = factory.get(f"/api/v1/stations/{quote(told[0]['station'])}/equipment?limit=1").json()
    assert fewer["states"] == told[0]["states"][:1]
    assert factory.get("/api/v1/stations/None%20such/equipment").status_code == 404


def test_the_factory_and_a_line_now(factory: Client) -> None:
    (unplaced,) = ask(factory, "factory")
    assert (unplaced["name"], len(unplaced["stations"])) == ("", 8)
    assert factory.get("/api/v1/lines/Line%201").status_code == 404


def test_the_inbox_says_what_became_of_everything(factory: Client, messages: list[bytes]) -> None:
    inbox = ask(factory, "inbox")
    assert {state: count for state, count in inbox["counts"].items() if count} == {"done": len(messages)}
    assert {line["state"] for line in inbox["messages"]} <= {"done"}
    first, *_ = ask(factory, "inbox?state=done&limit=1000")["messages"][::-1]
    assert ask(factory, f"inbox/{first['id']}", "inbox/{message_id}") == first
    assert factory.get(f"/api/v1/inbox/{first['id']}/bytes").content == messages[0]
    pages = [ask(factory, f"inbox?state=done&limit=2&before={first['id'] + 4}")["messages"]]
    assert [line["id"] for line in pages[0]] == [first["id"] + 3, first["id"] + 2]


def test_a_message_is_interpreted_again(factory: Client, messages: list[bytes]) -> None:
    broken = (
        messages[0].replace(b'"UniqueID":"', b'"UniqueID":"b').replace(b"EndpointConnected", b"Connected")
    )
    factory.post("/api/v1/cfx", broken, content_type="application/json")
    Interpreter().all()
    (line,) = ask(factory, "inbox?state=rejected", "inbox")["messages"]
    assert line["code"] == "unknown_message"
    response = factory.post(f"/api/v1/inbox/{line['id']}/retry")
    assert json.loads(response.content)["state"] == "received"
    assert Message.objects.get(pk=line["id"]).state == State.RECEIVED
    assert factory.post(f"/api/v1/inbox/{line['id']}/retry").status_code == 409


@pytest.mark.parametrize("serial", ["A/B", "A B", "Ä%", "A/installations", "..", "a?b#c", "panel:1"])
def test_an_identifier_may_hold_anything(api: Client, serial: str) -> None:
    response = api.get(f"/api/v1/units/{quote(serial, safe='')}")
    assert response.status_code == 404
    assert json.loads(response.content)["code"] == "unknown_unit"
