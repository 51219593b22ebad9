from __future__ import annotations

import pytest

from padstone.features.parts.domain.designators import LONGEST_RANGE, Place, read_designators
from padstone.kernel.errors import Invalid

HERE = Place(7, "Reference")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ()),
        (" R1 ", ("R1",)),
        ("R1,R2;R3\nR4 R5", ("R1", "R2", "R3", "R4", "R5")),
        ("R3-R5", ("R3", "R4", "R5")),
        ("C27 - C29, C8", ("C27", "C28", "C29", "C8")),
        ("R1...R2", ("R1", "R2")),
        ("R09-R11", ("R09", "R10", "R11")),
        ("R1-R2 R7", ("R1", "R2", "R7")),
        ("J1-P2", ("J1-P2",)),
        ("U1-2", ("U1-2",)),
        ("A1.R5_CH2", ("A1.R5_CH2",)),
    ],
)
def test_a_cell_is_read_as_people_write_it(cell: str, expected: tuple[str, ...]) -> None:
    assert read_designators(cell, HERE) == (expected, ())


def test_a_designator_cut_by_a_line_wrap_is_put_together_and_told() -> None:
    reading = read_designators("R113,R11 9,R 146", HERE)

    assert reading.designators == ("R113", "R119", "R146")
    assert reading.doubts == ("“R11 9” is read as R119.", "“R 146” is read as R146.")


def test_text_that_is_no_designator_is_left_out_and_told() -> None:
    reading = read_designators("R1, SN Label", HERE)

    assert reading.designators == ("R1",)
    assert "SN Label" in reading.doubts[0]


def test_two_designators_with_a_full_stop_between_are_kept_and_asked_about() -> None:
    reading = read_designators("R47,R48.C127", HERE)

    assert reading.designators == ("R47", "R48.C127")
    assert "R48 and C127" in reading.doubts[0]


@pytest.mark.parametrize("cell", ["R5-R1", f"R1-R{LONGEST_RANGE + 1}"])
def test_a_range_that_cannot_be_meant_is_refused_with_its_place(cell: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_designators(f"C1,{cell}", HERE)

    assert refusal.value.code == "designator_range"
    assert refusal.value.params["row"] == "7"
    assert refusal.value.params["column"] == "Reference"


def test_the_longest_range_is_read() -> None:
    assert len(read_designators(f"R1-R{LONGEST_RANGE}", HERE).designators) == LONGEST_RANGE


def test_a_cell_of_ranges_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="designators in one cell"):
        read_designators(",".join(["R1-R4000"] * 1_000), HERE)


def test_a_word_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="longer than 100"):
        read_designators("x" * 101, HERE)
