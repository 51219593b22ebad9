from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.parts.domain.bill import MOST_BYTES, MOST_LINES, Bill, read_bill
from padstone.features.parts.domain.columns import OWN_FORM
from padstone.kernel.errors import Invalid

OWN = f"""{OWN_FORM}
100-001,Resistor 10k 0402,Yageo,RC0402FR-0710KL,3,"R1,R2,R3"
100-002,Capacitor 100n 0402,Murata,GRM155R71C104KA88D,2,C1-C2
900-001,Glue,,,0.05,
"""


def bill(text: str) -> Bill:
    return read_bill(text.encode())


def refused(content: bytes) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        read_bill(content)
    return refusal.value


def notes(of: Bill) -> list[tuple[int, str]]:
    return [(finding.row, finding.column) for finding in of.findings]


def test_the_plain_form_is_read_whole() -> None:
    read = bill(OWN)

    assert read.findings == ()
    assert [line.part_number for line in read.lines] == ["100-001", "100-002", "900-001"]
    assert [line.designators for line in read.lines] == [("R1", "R2", "R3"), ("C1", "C2"), ()]
    assert read.lines[2].quantity == Decimal("0.05")
    assert (read.lines[0].description, read.lines[0].manufacturer) == ("Resistor 10k 0402", "Yageo")
    assert read.lines[0].manufacturer_part_number == "RC0402FR-0710KL"


@pytest.mark.parametrize(
    "header",
    [
        "QTY,REFERENCE,DESCRIPTION,MANU,PART NUMBER",
        "Quantity,RefDes,Desc.,Manufacturer,Manufacturer Part Number",
        "qty,designator,description,mfr,MPN",
    ],
)
def test_column_names_of_other_tools_are_known_in_any_case(header: str) -> None:
    read = bill(f"{header}\n2,R1 R2,Resistor,Yageo,RC0402\n")

    assert read.findings == ()
    assert read.lines[0].part_number == "RC0402", "without an own number the manufacturer's serves"
    assert read.lines[0].manufacturer_part_number == "RC0402"
    assert read.lines[0].designators == ("R1", "R2")


def test_beside_a_manufacturers_number_a_part_number_is_the_houses_own() -> None:
    read = bill("Part Number,MPN,Refs\nA-1,RC0402,R1\n")

    assert read.lines[0].part_number == "A-1"
    assert read.lines[0].manufacturer_part_number == "RC0402"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_recognised(delimiter: str) -> None:
    text = f'"qty"{delimiter}"refs"{delimiter}"mpn"\n"2"{delimiter}"R1,R2"{delimiter}"RC0402"\n'

    assert bill(text).lines[0].designators == ("R1", "R2")


def test_a_title_above_the_column_names_is_told() -> None:
    read = bill("Board X,,\n,,\nqty,refs,mpn\n1,R1,RC0402\n")

    assert len(read.lines) == 1
    assert notes(read) == [(1, "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings_are_recognised(encoding: str) -> None:
    content = "qty,refs,mpn,description\r1,R1,RC0402,10 µF ±5 %\r".encode(encoding)

    assert read_bill(content).lines[0].description == "10 µF ±5 %"


def test_rows_without_quantity_and_reference_are_alternates() -> None:
    read = bill("qty,refs,mpn\n2,R1 R2,RC0402\n,,RK73\n,,CRCW\n1,C1,GRM\n")

    assert [line.part_number for line in read.lines] == ["RC0402", "GRM"]
    assert notes(read) == [(3, ""), (4, "")]
    assert "RK73 is an alternate for RC0402" in read.findings[0].text


def test_below_do_not_install_nothing_is_expected() -> None:
    read = bill('qty,refs,mpn\n1,R1,RC0402\n,DO NOT INSTALL COMPONENTS BELOW.,\n,"P2,R55",\n1,R9,RC0402\n')

    assert [line.designators for line in read.lines] == [("R1",)]
    assert notes(read) == [(3, ""), (4, ""), (5, "")]
    assert "P2,R55" in read.findings[1].text


def test_a_part_that_says_do_not_install_in_its_description_ends_nothing() -> None:
    read = bill("qty,refs,mpn,description\n1,U1,STM32,do not fit before baking\n1,R1,RC0402,\n")

    assert [line.designators for line in read.lines] == [("U1",), ("R1",)]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("qty,refs,mpn,dnp", "1,R1,RC0402,x"),
        ("qty,refs,mpn,DNP", "1,R1,RC0402,DNP"),
        ("qty,refs,mpn,fitted", "1,R1,RC0402,No"),
        ("qty,refs,mpn,fitted", "1,R1,RC0402,not fitted"),
        ("qty,refs,mpn", "0,R1,RC0402"),
        ("qty,refs,mpn", "DNP,R1,RC0402"),
        ("qty,refs,mpn", "1,R1,DNI"),
    ],
)
def test_what_is_not_installed_is_not_expected(header: str, row: str) -> None:
    read = bill(f"{header}\n{row}\n1,R2,RC0402\n")

    assert [line.designators for line in read.lines] == [("R2",)]
    assert [finding.row for finding in read.findings] == [2]


