"""The doors of the goods-in: pages, API, command line; and what suppliers, certificates and rules change."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from padstone.features.receiving import commands
from padstone.features.receiving.cli import receiving
from padstone.features.receiving.models import PurchaseOrder, PurchaseOrderLine, Receipt
from padstone.features.receiving.queries.desk import in_hand, what_is
from padstone.features.receiving.queries.orders import purchase_order
from padstone.features.receiving.queries.suppliers import supplier_card, supplier_list
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from tests.features.receiving.conftest import ANNA, label, reel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("goods_in")]

CHIP = {"_1P": "STM32F103C8T6", "_1V": "STMicroelectronics", "_1T": "STL1", "Q": "300"}
SEALED = {"sealed_on": "2026-10-01"}
CSV = """\
order,supplier,line,part,quantity,expected_on
PO-2,Digi-Key,1,100-001,5000,2026-12-08
PO-2,Digi-Key,2,200-001,100,
PO-3,Mouser,1,100-001,2500.5,2026-12-01
"""


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def handler() -> Client:
    """A browser of a material handler: the role alone is enough to receive."""
    create_person(ANNA, name="hans", password="a-long-word-for-tests", roles=["material_handler"])
    client = Client()
    client.force_login(User.objects.get(username="hans"))
    return client


def findings(*labels: str, **said: str) -> list[str]:
    done = commands.receive(ANNA, labels=labels, location="A-1", said=said)
    return [one.rule for one in done.findings if one.holds]


def conformance(**other: object) -> commands.Conformance:
    told: dict[str, object] = {"supplier": "Mouser", "part": "200-001", "number": "C-1", "lot": "STL1"}
    return commands.Conformance(**{**told, **other})  # type: ignore[arg-type]  # of a table of texts


class TestCertificates:
    def test_a_critical_part_needs_one_of_its_lot(self) -> None:
        assert findings(reel(1, **CHIP), **SEALED) == ["certificate_missing"]
        commands.file_certificate(
            ANNA, conformance=conformance(date_codes=("2610",)), file_name="c.pdf", content=b"%PDF"
        )
        assert findings(reel(2, **CHIP), **SEALED) == []
        assert findings(reel(3, **CHIP, _9D="2520"), **SEALED) == ["certificate_of_other_date"]

    def test_more_pieces_of_a_lot_than_its_certificate_is_of(self) -> None:
        certificate = conformance(quantity=Decimal(400))
        commands.file_certificate(ANNA, conformance=certificate, file_name="c.pdf", content=b"%PDF")
        assert findings(reel(1, **CHIP), **SEALED) == []
        assert findings(reel(2, **CHIP), **SEALED) == ["more_than_exist"]

    def test_without_a_document_or_for_nobody_it_is_refused(self) -> None:
        with pytest.raises(Invalid):
            commands.file_certificate(ANNA, conformance=conformance(), file_name="", content=b"")
        with pytest.raises(NotFound):
            commands.file_certificate(
                ANNA, conformance=conformance(supplier="Nobody"), file_name="c", content=b"x"
            )


class TestSuppliers:
    def test_a_decision_counts_from_then_on_and_the_earlier_ones_stay(self) -> None:
        commands.decide_supplier(
            ANNA, supplier="mouser", approval="suspended", tier="authorised", why="Fakes."
        )
        assert findings(reel(1)) == ["supplier_not_approved"]
        card = supplier_card(ANNA, "Mouser")
        assert [(one.approval, one.why) for one in card.decisions] == [
            ("suspended", "Fakes."),
            ("approved", "Franchised."),
        ]

    def test_a_vetted_supplier_needs_a_certificate_in_date(self) -> None:
        commands.decide_supplier(
            ANNA, supplier="Mouser", approval="approved", tier="approved", why="Audited."
        )
        assert findings(reel(1)) == ["supplier_certificate_missing", "certificate_missing"]
        commands.file_supplier_certificate(
            ANNA,
            supplier="Mouser",
            standard="ISO 9001",
            valid_until=date(2100, 1, 1),
            file_name="iso.pdf",
            content=b"%PDF",
        )
        assert findings(reel(2)) == ["certificate_missing"]
        assert [one.in_date for one in supplier_list(ANNA) if one.name == "Mouser"] == [True]

    def test_only_who_may_decides(self) -> None:
        handler = Actor(ActorKind.PERSON, "hans", frozenset({"receive_package"}))
        with pytest.raises(Forbidden):
            commands.decide_supplier(handler, supplier="X", approval="approved", tier="other", why="x")


class TestMakers:
    def test_declared_forms_of_lots_and_countries_are_held_against(self) -> None:
        commands.declare_maker(
            ANNA, maker="Yageo", lot_patterns=["LA####"], countries=["TWN", "CN"], why="Their guide."
        )
        assert findings(reel(1)) == []
        assert findings(reel(2, _1T="ZZ-9", _4L="US")) == ["lot_of_another_form", "country_not_the_makers"]

    def test_what_came_before_teaches_the_form_of_lots(self) -> None:
        commands.decide_receiving(ANNA, policy={"learn_after": 3, "over_percent": 1000}, why="Small house.")
        for number in range(1, 5):
            assert findings(reel(number)) == []
        assert findings(reel(5, _1T="2026/11-7")) == ["lot_of_a_new_form"]
        assert Receipt.objects.order_by("-pk")[0].policy == 1


class TestOrders:
    def test_a_table_is_taken_whole_or_not_at_all(self) -> None:
        report = commands.import_orders(ANNA, content=CSV.encode())
        assert (report.orders, report.lines) == (2, 3)
        assert purchase_order(ANNA, "PO-3").lines[0].ordered == Decimal("2500.5")
        assert purchase_order(ANNA, "PO-2").lines[0].expected_on == date(2026, 12, 8)
        bad = "order;supplier;line;part;quantity\nPO-4;X;1;100-001;5\nPO-4;X;2;nothing;5\n"
        with pytest.raises(NotFound):
            commands.import_orders(ANNA, content=bad.encode())
        assert not PurchaseOrder.objects.filter(number="PO-4").exists()

    @pytest.mark.parametrize(
        "content", [b"\xff", b"a,b\n1,2\n", b"order,supplier,line,part,quantity\nA,B,x,100-001,1\n"]
    )
    def test_what_is_no_such_table_is_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid):
            commands.import_orders(ANNA, content=content)

    def test_a_line_is_changed_until_something_came_of_it(self) -> None:
        line = commands.Ordered(number=1, part="100-001", quantity=Decimal(6000))
        commands.place_order(ANNA, number="PO-1", supplier="Mouser", lines=[line])
        commands.receive(ANNA, labels=[reel(1)], location="A-1")
        assert purchase_order(ANNA, "PO-1").lines[0].state == "part"
        other = commands.Ordered(number=1, part="200-001", quantity=Decimal(1))
        with pytest.raises(Conflict):
            commands.place_order(ANNA, number="PO-1", supplier="Mouser", lines=[other])
        with pytest.raises(Conflict):
            commands.place_order(ANNA, number="PO-1", supplier="Another", lines=[line])
        commands.close_order(ANNA, number="PO-1", why="The rest is cancelled.")
        assert purchase_order(ANNA, "PO-1").lines[0].state == "short"
        with pytest.raises(Conflict):
            commands.close_order(ANNA, number="PO-1", why="")

    def test_a_reel_without_an_order_number_fills_the_order_that_has_room(self) -> None:
        commands.import_orders(ANNA, content=CSV.encode())
        done = commands.receive(ANNA, labels=[reel(1, K="")], location="A-1", said={})
        assert (done.order, done.line) in {("PO-1", 1), ("PO-2", 1)}
        small = commands.receive(ANNA, labels=[reel(2, K="PO-3/1", Q="2000")], location="A-1")
        assert (small.order, small.line, small.held) == ("PO-3", 1, False)
        assert PurchaseOrderLine.objects.filter(receipts__isnull=False).count() == 2


class TestWhatAScanIs:
    def test_a_location_by_its_code_or_its_label_an_order_a_package_of_ours_a_label(self) -> None:
        assert what_is(ANNA, " A-1 ").kind == "location"
        assert (what_is(ANNA, label("LA-1")).kind, what_is(ANNA, label("LA-1")).text) == ("location", "A-1")
        assert what_is(ANNA, "PO-1").kind == "order"
        assert what_is(ANNA, label("9SXP0000001Q", "P100-001")).kind == "package"
        assert what_is(ANNA, reel()).kind == "label"
        unknown = what_is(ANNA, "#?!")
        assert unknown.kind == "unknown"
        assert unknown.refusal is not None

    def test_a_moist_part_is_asked_for_its_dry_pack(self) -> None:
        asked = in_hand(ANNA, [reel(1, **CHIP)], {})
        assert (asked.asks_dry_pack, asked.ready, asked.level) == (True, False, "3")
        assert in_hand(ANNA, [reel(1, **CHIP)], SEALED).ready
        none = in_hand(ANNA, [reel(1, **CHIP)], {"sealed_on": "-"})
        assert none.ready
        assert "dry_pack_undated" in [one.rule for one in none.findings]


class TestPages:
    def test_two_scans_and_the_reel_is_in(self, handler: Client) -> None:
        page = handler.post(reverse("receiving"), {"state": _fresh(), "scan": reel(1)})
        assert b"All is well" in page.content
        page = handler.post(
            reverse("receiving"), {"state": page.context["state"], "scan": "A-1"}, follow=True
        )
        assert page.context["done"]["held"] is False
        package = Receipt.objects.get().package.identifier
        card = handler.get(reverse("package", args=[package]))
        assert b"How it came" in card.content
        assert reverse("purchase_order", args=["PO-1"]).encode() in card.content
        sheet = handler.get(reverse("package_label", args=[package]))
        assert sheet.content.startswith(b"%PDF")

    def test_a_handler_receives_what_is_off_from_a_new_supplier_of_a_new_part(self, handler: Client) -> None:
        strange = reel(1, _1P="ZZ-1", K="")
        page = handler.post(reverse("receiving"), {"state": _fresh(), "scan": strange})
        page = handler.post(
            reverse("receiving"), {"state": page.context["state"], "scan": "A-1"}, follow=True
        )
        assert (page.context["done"]["held"], page.context["done"]["location"]) == (True, "CAGE")

    def test_a_reel_that_came_before_makes_room_for_the_next(self, handler: Client) -> None:
        done = commands.receive(ANNA, labels=[reel(1)], location="A-1")
        page = handler.post(reverse("receiving"), {"state": _fresh(), "scan": reel(1)})
        assert page.context["own_label"] == done.package
        page = handler.post(reverse("receiving"), {"state": page.context["state"], "scan": reel(2)})
        assert page.context["package"].ready

    def test_the_label_of_another_reel_is_not_mixed_in(self, handler: Client) -> None:
        page = handler.post(reverse("receiving"), {"state": _fresh(), "scan": reel(1)})
        page = handler.post(reverse("receiving"), {"state": page.context["state"], "scan": reel(2)})
        assert page.status_code == 409
        assert page.context["package"].lot == "LA0001"

    def test_a_wrong_scan_loses_nothing(self, browser: Client) -> None:
        page = browser.post(reverse("receiving"), {"state": _fresh(), "scan": reel(1)})
        page = browser.post(reverse("receiving"), {"state": page.context["state"], "scan": "nonsense"})
        assert page.status_code == 422
        assert page.context["package"].ready
        page = browser.post(reverse("receiving"), {"state": page.context["state"], "scan": "A-1"})
        assert page.status_code == 302

    def test_a_wrong_word_loses_nothing(self, browser: Client) -> None:
        bag = label("1PRC0402FR-0710KL", "KPO-1", "1TLA1", "9D2610", "4LTW")
        page = browser.post(reverse("receiving"), {"state": _fresh(), "scan": bag})
        page = browser.post(reverse("receiving"), {"state": page.context["state"], "said-quantity": "many"})
        assert page.status_code == 422
        assert page.context["package"].missing == ("quantity",)
        page = browser.post(reverse("receiving"), {"state": page.context["state"], "said-quantity": "500"})
        assert page.context["package"].ready

    def test_a_state_that_was_tampered_with_is_refused(self, browser: Client) -> None:
        assert browser.post(reverse("receiving"), {"state": "[1]", "scan": "A-1"}).status_code == 422

    def test_suppliers_orders_and_rules_are_entered_on_their_pages(self, browser: Client) -> None:
        posts = [
            (
                "suppliers",
                [],
                {"do": "decide", "supplier": "TME", "approval": "approved", "tier": "other", "why": "x"},
            ),
            (
                "suppliers",
                [],
                {"do": "maker", "maker": "TDK", "lot_patterns": "#*", "countries": "JP", "why": "x"},
            ),
            ("suppliers", [], {"do": "policy", "policy": json.dumps({"shelf_days": 30}), "why": "x"}),
            (
                "purchase_orders",
                [],
                {"number": "PO-9", "supplier": "TME", "line": "1", "part": "100-001", "quantity": "5"},
            ),
            ("purchase_order", ["PO-9"], {"do": "close", "why": "x"}),
        ]
        for name, args, given in posts:
            assert browser.post(reverse(name, args=args), given).status_code == 302, given
        assert (
            browser.post(reverse("suppliers"), {"do": "policy", "policy": "{", "why": "x"}).status_code == 422
        )
        for name, args in (
            ("suppliers", []),
            ("supplier", ["TME"]),
            ("purchase_orders", []),
            ("purchase_order", ["PO-9"]),
        ):
            assert browser.get(reverse(name, args=args)).status_code == 200
        assert purchase_order(ANNA, "PO-9").state == "short"


class TestOtherDoors:
    def test_the_api_looks_receives_and_answers_again(self, browser: Client) -> None:
        def post(address: str, body: object) -> tuple[int, dict[str, object]]:
            answer = browser.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json")
            return answer.status_code, json.loads(answer.content)

        package = {"labels": [reel(1)], "location": "A-1", "key": "k"}
        assert post("receiving/look", {"labels": [reel(1)]})[1]["ready"] is True
        status, told = post("receiving/packages", package)
        assert (status, told["held"], told["location"]) == (201, False, "A-1")
        assert post("receiving/packages", package) == (200, {**told, "repeated": True})
        status, told = post("receiving/packages", {**package, "key": ""})
        assert (status, told["code"]) == (409, "received_before")
        order = {
            "number": "PO-7",
            "supplier": "TME",
            "lines": [{"number": 1, "part": "100-001", "quantity": "10"}],
        }
        assert post("purchase-orders", order)[0] == 201
        assert browser.get("/api/v1/purchase-orders/PO-7").json()["state"] == "open"
        assert browser.get("/api/v1/suppliers/TME").json()["approval"] == "new"
        asked = "supplier=Mouser&part=200-001&number=C-1&file_name=c.pdf"
        filed = browser.post(
            f"/api/v1/suppliers/conformance?{asked}", b"%PDF", content_type="application/pdf"
        )
        assert filed.status_code == 204

    def test_the_command_line_imports_orders_and_receives(self, tmp_path: Path) -> None:
        run = CliRunner()
        file = tmp_path / "orders.csv"
        file.write_text(CSV)
        assert (
            "2 purchase orders with 3 lines." in run.invoke(receiving, ["order", "import", str(file)]).output
        )
        assert "PO-2" in run.invoke(receiving, ["order", "list"]).output
        assert "100-001" in run.invoke(receiving, ["order", "show", "PO-3"]).output
        done = run.invoke(receiving, ["package", reel(1), "--location", "A-1"], catch_exceptions=False)
        assert "of 100-001, at A-1." in done.output
        decided = run.invoke(
            receiving,
            ["supplier", "decide", "TME", "--approval", "approved", "--tier", "other", "--why", "x"],
            catch_exceptions=False,
        )
        assert decided.output == "TME: approved, other.\n"
        assert "TME" in run.invoke(receiving, ["supplier", "list"]).output


def _fresh() -> str:
    return json.dumps({"labels": [], "said": {}, "location": "", "key": "key-1"})


def photo(*payloads: str) -> SimpleUploadedFile:
    """A picture of a reel with these symbols on it."""
    picture = Image.new("L", (900, 500 * max(len(payloads), 1)), 200)
    for place, payload in enumerate(payloads):
        symbol = zxingcpp.create_barcode(payload.encode("latin-1"), zxingcpp.BarcodeFormat.DataMatrix)
        picture.paste(Image.fromarray(symbol.to_image(scale=6)), (40, 40 + 500 * place))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return SimpleUploadedFile("reel.jpg", out.getvalue(), "image/jpeg")


def test_a_photo_of_a_reel_is_as_good_as_a_scan(handler: Client) -> None:
    at = reverse("receiving")
    both = photo(reel(), label("1PRC0402FR-0710KL", "Q5000"))
    page = handler.post(at, {"state": _fresh(), "photo": both})
    assert b"RC0402FR-0710KL" in page.content
    assert len(json.loads(page.context["state"])["labels"]) == 2
    handler.post(at, {"state": page.context["state"], "scan": "A-1"})
    assert Receipt.objects.get().package.part.number == "100-001"
    nothing, junk = photo(), SimpleUploadedFile("reel.jpg", b"not a picture", "image/jpeg")
    for content, code in ((nothing, "picture_without_symbol"), (junk, "picture_unreadable")):
        refused = handler.post(at, {"state": _fresh(), "photo": content})
        assert (refused.status_code, refused.context["refusal"].code) == (422, code)
