"""The doors of this room: a file in, a bill, a placement or a whole design out, each with its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from padstone.features.design.domain import bill_rows, placement_rows
from padstone.features.design.domain.bill import Bill
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.headers import Purpose
from padstone.features.design.domain.ipc2581 import Design, read_ipc2581
from padstone.features.design.domain.kicad_xml import read_kicad_xml
from padstone.features.design.domain.mapping import ColumnMapping, propose_mapping
from padstone.features.design.domain.own_form import is_own_bill, read_own_bill
from padstone.features.design.domain.packed import gunzipped, member, open_archive
from padstone.features.design.domain.placement import Conventions, Placement
from padstone.features.design.domain.rows import Book, Sheet
from padstone.features.design.domain.sources import Kind, Source
from padstone.features.design.domain.tables import read_book
from padstone.features.design.domain.vocabulary import Meaning
from padstone.features.design.domain.xmlfiles import events, local
from padstone.kernel.errors import Invalid

_WORKBOOK: Final = "xl/workbook.xml"
_SHOWN: Final = 8


class What(StrEnum):
    """What a file turns out to be."""

    BILL = "bill"
    PLACEMENT = "placement"
    NETLIST = "netlist"
    IPC2581 = "ipc2581"


@dataclass(frozen=True, slots=True)
class Guess:
    purpose: What
    evidence: tuple[str, ...]


def unpacked(source: Source) -> Source:
    """The design file itself: of a gzip its content, of an archive its one IPC-2581, XML or table file.

    A workbook is no such archive. Refuses an archive with several files that could be meant.
    """
    if source.kind is Kind.GZIP:
        return unpacked(gunzipped(source))
    if source.kind is not Kind.ZIP:
        return source
    archive = open_archive(source)
    names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
    if "content.xml" in names or "xl/workbook.bin" in names:
        raise Invalid(
            "file_of_other_kind",
            "{name} is a workbook in a form that is not read.",
            field="file",
            way_out="Open it in a spreadsheet, save it as .xlsx or CSV, and import that file.",
            name=source.name,
        )
    if _WORKBOOK in names or "[Content_Types].xml" in names:
        return source
    wanted = ("xml", "cvg", "2581", "csv", "txt", "tsv", "pos", "xlsx", "xls", "mnt", "mnb")
    fitting = [name for name in names if name.casefold().rpartition(".")[2] in wanted]
    designs = [name for name in fitting if name.casefold().endswith((".xml", ".cvg", ".2581"))]
    chosen = designs if len(designs) == 1 else fitting
    if len(chosen) != 1:
        raise Invalid(
            "archive_unclear",
            "{name} holds {count} files that could be meant: {names}.",
            field="file",
            way_out="Unpack it, and import the file that is meant.",
            name=source.name,
            count=len(chosen),
            names=", ".join(chosen[:_SHOWN]) or "none",
        )
    return Source(chosen[0].rpartition("/")[2], member(source, archive, chosen[0]))


def what_is_it(source: Source) -> Guess:
    """What a file is, by its contents."""
    source = unpacked(source)
    if source.kind is Kind.XML:
        if _is_ipc2581(source):
            return Guess(What.IPC2581, ("its first element is IPC-2581",))
        return Guess(What.NETLIST, ("it is XML, and no IPC-2581",))
    book = read_book(source)
    _, placed = _best(book, Purpose.PLACEMENT, None, "")
    _, billed = _best(book, Purpose.BILL, None, "")
    if is_complete(placed):
        return Guess(What.PLACEMENT, ("it has columns for x and y", *_told(placed)))
    return Guess(What.BILL, ("it has no columns for x and y", *_told(billed)))


def read_bill(
    source: Source, given: Mapping[str, str] | None = None, *, variant: str = "", sheet: str = ""
) -> Bill:
    """The bill in a file: a table, KiCad's XML or IPC-2581.

    ``given`` maps columns by hand (see ``propose_mapping``), ``sheet`` chooses a sheet of a workbook,
    ``variant`` one of the design's variants. Refuses, with the reason and a way out, what is no bill.
    """
    source = unpacked(source)
    if source.kind is Kind.XML:
        return read_ipc2581(source).bill if _is_ipc2581(source) else read_kicad_xml(source, variant=variant)
    book = read_book(source)
    chosen, mapping = _best(book, Purpose.BILL, given, sheet)
    if not is_complete(mapping):
        raise _unknown(
            source, mapping, "what it is of, and how many or where (designators, quantity, part number)"
        )
    if is_own_bill(mapping):
        bill = read_own_bill(chosen, mapping)
    else:
        bill = bill_rows.read_rows(chosen, mapping, variant=variant)
    doubts = _about(book, chosen, mapping, Purpose.BILL)
    doubts.take(bill.doubts)
    return replace(bill, doubts=tuple(doubts.found))


def read_placement(
    source: Source,
    given: Mapping[str, str] | None = None,
    *,
    conventions: Conventions | None = None,
    sheet: str = "",
) -> Placement:
    """The placement in a file: a table of any of the usual tools, or IPC-2581.

    ``conventions`` given by a person are applied; else they are stated as found. Refuses what places nothing.
    """
    source = unpacked(source)
    if source.kind is Kind.XML:
        if not _is_ipc2581(source):
            raise Invalid(
                "placement_not_in_xml",
                "{name} is XML that places nothing.",
                field="file",
                way_out="Export the placement (KiCad: File, Fabrication Outputs, Component Placement).",
                name=source.name,
            )
        return read_ipc2581(source).placement
    book = read_book(source)
    chosen, mapping = _best(book, Purpose.PLACEMENT, given, sheet)
    if not is_complete(mapping):
        raise _unknown(source, mapping, "designator, x and y")
    placement = placement_rows.read_rows(chosen, mapping, conventions)
    doubts = _about(book, chosen, mapping, Purpose.PLACEMENT)
    doubts.take(placement.doubts)
    return replace(placement, doubts=tuple(doubts.found))


def read_design(source: Source) -> Design:
    """The whole design in an IPC-2581 file or an archive that holds one."""
    return read_ipc2581(unpacked(source))


def is_complete(mapping: ColumnMapping) -> bool:
    """Whether the columns found are enough to read the file by."""
    has = mapping.has
    if mapping.purpose is Purpose.PLACEMENT:
        return has(Meaning.DESIGNATORS) and has(Meaning.X) and has(Meaning.Y)
    part = any(
        has(meaning)
        for meaning in (
            Meaning.MPN,
            Meaning.PART_NUMBER,
            Meaning.VALUE,
            Meaning.DESCRIPTION,
            Meaning.SUPPLIER_NUMBER,
        )
    )
    where = has(Meaning.DESIGNATORS) or has(Meaning.QUANTITY)
    return part and (where or has(Meaning.MPN) or has(Meaning.PART_NUMBER))


def _is_ipc2581(source: Source) -> bool:
    """By the file's first element, behind whatever comments; by its words where it is broken before one."""
    try:
        return local(next(events(source))[1]) in {"IPC-2581", "IPC2581"}
    except Invalid:
        return b"IPC-2581" in source.content[:4096]


