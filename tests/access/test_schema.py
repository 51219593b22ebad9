"""The API does what its description says, whoever asks whatever: requests made up from that document, half of
them about things that exist, sent as everybody who may stand at the door.

The gate asks a sample, as those who see most, part, and nothing (the matrix holds what the others are
answered); ``HYPOTHESIS_PROFILE=prove`` asks for long, as everybody.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from padstone.entrypoints.api.door import description
from padstone.ingest.commands import replay
from padstone.ingest.desk import Wanted
from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import OutgoingRequest, Replay
from padstone.ingest.outbox import lock_station
from padstone.platform.credentials.scopes import SCOPES
from padstone.platform.journal.known import newest_journal_no
from tests.access.designs import BODIES, MEDIA, OF_DRAFTS, QUERIES, designs_of
from tests.access.people import CLIENTS, Factory, Visitor, factory
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

LONG = hypothesis.settings.get_current_profile_name() == "prove"
EXAMPLES = 100 if LONG else 1
ASKERS = ("administrator", "anonymous", "client", "client, foreign", "machine", "token, client")
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OF_CLIENTS = {
    "GET /api/v1/certificates/panels/{identifier}",
    "GET /api/v1/designs",
    "GET /api/v1/designs/{revision_id}",
    "GET /api/v1/designs/{revision_id}/difference",
    "GET /api/v1/designs/{revision_id}/files/{kind}",
    "GET /api/v1/orders",
    "GET /api/v1/orders/{number}",
    "GET /api/v1/panels/{identifier}",
    "GET /api/v1/units/{identifier}",
    "GET /api/v1/units/{identifier}/installations",
    "GET /api/v1/signatures/units/{identifier}",
}
STORE = tuple(
    f"/api/v1/{room}" for room in ("clocks", "kits", "purchase-orders", "receiving", "stock", "suppliers")
)
"""Of which there is nothing yet to ask about: what they answer is checked, not that they answer well."""
CSRF_TOKEN = "t" * 32
ENVELOPE: dict[str, Any] = {"MessageName": "CFX.Heartbeat", "MessageBody": {}}


@pytest.fixture
def there(db: None) -> Factory:
    built = factory(SCOPES)
    replay(AUDITOR, wanted=Wanted())
    lock_station(AUDITOR, handle=built.handle, why="Solder balls.")
    Interpreter().all()
    return built


@pytest.fixture
def designs(there: Factory) -> dict[str, list[Any]]:
    return designs_of(CLIENTS)


def operations() -> Iterator[Any]:
    # Who asks is ours to say: a made-up Authorization would be refused, and nothing be asked at all.
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description())), config=config)
    schema.app = get_wsgi_application()
    schema.location = "/api/v1/openapi.json"
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def real_names(there: Factory, designs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """By parameter, or by the word before an identifier in the address: what exists, of both clients."""
    ledgers = there.ledgers.values()
    packages = [package for ledger in ledgers for package in list(ledger.packages.values())[:9]]
    units = [unit for ledger in ledgers for unit in ledger.units.values()]
    named: dict[str, list[Any]] = {
        "units": [unit.unit for unit in units],
        "panels": [unit.panel for unit in units],
        "certificates": [unit.panel for unit in units],
        "packages": [package.package for package in packages],
        "package": [package.package for package in packages],
        "lot": [package.lot for package in packages],
        "part": [package.part_number for package in packages],
        "supplier": [package.supplier for package in packages],
        "date_code": [package.date_code for package in packages],
        "station": ["Placer 1", "Placer 2"],
        "since": ["2026-03-01T00:00:00Z"],
        "until": ["2026-04-01T00:00:00+01:00"],
        "number": [order for ledger in ledgers for order in ledger.header.work_orders],
        "name": [there.line],
        "message_id": [there.message.pk, there.message.pk - 1, 1],
        "state": ["done", "rejected"],
        "as_of": [0, 100, 500, newest_journal_no()],
        "limit": [1, 1000],
        "before": [there.message.pk],
        "up_to": [there.message.pk],
        "endpoint": [there.handle],
        "handle": [there.handle],
        "presence": ["online", "lost"],
        "code": [there.message.code],
        "kind": [there.message.name],
        "text": ["no message"],
        "request_id": [request.pk for request in OutgoingRequest.objects.order_by("pk")],
        "replay_id": [Replay.objects.earliest("pk").pk],
        "format": ["csv", "json", "jsonl"],
        "location": ["SLOT1"],
        "feeder": ["F-1"],
        "head": ["1"],
        "nozzle": ["1"],
        "lane": [1],
        "export": ["bill.csv"],
        "certainty": ["certain", "possible"],
        "after": [0],
        "line": [1],
        "client": [""],
        "product_name": [""],
        "phase": ["prototype"],
        "dry_run": [True],
        "q": ["R"],
        "category": ["resistor"],
        "lifecycle": ["active"],
        "first": [0],
        "most": [10],
    }
    return defaultdict(lambda: ["nothing of that name"], designs | named)


@dataclass(frozen=True)
class Requests:
    """What is asked of one operation: surely about something of either client, and then whatever comes to
    mind.
    """

    label: str
    sure: tuple[Case[Any], ...]
    made_up: st.SearchStrategy[Case[Any]]


def requests_of(operation: Any, real: dict[str, list[Any]]) -> Requests:
    of_one = _about(operation, lambda name: real[name][0])
    of_the_other = _about(operation, lambda name: real[name][-1])

    @st.composite
    def about_what_exists(draw: st.DrawFn) -> Case[Any]:
        case = _about(operation, lambda name: draw(st.sampled_from(real[name])))
        named = sorted(parameter.name for parameter in operation.query)
        if named:
            names = draw(st.lists(st.sampled_from(named), max_size=2))
            case.query = {name: draw(st.sampled_from(real[name])) for name in names}
        return case

    ways = [operation.as_strategy(), about_what_exists()]
    if operation.query:
        ways.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return Requests(operation.label, (of_one, of_the_other), st.one_of(ways))


def _about(operation: Any, choose: Callable[[str], Any]) -> Case[Any]:
    """A request about something that exists."""
    kind = operation.path.split("/")[3 if "/signatures/" not in operation.path else 4]
    names = {parameter.name: parameter.name for parameter in operation.path_parameters}
    label = operation.label
    if "number" in names and kind in {"parts", "changes"}:
        names["number"] = "part" if kind == "parts" else "change"
    if label.endswith(OF_DRAFTS):
        names["revision_id"] = "draft_id"
    if label == "PUT /api/v1/designs/lines/{line}":
        names["line"] = "name"
    if "kind" in names:
        names["kind"] = "export"
    if "identifier" in names:
        names["identifier"] = kind
    if kind == "stations":  # the one that has a place bears its machine's handle
        names["name"] = "handle"
    case: Case[Any] = operation.Case(
        path_parameters={parameter: choose(name) for parameter, name in names.items()},
        query={"lot": choose("lot")}
        if kind == "recall"
        else {name: choose(which) for name, which in QUERIES.get(label, {}).items()},
    )
    if label in BODIES:
        case.media_type = MEDIA.get(label, "application/json")
        case.body = BODIES[label]
    elif operation.body:
        case.media_type = "application/json"
        bodies = {
            "dismiss": {"why": "known"},
            "requests": {"message": "GetEndpointInformation", "handle": choose("handle")},
            "endpoints": {"handle": choose("handle"), "zone": "Europe/Berlin"},
            "sites": {"site": "Factory", "zone": "Europe/Berlin"},
        }
        case.body = bodies.get(operation.path.rpartition("/")[2], {**ENVELOPE})
    return case


def test_every_answer_is_one_that_the_description_allows(
    there: Factory, designs: dict[str, list[Any]], subtests: pytest.Subtests
) -> None:
    """And none holds the name of anything that is another client's, or of anything at all for those who may
    see nothing.
    """
    real = real_names(there, designs)
    asked = [requests_of(operation, real) for operation in operations()]
    answered: dict[str, set[str]] = {}
    for name, visitor in there.visitors.items():
        if not LONG and name not in ASKERS:
            continue
        with subtests.test(asker=name):
            asking = Asking(visitor, there.hidden_from(visitor))
            for requests in asked:
                asking.ask(requests)
            answered[name] = set(asking.good)
    everything = {one.label for one in asked}
    unanswered = {
        one for one in everything - answered["administrator"] if not one.split()[1].startswith(STORE)
    }
    assert unanswered == set(), "what nobody is answered proves nothing"
    clients = [answered[name] for name in ("client", "client, foreign", "token, client")]
    assert clients == [OF_CLIENTS] * 3
    assert answered["machine"] == {"POST /api/v1/cfx"}
    assert answered["anonymous"] == set()


@pytest.mark.parametrize("address", ["", "units/a%0Ab", "nothing", "units"])
def test_an_address_that_there_is_not_is_a_problem_too(address: str, admin_client: Client) -> None:
    response = admin_client.get(f"/api/v1/{address}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


class Asking:
    """Somebody asks. ``good`` counts the good answers by operation."""

    def __init__(self, visitor: Visitor, hidden: set[str]) -> None:
        self.good: Counter[str] = Counter()
        self._hidden = hidden
        self._shown: dict[str, Any] = {"headers": visitor.headers, "cookies": {}}
        if visitor.user is not None:
            session = visitor.client().cookies["sessionid"].value
            self._shown["cookies"] = {"sessionid": session, "csrftoken": CSRF_TOKEN}
            self._shown["headers"] = {"X-CSRFToken": CSRF_TOKEN}

    def ask(self, requests: Requests) -> None:
        """Ask it in many ways. What the answers did is undone."""

        @hypothesis.example(case=requests.sure[0])
        @hypothesis.example(case=requests.sure[1])
        @hypothesis.given(case=requests.made_up)
        @hypothesis.settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
        def one(case: Case[Any]) -> None:
            point = transaction.savepoint()
            try:
                response = case.call(**self._shown)
                case.validate_response(response, checks=PROMISES)
            finally:
                transaction.savepoint_rollback(point)
            asked = f"{case.path_parameters} {case.query} {case.body!r}"
            assert [name for name in self._hidden if name in response.text and name not in asked] == []
            if response.status_code < 300:
                self.good[case.operation.label] += 1

        one()
