"""What one file brings, whichever of its kinds it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from padstone.features.design.domain.bill import Bill
from padstone.features.design.domain.content import Polygon, Step
from padstone.features.design.domain.doubts import Doubt
from padstone.features.design.domain.headers import Column, Purpose
from padstone.features.design.domain.ipc2581 import Design
from padstone.features.design.domain.mapping import ColumnMapping, propose_mapping
from padstone.features.design.domain.packages import Package
from padstone.features.design.domain.placement import Placement
from padstone.features.design.domain.reading import (
    What,
    is_complete,
    read_bill,
    read_design,
    read_placement,
    unpacked,
    what_is_it,
)
from padstone.features.design.domain.rows import Row
from padstone.features.design.domain.sources import Kind, Source
from padstone.features.design.domain.tables import read_book

BILL: Final = "bill"
PLACEMENT: Final = "placement"
IPC2581: Final = "ipc2581"
PURPOSES: Final = (BILL, PLACEMENT, IPC2581)
_SAMPLES: Final = 4
_LONGEST_SAMPLE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the file brings; None and empty where it says nothing of it."""

    file: str
    bill: Bill | None = None
    placement: Placement | None = None
    packages: Mapping[str, Package] = field(default_factory=dict)
    outline: tuple[Polygon, ...] = ()
    cutouts: tuple[Polygon, ...] = ()
    panel: tuple[Step, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def empty_bill(self) -> Bill:
        """For a draft that begins with its placement."""
        return Bill(file="", lines=())


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column as it is proposed, with the first of its cells."""

    column: Column
    samples: tuple[str, ...]


_LONG: Final = 2_000
_SECONDS_A_ROW: Final = 0.001
"""What bench/design.py measured for taking in and checking, rounded up for a slower machine."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file would be read. ``columns`` is empty for a file that names its own parts (KiCad XML,
    IPC-2581); ``rows`` are those below the names of the columns, 0 where nobody has counted.
    """

    purpose: str
    evidence: tuple[str, ...]
    encoding: str
    sheet: str
    header_row: int
    columns: tuple[ProposedColumn, ...]
    doubts: tuple[Doubt, ...]
    rows: int = 0

    @property
    def seconds(self) -> int:
        """About how long taking it in lasts, 0 where nobody will notice."""
        return 0 if self.rows < _LONG else round(self.rows * _SECONDS_A_ROW)


def what_it_is(source: Source) -> tuple[str, tuple[str, ...]]:
    """The purpose of a file, and why it is taken for that. Raises Invalid for a file of no use."""
    guess = what_is_it(source)
    purposes = {What.IPC2581: IPC2581, What.PLACEMENT: PLACEMENT}
    return purposes.get(guess.purpose, BILL), tuple(guess.evidence)


def take(source: Source, purpose: str, given: Mapping[str, str] | None = None) -> Taken:
    """Read the file for that purpose. Raises Invalid where it cannot be read at all."""
    if purpose == IPC2581:
        return _design(source.name, read_design(source))
    if purpose == PLACEMENT:
        placement = read_placement(source, given or None)
        return Taken(
            file=source.name,
            placement=replace(placement, mapping=None, doubts=()),
            doubts=tuple(placement.doubts),
        )
    bill = read_bill(source, given or None)
    return Taken(file=source.name, bill=replace(bill, mapping=None, doubts=()), doubts=tuple(bill.doubts))


def propose(source: Source, purpose: str, given: Mapping[str, str] | None = None) -> Proposal:
    """How the file would be read, for a person to confirm."""
    source = unpacked(source)
    _, evidence = what_it_is(source)
    if purpose == IPC2581 or source.kind is Kind.XML:
        return Proposal(purpose, evidence, "", "", 0, (), ())
    book = read_book(source)
    wanted = Purpose.BILL if purpose == BILL else Purpose.PLACEMENT
    proposals = [(sheet, propose_mapping(sheet, wanted, given)) for sheet in book.sheets if sheet.rows]
    sheet, mapping = max(
        proposals, key=lambda one: (is_complete(one[1]), not one[0].hidden, _certainty(one[1]))
    )
    below = [row for row in sheet.rows if row.number > mapping.header_row]
    return Proposal(
        purpose,
        evidence,
        str(book.encoding or ""),
        sheet.name,
        mapping.header_row,
        tuple(ProposedColumn(column, _first_cells(below, column.index)) for column in mapping.columns),
        (*book.doubts, *mapping.doubts),
        len(below),
    )


def corrections(proposal: Proposal, meanings: Mapping[int, str]) -> dict[str, str]:
    """What a person says otherwise than it was proposed: by the column's name, or its number from 1."""
    return {
        one.column.name or str(one.column.index + 1): said
        for one in proposal.columns
        if (said := meanings.get(one.column.index)) is not None and said != meaning_text(one.column)
    }


def to_remember(proposal: Proposal, meanings: Mapping[int, str]) -> dict[str, str]:
    """What a client's columns mean, by their names; names that stand twice tell nothing."""
    names = Counter(one.column.name for one in proposal.columns)
    return {
        one.column.name: meanings.get(one.column.index, meaning_text(one.column))
        for one in proposal.columns
        if one.column.name and names[one.column.name] == 1
    }


def meaning_text(column: Column) -> str:
    """A column's meaning as it is given by hand: ``mpn``, ``mpn2`` for a second one."""
    return f"{column.meaning.value}{column.pair if column.pair > 1 else ''}"


def _certainty(mapping: ColumnMapping) -> int:
    return sum(column.confidence for column in mapping.columns if column.meaning)


def _first_cells(rows: Iterable[Row], index: int) -> tuple[str, ...]:
    texts = (row.cell(index).strip()[:_LONGEST_SAMPLE] for row in rows)
    return tuple(islice(filter(None, texts), _SAMPLES))


def _design(name: str, design: Design) -> Taken:
    board = design.outlines.get(design.step)
    return Taken(
        file=name,
        bill=replace(design.bill, mapping=None, doubts=()),
        placement=replace(design.placement, mapping=None, doubts=()),
        packages=dict(design.packages),
        outline=tuple(board.points) if board is not None else (),
        cutouts=tuple(board.cutouts) if board is not None else (),
        panel=tuple(
            Step(
                x=one.x,
                y=one.y,
                columns=one.nx,
                rows=one.ny,
                dx=one.dx,
                dy=one.dy,
                rotation=one.rotation,
                mirrored=one.mirror,
            )
            for one in design.panels
            if one.step == design.step
        ),
        doubts=tuple(design.doubts),
    )