@pytest.mark.parametrize("header", ["dnp", "fitted"])
def test_what_those_columns_leave_open_is_expected(header: str) -> None:
    assert bill(f"qty,refs,mpn,{header}\n1,R1,RC0402,\n").lines[0].designators == ("R1",)


def test_a_quantity_that_is_not_the_number_of_designators_is_told() -> None:
    read = bill("Qty,Refs,MPN\n3,R1 R2,RC0402\n")

    assert read.lines[0].quantity == 3
    assert read.findings == ((2, "Qty", "Quantity 3, and 2 designators."),)


def test_a_line_without_a_part_number_is_told() -> None:
    read = bill("qty,refs,mpn,description\n1,R1,RC0402,\n2,TP1 TP2,,test point\n1,,,Box\n")

    assert len(read.lines) == 1
    assert notes(read) == [(3, "mpn"), (4, "mpn")]
    assert "TP1 TP2 not expected" in read.findings[0].text


def test_a_designator_that_stands_twice_is_refused_with_both_rows() -> None:
    refusal = refused(b"qty,RefDes,mpn\n2,R1 R2,RC0402\n2,C1 c2,GRM\n1,R1,OTHER\n1,C2,OTHER\n")

    assert refusal.code == "designator_twice"
    assert refusal.reason.startswith("R1 stands in row 2 and again in row 4, column RefDes")
    assert "C2 (rows 3 and 5)" in refusal.reason
    assert refusal.way_out


def test_a_designator_twice_in_one_cell_is_refused() -> None:
    assert refused(b'qty,refs,mpn\n2,"R1,R1",RC0402\n').code == "designator_twice"


@pytest.mark.parametrize("quantity", ["two", "-1", "1e3", "1.000.0", "NaN", "9999999999999", "0.0000001"])
def test_a_quantity_that_is_no_number_is_refused_with_its_place(quantity: str) -> None:
    refusal = refused(f"refs,mpn,Qty\nR1,RC0402,1\nR2,RC0402,{quantity}\n".encode())

    assert refusal.code == "bom_quantity"
    assert (refusal.params["row"], refusal.params["column"]) == ("3", "Qty")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"just,some,text\n",
        b"RC0402, R1\nGRM, C1\n",
        b"manf#,\nRC0402,\n",
        bytes(range(1, 256)) * 40,
    ],
)
def test_a_file_without_known_columns_is_refused_with_the_form_to_use(content: bytes) -> None:
    refusal = refused(content)

    assert refusal.code == "bom_columns_unknown"
    assert OWN_FORM in refusal.way_out


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", "qty,refs,mpn\n".encode("utf-16"), b"%PDF-1.7"])
def test_what_is_no_csv_is_refused(content: bytes) -> None:
    assert refused(content).code == "bom_not_csv"


def test_a_quotation_mark_never_closed_is_refused_with_its_row() -> None:
    refusal = refused(b'qty,refs,mpn\n1,R1,RC0402\n1,"R2,RC0402\n1,R3,RC0402\n')

    assert refusal.code == "bom_broken_csv"
    assert refusal.params["row"] == "3"


def test_column_names_alone_are_refused() -> None:
    assert refused(b"qty,refs,mpn\n").code == "bom_empty"


def test_files_beyond_the_limits_are_refused() -> None:
    head = b"qty,refs,mpn\n"

    assert refused(head + b"x" * MOST_BYTES).code == "bom_too_large"
    assert refused(head + b"".join(b"1,R%d,P\n" % n for n in range(MOST_LINES + 1))).code == "bom_too_long"
    assert refused(head + b"1,R1," + b"9" * 201).code == "part_number_too_long"
    # What one cell may hold is a setting of the process: whichever comes first refuses it.
    assert refused(head + b"1,R1," + b"9" * 200_000).code in {"bom_broken_csv", "part_number_too_long"}


def test_control_characters_reach_neither_books_nor_screens() -> None:
    read = bill("qty,refs,mpn,description\n1,R1\x1b,RC\x1b[31m0402,a\u202eb\n")

    assert read.lines[0].designators == ("R1",)
    assert (read.lines[0].part_number, read.lines[0].description) == ("RC[31m0402", "ab")
