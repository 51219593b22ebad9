"""Many parts at once, from a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from padstone.features.parts.commands.naming import LONGEST_NUMBER
from padstone.features.parts.commands.parts import PartFacts, apply_facts
from padstone.features.parts.commands.registering import AT_ONCE, parts_by_number, propose_sources, write_keys
from padstone.features.parts.domain.parameters import CATEGORIES, parameter, read_value
from padstone.features.parts.domain.search import key_of
from padstone.features.parts.models import ManufacturerPart, Part, PartKey, PartParameter
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Invalid
from padstone.kernel.seal import digest
from padstone.platform.audit.record import record
from padstone.platform.command import command

Progress = Callable[[int, int], None]
"""Is told how many bytes of the file are read, and of how many."""

MOST_BYTES: Final = 200 * 1024 * 1024
MOST_TOLD: Final = 1_000
_PLAIN: Final = (
    "description",
    "category",
    "moisture_level",
    "storage",
    "criticality",
    "lifecycle",
)
_NUMBERS: Final = ("shelf_life_days", "lead_time_days")
_OWN: Final = ("part_number", "manufacturer", "mpn", "approval", *_PLAIN, *_NUMBERS)
PARAMETERS: Final = tuple(dict.fromkeys(one.name for rows in CATEGORIES.values() for one in rows))
COLUMNS: Final = (*_OWN, *PARAMETERS)
_AT_ONCE: Final = 2_000


class RowRefused(NamedTuple):
    """A row that was left out, as a spreadsheet counts it, and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsReport:
    """``refused`` are the first thousand rows that were left out, ``left_out`` is how many there were."""

    parts: int
    new: int
    left_out: int
    refused: tuple[RowRefused, ...]
    columns_not_read: tuple[str, ...]


@dataclass(slots=True)
class _Row:
    number: int
    part_number: str
    cells: Mapping[str, str]
    facts: PartFacts


def nothing_told(done: int, total: int) -> None:
    """Nobody asks how far it is."""


@command("manage_parts")
def import_parts(
    actor: Actor, *, content: bytes, file_name: str, progress: Progress = nothing_told
) -> PartsReport:
    """Register the parts of a CSV file (UTF-8, with the column names of ``COLUMNS``), and say what it says of
    them; blank cells leave what is on the books.

    A row that breaks a rule is left out and told; the others are taken. ``approval`` "approved" needs the
    right ``approve_parts``. Raises Invalid for a file that is no such table.
    """
    table, unknown = _table(content)
    refused: list[RowRefused] = []
    parts = new = left_out = 0
    while rows := list(islice(table, _AT_ONCE)):
        good = []
        known = parts_by_number(sorted({cells.get("part_number", "") for _, cells, _ in rows}))
        for number, cells, _ in rows:
            try:
                good.append(_read(number, cells, known.get(cells.get("part_number", ""))))
            except Invalid as error:
                left_out += 1
                if len(refused) < MOST_TOLD:
                    refused.append(RowRefused(number, error.field, str(error)))
        new += _write(actor, good, known)
        parts += len(good)
        progress(rows[-1][2], len(content))
    record(
        actor,
        "import_parts",
        file_name[:300],
        sha256=digest(content).hex(),
        parts=parts,
        new=new,
        left_out=left_out,
    )
    return PartsReport(
        parts=parts, new=new, left_out=left_out, refused=tuple(refused), columns_not_read=unknown
    )


def _table(content: bytes) -> tuple[Iterator[tuple[int, dict[str, str], int]], tuple[str, ...]]:
    if len(content) > MOST_BYTES:
        raise Invalid(
            "parts_too_large", "The file is larger than {most} MiB.", field="file", most=MOST_BYTES // 2**20
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "parts_not_utf8", "The file is not UTF-8.", field="file", way_out="Save it as “CSV UTF-8”."
        ) from error
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, strict=True)
    try:
        header = [cell.strip().casefold().replace(" ", "_") for cell in next(reader, [])]
    except csv.Error as error:
        raise Invalid("parts_broken_csv", "It is no CSV file: {why}.", field="file", why=error) from error
    if "part_number" not in header:
        raise Invalid(
            "parts_columns_unknown",
            "The first row names no column part_number.",
            field="file",
            way_out=f"The columns are {', '.join(_OWN)}, and the names of parameters.",
        )

    def rows() -> Iterator[tuple[int, dict[str, str], int]]:
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    named = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False)}
                    yield reader.line_num, named, lines.tell()
        except csv.Error as error:
            raise Invalid(
                "parts_broken_csv", "Line {line}: {why}.", field="file", line=reader.line_num, why=error
            ) from error

    return rows(), tuple(name for name in header if name and name not in COLUMNS)


