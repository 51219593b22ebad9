"""The desk and the endpoint directory, for programs and on the command line: the same answers, the same
acts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from padstone.config.main import main
from padstone.ingest.models import Disposition, Message, OutgoingRequest, Replay
from padstone.platform.accounts.models import User
from tests.entrypoints.conftest import bearer, token_of
from tests.ingest.factory import AOI, HEARTBEAT, PLACER, Factory

Run = Callable[..., Result]


@pytest.fixture
def told(db: None) -> Factory:
    factory = Factory()
    factory.tell(HEARTBEAT, {}, door="amqp")
    factory.complete(1)
    factory.tell("Nothing", {"Text": "\x1b[31mred"})
    factory.tell("Nothing", {}, Source=AOI)
    return factory


@pytest.fixture
def run(db: None) -> Run:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


class TestRequests:
    def test_a_machine_is_asked_over_the_api(self, admin: User, told: Factory) -> None:
        client = Client(headers=bearer(token_of(admin)))
        asked = {"handle": PLACER, "message": "LockStation", "body": {"Lane": 1}, "why": "Solder balls."}
        made = client.post("/api/v1/requests", asked, content_type="application/json")
        assert made.status_code == 202
        line = json.loads(made.content)
        assert (line["state"], line["name"]) == ("queued", "CFX.Production.LockStationRequest")
        assert json.loads(client.get(f"/api/v1/requests/{line['id']}").content) == line
        assert json.loads(client.get(f"/api/v1/requests?endpoint={PLACER}").content) == [line]
        assert json.loads(client.get(f"/api/v1/endpoints/{PLACER}").content)["asked"] == [line]
        assert client.get("/api/v1/requests/404").status_code == 404
        wrong = client.post("/api/v1/requests", asked | {"message": "No"}, content_type="application/json")
        assert wrong.status_code == 422

    def test_a_machine_is_asked_on_the_command_line(self, run: Run, told: Factory) -> None:
        ask = ("cfx", "request", PLACER, "ActivateRecipe", "--wait", "0")
        result = run(*ask, "--body", '{"RecipeName": "R1"}', "--set", "Lane=2", "--format", "json")
        assert result.exit_code == 8
        found = json.loads(result.stdout)
        assert (found["request"]["state"], found["answer"]) == ("queued", None)
        row = OutgoingRequest.objects.get()
        assert json.loads(bytes(row.envelope))["MessageBody"] == {"RecipeName": "R1", "Lane": 2}
        told.tell(
            "CFX.Production.ActivateRecipeResponse",
            {"Result": {"Result": "Failed", "Message": "No such recipe"}},
            Source=PLACER,
            RequestID=row.request_id,
        )
        assert OutgoingRequest.objects.get().state == "refused"
        assert run("cfx", "request", PLACER, "LockStation", "--wait", "0").exit_code == 3
        assert run("cfx", "request", "Nobody.1", "GetEndpointInformation").exit_code == 4
        assert run(*ask, "--body", "[").exit_code == 2


def answer(api: Client, address: str) -> Any:
    response = api.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


class TestTheApi:
    def test_the_desk(self, api: Client, told: Factory) -> None:
        found = answer(api, "desk?code=unknown_message")
        assert (found["desk"]["waiting"], found["desk"]["rejected"]) == (1, 2)
        assert [line["source"] for line in found["messages"]] == [AOI, PLACER]
        assert len(answer(api, "desk?limit=1")["messages"]) == 1
        assert answer(api, "desk?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z")["messages"] == []
        assert api.get("/api/v1/desk?state=lost").status_code == 422
        assert api.get("/api/v1/desk?since=2020-01-01T00:00:00").status_code == 422

    def test_one_message(self, api: Client, told: Factory) -> None:
        number = Message.objects.get(state="waiting").pk
        found = answer(api, f"desk/{number}")
        assert found["awaited"]["kind"] == "transaction"
        assert found["awaited"]["brought_by"] == ["CFX.Production.WorkStarted"]
        assert found["decoded"]["readable"]
        assert api.get("/api/v1/desk/999").status_code == 404

    def test_a_replay(self, api: Client, told: Factory) -> None:
        response = api.post("/api/v1/desk/replay?code=unknown_message")
        made = json.loads(response.content)
        assert (response.status_code, made["now"]) == (200, {"received": 2})
        told.interpret()
        found = answer(api, f"desk/replays/{made['replay']['id']}")
        assert found["now"] == {"rejected": 2}
        assert [one["messages"] for one in answer(api, "desk/replays")] == [2]
        assert api.post("/api/v1/desk/replay?code=no_such").status_code == 409

    def test_dismissing(self, api: Client, told: Factory) -> None:
        number = Message.objects.get(state="waiting").pk

        def post(address: str, body: object) -> Any:
            return api.post(f"/api/v1/desk/{address}", body, content_type="application/json")

        assert post(f"{number}/dismiss", {"why": ""}).status_code == 422
        assert json.loads(post(f"{number}/dismiss", {"why": "Gone."}).content)["dismissed"] is True
        assert json.loads(post("dismiss?endpoint=" + AOI, {"why": "Gone."}).content) == {"messages": 1}
        assert [line["source"] for line in answer(api, "desk")["messages"]] == [PLACER]
        assert answer(api, f"desk/{number}")["dispositions"][0]["reason"] == "Gone."

    def test_a_token_that_may_only_read_changes_nothing(self, admin: Any, told: Factory) -> None:
        reader = Client(headers=bearer(token_of(admin, "view_factory")))
        number = Message.objects.get(state="waiting").pk
        for address in ("replay", "dismiss", f"{number}/dismiss"):
            response = reader.post(f"/api/v1/desk/{address}", {"why": "x"}, content_type="application/json")
            assert response.status_code == 403
        assert not Disposition.objects.exists()
        assert Message.objects.get(pk=number).state == "waiting"

    def test_endpoints(self, api: Client, told: Factory) -> None:
        (found,) = answer(api, "endpoints")
        assert (found["handle"], found["presence"], found["doors"]) == (PLACER, "online", ["amqp"])
        assert found["open"] == {"waiting": 1, "rejected": 1, "failed": 0}
        assert answer(api, "endpoints?presence=lost") == []
        card = answer(api, f"endpoints/{PLACER}")
        assert card["endpoint"] == found | {"last_heard_at": card["endpoint"]["last_heard_at"]}
        assert [kind["name"] for kind in card["kinds"]] == [HEARTBEAT]
        assert api.get("/api/v1/endpoints/A.B.C").status_code == 404


class TestTheCommandLine:
    def test_list(self, run: Run, told: Factory) -> None:
        shown = run("desk", "list").output
        assert "unknown_transaction" in shown
        assert "unknown_message" in shown
        assert "unknown_transaction" not in run("desk", "list", "--state", "rejected").output
        lines = json.loads(run("desk", "list", "--endpoint", AOI, "--format", "json").output)
        assert [line["source"] for line in lines] == [AOI]
        assert run("desk", "list", "--since", "soon").exit_code == 2

    def test_show(self, run: Run, told: Factory) -> None:
        waiting = Message.objects.get(state="waiting").pk
        shown = run("desk", "show", str(waiting)).output
        assert "CFX.Production.WorkStarted" in shown
        assert "TransactionID:" in shown
        red = Message.objects.get(name="Nothing", source=PLACER).pk
        shown = run("desk", "show", str(red)).output
        assert "red" in shown
        assert "\x1b" not in shown
        assert run("desk", "show", "999").exit_code == 4

    def test_retry(self, run: Run, told: Factory) -> None:
        number = str(Message.objects.get(state="waiting").pk)
        assert run("desk", "retry", number).exit_code == 0
        assert run("desk", "retry", number).exit_code == 5
        assert run("desk", "retry").exit_code == 2
        assert run("desk", "retry", number, "--all").exit_code == 2

    def test_retry_all(self, run: Run, told: Factory) -> None:
        said = run("desk", "retry", "--all", "--code", "unknown_message", "--dry-run").output
        assert said == "2 messages are like that.\n"
        assert Message.objects.filter(state="received").count() == 0
        said = run("desk", "retry", "--all", "--code", "unknown_message").output
        assert Message.objects.filter(state="received").count() == 2
        assert "now received" in said
        told.interpret()
        number = str(Replay.objects.get().pk)
        replay = json.loads(run("desk", "replay", number, "--format", "json").output)
        assert [line["state"] for line in replay["messages"]] == ["rejected", "rejected"]

    def test_retry_all_says_when_some_may_not_be(self, run: Run, told: Factory) -> None:
        told.deliver(b"no message")
        assert run("desk", "retry", "--all").exit_code == 1

    def test_dismiss(self, run: Run, told: Factory) -> None:
        number = str(Message.objects.get(state="waiting").pk)
        assert run("desk", "dismiss", number).exit_code == 2
        assert run("desk", "dismiss", number, "--why", " ").exit_code == 3
        assert run("desk", "dismiss", number, "--why", "Gone.").exit_code == 0
        assert "Gone." in run("desk", "show", number).output
        said = run("desk", "dismiss", "--all", "--endpoint", AOI, "--why", "Gone.").output
        assert said.endswith("1 messages are dismissed.\n")
        assert Disposition.objects.count() == 2

    def test_endpoints(self, run: Run, told: Factory) -> None:
        shown = run("endpoints").output
        assert PLACER in shown
        assert "online" in shown
        assert PLACER not in run("endpoints", "--presence", "lost").output
        assert HEARTBEAT in run("endpoints", PLACER).output
        assert run("endpoints", "A.B.C").exit_code == 4


def test_json_is_what_the_api_answers_byte_for_byte(run: Run, api: Client, told: Factory) -> None:
    number = Message.objects.get(state="waiting").pk
    assert json.loads(run("desk", "list", "--format", "json").output) == answer(api, "desk")["messages"]
    assert answer(api, f"desk/{number}")["message"]["id"] == number
