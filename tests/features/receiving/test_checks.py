"""The rules of the goods-in, one by one: each is silent about what is well, and names what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from padstone.features.receiving.domain.checks import check
from padstone.features.receiving.domain.delivery import line_state, order_state
from padstone.features.receiving.domain.facts import Arrived, Known, LotCertified, OpenLine
from padstone.features.receiving.domain.lot_forms import fits, form_of
from padstone.features.receiving.domain.policy import STANDARD, Policy, policy_of
from padstone.kernel.errors import Invalid

TODAY = date(2026, 11, 21)
GOOD = Arrived(
    part="100-001",
    mpn="RC0402FR-0710KL",
    maker="Yageo",
    lot="LA0001",
    date_code="2610",
    made=(date(2026, 3, 2), date(2026, 3, 8)),
    quantity=Decimal(5000),
    country="TW",
    expires_on=date(2028, 3, 2),
)
KNOWN = Known(
    today=TODAY,
    approved=(("Yageo", "RC0402FR-0710KL"),),
    order="PO-1",
    lines=(OpenLine("PO-1", 1, Decimal(20000), Decimal(0)),),
    supplier="Mouser",
    approval="approved",
    tier="authorised",
)
CERTIFICATE = LotCertified(number="C-1", lot="LA0001", date_codes=("2610",), quantity=Decimal(10000))
MOIST: dict[str, Any] = {"level": "3"}


def rules(arrived: dict[str, Any], known: dict[str, Any], policy: Policy = STANDARD) -> dict[str, str]:
    """The rules that find something, and the reasons under which they hold."""
    found = check(replace(GOOD, **arrived), replace(KNOWN, **known), policy)
    assert all(one.reason.endswith(".") and one.way_out.endswith(".") for one in found)
    return {one.rule: one.hold for one in found}


def test_a_good_reel_meets_all_rules_in_silence() -> None:
    assert rules({}, {}) == {}
    assert rules({"sealed_on": date(2026, 5, 1)}, MOIST) == {}
    assert rules({}, {"criticality": "safety", "certificates": (CERTIFICATE,)}) == {}


@pytest.mark.parametrize(
    ("rule", "hold", "arrived", "known"),
    [
        ("part_unknown", "part", {}, {"registered": False, "approved": ()}),
        ("part_numbers_disagree", "part", {}, {"also": ("100-002",)}),
        ("part_in_no_bill", "", {}, {"in_bills": False, "lines": ()}),
        ("maker_part_not_approved", "part", {"mpn": "RC0402FR-0712KL"}, {}),
        ("maker_named_otherwise", "", {"maker": "Fenghua"}, {}),
        ("part_not_ordered", "part", {}, {"lines": ()}),
        ("more_than_ordered", "other", {"quantity": Decimal(20001)}, {}),
        ("supplier_unknown", "supplier", {}, {"supplier": ""}),
        ("supplier_not_approved", "supplier", {}, {"approval": "suspended"}),
        ("supplier_not_approved", "supplier", {}, {"approval": "new"}),
        ("supplier_not_trusted", "counterfeit", {}, {"tier": "other"}),
        ("supplier_certificate_missing", "supplier", {}, {"tier": "approved"}),
        (
            "supplier_certificate_missing",
            "supplier",
            {},
            {"tier": "approved", "supplier_certificates": {"ISO 9001": date(2026, 11, 20)}},
        ),
        ("supplier_differs", "supplier", {}, {"label_supplier": "TME"}),
        ("not_traceable", "label", {"lot": ""}, {}),
        ("not_traceable", "label", {"date_code": "", "made": None}, {}),
        ("certificate_missing", "certificate", {}, {"criticality": "safety"}),
        ("certificate_missing", "certificate", {}, {"tier": "approved"}),
        (
            "certificate_missing",
            "certificate",
            {"lot": "LA0002"},
            {"criticality": "safety", "certificates": (CERTIFICATE,)},
        ),
        ("certificate_of_other_date", "certificate", {"date_code": "2520"}, {"certificates": (CERTIFICATE,)}),
        (
            "certificate_out_of_date",
            "certificate",
            {},
            {"certificates": (replace(CERTIFICATE, valid_until=date(2026, 11, 20)),)},
        ),
        (
            "more_than_exist",
            "counterfeit",
            {},
            {"certificates": (CERTIFICATE,), "lot_received": Decimal(5001)},
        ),
        ("expired", "expired", {"expires_on": date(2026, 11, 20)}, {}),
        ("dry_pack_undated", "moisture", {}, MOIST),
        ("dry_pack_from_the_future", "moisture", {"sealed_on": date(2026, 11, 22)}, MOIST),
        ("dry_pack_too_old", "moisture", {"sealed_on": date(2025, 11, 20)}, MOIST),
        ("card_turned", "moisture", {"sealed_on": date(2026, 5, 1), "card_percent": 10}, MOIST),
        ("card_turned", "moisture", {"sealed_on": date(2026, 5, 1), "card_percent": 60}, {"level": "2"}),
        (
            "card_missing",
            "moisture",
            {"sealed_on": date(2026, 5, 1), "not_there": frozenset({"card"})},
            MOIST,
        ),
        ("made_in_the_future", "counterfeit", {"made": (date(2026, 11, 23), date(2026, 11, 29))}, {}),
        (
            "made_after_the_end",
            "counterfeit",
            {},
            {"lifecycle": "obsolete", "last_buy_on": date(2025, 3, 1)},
        ),
        ("lot_of_another_form", "counterfeit", {}, {"declared_lots": ("##*", "@####")}),
        (
            "lot_of_a_new_form",
            "counterfeit",
            {},
            {"lots": 10, "lot_forms": frozenset({"#", "#@"})},
        ),
        ("country_not_the_makers", "counterfeit", {"country": "XX"}, {"declared_countries": ("TW", "CN")}),
        ("number_known_elsewhere", "counterfeit", {}, {"elsewhere": "XP0000001Q"}),
        ("labels_differed", "", {"settled": ("The labels differ in lot.",)}, {}),
    ],
)
def test_what_is_off_is_named_with_its_reason_and_way_out(
    rule: str, hold: str, arrived: dict[str, Any], known: dict[str, Any]
) -> None:
    found = rules(arrived, known)
    if rule == "certificate_of_other_date":
        arrived |= {"made": (date(2025, 5, 12), date(2025, 5, 18))}
        found = rules(arrived, known)
    assert found.get(rule) == hold
    others = {name for name, held in found.items() if held} - {rule}
    assert others <= {"supplier_certificate_missing", "certificate_missing", "part_not_ordered"}


def test_the_edges_are_still_well() -> None:
    assert rules({"quantity": Decimal(20000)}, {}) == {}
    assert rules({"expires_on": TODAY}, {}) == {}
    assert rules({"made": (TODAY, TODAY)}, {}) == {}
    assert rules({"sealed_on": date(2025, 11, 21)}, MOIST) == {}
    assert rules({"sealed_on": date(2024, 1, 1), "card_percent": 5}, MOIST) == {}
    assert rules({"sealed_on": date(2026, 5, 1), "card_percent": 10}, {"level": "2"}) == {}
    assert rules({}, {"certificates": (CERTIFICATE,), "lot_received": Decimal(5000)}) == {}
    assert (
        rules(
            {},
            {
                "tier": "approved",
                "supplier_certificates": {"ISO 9001": TODAY},
                "certificates": (CERTIFICATE,),
            },
        )
        == {}
    )
    assert rules({}, {"lifecycle": "obsolete", "last_buy_on": date(2025, 3, 2)}) == {}
    assert rules({}, {"declared_lots": ("@@####",), "declared_countries": ("TW",)}) == {}
    assert rules({}, {"lots": 9, "lot_forms": frozenset({"#"})}) == {}
    assert rules({}, {"lots": 10, "lot_forms": frozenset({"@#"})}) == {}
    assert rules({"maker": "YAGEO CORP."}, {}) == {}


def test_one_certificate_that_fits_is_enough() -> None:
    stale = replace(CERTIFICATE, number="C-0", valid_until=date(2020, 1, 1))
    assert rules({}, {"certificates": (stale, CERTIFICATE)}) == {}


def test_a_house_decides_otherwise() -> None:
    assert rules({"quantity": Decimal(21000)}, {}, policy_of({"over_percent": "5"})) == {}
    assert rules({}, {}, policy_of({"oldest_months": 6})) == {"too_old": "date_code"}
    assert rules({"expires_on": date(2026, 12, 1)}, {}, policy_of({"shelf_days": 30})) == {
        "keeps_too_short": "expired"
    }
    assert rules({"lot": ""}, {}, policy_of({"traceable": False})) == {"not_traceable": ""}
    assert rules({}, {"criticality": "key"}, policy_of({"certificate_for": ["key"]})) == {
        "certificate_missing": "certificate"
    }


@pytest.mark.parametrize(
    "told",
    [{"unheard": 1}, {"over_percent": "-1"}, {"trusted_tiers": ["friend"]}, {"shelf_days": "many"}, []],
)
def test_rules_that_cant_be_are_refused(told: object) -> None:
    with pytest.raises(Invalid):
        policy_of(told)


def test_forms_of_lots() -> None:
    assert form_of("la0001-b") == "@#-@"
    assert fits("@@####", "LA0001")
    assert fits("LA*", "la-anything")
    assert fits("?A####", "LA0001")
    assert not fits("@@###", "LA0001")
    assert not fits("(.*", "LA0001")  # nothing in a pattern is a regular expression


def test_the_state_of_a_line_is_reckoned() -> None:
    def state(received: int, expected: date | None = None, *, closed: bool = False) -> str:
        return line_state(Decimal(10), Decimal(received), expected, TODAY, closed=closed)

    assert state(0) == "open"
    assert state(0, date(2026, 11, 20)) == "late"
    assert state(4) == "part"
    assert state(4, date(2026, 11, 20)) == "late"
    assert state(10, date(2026, 11, 20)) == "delivered"
    assert state(11) == "over"
    assert state(4, closed=True) == "short"
    assert order_state([line_state(Decimal(1), Decimal(1), None, TODAY, closed=False)]) == "delivered"
