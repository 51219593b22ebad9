"""Files by what they are: encodings, delimiters, workbooks; and those that are refused before they cost
anything.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from padstone.features.design.domain import limits
from padstone.features.design.domain.doubts import Severity
from padstone.features.design.domain.encodings import decode
from padstone.features.design.domain.reading import read_bill, read_design, unpacked
from padstone.features.design.domain.rows import Book
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.tables import read_book
from padstone.kernel.errors import Invalid

GOLDEN = Path(__file__).parent / "golden"


def codes(book: Book) -> list[str]:
    return [doubt.code for doubt in book.doubts]


@pytest.mark.parametrize(
    ("codec", "text", "name"),
    [
        ("utf-8-sig", "Ref,Wert\nR1,10 kΩ\n", "UTF-8"),
        ("utf-8", "Ref,Wert\nR1,10 kΩ\n", "UTF-8"),
        ("utf-16", "Ref,Wert\nR1,10 kΩ\n", "UTF-16 LE"),
        ("utf-16-le", "Ref,Value\nR1,10k\n", "UTF-16 LE"),
        ("utf-16-be", "Ref,Value\nR1,10k\n", "UTF-16 BE"),
        ("cp1252", "Ref;Wert\nC1;10µF\nC2;47µF ±5%\n", "Windows-1252 (Latin-1)"),
        ("latin-1", "Stück;Gehäuse\n1;Größe\n", "Windows-1252 (Latin-1)"),
        ("gb18030", "位号,数量,封装\nC1,1,0402\n", "GB18030"),
        ("gb18030", "Designator,Comment\nC1,陶瓷电容 10uF\n", "GB18030"),
        ("cp932", "部品記号,数量,メーカー型番\nC1,1,GRM155\n", "Shift-JIS"),
        ("mac_roman", "Ref,Value\rC1,10µF\rC2,33µF\r", "Mac OS Roman"),
    ],
)
def test_an_encoding_is_found_by_evidence(codec: str, text: str, name: str) -> None:
    decoded = decode(text.encode(codec))

    assert (decoded.encoding.name, decoded.text) == (name, text)
    assert decoded.encoding.evidence


def test_an_encoding_that_could_be_another_is_a_doubt() -> None:
    book = read_book(Source("bom.csv", "Ref,Value\nC1,ｺｱｺｱ\n".encode("cp932")))

    assert codes(book) == ["encoding_uncertain"]


def test_one_damaged_line_does_not_make_utf8_another_encoding() -> None:
    book = read_book(Source("bom.csv", "Ref,Value\nR1,10 kΩ\nR2,1 Ω\nR3,".encode() + b"\xa1\xc1\n"))

    assert (book.encoding, codes(book)) == ("UTF-8", ["characters_lost"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(["Qty", "Reference", "Value"]) + "\n" + delimiter.join(["2", '"R1, R2"', "10k 1%"])

    rows = read_book(Source("bom.txt", text.encode())).sheets[0].rows

    assert rows[1].cells == ("2", "R1, R2", "10k 1%")


def test_a_newline_in_quotes_stays_in_its_cell() -> None:
    rows = read_book(Source("bom.csv", b'Qty,Reference\n2,"R1\nR2"\n')).sheets[0].rows

    assert [row.cells for row in rows] == [("Qty", "Reference"), ("2", "R1\nR2")]


def test_a_hundred_thousand_empty_columns_are_not_kept() -> None:
    text = "Qty,Reference,MPN" + "," * 100_000 + "\n1,R1,X100" + "," * 100_000

    assert [len(row.cells) for row in read_book(Source("bom.csv", text.encode())).sheets[0].rows] == [3, 3]


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def wild(book: openpyxl.Workbook) -> None:
    sheet = book.active
    assert sheet is not None
    sheet.title = "BOM"
    for row in (
        ["Board X", None, None, None, None],
        ["Category", "Qty", "Reference", "MPN", "Package"],
        ["Passive", 2, "R1,R2", "RC0402FR-0710KL", 402],
        [None, 1, "C1", "GRM155R71C104KA88D", 402],
        [None, None, None, "CL05B104KO5NNNC", None],
        ["Active", 1, "U1", "TLV75533PDBVR", "SOT-23-5"],
        ["Active", 1, "U2", "=1+1", "SOT-23-5"],
        ["Active", 1, "U3", "STM32F072", "LQFP-48"],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:A5")
    sheet.row_dimensions[6].hidden = True
    for cell in sheet[8]:
        cell.font = Font(strike=True)
    book.create_sheet("Notes").append(["nothing of interest"])
    hidden = book.create_sheet("Old BOM")
    hidden.sheet_state = "hidden"
    hidden.append(["Qty", "Reference", "MPN"])


def test_a_workbook_of_the_wild() -> None:
    bill = read_bill(Source("bom.xlsx", workbook(wild)))

    assert [(line.designators, line.footprint, line.fitted) for line in bill.lines] == [
        (("R1", "R2"), "0402", True),
        (("C1",), "0402", True),
        (("U1",), "SOT-23-5", True),
        (("U2",), "SOT-23-5", True),
        (("U3",), "LQFP-48", False),
    ]
    assert [maker.number for maker in bill.lines[1].alternates] == ["CL05B104KO5NNNC"]
    assert {"hidden_rows", "formulas_as_values", "sheet_not_read", "zero_lost", "struck_through"} <= {
        doubt.code for doubt in bill.doubts
    }
    assert dict(bill.lines[1].extra) == {"Category": "Passive"}, "a merged cell speaks to each line it spans"


def uncomputed(book: openpyxl.Workbook) -> None:
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Qty", "Reference", "MPN"],
        ["=1+1", "R1,R2", "RC0402FR-0710KL"],
        [1, "C1", "#N/A"],
        ["#REF!", "C2", "GRM155R71C104KA88D"],
    ):
        sheet.append(row)


def test_what_a_spreadsheet_did_not_compute_is_empty_and_asked_for() -> None:
    bill = read_bill(Source("bom.xlsx", workbook(uncomputed)))

    assert [(line.designators, line.mpn) for line in bill.lines] == [
        (("R1", "R2"), "RC0402FR-0710KL"),
        (("C1",), ""),
        (("C2",), "GRM155R71C104KA88D"),
    ]
    assert [doubt.code for doubt in bill.doubts if doubt.severity is Severity.ASK] == [
        "formulas_without_values",
        "cell_failed",
        "part_missing",
        "cell_failed",
    ]


def test_an_old_workbook() -> None:
    bill = read_bill(Source("bom.xls", (GOLDEN / "bill.xls").read_bytes()))

    assert [(line.row, line.designators, line.mpn, line.footprint) for line in bill.lines] == [
        (4, ("C1", "C2"), "GRM155R71C104KA88D", "0402"),
        (5, ("R1",), "RC0402FR-0710KL", "0402"),
        (7, ("U1",), "2026-03-10", ""),
    ]
    assert [maker.number for maker in bill.lines[1].alternates] == ["CRCW040210K0FKED"]
    date = next(doubt for doubt in bill.doubts if doubt.code == "number_became_date")
    assert date.place.text == "bom.xls, sheet “Stückliste”, row 7, column E “MPN”"


def test_an_old_workbook_that_asks_for_all_memory_is_refused_and_hurts_nobody() -> None:
    content = bytearray((GOLDEN / "bill.xls").read_bytes())
    cell = content.index(b"\xfd\x00\x0a\x00")  # a cell with a text: where it stands comes next
    content[cell + 4 : cell + 8] = b"\xff\xff\xff\xff"

    with pytest.raises(Invalid) as refused:
        read_bill(Source("bom.xls", bytes(content)))

    assert refused.value.code == "workbook_broken"


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><export>&b;</export>'
)
FETCHES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><IPC-2581>&a;</IPC-2581>'
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def with_entities() -> bytes:
    content = workbook(lambda book: None)
    source, stream = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, BILLION_LAUGHS if name.endswith("sheet1.xml") else source.read(name))
    return stream.getvalue()


def encrypted() -> bytes:
    content = bytearray(zipped(("xl/workbook.xml", b"x")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bom.csv", b"", "file_empty"),
        ("bom.csv", PNG, "file_of_other_kind"),
        ("bom.xlsx", b"%PDF-1.7 and so on", "file_of_other_kind"),
        ("bom.xls", b"<html><table><tr><td>R1</td></tr></table></html>", "file_of_other_kind"),
        ("bom.xlsx", zipped(("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x")), "file_with_macros"),
        ("bom.xlsm", zipped(("xl/workbook.xml", b"x")), "file_with_macros"),
        ("bom.xlsx", zipped(("xl/workbook.xml", b"0" * (3 * 1024 * 1024))), "archive_too_large"),
        ("bom.xlsx", zipped(("xl/workbook.xml", b"<nothing>")), "workbook_broken"),
        ("bom.xlsx", zipped(("xl/workbook.xml", b"x"))[:-30], "archive_broken"),
        ("bom.xlsx", encrypted(), "file_encrypted"),
        ("bom.xlsx", with_entities(), "xml_entities"),
        ("bom.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "workbook_broken"),
        (
            "bom.xls",
            (GOLDEN / "bill.xls").read_bytes() + "_VBA_PROJECT".encode("utf-16-le"),
            "file_with_macros",
        ),
        ("bom.xml", BILLION_LAUGHS, "xml_entities"),
        ("board.xml", FETCHES, "xml_entities"),
        ("bom.xml", b'<?xml version="1.0"?><rates><rate/></rates>', "xml_of_other_kind"),
        ("bom.xml", b"<export>" + b"<a>" * 500, "xml_broken"),
        ("bom.csv.gz", gzip.compress(b"0" * (limits.MOST_BYTES + 10), 1), "archive_too_large"),
        ("bom.csv.gz", gzip.compress(b"Qty,Reference\n1,R1\n")[:-6], "archive_broken"),
        ("bom.csv", b"this is a letter\nand no list at all\n", "columns_unknown"),
        ("bom.zip", zipped(("a.csv", b"x"), ("b.csv", b"y")), "archive_unclear"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_file_of_no_use_is_refused_with_a_reason_and_a_way_out(
    name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_bill(Source(name, content))

    assert (refused.value.code, bool(refused.value.reason), bool(refused.value.way_out)) == (code, True, True)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "bom.csv"
    with huge.open("wb") as stream:
        stream.truncate(500 * 1024 * 1024)  # no byte of it is on the disk, none may be read

    with pytest.raises(Invalid) as refused:
        Source.from_path(huge)
    assert refused.value.code == "file_too_large"


def test_a_declared_size_that_lies_is_found_while_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(zipped(("board.xml", b"<IPC-2581>" + b" " * 5_000)))
    for at in (content.index(b"PK\x03\x04") + 22, content.index(b"PK\x01\x02") + 24):
        content[at : at + 4] = (50).to_bytes(4, "little")

    with pytest.raises(Invalid) as refused:
        read_design(Source("board.zip", bytes(content)))
    assert refused.value.code in {"archive_too_large", "archive_broken"}


def test_the_one_file_of_an_archive_is_the_one_that_is_meant() -> None:
    packed = Source(
        "design.zip", zipped(("board/", b""), ("board/board.xml", b"<export/>"), ("read.me", b"hello"))
    )

    assert (unpacked(packed).name, unpacked(Source("x.csv.gz", gzip.compress(b"Qty,Ref"))).name) == (
        "board.xml",
        "x.csv",
    )


def test_markup_and_formulas_stay_texts_and_are_told() -> None:
    text = b'Qty,Reference,Description,MPN\n1,R1,<img src=x onerror=alert(1)>,"=HYPERLINK(""http://x"")"\n'

    bill = read_bill(Source("bom.csv", text))

    assert (bill.lines[0].description, bill.lines[0].mpn) == (
        "<img src=x onerror=alert(1)>",
        '=HYPERLINK("http://x")',
    )
    assert [doubt.code for doubt in bill.doubts].count("text_stays_text") == 2