def _read(number: int, cells: Mapping[str, str], known: Part | None) -> _Row:
    part_number = cells.get("part_number", "")
    if not part_number or len(part_number) > LONGEST_NUMBER:
        raise Invalid(
            "part_number_impossible",
            "A part number has 1 to {longest} characters.",
            field="part_number",
            longest=LONGEST_NUMBER,
        )
    words: dict[str, Any] = {name: cells[name] for name in _PLAIN if cells.get(name)}
    words |= {name: _whole(name, cells[name]) for name in _NUMBERS if cells.get(name)}
    parameters = {name: cells[name] for name in PARAMETERS if cells.get(name)}
    facts = PartFacts(**words, parameters=parameters)
    row = _Row(number, part_number, cells, facts)
    apply_facts(Part(number=part_number), facts)  # what is no fact is refused before anything is written
    category = facts.category or (known.category if known else "")
    for name, text in facts.parameters.items():
        read_value(parameter(category, name), text)
    return row


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid("number_unreadable", "“{text}” is no number of days.", field=name, text=text[:40])
    return int(text)


def _write(actor: Actor, rows: Sequence[_Row], known: dict[str, Part]) -> int:
    fresh = {row.part_number: Part(number=row.part_number) for row in rows if row.part_number not in known}
    for row in rows:
        part = known.get(row.part_number) or fresh[row.part_number]
        apply_facts(part, row.facts)
        if mpn := row.cells.get("mpn", ""):
            part.manufacturer = part.manufacturer or row.cells.get("manufacturer", "")[:200]
            part.manufacturer_part_number = part.manufacturer_part_number or mpn[:200]
    Part.objects.bulk_create(fresh.values(), batch_size=AT_ONCE, ignore_conflicts=True)
    Part.objects.bulk_update(
        known.values(),
        [*_PLAIN, *_NUMBERS, "manufacturer", "manufacturer_part_number"],
        batch_size=AT_ONCE,
    )
    known |= parts_by_number(sorted(fresh))
    propose_sources(known.values())
    write_keys(known.values())
    _write_parameters(rows, known)
    _write_sources(actor, rows, known)
    return len(fresh)


def _write_parameters(rows: Sequence[_Row], known: Mapping[str, Part]) -> None:
    told = {}
    for row in rows:
        part = known[row.part_number]
        for name, text in row.facts.parameters.items():
            value = read_value(parameter(part.category, name), text)
            told[part.pk, name] = PartParameter(part=part, name=name, number=value.number, word=value.word)
    PartParameter.objects.bulk_create(
        told.values(),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["part", "name"],
        update_fields=["number", "word"],
    )


def _write_sources(actor: Actor, rows: Sequence[_Row], known: Mapping[str, Part]) -> None:
    """Every maker's part that a row names is a source: approved where the row says so, else proposed."""
    approved: dict[tuple[int, str, str], ManufacturerPart] = {}
    proposed: dict[tuple[int, str, str], ManufacturerPart] = {}
    for row in rows:
        maker, number = row.cells.get("manufacturer", "")[:200], row.cells.get("mpn", "")[:200]
        if number:
            part = known[row.part_number]
            kept = approved if row.cells.get("approval") == "approved" else proposed
            kept[part.pk, maker, number] = ManufacturerPart(part=part, manufacturer=maker, number=number)
    PartKey.objects.bulk_create(
        [
            PartKey(part_id=part, kind="maker", key=key)
            for part, _, number in {**approved, **proposed}
            if (key := key_of(number))
        ],
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )
    ManufacturerPart.objects.bulk_create(proposed.values(), batch_size=AT_ONCE, ignore_conflicts=True)
    if not approved:
        return
    actor.must("approve_parts")
    for source in approved.values():
        source.approval, source.decided_by, source.decided_at = "approved", actor.name, clock.now()
    ManufacturerPart.objects.bulk_create(
        approved.values(),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["part", "manufacturer", "number"],
        update_fields=["approval", "decided_by", "decided_at"],
    )
