"""Building any product: its bill of material and its placements from files as people keep them.

The readers are tolerant, and they do not guess silently: whatever a file does not say cleanly comes back as a
finding. They find the header row by the names of its columns, so that titles above it and the order of
columns do not matter.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from padstone.simulator.design import Part, Placement, Product, Side

MM_PER = {"mm": 1.0, "mil": 0.0254, "inch": 25.4}
FARTHEST_MM = 2_000.0
MOST_BYTES = 64 * 1024 * 1024
"""Of a file, and of what a workbook unpacks to."""
MOST_CELLS = 2_000_000

_DESIGNATOR = re.compile(r"[A-Za-z]{1,5}\d{1,5}[A-Za-z]?")
_RANGE = re.compile(r"([A-Za-z]{1,5})(\d{1,5})\s*[-–]\s*(?:([A-Za-z]{1,5}))?(\d{1,5})")
_NOT_INSTALLED = re.compile(
    r"\bdo\s+not\s+(install|populate|place|fit|mount)|\bnot\s+(fitted|installed|placed)\b|^\s*dn[ipfm]\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(mm|mils?|in|inch|\")?\s*")
_UNITS_LINE = re.compile(r"\b(?:units?(?:\s+used)?\s*[:=]|in)\s*(mm|mils?|inch|inches)\b", re.IGNORECASE)

_BOM_COLUMNS: dict[str, frozenset[str]] = {
    "designators": frozenset(
        "designator designators reference references refdes refdesignator refdesignators ref refs "
        "referencedesignator referencedesignators parts".split()
    ),
    "quantity": frozenset("qty quantity qtyperboard count".split()),
    "description": frozenset("description desc comment value val".split()),
    "manufacturer": frozenset("manu manufacturer mfr mfg manf maker manufacturername".split()),
    "mpn": frozenset(
        "mpn manufacturerpartnumber mfrpartnumber mfgpartnumber manfpartnumber manf mfrpn".split()
    ),
    "number": frozenset("partnumber internalpartnumber ipn itemnumber partno pn".split()),
    "package": frozenset("package footprint case".split()),
}
_PLACEMENT_COLUMNS: dict[str, frozenset[str]] = {
    "designator": frozenset("designator refdes ref reference part".split()),
    "x": frozenset("x posx midx centerx symx xpos xcenter positionx refx".split()),
    "y": frozenset("y posy midy centery symy ypos ycenter positiony refy".split()),
    "rotation": frozenset("rot rotation angle symrotate rotationdeg".split()),
    "side": frozenset("side layer tb topbottom symmirror mirror".split()),
    "package": frozenset("package footprint comppackage".split()),
}


class FileRefused(ValueError):
    """The file holds no table of the kind asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the files do not say cleanly: what it is about and what was done about it."""

    subject: str
    text: str


@dataclass(slots=True)
class BomLine:
    """One line: its approved sources, the first preferred, and its designators."""

    number: str
    description: str
    package: str
    sources: list[tuple[str, str]]
    designators: list[str]


@dataclass(slots=True)
class Bom:
    lines: list[BomLine] = field(default_factory=list)
    not_installed: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spot:
    """A row of a placement file, in millimetres."""

    designator: str
    side: Side
    x_mm: float
    y_mm: float
    rotation: float
    package: str


@dataclass(slots=True)
class Spots:
    rows: list[Spot] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Table:
    above: list[str]
    header: list[str]
    columns: dict[str, int]
    rows: list[list[str]]

    def cell(self, row: Sequence[str], role: str) -> str:
        index = self.columns.get(role)
        return row[index].strip() if index is not None and index < len(row) else ""


# --- tables -------------------------------------------------------------------------------------------------


def _text_of(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileRefused("no known encoding fits")  # pragma: no cover - latin-1 fits everything


def _grids(path: Path) -> Iterable[list[list[str]]]:
    """The file as rows of cells, once for each way it may be cut into cells."""
    _must_be_small(path, path.stat().st_size)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _sheets(path)
        return
    text = _text_of(path.read_bytes())
    lines = text.split("\n")
    for delimiter in (",", ";", "\t"):
        yield [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    yield [re.split(r"\s{2,}", line.strip().lstrip("# ")) for line in lines]
    yield [line.strip().lstrip("# ").split() for line in lines]


def _sheets(path: Path) -> Iterable[list[list[str]]]:
    """A workbook's sheets. It is a zip of XML from outside: what it unpacks to is limited before it is,
    entities are refused (by defusedxml, or lxml's own), and the size that a sheet claims to have is not
    believed.
    """
    if not (openpyxl.DEFUSEDXML or openpyxl.LXML):
        raise FileRefused(f"{path.name}: workbooks are read only where defusedxml is installed")
    try:
        with zipfile.ZipFile(path) as archive:
            _must_be_small(path, sum(member.file_size for member in archive.infolist()))
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield _cells(path, sheet)
        finally:
            book.close()
    except FileRefused:
        raise
    except (zipfile.BadZipFile, ParseError, ValueError, KeyError, OSError) as error:
        raise FileRefused(f"{path.name}: no workbook that can be read ({error})") from error


def _cells(path: Path, sheet: Any) -> list[list[str]]:
    rows, cells = [], 0
    for row in sheet.values:
        cells += max(len(row), 1)
        if cells > MOST_CELLS:
            raise FileRefused(f"{path.name}: a sheet of more than {MOST_CELLS} cells is no part list")
        rows.append(["" if cell is None else str(cell) for cell in row])
    return rows


def _must_be_small(path: Path, size_bytes: int) -> None:
    if size_bytes > MOST_BYTES:
        raise FileRefused(f"{path.name}: unpacked it has {size_bytes} bytes; at most {MOST_BYTES} are read")


def _plain(title: str) -> str:
    """``Mid X``, ``SYM_X``, ``x_mm`` and ``Center-X(mm)`` without what surrounds the word."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\(.*?\)|[ _](mm|mil)$", "", title.strip().lower()))


