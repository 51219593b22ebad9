"""Installations by the million: what passes placed, derived as ``genealogy.queries`` derives it, in columns.

A pass that departs in nothing is its template's columns, its feeds and its times: no row is touched one by
one. Of a pass with deviations, every state of knowledge is exported, each under its ``revision``: the journal
number of the deviation that said so, 0 where none did. As of a journal number the newest revision counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from padstone.features.genealogy.domain import times
from padstone.features.genealogy.domain.placement import Otherwise
from padstone.features.genealogy.lookups import whole
from padstone.features.genealogy.lookups.templates import template
from padstone.features.history.parquet import schema_of
from padstone.features.history.tables import INSTALLATIONS

SCHEMA = schema_of(INSTALLATIONS)
_UNIX = times.ticks_of(datetime(1970, 1, 1, tzinfo=UTC)) // 10
"""Microseconds from the epoch of ticks to that of Parquet."""
_AT_ONCE = 500
_MICROSECOND = SCHEMA.field("installed_at").type

Key = tuple[int, str]


class PassRow(NamedTuple):
    """What of a pass its installations need."""

    pk: int
    station_id: int
    sequence: int
    panel_id: int
    template_id: int
    template__digest: bytes
    base_at: datetime
    times: bytes
    journal_no: int


class DeviationRow(NamedTuple):
    of_pass_id: int
    kind: str
    position: int
    designator: str
    package_id: int | None
    location_id: int | None
    head: str
    nozzle: str
    journal_no: int


@dataclass(frozen=True, slots=True)
class _Columns:
    """A template's entries as columns. ``locations`` are the distinct ones, ``slot`` each entry's among
    them; ``index`` finds an entry by position and designator.
    """

    size: int
    position: pa.Array
    designator: pa.Array
    location: pa.Array
    head: pa.Array
    nozzle: pa.Array
    locations: tuple[int, ...]
    slot: pa.Array
    slots: tuple[int, ...]
    index: Mapping[Key, int]
    of_position: Mapping[int, tuple[int, ...]]


@lru_cache(maxsize=64)
def _columns(template_id: int, digest: bytes) -> _Columns:
    entries = template(template_id, digest).entries
    locations = tuple(sorted({entry.location for entry in entries}))
    slot_of = {location: slot for slot, location in enumerate(locations)}
    slots = tuple(slot_of[entry.location] for entry in entries)
    of_position: dict[int, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        of_position[entry.position].append(index)
    return _Columns(
        size=len(entries),
        position=pa.array([entry.position for entry in entries], pa.int32()),
        designator=pa.array([entry.designator for entry in entries], pa.string()),
        location=pa.array([entry.location for entry in entries], pa.int64()),
        head=pa.array([entry.head for entry in entries], pa.string()),
        nozzle=pa.array([entry.nozzle for entry in entries], pa.string()),
        locations=locations,
        slot=pa.array(slots, pa.int32()),
        slots=slots,
        index={(entry.position, entry.designator): index for index, entry in enumerate(entries)},
        of_position={position: tuple(some) for position, some in of_position.items()},
    )


class Placed:
    """Installations that wait to be written, in pieces: whole passes, and single rows."""

    def __init__(self) -> None:
        self.rows = 0
        self._pieces: dict[str, list[pa.Array]] = defaultdict(list)
        self._run_ends: list[int] = []
        self._of_pass: list[tuple[int, int, int, int, int, int]] = []

    def add(
        self,
        row: PassRow,
        columns: Mapping[str, pa.Array],
        size: int,
        *,
        revision: int = 0,
        candidates: int = 1,
    ) -> None:
        for name, values in columns.items():
            self._pieces[name].append(values)
        self.rows += size
        self._run_ends.append(self.rows)
        self._of_pass.append((row.pk, row.station_id, row.panel_id, candidates, revision, row.journal_no))

    def table(self) -> pa.Table:
        if not self.rows:
            return SCHEMA.empty_table()
        found = {name: pa.concat_arrays(pieces) for name, pieces in self._pieces.items()}
        micros = pc.subtract(pc.divide(found["installed_at"], 10), _UNIX)
        found["installed_at"] = micros.cast(_MICROSECOND)
        names = ("source_id", "station_id", "panel_id", "candidates", "revision", "journal_no")
        for name, values in zip(names, zip(*self._of_pass, strict=True), strict=True):
            found[name] = self._repeated(values, SCHEMA.field(name).type)
        found["source"] = self._repeated(["pass"] * len(self._run_ends), pa.string())
        found["unit_id"] = pa.nulls(self.rows, pa.int64())
        return pa.Table.from_arrays([found[name] for name in SCHEMA.names], schema=SCHEMA)

    def _repeated(self, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
        ends = pa.array(self._run_ends, pa.int32())
        return pc.run_end_decode(pa.RunEndEncodedArray.from_arrays(ends, pa.array(values, kind)))


class Feeds:
    """What feeds a station from pass to pass, in the order of its sequences."""

    def __init__(self, station_id: int, first: int, last: int) -> None:
        rows = whole.spans().filter(station_id=station_id, first_sequence__lte=last, last_sequence__gte=first)
        values = rows.order_by("first_sequence").values_list(
            "first_sequence", "last_sequence", "location_id", "package_id"
        )
        self._spans = list(values.iterator())
        self._next = 0
        self._feeding: dict[int, tuple[int, int]] = {}
        self._packages: dict[int, pa.Array] = {}

    def forward_to(self, sequence: int) -> None:
        """Up to this pass; never back."""
        while self._next < len(self._spans) and self._spans[self._next][0] <= sequence:
            _, last, location, package = self._spans[self._next]
            self._feeding[location] = (last, package)
            self._packages.clear()
            self._next += 1

    def package(self, location: int, sequence: int) -> int:
        last, package = self._feeding[location]
        if last < sequence:
            message = f"nothing feeds location {location} in pass {sequence}, and it placed"
            raise AssertionError(message)
        return package

    def packages(self, columns: _Columns, template_id: int, sequence: int) -> pa.Array:
        """What fed each entry of a template. The same array as long as nothing changed."""
        if template_id not in self._packages:
            feeding = [self.package(location, sequence) for location in columns.locations]
            self._packages[template_id] = pa.array(feeding, pa.int64()).take(columns.slot)
        return self._packages[template_id]


def passes_of(station_id: int, after: int, until: int) -> Iterable[list[PassRow]]:
    """The station's passes in the order of their sequences, some hundreds at a time."""
    while True:
        rows = whole.passes().filter(station_id=station_id, sequence__gt=after, sequence__lte=until)
        some = [_row(values) for values in rows.order_by("sequence").values_list(*PassRow._fields)[:_AT_ONCE]]
        if not some:
            return
        yield some
        after = some[-1].sequence


