"""Text files with rows: comma, semicolon, tab, pipe, or columns that only stand under one another."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.encodings import decode
from padstone.features.design.domain.limits import (
    HEADER_WITHIN,
    LONGEST_CELL,
    LONGEST_LINE,
    MOST_CELLS,
    MOST_ROWS,
    WIDEST,
)
from padstone.features.design.domain.rows import Book, Row, Sheet, trimmed
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.tool_forms import tool_form
from padstone.features.design.domain.vocabulary import knows
from padstone.kernel.errors import Invalid

_DELIMITERS: Final = (",", ";", "\t", "|", "!")
_ALIGNED: Final = ""
_SAMPLE: Final = 200
_GAP: Final = re.compile(r"\s{2,}|\t")
_RULE: Final = re.compile(r"[\s=\-*+_#|~]*")
_COMMENT: Final = re.compile(r"\s*#+\s?")
_FORMULA: Final = re.compile(r"\s*(?:[=@]|[+-](?![0-9.,]))[^\s=@+-]*[(!|]")
_ACTIVE: Final = "=+\\-@＝＋－＠"
"""What a spreadsheet takes for the beginning of a formula."""

_ESCAPED: Final = re.compile(f"'['{_ACTIVE}\t\r\n]")
_TO_ESCAPE: Final = re.compile(f"(^|[;,|\t])(?=['{_ACTIVE}\t\r\n])")
_INSIDE: Final = re.compile(f"([;,|\t])'(?=['{_ACTIVE}\t\r\n])")


def read_text(source: Source) -> Book:
    """The rows of a text file. Refuses lines and cells beyond the limits, and quotation marks that never
    close.
    """
    decoded = decode(source.content)
    doubts = Doubts(source.name)
    if not decoded.encoding.certain:
        doubts.ask(
            "encoding_uncertain",
            f"The file could be {decoded.encoding.name} or {decoded.encoding.rival}; read as the first.",
            "Look at the letters beyond ASCII; if they are wrong, save the file as UTF-8 and import that.",
        )
    if (broken := decoded.text.count("\ufffd")) > 0:
        doubts.ask(
            "characters_lost",
            f"{broken} characters could not be read ({decoded.encoding.name}: {decoded.encoding.evidence}).",
            "Compare the texts with the sender's; an export as UTF-8 loses none.",
        )
    text = decoded.text.replace("\x00", "")
    _check_lines(source.name, text)
    form = tool_form(source.name, text)
    text = _unwrapped(text)
    delimiter = "" if form else _delimiter(text)
    by_delimiter = _delimited_rows(source.name, text, delimiter, doubts) if delimiter else ()
    rows = form.rows if form else list(by_delimiter) if delimiter else _aligned_rows(text)
    if not rows:
        raise Invalid(
            "file_empty", "{name} has no rows.", field="file", way_out="Export it again.", name=source.name
        )
    names = form.names if form else ()
    sheet = Sheet(source.name, "", rows, columns_in_doubt=not delimiter and not form, names=names)
    return Book(
        source.name,
        "text",
        (sheet,),
        decoded.encoding.name,
        decoded.encoding.evidence,
        delimiter,
        tuple(doubts.found),
    )


def _check_lines(name: str, text: str) -> None:
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        raise Invalid(
            "line_too_long",
            "{name} has a line of {longest} characters; at most {most} are read.",
            field="file",
            way_out="Is it a table? Export it again with one row in each line.",
            name=name,
            longest=longest,
            most=LONGEST_LINE,
        )


def _unwrapped(text: str) -> str:
    """The text without the quotation marks that some spreadsheets put around each whole row."""
    if not text.lstrip("\ufeff").startswith('"'):
        return text
    try:
        rows = list(islice(_csv(text.lstrip("\ufeff"), ","), MOST_ROWS))
    except csv.Error:
        return text
    filled = [row[0] for row in rows if row]
    if (
        len(filled) < 2
        or any(len(row) > 1 for row in rows)
        or not all(any(mark in cell for mark in _DELIMITERS) for cell in filled)
    ):
        return text
    return "\n".join(row[0] if row else "" for row in rows)


def _delimiter(text: str) -> str:
    """The delimiter that makes the best table of the first rows; empty where none makes one."""
    given = re.match(r"(?:\ufeff)?sep=(.)\r?\n", text)
    if given:
        return given[1]
    best = max(_DELIMITERS, key=lambda delimiter: _merit(text, delimiter))
    aligned = _aligned_merit(text)
    return best if _merit(text, best) > aligned else _ALIGNED


def _merit(text: str, delimiter: str) -> float:
    """Known column names count most; then rows that agree in how many filled cells they have."""
    try:
        rows = [row for row in islice(_csv(text, delimiter), _SAMPLE) if any(cell.strip() for cell in row)]
    except csv.Error:
        return -1.0
    if not rows:
        return -1.0
    names = max(_known(row) for row in rows[:HEADER_WITHIN])
    widths = Counter(len(row) for row in rows)
    width, agreeing = max(widths.items(), key=lambda entry: (entry[1] * (entry[0] > 1), entry[0]))
    if width < 2:
        return 0.5 * names if names > 1 else 0.0
    return 10.0 * names + min(width, 12) * agreeing / len(rows)


def _known(row: Sequence[str]) -> int:
    return sum(knows(_COMMENT.sub("", cell)) for cell in row[:WIDEST] if cell.strip() and len(cell) < 60)


def _aligned_merit(text: str) -> float:
    lines = [
        line for line in islice(text.splitlines(), _SAMPLE) if line.strip() and not _RULE.fullmatch(line)
    ]
    if not lines:
        return -1.0
    names = max(_known(_COMMENT.sub("", line, count=1).split()) for line in lines[:HEADER_WITHIN])
    gaps = sum(bool(_GAP.search(line.strip())) for line in lines)
    return 9.0 * names * gaps / len(lines) if names > 1 and not any("\t" in line for line in lines) else 0.1


def _csv(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_LINE)
    stream = io.StringIO(text, newline="")
    return csv.reader(stream, delimiter=delimiter, skipinitialspace=delimiter != "\t")


def _delimited_rows(name: str, text: str, delimiter: str, doubts: Doubts) -> Iterator[Row]:
    filled = 0
    wide = False
    reader = enumerate(_csv(text, delimiter), start=1)
    while True:
        try:
            number, cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(name, str(error)) from error
        kept = trimmed(cells)
        if not kept or (number == 1 and re.fullmatch(r"sep=.?", kept[0])):
            continue
        if len(kept) > WIDEST:
            wide = wide or _too_wide(doubts, number, len(kept))
            kept = trimmed(kept[:WIDEST])
        filled += len(kept)
        check_amount(name, number, filled)
        yield Row(number, tuple(_cell(name, number, cell) for cell in kept))


def _too_wide(doubts: Doubts, number: int, width: int) -> bool:
    doubts.leave_out(
        "columns_too_many",
        f"Row {number} has {width} columns; the first {WIDEST} are read.",
        "Delete what stands far to the right.",
    )
    return True


def check_amount(name: str, row: int, filled: int) -> None:
    """Refuse a table beyond the limits, as soon as it is seen to be."""
    if row > MOST_ROWS * 5 or filled > MOST_CELLS:
        raise Invalid(
            "table_too_large",
            "{name} has more than {rows} rows or {cells} filled cells.",
            field="file",
            way_out="Is it the right file? Delete the rows that are no lines.",
            name=name,
            rows=MOST_ROWS * 5,
            cells=MOST_CELLS,
        )


def _cell(name: str, number: int, cell: str) -> str:
    if len(cell) > LONGEST_CELL:
        raise _broken(name, f"a cell of {len(cell)} characters in row {number}")
    return unescaped(cell)


def unescaped(cell: str) -> str:
    """Without the apostrophe that an export puts before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def escaped(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula, whichever delimiter it splits by."""
    return _TO_ESCAPE.sub(r"\1'", text)


def wholly_unescaped(cell: str) -> str:
    """The text that ``escaped`` made a cell of, once the reader has taken the first apostrophe away."""
    return _INSIDE.sub(r"\1", cell)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run this text: it stays a text here, and a person is told."""
    return bool(cell) and cell[0] in "=@+- \t" and bool(_FORMULA.match(cell))


def _broken(name: str, error: str) -> Invalid:
    return Invalid(
        "text_broken",
        "{name} is no valid table: {error}.",
        field="file",
        way_out="Look for a quotation mark that is never closed.",
        name=name,
        error=error,
    )


# --- columns by their alignment -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


def _aligned_rows(text: str) -> list[Row]:
    lines = [
        _Line(number, line.expandtabs().rstrip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not _RULE.fullmatch(line)
    ]
    header = _header_line(lines)
    if header is None:
        return [Row(line.number, tuple(_GAP.split(line.text.strip()))) for line in lines]
    at = lines.index(header)
    below = [line for line in lines[at + 1 :] if not line.text.lstrip().startswith("#")]
    above = [Row(line.number, (line.text.strip(),)) for line in lines[:at]]
    return above + _columns(header, below)


def _header_line(lines: Sequence[_Line]) -> _Line | None:
    """The first line most of whose words are names of columns."""
    best, most = None, 1
    for line in lines[:HEADER_WITHIN]:
        names = _known(_COMMENT.sub("", line.text, count=1).split())
        if names > most:
            best, most = line, names
    return best


def _columns(header: _Line, below: Sequence[_Line]) -> list[Row]:
    """By two spaces where that agrees with the header, by single ones where that does, else by alignment."""
    title = _COMMENT.sub("", header.text, count=1)
    for by_names, by_cells in _SPLITS:
        names = by_names(title)
        rows = [by_cells(line.text) for line in below]
        if len(names) > 1 and all(len(cells) == len(names) for cells in rows):
            return [
                Row(header.number, tuple(names)),
                *(Row(line.number, tuple(cells)) for line, cells in zip(below, rows, strict=True)),
            ]
    offset = len(header.text) - len(title)
    blanked = " " * offset + title
    return _by_rivers(_Line(header.number, blanked), below)


def _by_gaps(text: str) -> list[str]:
    return _GAP.split(text.strip())


def _by_axes(text: str) -> list[str]:
    """“Mid X” is one name, though a single blank stands in it."""
    return re.findall(r"\S+(?: [XY](?!\S))?", text)


_SPLITS: Final = ((_by_gaps, _by_gaps), (str.split, str.split), (_by_gaps, str.split), (_by_axes, str.split))
"""How names and cells are told apart, in the order in which it is tried."""


def _by_rivers(header: _Line, below: Sequence[_Line]) -> list[Row]:
    """Cut where a column of blanks runs through header and rows alike; a cut without a name right of it is
    none.
    """
    width = max(len(line.text) for line in (header, *below))
    blank = [True] * width
    for line in (header, *below):
        for position, character in enumerate(line.text):
            if character != " ":
                blank[position] = False
    starts = [
        position
        for position in range(width)
        if not blank[position] and (position == 0 or blank[position - 1])
    ]
    kept: list[int] = []
    for start, end in zip(starts, [*starts[1:], width], strict=True):
        if header.text[start:end].strip() or not kept:
            kept.append(start)
    edges = [*kept[1:], width]
    return [
        Row(
            line.number,
            trimmed([line.text[start:end].strip() for start, end in zip(kept, edges, strict=True)]),
        )
        for line in (header, *below)
    ]
