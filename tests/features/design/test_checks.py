"""Differences and checks: each rule finds what it is for, says why, and is silent where all is well."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.check_board import body_of, inside
from padstone.features.design.domain.crosscheck import (
    Finding,
    Gravity,
    Lifecycle,
    LineAbility,
    PartFacts,
    PartPolicy,
    check_against_placement,
    check_bill,
    check_geometry,
    check_parts,
    cross_check,
)
from padstone.features.design.domain.difference import compare_bills, compare_placements
from padstone.features.design.domain.packages import Package, body_size, chip_size, family
from padstone.features.design.domain.placement import Placed, Placement, Side
from tests.features.design.made_up import BILLS, PLACEMENTS

TODAY = date(2026, 3, 1)


def line(*names: str, mpn: str = "X1", row: int = 0, **other: object) -> BillLine:
    made = BillLine(row=row, mpn=mpn, designators=names, quantity=Decimal(len(names) or 1))
    return replace(made, **other)  # type: ignore[arg-type]  # a test names the fields it needs


def bill(*lines: BillLine, not_used: Sequence[str] = ()) -> Bill:
    return Bill("bom.csv", lines, not_used=tuple(not_used))


def at(
    name: str, x: float = 0, y: float = 0, *, package: str = "0402", turn: int = 0, side: Side = Side.TOP
) -> Placed:
    mark = name.startswith("FID")
    return Placed(
        1, name, Decimal(str(x)), Decimal(str(y)), Decimal(turn), side, package=package, fiducial=mark
    )


def board(*placed: Placed) -> Placement:
    return Placement("xy.csv", placed)


def rules(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.subject) for finding in findings]


# --- differences --------------------------------------------------------------------------------------------


@given(BILLS)
@settings(max_examples=15)
def test_a_bill_does_not_differ_from_itself_however_its_lines_are_ordered(made: Bill) -> None:
    names = [name for one in made.lines for name in one.designators]
    keys = [(one.part_number, one.mpn, one.value, one.footprint, one.description) for one in made.lines]
    if len(set(names)) == len(names) and len(set(keys)) == len(keys):
        assert compare_bills(made, replace(made, lines=tuple(reversed(made.lines)))) == ()


@given(PLACEMENTS)
@settings(max_examples=15)
def test_a_placement_does_not_differ_from_itself(made: Placement) -> None:
    assert compare_placements(made, made) == ()


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ((line("R1", "R2"), line("C1", mpn="Y1"), line("U1", mpn="Z1")), ["Z1 added (U1)."]),
        ((line("R1", "R2"),), ["Y1 removed (C1)."]),
        ((line("R1", "R2", mpn="X2"), line("C1", mpn="Y1")), ["R1, R2: X1 → X2."]),
        ((line("R1"), line("C1", mpn="Y1")), ["R2 removed from X1.", "X1: quantity 2 → 1."]),
        ((line("R1", "R2", "R3"), line("C1", mpn="Y1")), ["R3 added to X1.", "X1: quantity 2 → 3."]),
        (
            (line("R1"), line("C1", "R2", mpn="Y1")),
            ["X1: quantity 2 → 1.", "R2 moved from X1 to Y1.", "Y1: quantity 1 → 2."],
        ),
        ((line("R1", "R2", fitted=False), line("C1", mpn="Y1")), ["R1, R2: no longer fitted (X1)."]),
        (
            (line("R1", "R2", alternates=(MakerPart("A", "B"),)), line("C1", mpn="Y1")),
            ["A B added as an alternate to X1 (R1, R2)."],
        ),
        ((line("R1", "R2", comment="new"), line("C1", mpn="Y1")), ["R1, R2: comment “” → “new”."]),
    ],
)
def test_each_change_is_told_once(after: tuple[BillLine, ...], told: list[str]) -> None:
    before = bill(line("R1", "R2"), line("C1", mpn="Y1"))

    assert [change.text for change in compare_bills(before, bill(*after))] == told


def test_changes_of_a_placement() -> None:
    before = board(at("R1"), at("R2", 1), at("R3", 2), at("R4", 3))
    after = board(at("R1", 0.001), at("R2", 5), replace(at("R3", 2, turn=90), side=Side.BOTTOM), at("R5", 9))

    assert [(change.code, change.designators) for change in compare_placements(before, after)] == [
        ("placed_removed", ("R4",)),
        ("placed_added", ("R5",)),
        ("moved", ("R2",)),
        ("side_changed", ("R3",)),
        ("turned", ("R3",)),
    ]


# --- the bill -----------------------------------------------------------------------------------------------


def test_a_bill_in_itself() -> None:
    made = bill(
        line("R1", row=1),
        line("R1", "R2", mpn="Y1", row=2, quantity=Decimal(3)),
        line("C1", mpn="", row=3),
        line("R9", row=4),
        not_used=["R9"],
    )

    assert rules(check_bill(made)) == [
        ("designator_twice", "R1"),
        ("quantity_differs", "Y1"),
        ("part_missing", "C1"),
        ("part_on_several_lines", "X1"),
        ("not_used_but_billed", "R9"),
    ]
    assert rules(check_bill(bill(line("R1"), line("R2", mpn="Y1")))) == []


def test_lines_of_variants_that_are_never_built_together_may_share_a_designator() -> None:
    assert rules(check_bill(bill(line("R1", variants=("EU",)), line("R1", mpn="Y1", variants=("US",))))) == []


def test_a_bill_against_its_placement() -> None:
    made = bill(
        line("R1", "R2"),
        line("R3", mpn="Y1", fitted=False),
        line("R4", mpn="Z1", footprint="R_0603_1608Metric"),
    )
    placed = board(at("R1"), at("R3", 3), at("R4", 4), at("R5", 5), at("TP1", 6), at("FID1", 7), at("R1", 8))

    assert rules(check_against_placement(made, placed)) == [
        ("billed_not_placed", "R2"),
        ("placed_not_billed", "R5"),
        ("placed_not_billed", "TP1"),
        ("left_off_but_placed", "R3"),
        ("placed_twice", "R1"),
        ("footprint_differs", "R4"),
    ]


# --- the board ----------------------------------------------------------------------------------------------

FIDUCIALS = (at("FID1", -50), at("FID2", -60))


def geometry(*placed: Placed, ability: LineAbility | None = None, **other: object) -> list[tuple[str, str]]:
    packages = {"BOX": Package("BOX", 2, Decimal(4), Decimal(2), Decimal(30))}
    made = board(*placed, *FIDUCIALS)
    return rules(check_geometry(made, packages, ability or LineAbility(), **other))  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        (at("R1"), at("R2", 1.2), False),
        (at("R1"), at("R2", 1.1), True),
        (at("R1"), at("R2", 0.7), True),
        (at("R1"), at("R2", 0, 0.6), True),
        (at("R1", turn=90), at("R2", 0.7, turn=90), False),
        (at("R1"), at("R2", 0.7, side=Side.BOTTOM), False),
        (at("U1", package="BOX"), at("R2", 2.6), True),
        (at("U1", package="BOX"), at("R2", 2.7), False),
        (at("U1", package="BOX", turn=45), at("R2", 1.6, 0.0), True),
        (at("U1", package="BOX", turn=45), at("R2", 2.5, -1.0), False),
    ],
)
def test_spacing_between_bodies(one: Placed, other: Placed, close: bool) -> None:
    ability = LineAbility(tallest=Decimal(40), fiducials=0)

    assert [rule for rule, _ in geometry(one, other, ability=ability)] == ["too_close"] * close


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300), st.sampled_from([0, 90])),
        max_size=40,
        unique=True,
    )
)
@settings(max_examples=25)
def test_the_grid_finds_what_comparing_all_with_all_finds(spots: list[tuple[int, int, int]]) -> None:
    placed = [at(f"R{n}", x / 10, y / 10, turn=turn) for n, (x, y, turn) in enumerate(spots)]
    found = {subject for rule, subject in geometry(*placed) if rule == "too_close"}

    expected = set()
    for number, one in enumerate(placed):
        for other in placed[number + 1 :]:
            if (one.x, one.y) == (other.x, other.y):
                continue
            reach = [(1.0, 0.5) if entry.rotation == 0 else (0.5, 1.0) for entry in (one, other)]
            across = max(0.0, abs(float(one.x - other.x)) - (reach[0][0] + reach[1][0]) / 2)
            along = max(0.0, abs(float(one.y - other.y)) - (reach[0][1] + reach[1][1]) / 2)
            if math.hypot(across, along) < 0.15 - 1e-9:
                expected.add(f"{one.designator} and {other.designator}")
    assert found == expected


def test_what_the_line_cannot_do() -> None:
    outline = [(Decimal(x), Decimal(y)) for x, y in ((-100, -10), (600, -10), (600, 10), (-100, 10))]
    found = geometry(
        at("R1", package="01005"),
        at("U1", 20, package="BOX"),
        at("Q1", 40, package="MYSTERY"),
        at("R2", 60, 50),
        at("R3", 80),
        at("R4", 80),
        at("R5", 90, side=Side.BOTTOM),
        ability=LineAbility(sides=1),
        outline=outline,
    )

    assert found == [
        ("same_place", "R3, R4"),
        ("too_small", "R1"),
        ("too_tall", "U1"),
        ("fiducials_missing", "bottom side"),
        ("one_side_only", "bottom side"),
        ("board_too_large", "board"),
        ("outside_board", "R2"),
        ("body_unknown", "Q1"),
    ]


def test_points_inside_a_polygon() -> None:
    corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)]

    assert [inside(x, y, corners) for x, y in ((1, 1), (2, 3), (5, 1), (3.5, 2.5))] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("R_0402_1005Metric", "0402", "0402"),
        ("Capacitor_SMD:C_0805_2012Metric", "0805", "0805"),
        ("CAPC1005X55N", "", ""),
        ("0201", "0201", "0201"),
        ("C0603", "0603", "0603"),
        ("SOIC-8_3.9x4.9mm_P1.27mm", "", "SOIC-8"),
        ("SOT-23-5", "", "SOT-23"),
        ("Package_DFN_QFN:QFN-32-1EP_5x5mm_P0.5mm", "", "QFN-32"),
        ("PinHeader_2x23_P2.54mm", "", ""),
    ],
)
def test_packages_by_their_names(name: str, size: str, said: str) -> None:
    assert (chip_size(name), family(name)) == (size, said)


def test_body_sizes_from_names() -> None:
    assert body_size("R_0402_1005Metric") == (Decimal("1.0"), Decimal("0.5"))
    assert body_size("QFN-32_5x5mm") == (Decimal(5), Decimal(5))
    assert body_size("PinHeader_2x23") is None
    assert body_of(at("U1", package="BOX"), {"BOX": Package("BOX", 2, Decimal(4), Decimal(2))}) == (
        Decimal(4),
        Decimal(2),
    )


# --- the parts ----------------------------------------------------------------------------------------------

GOOD = PartFacts(
    part_number="P1",
    lifecycle=Lifecycle.ACTIVE,
    rohs=True,
    document="declaration.pdf",
    approved_sources=2,
    approved_makers=2,
)


@pytest.mark.parametrize(
    ("facts", "rule", "gravity"),
    [
        (None, "unknown_part", Gravity.BLOCKER),
        (replace(GOOD, approved_sources=0), "no_approved_source", Gravity.BLOCKER),
        (replace(GOOD, approved_makers=1), "single_source", Gravity.MINOR),
        (replace(GOOD, lead_time_days=112), "long_lead_time", Gravity.MAJOR),
        (replace(GOOD, lifecycle=Lifecycle.OBSOLETE), "obsolete", Gravity.BLOCKER),
        (replace(GOOD, lifecycle=Lifecycle.LAST_TIME_BUY), "last_time_buy", Gravity.MAJOR),
        (replace(GOOD, lifecycle=Lifecycle.NOT_FOR_NEW_DESIGNS), "not_for_new_designs", Gravity.MINOR),
        (replace(GOOD, rohs=False), "rohs_gap", Gravity.BLOCKER),
        (replace(GOOD, rohs=None), "rohs_gap", Gravity.MAJOR),
        (replace(GOOD, document=""), "rohs_unproved", Gravity.MAJOR),
        (replace(GOOD, proved_until=date(2025, 1, 1)), "rohs_unproved", Gravity.MAJOR),
        (replace(GOOD, package="0603"), "package_differs", Gravity.BLOCKER),
    ],
)
def test_what_the_books_know_of_a_part(facts: PartFacts | None, rule: str, gravity: Gravity) -> None:
    made = bill(line("R1", footprint="R_0402_1005Metric"))

    found = list(check_parts(made, {} if facts is None else {0: facts}, PartPolicy(), TODAY))

    assert [(finding.rule, finding.gravity, finding.line) for finding in found] == [(rule, gravity, 0)]
    assert all(finding.evidence and finding.remedy for finding in found)


def test_a_good_part_and_one_that_is_not_fitted_are_silent() -> None:
    made = bill(line("R1"), line("R2", mpn="X2", fitted=False))

    assert list(check_parts(made, {0: GOOD}, PartPolicy(), TODAY)) == []


def test_a_client_brings_parts_that_need_no_source() -> None:
    made = bill(line("R1", client_supplied=True))

    assert list(check_parts(made, {0: replace(GOOD, approved_sources=0)}, PartPolicy(), TODAY)) == []


def test_the_whole_report_has_the_gravest_first() -> None:
    made = bill(line("R1"), line("R2", mpn=""), line("R3"))

    findings = cross_check(made, board(at("R1"), at("R2", 5), *FIDUCIALS), facts={0: GOOD}, today=TODAY)

    assert [(finding.gravity.value, finding.rule) for finding in findings] == [
        ("blocker", "part_missing"),
        ("blocker", "unknown_part"),
        ("major", "billed_not_placed"),
        ("note", "part_on_several_lines"),
    ]