def _row(values: Iterable[Any]) -> PassRow:
    row = PassRow(*values)
    return row._replace(template__digest=bytes(row.template__digest), times=bytes(row.times))


def deviations_of(pass_ids: Iterable[int], until: int) -> dict[int, list[DeviationRow]]:
    """By pass, up to a row's number, in the order in which they count."""
    found: dict[int, list[DeviationRow]] = defaultdict(list)
    rows = whole.deviations().filter(of_pass_id__in=list(pass_ids), pk__lte=until)
    for values in rows.order_by("journal_no", "pk").values_list(*DeviationRow._fields):
        row = DeviationRow(*values)
        found[row.of_pass_id].append(row)
    return found


def add_pass(placed: Placed, row: PassRow, feeds: Feeds, deviations: Sequence[DeviationRow]) -> None:
    """All installations of a pass, in every state of knowledge of it that differs."""
    columns = _columns(row.template_id, row.template__digest)
    feeds.forward_to(row.sequence)
    ticks = _ticks(row, columns.size)
    skipped = {d.position for d in deviations if d.kind == Otherwise.POSITION_SKIPPED}
    stated = _by_statement(deviations)
    dropped = {index for position in skipped for index in columns.of_position[position]}
    dropped.update(
        columns.index[position, designator]
        for position, designator, journal_no in stated
        if journal_no <= row.journal_no
    )
    whole_pass = {
        "position": columns.position,
        "designator": columns.designator,
        "location_id": columns.location,
        "head": columns.head,
        "nozzle": columns.nozzle,
        "installed_at": ticks,
    }
    if not dropped:
        whole_pass["package_id"] = feeds.packages(columns, row.template_id, row.sequence)
        placed.add(row, whole_pass, columns.size)
    elif kept := [index for index in range(columns.size) if index not in dropped]:
        at = pa.array(kept, pa.int32())
        there = {name: values.take(at) for name, values in whole_pass.items()}
        of_slot: dict[int, int] = {}
        for slot in {columns.slots[index] for index in kept}:
            of_slot[slot] = feeds.package(columns.locations[slot], row.sequence)
        there["package_id"] = pa.array([of_slot[columns.slots[index]] for index in kept], pa.int64())
        placed.add(row, there, len(kept))
    _add_statements(placed, row, stated, ticks)