def _told(mapping: ColumnMapping) -> list[str]:
    return [
        f"“{column.name or column.index + 1}” is read as {column.meaning.value.replace('_', ' ')}"
        for column in mapping.columns
        if column.meaning
    ]


def _merit(mapping: ColumnMapping) -> int:
    return sum(column.confidence for column in mapping.columns if column.meaning) // 90


def _best(
    book: Book, purpose: Purpose, given: Mapping[str, str] | None, wanted: str
) -> tuple[Sheet, ColumnMapping]:
    """The sheet with most known columns among the visible ones, or the one that is asked for."""
    sheets = [sheet for sheet in book.sheets if sheet.rows]
    if wanted:
        sheets = [sheet for sheet in sheets if sheet.name == wanted]
    if not sheets:
        raise Invalid(
            "sheet_unknown" if wanted else "file_empty",
            "{name} has no sheet {wanted} with rows.",
            field="sheet",
            way_out="Its sheets: {names}.".format(
                names=", ".join(sheet.name for sheet in book.sheets) or "none"
            ),
            name=book.file,
            wanted=f"“{wanted}”" if wanted else "",
        )
    proposals = [(sheet, propose_mapping(sheet, purpose, given)) for sheet in sheets]
    return max(
        proposals,
        key=lambda entry: (
            is_complete(entry[1]) and not entry[0].hidden,
            is_complete(entry[1]),
            _merit(entry[1]),
        ),
    )


def _about(book: Book, chosen: Sheet, mapping: ColumnMapping, purpose: Purpose) -> Doubts:
    """What there is to say of the file and its columns, before its rows."""
    doubts = Doubts(book.file)
    doubts.take(book.doubts)
    for sheet in book.sheets:
        if sheet is chosen or not sheet.rows:
            continue
        place = Place(book.file, sheet.name)
        if not sheet.hidden and is_complete(propose_mapping(sheet, purpose)):
            doubts.ask(
                "several_sheets",
                f"Sheet “{sheet.name}” could be meant as well; “{chosen.name}” is read.",
                "Choose the sheet.",
                place,
            )
        else:
            doubts.note(
                "sheet_not_read",
                f"{'Hidden sheet' if sheet.hidden else 'Sheet'} “{sheet.name}” is not read.",
                place,
            )
    if chosen.hidden:
        doubts.ask(
            "sheet_hidden",
            f"The sheet that is read, “{chosen.name}”, is hidden.",
            "Confirm that it is meant.",
        )
    doubts.take(mapping.doubts)
    return doubts


def _unknown(source: Source, mapping: ColumnMapping, needed: str) -> Invalid:
    known = ", ".join(
        f"“{column.name}” ({column.meaning.value})" for column in mapping.columns if column.meaning
    )
    return Invalid(
        "columns_unknown",
        "No columns of {name} are known that say {needed}. {known}",
        field="file",
        way_out="Say by hand what its columns mean, or give them names in the first row.",
        name=source.name,
        needed=needed,
        known=f"Known: {known[:400]}." if known else "",
    )
