"""The opening stock comes onto the books: batch by batch, so that what was cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice

from padstone.features.design.domain.doubts import Doubt, Doubts
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.tables import read_book
from padstone.features.materials.bulk_receipt import receive_packages
from padstone.features.parts.lookups import part_ids
from padstone.features.stock.commands import Arrival, book_in, define_location
from padstone.features.stock.domain.words import LocationKind
from padstone.features.stock.lookups import locations_called
from padstone.features.stock.opening.columns import check_meanings, columns_of
from padstone.features.stock.opening.reading import LeftOut, OpeningRow, Reader
from padstone.kernel.actor import Actor
from padstone.platform.command import command
from padstone.platform.progress import Tell

AT_ONCE = 1_000
WHY = "opening stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How an opening stock is to be read. ``register`` puts parts and locations that nobody knows on the
    books; ``name_rows`` names packages without a name by their rows; ``location`` is where packages are that
    say not where.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    register: bool = False
    name_rows: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of it: packages booked in now, packages that were in store before, rows left out with the
    doubts that say why.
    """

    rows: int
    added: int
    known: int
    left_out: int
    doubts: tuple[Doubt, ...]


def import_opening(actor: Actor, *, source: Source, wishes: Wishes, tell: Tell) -> Opened:
    """Book the packages of a table in: CSV, XLSX and their kin.

    A thousand rows are one transaction. Cut off, whole batches are on the books; the same file again adds the
    rest, since a package that is in store is not booked in again. What is wrong with a row is a doubt with
    file, row and cell, and the others go on. Refuses a table without part and quantity.
    """
    check_meanings(list(wishes.columns.values()))
    doubts = Doubts(source.name)
    book = read_book(source)
    doubts.take(book.doubts)
    sheet = book.sheets[0]
    reader = Reader(sheet, columns_of(sheet, dict(wishes.columns)), doubts, wishes.name_rows, wishes.location)
    total = sum(row.number > reader.columns.header and not row.empty for row in sheet.rows)
    added = known = 0
    rows = reader.rows()
    done = 0
    places: set[str] = set()
    while batch := list(islice(rows, AT_ONCE)):
        wanted = {row.location for row in batch} - places
        places |= locations_called(wanted).keys()
        bookable = list(_with_known_names(batch, places, reader, register=wishes.register))
        came, were = take_over(actor, rows=bookable, places=places, reader=reader)
        added, known, done = added + came, known + were, batch[-1].number
        tell("rows", min(done - reader.columns.header, total), total)
    tell("rows", total, total)
    return Opened(total, added, known, total - added - known, tuple(doubts.found))


def _with_known_names(
    batch: Sequence[OpeningRow], places: AbstractSet[str], reader: Reader, *, register: bool
) -> Iterator[OpeningRow]:
    """The rows whose part and location are on the books, or may come onto them."""
    parts = part_ids({row.facts.part_number for row in batch})
    for row in batch:
        if row.facts.part_number not in parts and not register:
            reason = f"Part {row.facts.part_number} is not on the books."
            way_out = "Register the part, or import with --register."
            reader.leave_out(row.number, LeftOut("part_unknown", "part", reason, way_out))
        elif row.location not in places and not register:
            reason = f"There is no location {row.location}."
            way_out = "Make the location, or import with --register."
            reader.leave_out(row.number, LeftOut("location_unknown", "location", reason, way_out))
        else:
            yield row


@command("receive_package")
def take_over(
    actor: Actor, *, rows: Sequence[OpeningRow], places: AbstractSet[str], reader: Reader
) -> tuple[int, int]:
    """A batch in one transaction: packages, then their place. Answers how many are new and known."""
    received = receive_packages.within(actor, facts=[row.facts for row in rows])
    fitting = []
    for row in rows:
        before = received.known.get(row.facts.identifier)
        if before is not None and before != (row.facts.part_number, row.facts.lot):
            name, lot = row.facts.identifier, before[1] or "unknown"
            reason = f"{name} is on the books as part {before[0]}, lot {lot}."
            why = LeftOut("package_known_otherwise", "package", reason, "Look which of both is right.")
            reader.leave_out(row.number, why)
        else:
            fitting.append(row)
    for code in sorted({row.location for row in fitting} - places):
        define_location.within(actor, code=code, kind=LocationKind.SHELF)
    booked = book_in.within(
        actor,
        arrivals=[
            Arrival(
                package=row.facts.identifier,
                location=row.location,
                quantity=row.facts.initial_quantity,
                owner=row.owner,
                codes=row.codes,
            )
            for row in fitting
        ],
        why=WHY,
        skip_known=True,
    )
    return booked.added, len(booked.known)
