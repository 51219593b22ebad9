"""Who may call the API, and how it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from padstone.entrypoints.api.door import urls
from padstone.ingest.models import Answer, Batch, Message, State
from padstone.platform.accounts.models import User
from padstone.platform.credentials.commands import (
    create_machine_credential,
    revoke_machine_credential,
    revoke_token,
)
from padstone.platform.credentials.models import ApiToken
from tests.entrypoints.conftest import HANDLE, basic, bearer, token_of
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

CFX = "/api/v1/cfx"
ADDRESSES = {
    "get": [
        "/api/v1/units/SN-1",
        "/api/v1/units/SN-1/installations",
        "/api/v1/packages/R-1",
        "/api/v1/packages/R-1/units",
        "/api/v1/packages/R-1/history",
        "/api/v1/certificates/panels/P-1",
        "/api/v1/recall?lot=L",
        "/api/v1/recall/counts?lot=L",
        "/api/v1/recall/units?lot=L&certainty=certain",
        "/api/v1/designs",
        "/api/v1/designs/1",
        "/api/v1/designs/1/readiness",
        "/api/v1/designs/1/difference?since=2",
        "/api/v1/designs/1/files/bill.csv",
        "/api/v1/changes",
        "/api/v1/changes/EC-1",
        "/api/v1/parts",
        "/api/v1/parts/substitutes/P-1",
        "/api/v1/parts/P-1",
        "/api/v1/stations/Placer/equipment",
        "/api/v1/factory",
        "/api/v1/orders",
        "/api/v1/orders/WO-1",
        "/api/v1/panels/P-1",
        "/api/v1/signatures/units/SN-1",
        "/api/v1/lines/Line",
        "/api/v1/inbox",
        "/api/v1/inbox/1",
        "/api/v1/inbox/1/bytes",
        "/api/v1/desk",
        "/api/v1/desk/1",
        "/api/v1/desk/replays",
        "/api/v1/desk/replays/1",
        "/api/v1/endpoints",
        "/api/v1/endpoints/A.B.C",
        "/api/v1/requests",
        "/api/v1/requests/1",
        "/api/v1/clocks",
        "/api/v1/clocks/packages/R-1",
        "/api/v1/clocks/panels/P-1",
        "/api/v1/clocks/rules",
        "/api/v1/designs/lines",
        "/api/v1/kits",
        "/api/v1/kits/shortages",
        "/api/v1/kits/WO-1",
        "/api/v1/purchase-orders",
        "/api/v1/purchase-orders/PO-1",
        "/api/v1/receiving/rules",
        "/api/v1/stock/available?part=P-1",
        "/api/v1/stock/balance",
        "/api/v1/stock/balance/lots/L-1",
        "/api/v1/stock/balance/orders/WO-1",
        "/api/v1/stock/balance/packages/R-1",
        "/api/v1/stock/ledger/broken",
        "/api/v1/stock/locations",
        "/api/v1/stock/locations/A-1",
        "/api/v1/stock/packages/R-1",
        "/api/v1/stock/search?q=R-1",
        "/api/v1/suppliers",
        "/api/v1/suppliers/S",
        "/api/v1/zones/sites",
        "/api/v1/openapi.json",
        "/api/v1/nothing/here",
    ],
    "post": [
        CFX,
        "/api/v1/inbox/1/retry",
        "/api/v1/desk/replay",
        "/api/v1/desk/dismiss",
        "/api/v1/desk/1/dismiss",
        "/api/v1/requests",
        "/api/v1/designs/files?product=P&revision=A&file_name=b.csv",
        "/api/v1/designs/1/doubts/1",
        "/api/v1/designs/1/lines/1/part",
        "/api/v1/designs/1/register",
        "/api/v1/designs/1/release",
        "/api/v1/designs/1/retire",
        "/api/v1/designs/1/changes",
        "/api/v1/changes/EC-1/decide",
        "/api/v1/parts",
        "/api/v1/parts/import?file_name=parts.csv",
        "/api/v1/parts/sources/P-1",
        "/api/v1/parts/merge/P-1",
        "/api/v1/clocks/exposures",
        "/api/v1/clocks/rules",
        "/api/v1/kits/begin",
        "/api/v1/kits/close",
        "/api/v1/kits/issue",
        "/api/v1/kits/picks",
        "/api/v1/kits/returns",
        "/api/v1/kits/used-up",
        "/api/v1/purchase-orders",
        "/api/v1/purchase-orders/close/PO-1",
        "/api/v1/purchase-orders/import?file_name=orders.csv",
        "/api/v1/receiving/look",
        "/api/v1/receiving/makers",
        "/api/v1/receiving/packages",
        "/api/v1/stock/arrivals",
        "/api/v1/stock/conditions",
        "/api/v1/stock/counts",
        "/api/v1/stock/disposals",
        "/api/v1/stock/holds",
        "/api/v1/stock/joins",
        "/api/v1/stock/leavings",
        "/api/v1/stock/locations",
        "/api/v1/stock/moves",
        "/api/v1/stock/reservations",
        "/api/v1/stock/splits",
        "/api/v1/suppliers/certificates?supplier=S&standard=ISO&valid_until=2030-01-01&file_name=c.pdf",
        "/api/v1/suppliers/conformance?supplier=S&part=P-1&number=C-1&file_name=c.pdf",
        "/api/v1/suppliers/decide",
    ],
    "put": [
        "/api/v1/designs/lines/Line",
        "/api/v1/receiving/rules",
        "/api/v1/zones/endpoints",
        "/api/v1/zones/sites",
    ],
    "patch": ["/api/v1/parts/P-1"],
}
BODY = json.dumps(
    {
        "approved": True,
        "revision": "B",
        "reason": "Because.",
        "why": "Because.",
        "effective_by": "date",
        "effectivity": "2026-03-01",
        "part": "P-1",
        "number": "P-1",
        "into": "P-2",
    }
)
MATERIAL_BODY = json.dumps(
    {
        "into": "R-2",
        "why": "Because.",
        "reason": "label",
        "number": "PO-1",
        "packages": ["R-1"],
        "package": "R-1",
        "kind": "opened",
        "policy": {},
        "supplier": "S",
        "lines": [{"number": 1, "part": "P-1", "quantity": 1}],
        "labels": ["R-1"],
        "maker": "M",
        "arrivals": [{"package": "R-1", "location": "A-1"}],
        "location": "A-1",
        "quantity": 1,
        "how": "scrapped",
        "code": "A-1",
        "to": "A-1",
        "new": "R-2",
        "approval": "approved",
        "tier": "manufacturer",
        "least_gap": "0.2",
        "smallest_length": "0.6",
        "smallest_width": "0.3",
        "tallest": "25",
        "board_length": "400",
        "board_width": "300",
        "order": "WO-1",
        "handle": "A.B.C",
        "site": "S",
        "zone": "UTC",
    }
)
"""What some of them must be told; and what those of materials and of lines."""
CALLS = [(method, address) for method, addresses in ADDRESSES.items() for address in addresses]


def call(client: Client, method: str, address: str, **more: Any) -> Any:
    return getattr(client, method)(address, **more)


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(response.content)
    assert found["status"] == response.status_code
    assert found["type"] == f"urn:padstone:problem:{found['code']}"
    return found


def test_every_address_is_among_those_tested_here() -> None:
    catch_all = "^(?P<address>"
    patterns = [text for pattern in urls[0] if not (text := str(pattern.pattern)).startswith(catch_all)]
    assert len(patterns) == len(CALLS)


@pytest.mark.parametrize(("method", "address"), CALLS)
class TestNothingIsOpen:
    def test_nobody_gets_an_answer(self, method: str, address: str) -> None:
        response = call(Client(), method, address)
        assert response.status_code == 401
        assert problem(response)["code"] == "not_logged_in"
        assert response["WWW-Authenticate"] == 'Bearer realm="Padstone"'

    def test_a_password_gets_none(self, admin: User, method: str, address: str) -> None:
        assert call(Client(headers=basic("ada")), method, address).status_code == 401

    def test_a_wrong_token_gets_none(self, admin: User, method: str, address: str) -> None:
        wrong = token_of(admin)[:-4] + "0000"
        assert call(Client(headers=bearer(wrong)), method, address).status_code == 401

    def test_a_login_without_rights_gets_none(self, guest: User, method: str, address: str) -> None:
        client = Client()
        client.force_login(guest)
        rooms = (
            "/clocks/",
            "designs/lines/",
            "/kits/",
            "/purchase-orders",
            "/receiving/",
            "/stock/",
            "/suppliers/",
            "/zones/",
        )
        body = MATERIAL_BODY if any(room in address for room in rooms) else BODY
        told = {} if method == "get" else {"data": body, "content_type": "application/json"}
        response = call(client, method, address, **told)
        known = "openapi" in address or "nothing" in address
        assert response.status_code == (200 if "openapi" in address else 404 if known else 403)


@pytest.mark.parametrize(
    "address", [address for address in ADDRESSES["get"] if "openapi" not in address][:-1]
)
def test_a_machine_reads_nothing(machine: dict[str, str], address: str) -> None:
    response = Client(headers=machine).get(address)
    assert (response.status_code, problem(response)["code"]) == (401, "credential_refused")


class TestIdentity:
    def test_a_session_reads(self, admin: User) -> None:
        client = Client()
        client.force_login(admin)
        assert client.get("/api/v1/factory").status_code == 200

    def test_a_session_changes_nothing_without_the_page_token(self, admin: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin)
        response = client.post(CFX, "{}", content_type="application/json")
        assert (response.status_code, problem(response)["code"]) == (403, "csrf_token_missing")
        assert not Batch.objects.exists()

    def test_a_session_with_the_page_token_does(self, admin: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin)
        token = "a" * 32
        client.cookies["csrftoken"] = token
        headers = {"X-CSRFToken": token}
        assert client.post(CFX, "{}", content_type="application/json", headers=headers).status_code == 202

    def test_an_api_token_needs_no_page_token(self, admin: User) -> None:
        client = Client(enforce_csrf_checks=True, headers=bearer(token_of(admin)))
        assert client.post(CFX, "{}", content_type="application/json").status_code == 202

    def test_wrong_credentials_do_not_fall_back_on_a_session(self, admin: User) -> None:
        client = Client(headers=bearer("pds_1_no"))
        client.force_login(admin)
        assert client.get("/api/v1/factory").status_code == 401


def envelope(source: str) -> bytes:
    return json.dumps({"MessageName": "CFX.Heartbeat", "Source": source, "MessageBody": {}}).encode()


def post(headers: dict[str, str], body: bytes = b"{}", address: str = CFX) -> Any:
    return Client(headers=headers).post(address, body, content_type="application/json")


class TestMachines:
    def test_a_bearer_credential_says_who_it_is(self, machine: dict[str, str]) -> None:
        text = create_machine_credential(AUDITOR, handle="Vendor:Odd:2").text
        assert post(bearer(text), envelope("Vendor:Odd:2")).status_code == 202
        assert post(basic("Vendor:Odd:2", text), envelope("Vendor:Odd:2")).status_code == 202
        assert set(Batch.objects.values_list("sender", flat=True)) == {"Vendor:Odd:2"}

    def test_it_speaks_for_itself_alone(self, machine: dict[str, str]) -> None:
        assert json.loads(post(machine, envelope("Vendor.Placer.2")).content)["rejected"] == 1
        assert json.loads(post(machine, envelope(HANDLE)).content)["received"] == 1
        assert json.loads(post(machine, envelope("")).content)["received"] == 1
        codes = Message.objects.order_by("pk").values_list("code", "source")
        assert list(codes) == [("speaks_for_another", "Vendor.Placer.2"), ("", HANDLE), ("", HANDLE)]

    def test_its_question_is_answered_and_kept(self, machine: dict[str, str]) -> None:
        asked = {
            "MessageName": "CFX.AreYouThereRequest",
            "Source": HANDLE,
            "UniqueID": "u-1",
            "RequestID": "r-1",
            "MessageBody": {},
        }
        response = post(machine, json.dumps(asked).encode())
        assert response.status_code == 200
        told = json.loads(response.content)
        assert (told["MessageName"], told["RequestID"]) == ("CFX.AreYouThereResponse", "r-1")
        assert (told["Source"], told["Target"]) == ("Padstone.Padstone.1", HANDLE)
        (kept,) = Answer.objects.all()
        assert (bytes(kept.envelope), kept.door) == (response.content, "http")
        assert kept.request == Message.objects.get()
        foreign = post(machine, json.dumps(asked | {"Source": "Vendor.Placer.2"}).encode())
        assert (foreign.status_code, json.loads(foreign.content)["rejected"]) == (202, 1)
        assert Answer.objects.count() == 1

    def test_a_secret_with_another_handle_is_refused(self, machine: dict[str, str]) -> None:
        text = create_machine_credential(AUDITOR, handle=HANDLE).text
        assert post(basic("Vendor.Placer.2", text)).status_code == 401
        assert not Batch.objects.exists()

    def test_it_is_revoked_at_once(self, machine: dict[str, str]) -> None:
        issued = create_machine_credential(AUDITOR, handle=HANDLE)
        assert post(basic(HANDLE, issued.text)).status_code == 202
        revoke_machine_credential(AUDITOR, credential_id=issued.id)
        assert post(basic(HANDLE, issued.text)).status_code == 401
        assert post(machine).status_code == 202

    @pytest.mark.parametrize("given", ["Basic", "Basic %%%", "Basic cGxhY2Vy", "Digest x", "Bearer", "x"])
    def test_a_header_that_is_none(self, given: str) -> None:
        assert post({"Authorization": given}).status_code == 401


class TestTokens:
    def test_its_scopes_are_all_it_may(self, admin: User) -> None:
        reader = Client(headers=bearer(token_of(admin, "view_factory")))
        assert reader.get("/api/v1/factory").status_code == 200
        response = reader.post("/api/v1/inbox/1/retry")
        assert (response.status_code, problem(response)["code"]) == (403, "not_permitted")
        assert reader.post(CFX, "{}", content_type="application/json").status_code == 403

    def test_it_says_nothing_on_a_page(self, admin: User) -> None:
        response = Client(headers=bearer(token_of(admin))).get("/")
        assert (response.status_code, response["Location"]) == (302, "/login/?next=/")

    def test_a_gateway_may_deliver_for_every_machine(self, admin: User) -> None:
        gateway = bearer(token_of(admin, "send_messages"))
        assert json.loads(post(gateway, envelope("Vendor.Placer.2")).content)["received"] == 1
        assert Batch.objects.get().sender.startswith("ada via token")

    def test_it_is_revoked_at_once(self, admin: User) -> None:
        client = Client(headers=bearer(token_of(admin)))
        assert client.get("/api/v1/factory").status_code == 200
        revoke_token(AUDITOR, token_id=ApiToken.objects.get().pk)
        assert client.get("/api/v1/factory").status_code == 401


class TestWrongCredentials:
    @pytest.fixture
    def waits(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        waited: list[float] = []
        monkeypatch.setattr("padstone.entrypoints.api.identity.wait", waited.append)
        return waited

    def test_they_are_slowed_then_refused_and_right_ones_are_not(
        self, admin: User, machine: dict[str, str], waits: list[float]
    ) -> None:
        wrong = bearer("pds_1_" + "0" * 64)
        codes = [Client(headers=wrong).get("/api/v1/factory").status_code for _ in range(12)]
        assert codes == [401] * 10 + [429] * 2
        assert waits[:5] == [0.0] * 5
        assert waits[5:] == sorted(waits[5:])
        assert waits[5] > 0
        refused = post(basic(HANDLE, "pdm_1_" + "0" * 64))
        assert (refused.status_code, problem(refused)["code"]) == (429, "too_many_tries")
        assert 0 < int(refused["Retry-After"]) <= 900
        assert Client(headers=bearer(token_of(admin))).get("/api/v1/factory").status_code == 200
        assert post(machine).status_code == 202

    def test_another_address_is_not_touched(self, waits: list[float]) -> None:
        wrong = Client(headers=bearer("pds_1_" + "0" * 64))
        for _ in range(12):
            wrong.get("/api/v1/factory", REMOTE_ADDR="10.1.2.3")
        assert wrong.get("/api/v1/factory", REMOTE_ADDR="10.1.2.4").status_code == 401


class TestProblems:
    def test_an_unknown_unit(self, api: Client) -> None:
        response = api.get("/api/v1/units/SN-1")
        assert response.status_code == 404
        found = problem(response)
        assert "SN-1" in found["detail"]
        assert set(found) == {
            "type", "title", "status", "detail", "code", "field", "way_out", "clause", "params",
        }  # fmt: skip

    def test_an_unknown_address(self, api: Client) -> None:
        assert problem(api.get("/api/v1/nothing"))["code"] == "address_unknown"

    def test_a_method_that_is_not_taken(self, api: Client) -> None:
        response = api.delete("/api/v1/factory")
        assert (response.status_code, response["Allow"]) == (405, "GET")
        assert problem(response)["code"] == "method_not_allowed"

    @pytest.mark.parametrize(
        ("address", "field"),
        [
            ("/api/v1/recall?lot=L&as_of=-1", "as_of"),
            ("/api/v1/recall?lot=L&as_of=x", "as_of"),
            ("/api/v1/recall?lot=L&since=2026-03-01T08:00:00", "since"),
            ("/api/v1/recall?lot=L&format=xml", "format"),
            ("/api/v1/inbox?state=odd", "state"),
            ("/api/v1/inbox?limit=100000", "limit"),
        ],
    )
    def test_a_parameter_that_breaks_a_rule(self, api: Client, address: str, field: str) -> None:
        response = api.get(address)
        assert response.status_code == 422
        assert problem(response)["field"] == field

    def test_a_recall_of_everything_is_refused(self, api: Client) -> None:
        assert api.get("/api/v1/recall").status_code == 422

    def test_a_fault_says_nothing_of_the_inside(
        self, api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*args: object) -> None:
            raise ValueError("the secret inside")

        monkeypatch.setattr("padstone.features.production.api.factory_now", fail)
        response = api.get("/api/v1/factory")
        assert (response.status_code, problem(response)["code"]) == (500, "internal_error")
        assert b"secret" not in response.content
        assert "the secret inside" in caplog.text


class TestMessages:
    def test_a_machine_delivers(self, machine: dict[str, str]) -> None:
        client = Client(headers=machine)
        response = client.post(CFX, "not json", content_type="application/json")
        assert response.status_code == 202
        assert json.loads(response.content) == {
            "received": 0,
            "repeated": 0,
            "rejected": 1,
            "batches": [Batch.objects.get().pk],
        }
        assert (Batch.objects.get().door, Batch.objects.get().sender) == ("http", HANDLE)

    def test_a_body_that_is_too_large_is_refused_unread_and_noted(self, api: Client, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        response = api.post(CFX, b"x" * 101, content_type="application/json")
        assert (response.status_code, problem(response)["code"]) == (413, "body_too_large")
        noted = Message.objects.get()
        assert (noted.state, noted.source) == (State.REJECTED, "ada via token test 0")
        assert "101" in noted.reason

    def test_an_unknown_encoding_is_refused(self, api: Client) -> None:
        response = api.post(CFX, b"x", content_type="application/json", headers={"Content-Encoding": "br"})
        assert (response.status_code, problem(response)["code"]) == (415, "content_encoding_unknown")
        assert not Batch.objects.exists()

    def test_a_body_without_a_length_is_refused(self, api: Client) -> None:
        response = api.generic("POST", CFX, b"", content_type="application/json", CONTENT_LENGTH="")
        assert (response.status_code, problem(response)["code"]) == (411, "length_required")
        assert not Batch.objects.exists()