def _columns(row: Sequence[str], known: dict[str, frozenset[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, title in enumerate(row):
        name = _plain(title)
        for role, names in known.items():
            if name in names and role not in found:
                found[role] = index
                break
    return found


def _find_table(
    path: Path, known: dict[str, frozenset[str]], enough: Callable[[dict[str, int]], bool]
) -> _Table:
    for grid in _grids(path):
        for index, row in enumerate(grid):
            columns = _columns(row, known)
            if enough(columns):
                above = [" ".join(line) for line in grid[:index]]
                return _Table(above, row, columns, grid[index + 1 :])
    raise FileRefused(f"{path.name}: no header row with the columns looked for")


# --- designators --------------------------------------------------------------------------------------------


def split_designators(text: str) -> list[str]:
    """The designators a cell lists: ``C1,C2``, ``R1 R2``, ``C27-C31`` and the broken ``R16 1`` for R161.

    Returns an empty list where the cell is something else, such as a sentence.
    """
    found: list[str] = []
    for piece in re.split(r"[,;\n]+", text):
        piece = piece.strip()  # noqa: PLW2901 - the same piece without its margins
        if not piece:
            continue
        names = _piece(piece)
        if not names:
            return []
        found += names
    return found


def _piece(piece: str) -> list[str]:
    span = _RANGE.fullmatch(piece)
    if span and span[3] in (None, span[1]) and int(span[2]) <= int(span[4]):
        return [f"{span[1]}{number}" for number in range(int(span[2]), int(span[4]) + 1)]
    words = piece.split()
    if all(_DESIGNATOR.fullmatch(word) for word in words):
        return words
    joined = "".join(words)
    if len(words) <= 2 and _DESIGNATOR.fullmatch(joined):
        return [joined]
    return []


# --- the bill of material -----------------------------------------------------------------------------------


def read_bom(path: Path) -> Bom:
    """Read a bill of material from CSV or XLSX.

    A row with neither quantity nor designators, but with a source, is an alternate of the line above.
    Designators below a row that says they are not to be installed, or on a row that says so, are taken as not
    installed.

    Raises:
        FileRefused: no row of the file names a designator column and a column of parts.

    """
    table = _find_table(
        path,
        _BOM_COLUMNS,
        lambda c: "designators" in c and bool({"mpn", "number", "description"} & c.keys()),
    )
    if "mpn" not in table.columns and "manufacturer" in table.columns and "number" in table.columns:
        # Beside a manufacturer and without a second number, the part number is the manufacturer's own.
        table.columns["mpn"] = table.columns.pop("number")
    bom = Bom()
    reader = _BomReader(table, bom)
    for row in table.rows:
        if any(cell.strip() for cell in row):
            reader.row(row)
    return bom


class _BomReader:
    def __init__(self, table: _Table, bom: Bom) -> None:
        self._table = table
        self._bom = bom
        self._current: BomLine | None = None
        self._below_stop = False
        self._seen: dict[str, str] = {}

    def row(self, row: list[str]) -> None:
        cell = self._table.cell
        designators = cell(row, "designators")
        quantity = cell(row, "quantity")
        source = (cell(row, "manufacturer"), cell(row, "mpn"))
        names = split_designators(designators)
        if designators and not names:
            self._sentence(row, designators)
        elif not designators and not quantity:
            self._alternate(row, source)
        elif self._below_stop or self._says_not_installed(row):
            self._bom.not_installed.update(names)
            for name in names:
                self._find(name, "is listed as not to be installed")
        elif not names:
            self._current = None
            self._find(cell(row, "description") or source[1] or quantity, "has no designator: not placed")
        else:
            self._line(row, names, quantity, source)

    def _find(self, subject: str, text: str) -> None:
        self._bom.findings.append(Finding(subject, text))

    def _says_not_installed(self, row: list[str]) -> bool:
        return any(_NOT_INSTALLED.search(value) for value in row)

    def _sentence(self, row: list[str], text: str) -> None:
        self._current = None
        self._find(text, "is a line of text, not of parts")
        if self._says_not_installed(row):
            self._below_stop = True

    def _alternate(self, row: list[str], source: tuple[str, str]) -> None:
        if self._current is not None and source[1]:
            self._current.sources.append(source)
        elif any(source):
            self._find(source[1] or source[0], "is an alternate of nothing")
        else:
            self._find(" ".join(filter(None, row)), "is a line of text, not of parts")
            self._below_stop = self._below_stop or self._says_not_installed(row)

    def _line(self, row: list[str], names: list[str], quantity: str, source: tuple[str, str]) -> None:
        cell = self._table.cell
        number = cell(row, "number") or source[1] or cell(row, "description")
        fresh = []
        for name in names:
            if name in self._seen:
                self._find(name, f"is on two lines, {self._seen[name]} and {number}: the first counts")
                continue
            self._seen[name] = number
            fresh.append(name)
        if quantity and quantity != str(len(names)):
            self._find(
                number, f"says quantity {quantity} and lists {len(names)} designators: the list counts"
            )
        self._current = BomLine(
            number, cell(row, "description"), cell(row, "package"), [(source[0], source[1] or number)], fresh
        )
        self._bom.lines.append(self._current)


# --- placements ---------------------------------------------------------------------------------------------


def read_placements(path: Path, unit: str | None = None) -> Spots:
    """Read a placement file (CSV, XLSX, or the tables KiCad and Altium write).

    The unit of length is the one the values, the column titles or a line above them name; else the one given;
    else it is inferred from the size of the board, which is a finding.

    Raises:
        FileRefused: no row names a designator column and two coordinates.

    """
    table = _placement_table(path)
    spots = Spots()
    named = _unit_of(table)
    rows = []
    for row in table.rows:
        name = table.cell(row, "designator")
        if not _DESIGNATOR.fullmatch(name):
            continue
        if any(cell.strip() for cell in row[len(table.header) :]):
            # A value of two words in a table cut at spaces has pushed the rest to the right.
            spots.findings.append(Finding(name, "has more values than the table has columns: not placed"))
            continue
        x, y = _length(table.cell(row, "x")), _length(table.cell(row, "y"))
        rotation = _length(table.cell(row, "rotation") or "0")
        if x is None or y is None or rotation is None or abs(rotation[0]) > 720:
            spots.findings.append(Finding(name, "has a position or rotation that is no number: not placed"))
            continue
        rows.append((name, x, y, rotation[0], row))
    fallback = named or unit or _infer_unit([(x[0], y[0]) for _, x, y, _, _ in rows], spots.findings)
    for name, x, y, angle, row in rows:
        scale_x, scale_y = MM_PER[x[1] or fallback], MM_PER[y[1] or fallback]
        x_mm, y_mm = x[0] * scale_x, y[0] * scale_y
        if max(abs(x_mm), abs(y_mm)) > FARTHEST_MM:
            spots.findings.append(Finding(name, "lies farther out than any board: not placed"))
            continue
        side = _side(table.cell(row, "side"))
        spots.rows.append(Spot(name, side, x_mm, y_mm, angle, table.cell(row, "package")))
    return spots


def _placement_table(path: Path) -> _Table:
    try:
        return _find_table(path, _PLACEMENT_COLUMNS, lambda c: {"designator", "x", "y"} <= c.keys())
    except FileRefused:
        for grid in _grids(path):
            rows = [row for row in grid if len(row) == 7 and _length(row[3]) and _length(row[4])]
            if rows:  # KiCad's CSV without a header: ref, value, package, x, y, rotation, side
                columns = {"designator": 0, "package": 2, "x": 3, "y": 4, "rotation": 5, "side": 6}
                return _Table([], [""] * 7, columns, rows)
        raise


def _unit_name(word: str) -> str | None:
    word = word.lower()
    if word.startswith("mil"):
        return "mil"
    return {"mm": "mm", "in": "inch", "inch": "inch", "inches": "inch", '"': "inch"}.get(word)


def _unit_of(table: _Table) -> str | None:
    behind = re.search(r"[ _(](mm|mils?|inch)\)?$", table.header[table.columns["x"]].strip(), re.IGNORECASE)
    if behind:
        return _unit_name(behind[1])
    remarks = [
        " ".join(row) for row in table.rows if not _DESIGNATOR.fullmatch(table.cell(row, "designator"))
    ]
    for title in (*table.above, *remarks):
        match = _UNITS_LINE.search(title)
        if match:
            return _unit_name(match[1])
    return None


def _length(text: str) -> tuple[float, str | None] | None:
    """A finite number and the unit written behind it, or None. A comma may stand for the decimal point."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = match[1]
    digits = digits.replace(",", "") if "." in digits else digits.replace(",", ".")
    try:
        value = float(digits)
    except ValueError:
        return None
    if not math.isfinite(value) or abs(value) > 1e7:
        return None
    return value, _unit_name(match[2]) if match[2] else None


def _infer_unit(points: Sequence[tuple[float, float]], findings: list[Finding]) -> str:
    # A coordinate that is far off in any unit must not decide it.
    points = [(x, y) for x, y in points if max(abs(x), abs(y)) < FARTHEST_MM / MM_PER["mil"]]
    if not points:
        return "mm"
    extent = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    unit = "mil" if extent > 1_000 else "mm"
    findings.append(Finding("unit of length", f"is not stated; by the size of the board taken as {unit}"))
    return unit


def _side(text: str) -> Side:
    """Top unless the cell says bottom: ``bottom``, ``B``, ``BottomLayer``, ``B.Cu``, or a mirror flag."""
    word = text.strip().lower()
    return "bottom" if word.startswith("b") or word in ("yes", "true", "1", "y") else "top"


# --- the product --------------------------------------------------------------------------------------------


def product_from_files(
    bom_path: Path, placement_path: Path, name: str | None = None, unit: str | None = None
) -> tuple[Product, list[Finding]]:
    """The product a bill of material and a placement file describe together, and what did not fit.

    A designator is built when both files name it and the bill does not exclude it. Nothing is guessed for the
    others.

    Raises:
        FileRefused: one of the files holds no such table, or no designator is in both.

    """
    bom = read_bom(bom_path)
    spots = read_placements(placement_path, unit)
    findings = bom.findings + spots.findings
    by_designator = {spot.designator: spot for spot in spots.rows}
    parts: dict[str, Part] = {}
    placements: list[Placement] = []
    for line in bom.lines:
        placed = [by_designator.pop(d) for d in line.designators if d in by_designator]
        missing = [d for d in line.designators if d not in {spot.designator for spot in placed}]
        findings += [Finding(d, "is in the bill of material and has no placement") for d in missing]
        if not placed:
            continue
        if line.number not in parts:
            parts[line.number] = _part(line, placed[0].package)
        placements += [
            Placement(
                designator=spot.designator,
                part_number=line.number,
                side=spot.side,
                x_mm=spot.x_mm,
                y_mm=spot.y_mm,
                rotation=spot.rotation,
            )
            for spot in placed
        ]
    findings += [
        Finding(d, "has a placement and is not to be installed")
        if d in bom.not_installed
        else Finding(d, "has a placement and is not in the bill of material")
        for d in by_designator
    ]
    if not placements:
        raise FileRefused("no designator is in both the bill of material and the placement file")
    title = name or bom_path.stem
    code = re.sub(r"[^A-Z0-9]+", "", title.upper())[:12] or "PRODUCT"
    product = Product(
        name=title, code=code, revision="A", parts=tuple(parts.values()), placements=tuple(placements)
    )
    return product, findings


def _part(line: BomLine, footprint: str) -> Part:
    package = line.package or footprint
    return Part(
        number=line.number,
        description=line.description,
        sources=tuple(line.sources),
        package=package.zfill(4) if re.fullmatch(r"\d{3}", package) else package,
    )
