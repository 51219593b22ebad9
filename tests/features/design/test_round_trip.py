"""What is exported comes back as it was; and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.placement import Placement
from padstone.features.design.domain.reading import read_bill, read_placement
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.writing import (
    as_written,
    bill_csv,
    bill_xlsx,
    place_as_written,
    placement_csv,
    placement_kicad_csv,
    placement_xlsx,
)
from tests.features.design.made_up import BILLS, PLACEMENTS

BILL_FORMATS = pytest.mark.parametrize("write", [bill_csv, bill_xlsx])
PLACEMENT_FORMATS = pytest.mark.parametrize("write", [placement_csv, placement_kicad_csv, placement_xlsx])


@BILL_FORMATS
@given(bill=BILLS)
@settings(max_examples=10)
def test_a_bill_comes_back_as_it_was(write: Callable[[Bill], bytes], bill: Bill) -> None:
    back = read_bill(Source("export", write(bill)))

    assert list(map(as_written, back.lines)) == list(map(as_written, bill.lines))
    assert back.not_used == bill.not_used
    assert [doubt for doubt in back.doubts if doubt.severity != "note"] == []


@PLACEMENT_FORMATS
@given(placement=PLACEMENTS)
@settings(max_examples=10)
def test_a_placement_comes_back_as_it_was(write: Callable[[Placement], bytes], placement: Placement) -> None:
    back = read_placement(Source("export", write(placement)))

    assert list(map(place_as_written, back.placed)) == list(map(place_as_written, placement.placed))


NASTY = BillLine(
    description="=1+1", value="@x", comment="-2+3;=4", mpn="+49", part_number="\t=5", manufacturer="'=6"
)


def test_no_cell_of_a_csv_begins_a_formula_whichever_delimiter_splits_it() -> None:
    text = bill_csv(Bill("made up", (replace(NASTY, extra=(("=name", "=value"),)),))).decode("utf-8-sig")

    for delimiter in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
        assert [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@", "\t"))] == []


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(bill_xlsx(Bill("made up", (NASTY,)))))

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert "=1+1" in {cell.value for cell in cells}