def add_statements(
    placed: Placed, row: PassRow, stated: Mapping[tuple[int, str, int], Sequence[DeviationRow]]
) -> None:
    """What deviations say was placed, each under its revision."""
    _add_statements(placed, row, stated, _ticks(row, _columns(row.template_id, row.template__digest).size))


def _add_statements(
    placed: Placed,
    row: PassRow,
    stated: Mapping[tuple[int, str, int], Sequence[DeviationRow]],
    ticks: pa.Array,
) -> None:
    columns = _columns(row.template_id, row.template__digest)
    for (position, designator, journal_no), some in stated.items():
        packages = [one.package_id for one in some if one.package_id is not None]
        first = some[0]
        if first.location_id is None or not packages:
            continue
        at = pa.array([columns.index[position, designator]] * len(packages), pa.int32())
        size = len(packages)
        placed.add(
            row,
            {
                "position": columns.position.take(at),
                "designator": columns.designator.take(at),
                "location_id": pa.array([first.location_id] * size, pa.int64()),
                "head": pa.array([first.head] * size, pa.string()),
                "nozzle": pa.array([first.nozzle] * size, pa.string()),
                "installed_at": ticks.take(at),
                "package_id": pa.array(packages, pa.int64()),
            },
            size,
            revision=journal_no,
            candidates=size,
        )


def _by_statement(
    deviations: Iterable[DeviationRow],
) -> dict[tuple[int, str, int], list[DeviationRow]]:
    """What was said of single designators, by place and message."""
    found: dict[tuple[int, str, int], list[DeviationRow]] = defaultdict(list)
    for one in deviations:
        if one.designator:
            found[one.position, one.designator, one.journal_no].append(one)
    return found


def late_statements(
    after: int, until: int, before: Mapping[int, int]
) -> Iterable[tuple[PassRow, Mapping[tuple[int, str, int], Sequence[DeviationRow]]]]:
    """What deviations with numbers in (after, until] say of passes that were exported before, those up to
    the sequence of their station in ``before``: each such pass once, with all that was said of it.
    """
    news = whole.deviations().filter(pk__gt=after, pk__lte=until)
    seen: set[int] = set()
    reached = after
    while some := list(news.filter(pk__gt=reached).order_by("pk").values_list("pk", "of_pass_id")[:_AT_ONCE]):
        reached = some[-1][0]
        ids = {pass_id for _, pass_id in some} - seen
        seen |= ids
        passes = whole.passes().filter(pk__in=ids).values_list(*PassRow._fields)
        old = {row.pk: row for row in map(_row, passes) if row.sequence <= before.get(row.station_id, 0)}
        found: dict[int, list[DeviationRow]] = defaultdict(list)
        for values in (
            news.filter(of_pass_id__in=list(old))
            .order_by("journal_no", "pk")
            .values_list(*DeviationRow._fields)
        ):
            found[values[0]].append(DeviationRow(*values))
        for pass_id, deviations in found.items():
            yield old[pass_id], _by_statement(deviations)


def _ticks(row: PassRow, size: int) -> pa.Array:
    """When each entry was placed; where the machine did not say, when its pass began."""
    base = times.ticks_of(row.base_at)
    ticks = times.unpack(row.times, base, size)
    if None in ticks:
        ticks = [base if one is None else one for one in ticks]
    return pa.array(ticks, pa.int64())
