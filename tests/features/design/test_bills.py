"""Bills from rows: columns by name and content, lines, alternates, what is left off, and every doubt with its
place.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.designators import read_designators, write_designators
from padstone.features.design.domain.doubts import Severity
from padstone.features.design.domain.headers import Purpose
from padstone.features.design.domain.mapping import propose_mapping
from padstone.features.design.domain.numbers import read_measure, read_number
from padstone.features.design.domain.reading import read_bill
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.tables import read_book
from padstone.features.design.domain.vocabulary import Meaning, meaning_of
from padstone.kernel.errors import Invalid


def read(text: str, given: dict[str, str] | None = None, variant: str = "") -> Bill:
    return read_bill(Source("bom.csv", text.encode()), given, variant=variant)


def only(text: str) -> BillLine:
    (line,) = read(text).lines
    return line


def codes(bill: Bill, severity: Severity | None = None) -> list[str]:
    return [doubt.code for doubt in bill.doubts if severity in {None, doubt.severity}]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("R1-R5,R7", "R1 R2 R3 R4 R5 R7"),
        ("C1..C4", "C1 C2 C3 C4"),
        ("C1 ... C3", "C1 C2 C3"),
        ("R1 – R3; R9", "R1 R2 R3 R9"),
        ("R1 to R3", "R1 R2 R3"),
        ("R1~3", "R1 R2 R3"),
        ("R01-R03", "R01 R02 R03"),
        ("R1 R2\nR3", "R1 R2 R3"),
        ("C1，C2、C3", "C1 C2 C3"),
        ("J1-P2", "J1-P2"),
        ('"R1-R3",R9', "R1-R3 R9"),
        ("U1A and U1B", "U1A U1B"),
    ],
)
def test_designators_as_people_write_them(cell: str, names: str) -> None:
    reading = read_designators(cell)

    assert reading.names == tuple(names.split())
    assert not [oddity for oddity in reading.oddities if oddity.left_out]


@pytest.mark.parametrize(
    ("cell", "names", "code"),
    [
        ("R11 9,R2", ("R119", "R2"), "designator_cut"),
        ("R48.C127", ("R48", "C127"), "designators_joined"),
        ("R5-R1", (), "designator_range"),
        ("R1-R99999", (), "designator_range"),
        ("see note", (), "no_designator"),
        ("R1,R1", ("R1",), "designator_twice_in_cell"),
        ("U1-2", ("U1", "U2"), "designator_range"),
    ],
)
def test_an_odd_designator_is_told(cell: str, names: tuple[str, ...], code: str) -> None:
    reading = read_designators(cell)

    assert (reading.names, [oddity.code for oddity in reading.oddities]) == (names, [code])


def test_designators_are_written_so_that_they_read_back() -> None:
    names = ("R1", "R2", "R3", "R7", "C1", "C2", "R09", "R10", "U1-2", "J1-P2", "A,B")

    assert write_designators(names) == 'R1-R3,R7,C1,C2,R09,R10,"U1-2",J1-P2,"A,B"'
    assert read_designators(write_designators(names)).names == names


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12.50", "12.50"),
        ("1,5", "1.5"),
        ("1,234", "1234"),
        ("1.234,5", "1234.5"),
        ("1\u202f234.5", "1234.5"),
        ("1'234", "1234"),
        ("−3", "-3"),
        ("１２", "12"),
        ("1e3", "1E+3"),
        ("NaN", None),
        ("Infinity", None),
        ("1e9999999", None),
        ("12 pcs", None),
        ("", None),
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(number))


def test_a_column_with_decimal_commas_has_no_thousands() -> None:
    assert read_number("1,234", comma=True) == Decimal("1.234")
    assert read_measure("12,70 mm", comma=True) == (read_measure("12.7mm"))


@pytest.mark.parametrize(
    ("name", "meaning", "pair"),
    [
        ("Ref Des", Meaning.DESIGNATORS, 1),
        ("Menge", Meaning.QUANTITY, 1),
        ("Hersteller-Nr.", Meaning.MPN, 1),
        ("Qté", Meaning.QUANTITY, 1),
        ("Repère", Meaning.DESIGNATORS, 1),
        ("位号 Designator", Meaning.DESIGNATORS, 1),
        ("厂家型号", Meaning.MPN, 1),
        ("員数", Meaning.QUANTITY, 1),
        ("メーカー型番", Meaning.MPN, 1),
        ("Manufacturer 2", Meaning.MANUFACTURER, 2),
        ("Manufacturer 2 PN", Meaning.MPN, 2),
        ("Supplier 1 PN", Meaning.SUPPLIER_NUMBER, 1),
        ("Center-X(mm)", Meaning.X, 1),
        ("nothing known", Meaning.IGNORED, 1),
    ],
)
def test_column_names_in_five_languages(name: str, meaning: Meaning, pair: int) -> None:
    assert meaning_of(name)[:2] == (meaning, pair)


def test_columns_without_names_are_guessed_by_their_contents_with_a_doubt() -> None:
    bill = read('2,"R1,R2",RC0402FR-0710KL\n1,C1,GRM155R71C104KA88D\n2,"C2,C3",CL05B104KO5NNNC\n')

    first = bill.lines[0]
    assert (first.quantity, first.designators, first.mpn) == (
        Decimal(2),
        ("R1", "R2"),
        "RC0402FR-0710KL",
    )
    assert codes(bill, Severity.ASK) == ["column_guessed"] * 3


def test_a_name_that_the_contents_contradict_is_a_doubt() -> None:
    bill = read("Qty,Reference,MPN\n1,blue thing,X100A\n2,a bag,X200A\n1,some screw,X300A\n")

    doubt = next(doubt for doubt in bill.doubts if doubt.code == "column_contradicts")
    assert (doubt.severity, doubt.place.text) == (Severity.ASK, "bom.csv, column B “Reference”")


def test_a_mapping_that_a_person_gives_wins_and_is_remembered() -> None:
    text = 'Anz,Wo,Was\n2,"R1,R2",X100A\n'
    given = {"Anz": "quantity", "Wo": "designators", "Was": "mpn"}

    bill = read(text, given)
    assert (bill.lines[0].mpn, int(bill.lines[0].quantity)) == ("X100A", 2)
    assert bill.mapping is not None
    assert bill.mapping.remembered() == given
    assert read(text, bill.mapping.remembered()).lines == bill.lines


def test_a_meaning_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid, match="nothing that a column can say"):
        read("Qty,Ref,MPN\n1,R1,X\n", {"Qty": "colour"})


def test_the_same_sheet_gets_the_same_proposal() -> None:
    sheet = read_book(Source("bom.csv", b"Qty,Reference,MPN,Manufacturer,Note\n1,R1,X,Y,Z\n")).sheets[0]

    assert propose_mapping(sheet, Purpose.BILL) == propose_mapping(sheet, Purpose.BILL)


def test_preamble_repeated_header_sums_and_text_rows_are_no_lines() -> None:
    bill = read(
        "Project: Board X\nRevision,B\n\nQty,Reference,MPN\n1,R1,X1\nQty,Reference,MPN\n1,R2,X2\n"
        "Total,,2\n,approved by nobody,\n"
    )

    assert [line.designators for line in bill.lines] == [("R1",), ("R2",)]
    assert bill.title == {"Project": "Board X", "Revision": "B"}
    assert [(doubt.code, doubt.place.row) for doubt in bill.doubts] == [
        ("above_the_header", 1),
        ("above_the_header", 2),
        ("header_again", 6),
        ("footer", 8),
        ("text_row", 9),
    ]


def test_rows_below_a_line_are_its_alternates() -> None:
    bill = read(
        "Qty,Reference,Description,Manufacturer,MPN\n1,R1,RES 10k,Yageo,RC0402FR-0710KL\n"
        ",,,Vishay,CRCW040210K0FKED\n"
        ",,,Vishay,CRCW040210K0FKED\n,,10k of anybody,Anybody,\n"
    )

    assert [(maker.manufacturer, maker.number) for maker in bill.lines[0].alternates] == [
        ("Vishay", "CRCW040210K0FKED"),
        ("Anybody", ""),
    ]
    assert codes(bill) == ["alternate_twice", "alternate_unnamed"]


def test_pairs_of_columns_and_lists_in_a_cell_are_alternates_too() -> None:
    line = only(
        "Qty,Ref,Manufacturer,MPN,Manufacturer 2,MPN 2,Alternate\n"
        '1,R1,"Yageo\nVishay","RC0402FR-0710KL\nCRCW040210K0FKED",KOA,RK73H1ETTP1002F,ERJ-2RKF1002X\n'
    )

    assert [(maker.manufacturer, maker.number) for maker in line.makers] == [
        ("Yageo", "RC0402FR-0710KL"),
        ("Vishay", "CRCW040210K0FKED"),
        ("KOA", "RK73H1ETTP1002F"),
        ("", "ERJ-2RKF1002X"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "1,R1,10k,X1,DNP,,",
        "1,R1,DNP,X1,,,",
        "1,R1,10k/NC,X1,,,",
        "1,R1,NC,X1,,,",
        "1,R1,10k,DO NOT INSTALL,,,",
        "1,R1,10k,X1,,no load,",
        "1,R1,10k,X1,,Not fitted in this batch,",
        "1,R1,10k,X1,,nicht bestücken,",
        "1,R1,10k,X1,,不贴,",
        "1,R1,10k,X1,,未実装,",
        "1,R1,10k,X1,,ne pas monter,",
        "0,R1,10k,X1,,,",
        "DNI,R1,10k,X1,,,",
        "1,R1,10k,X1,x,,",
        "1,R1,10k,X1,,,no",
        "1,R1,10k,X1,,,Not Fitted",
    ],
)
def test_every_spelling_of_do_not_populate(row: str) -> None:
    line = only(f"Qty,Ref,Value,MPN,DNP,Notes,Fitted\n{row}\n")

    assert (line.fitted, line.designators, int(line.quantity)) == (False, ("R1",), 1)


@pytest.mark.parametrize(
    "row",
    [
        "1,R1,10k,X1,,,",
        "1,R1,10k,X1,no,,yes",
        "1,C1,1n NP0,X1,0,,",
        "1,K1,Relay NC contact,X1,,,",
        "1,R1,10k,OPEN-AMP-1,,,",
    ],
)
def test_what_only_looks_like_do_not_populate(row: str) -> None:
    assert only(f"Qty,Ref,Value,MPN,DNP,Notes,Fitted\n{row}\n").fitted


def test_a_sentence_leaves_off_what_stands_below_and_names_what_does_not_exist() -> None:
    bill = read(
        'Qty,Reference,MPN\n1,R1,X1\n,DO NOT INSTALL COMPONENTS BELOW.,\n,"R2,R3",\n,"NOT USED: R4,R5",\n'
        ",LEGEND,\n"
    )

    assert [(line.designators, line.fitted) for line in bill.lines] == [
        (("R1",), True),
        (("R2", "R3"), False),
    ]
    assert bill.not_used == ("R4", "R5")


def test_quantities_are_checked_against_designators() -> None:
    bill = read('Qty,Ref,MPN\n3,"R1,R2",X1\n,R3,X2\nmany,R4,X3\n"0,5",,X4\n2 pcs,,X5\n')

    assert [line.quantity for line in bill.lines] == [3, 1, 1, Decimal("0.5"), 2]
    assert codes(bill, Severity.ASK) == ["quantity_differs", "quantity_unclear"]


def test_a_designator_on_two_lines_is_a_doubt_with_both_rows() -> None:
    bill = read("Qty,Ref,MPN\n1,R1,X1\n1,r1,X2\n")

    (doubt,) = bill.doubts
    assert (doubt.code, doubt.place.row, doubt.reason) == (
        "designator_twice",
        3,
        "r1 stands in row 2 and again here.",
    )


def test_designators_that_run_on_in_the_next_row_belong_to_the_line_above() -> None:
    bill = read('Qty,Ref,MPN\n4,"R1,R2",X1\n,"R3,R4",\n1,C1,X2\n')

    assert [line.designators for line in bill.lines] == [("R1", "R2", "R3", "R4"), ("C1",)]


def test_client_supplied_attrition_variants_and_assemblies() -> None:
    line = only(
        "Level,Assembly,Qty,Ref,MPN,Supplied by,Attrition %,Variant,Supplier 1,Supplier 1 PN,LCSC#,Colour\n"
        '2,MAIN,1,R1,X1,Customer,2.5,"EU,US",Mouser,603-X1,C25744,red\n'
    )

    assert (line.client_supplied, line.attrition, line.variants) == (True, Decimal("2.5"), ("EU", "US"))
    assert (line.assembly, line.level, line.extra) == ("MAIN", 2, (("Colour", "red"),))
    assert [(part.supplier, part.number) for part in line.suppliers] == [
        ("Mouser", "603-X1"),
        ("LCSC", "C25744"),
    ]


def test_a_variant_leaves_off_the_lines_of_the_others() -> None:
    text = "Qty,Ref,MPN,Variant\n1,R1,X1,EU\n1,R2,X2,US\n1,R3,X3,\n"

    assert [line.fitted for line in read(text, variant="EU").lines] == [True, False, True]
    assert read(text).variants == ("EU", "US")


@pytest.mark.parametrize(
    ("mpn", "code"),
    [("1.5E+10", "number_rounded"), ("GRM155Ù", "spelled_oddly"), ("x" * 300, "text_cut")],
)
def test_a_spoilt_part_number_is_a_doubt(mpn: str, code: str) -> None:
    assert code in codes(read(f"Qty,Ref,MPN\n1,R1,{mpn}\n"))


def test_part_number_is_the_houses_own_only_beside_the_makers() -> None:
    both = only("Qty,Ref,Part Number,Manufacturer,MPN\n1,R1,100-001,Yageo,RC0402\n")
    alone = only("Qty,Ref,Part Number,Manufacturer\n1,R1,RC0402,Yageo\n")

    assert (both.part_number, both.mpn) == ("100-001", "RC0402")
    assert (alone.part_number, alone.mpn) == ("", "RC0402")
    assert "part_number_whose" in codes(read("Qty,Ref,Part Number\n1,R1,RC0402\n"))


def test_a_file_that_is_no_bill_says_what_is_known_of_its_columns() -> None:
    with pytest.raises(Invalid) as refused:
        read("Designator,Colour\nR1,red\n")
    assert "“Designator” (designators)" in refused.value.reason
