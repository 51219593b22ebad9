"""Write the history out: what is new since the last time, in steps that each survive a kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import padstone
from padstone.features.history import manifest as kept
from padstone.features.history import placed
from padstone.features.history.cut import cut_of_now
from padstone.features.history.manifest import Cut, Manifest, Scope, Unfinished
from padstone.features.history.packages import Lineage
from padstone.features.history.parquet import (
    ENDING,
    ExportedFile,
    Partition,
    PartitionedWriter,
    Writer,
    arrow,
    by_partition,
    month_of,
    schema_of,
)
from padstone.features.history.tables import (
    BY_ROW,
    DERIVED_STATES,
    INSTALLATIONS,
    PASSES,
    STATES,
    TABLES,
    Table,
)
from padstone.features.production import whole as production
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from django.db.models import QuerySet

Tell = Callable[[str, int, int], None]
"""Is told how far a table has come: its name, how much is done, and of how much."""

INSTALLATIONS_OF_A_STEP = 10_000_000
"""As many are lost at most when an export is killed."""
ROWS_OF_A_STEP = 500_000
ROWS_OF_A_PART = 50_000
"""A state is exported in parts of so many numbers."""
INSTALLATIONS_AT_ONCE = 64_000
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Window:
    """``since`` and ``until`` of the large tables; None: without end."""

    since: datetime | None = None
    until: datetime | None = None

    def limit(self, rows: QuerySet[Any], path: str) -> QuerySet[Any]:
        if self.since is not None:
            rows = rows.filter(**{f"{path}__gte": self.since})
        return rows.filter(**{f"{path}__lt": self.until}) if self.until is not None else rows

    def holds(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def scope_of(tables: Sequence[str], window: Window) -> Scope:
    """Raises Invalid for a table that there is not, and for a time that ends before it begins."""
    if unknown := sorted(set(tables) - TABLES.keys()):
        raise Invalid(
            "unknown_table",
            "An export has no table {table}.",
            field="tables",
            way_out="Choose from these: {tables}.",
            table=unknown[0],
            tables=", ".join(TABLES),
        )
    if window.since and window.until and window.since >= window.until:
        raise Invalid(
            "empty_window",
            "The time window ends before it begins.",
            field="until",
            way_out="Give a later end.",
        )
    wanted = set(tables) or TABLES.keys()
    return Scope(
        tables=tuple(name for name in TABLES if name in wanted),
        since=window.since.isoformat() if window.since else "",
        until=window.until.isoformat() if window.until else "",
    )


def export(folder: Path, scope: Scope, tell: Tell) -> Manifest:
    """Bring the export in ``folder`` up to date, or begin one. Answers what is there now.

    An export that was killed is finished first, up to where the books were then; then follows what came
    since. Refuses a folder that holds something else, an export of other tables or another time, or one that
    is being written.
    """
    kept.must_be_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with kept.alone(folder):
        return _export(folder, scope, tell)


def _export(folder: Path, scope: Scope, tell: Tell) -> Manifest:
    before = kept.published(folder)
    begun = kept.in_work(folder)
    for known in (before, begun):
        if known is not None and known.scope != scope:
            raise _other_scope(folder)
    if begun is not None and (before is None or begun.number > before.number):
        before = _Run(folder, before, begun, tell).finish()
    number = before.number + 1 if before else 1
    state = Unfinished(number=number, scope=scope, cut=cut_of_now((PASSES, *BY_ROW)))
    kept.keep(folder, state)
    return _Run(folder, before, state, tell).finish()


@dataclass(slots=True)
class _Run:
    """One export, from the cut of the one before to its own."""

    folder: Path
    before: Manifest | None
    state: Unfinished
    tell: Tell
    earlier: Cut = field(init=False)
    window: Window = field(init=False)

    def __post_init__(self) -> None:
        scope = self.state.scope
        self.earlier = self.before.cut if self.before else Cut()
        self.window = Window(
            datetime.fromisoformat(scope.since) if scope.since else None,
            datetime.fromisoformat(scope.until) if scope.until else None,
        )

    def finish(self) -> Manifest:
        named = self.before.paths() if self.before else set()
        kept.sweep(self.folder, named | self.state.paths())
        self._columns_of_facts()
        for table in BY_ROW:
            if self._wants(table):
                self._rows(table)
        if self._wants(PASSES) or self._wants(INSTALLATIONS):
            self._passes()
        if self._wants(INSTALLATIONS):
            self._by_hand()
            self._late()
        parts = self._states()
        facts = {
            name: [*(self.before.facts.get(name, ()) if self.before else ()), *self.state.facts.get(name, ())]
            for name in self.state.scope.tables
        }
        manifest = Manifest(
            padstone=padstone.__version__,
            number=self.state.number,
            exported_at=clock.now().isoformat(),
            scope=self.state.scope,
            cut=self.state.cut,
            facts={name: files for name, files in facts.items() if files},
            parts=parts,
        )
        kept.publish(self.folder, manifest)
        return manifest

    def _wants(self, table: Table) -> bool:
        return table.name in self.state.scope.tables

    def _label(self, *words: object) -> str:
        return "-".join(str(word) for word in (f"{self.state.number:06d}", *words))

    def _reached(self, source: str, until: int, files: dict[str, list[ExportedFile]]) -> None:
        """A step is done: what it wrote stays, whatever happens from now on."""
        for table, some in files.items():
            self.state.add(table, some)
        self.state.reached[source] = until
        kept.keep(self.folder, self.state)

    def _columns_of_facts(self) -> None:
        """A file without rows for each table of facts: an engine finds the columns of an empty one."""
        if self.before is not None or "columns" in self.state.reached:
            return
        files = {}
        for table in (INSTALLATIONS, PASSES, *BY_ROW):
            if self._wants(table):
                writer = Writer(self.folder, f"{table.name}/columns{ENDING}", schema_of(table))
                writer.write(schema_of(table).empty_table())
                files[table.name] = [writer.close()]
        self._reached("columns", 1, files)

    # --- facts ---------------------------------------------------------------------------------------------

    def _rows(self, table: Table) -> None:
        assert table.rows is not None  # noqa: S101 - BY_ROW has them all
        until = self.state.cut.rows[table.name]
        first = self.earlier.rows.get(table.name, 0)
        done = self.state.reached.get(table.name, first)
        rows = table.rows().filter(pk__lte=until).order_by("pk")
        if table.in_window:
            rows = self.window.limit(rows, _path(table, table.at))
        while done < until:
            self.tell(table.name, done - first, until - first)
            writer = PartitionedWriter(self.folder, table, self._label(done + 1))
            last = done
            for some in _batches(rows.filter(pk__gt=done).values_list(*_paths(table))[:ROWS_OF_A_STEP]):
                last = some[-1][0]
                for partition, of_it in by_partition(table, some).items():
                    writer.add(partition, arrow(table, of_it))
            done = until if last == done else last
            self._reached(table.name, done, {table.name: writer.close()})

    def _passes(self) -> None:
        total = sum(self.state.cut.sequences.values()) - sum(self.earlier.sequences.values())
        told = 0
        for station, until in sorted(self.state.cut.sequences.items()):
            first = self.earlier.sequences.get(station, 0)
            source = f"station {station}"
            done = self.state.reached.get(source, first)
            told += done - first
            while done < until:
                files, last = self._passes_of(
                    station, done, until, lambda here: self.tell("passes", here, total), told
                )
                told += last - done
                done = last
                self._reached(source, done, files)

    def _passes_of(
        self, station: int, after: int, until: int, tell: Callable[[int], None], told: int
    ) -> tuple[dict[str, list[ExportedFile]], int]:
        """One step of a station's passes and their installations; answers how far it came."""
        label = self._label(after + 1)
        reports = PartitionedWriter(self.folder, PASSES, label)
        installations = PartitionedWriter(self.folder, INSTALLATIONS, label)
        waiting: dict[str, placed.Placed] = {}
        feeds = placed.Feeds(station, after + 1, until)
        count, last = 0, after
        for some in placed.passes_of(station, after, until):
            last = some[-1].sequence
            rows = [row for row in some if self.window.holds(row.base_at)]
            if self._wants(PASSES):
                self._reports(reports, rows)
            deviations = placed.deviations_of((row.pk for row in rows), self.state.cut.rows["deviations"])
            for row in rows if self._wants(INSTALLATIONS) else ():
                of_month = waiting.setdefault(month_of(row.base_at), placed.Placed())
                placed.add_pass(of_month, row, feeds, deviations.get(row.pk, ()))
            if sum(one.rows for one in waiting.values()) >= INSTALLATIONS_AT_ONCE:
                count += _write(waiting, station, installations)
            tell(told + last - after)
            if count >= INSTALLATIONS_OF_A_STEP:
                break
        else:
            last = until
        _write(waiting, station, installations)
        return {PASSES.name: reports.close(), INSTALLATIONS.name: installations.close()}, last

    def _reports(self, writer: PartitionedWriter, rows: Sequence[placed.PassRow]) -> None:
        assert PASSES.rows is not None  # noqa: S101 - it has
        found = PASSES.rows().filter(pk__in=[row.pk for row in rows]).order_by("sequence")
        for partition, some in by_partition(PASSES, found.values_list(*_paths(PASSES))).items():
            writer.add(partition, arrow(PASSES, some))

    def _by_hand(self) -> None:
        """Installations without a feeder: placed by hand, or applied."""
        for source, rows_of in (("replacements", _placed_by_hand), ("applications", _applied)):
            step = f"installations of {source}"
            if step in self.state.reached:
                continue
            after, until = self.earlier.rows.get(source, 0), self.state.cut.rows[source]
            writer = PartitionedWriter(self.folder, INSTALLATIONS, self._label(source))
            for some in _batches(rows_of(after, until)):
                inside = [row for row in some if self.window.holds(row[_INSTALLED_AT])]
                for partition, of_it in by_partition(INSTALLATIONS, inside).items():
                    writer.add(partition, arrow(INSTALLATIONS, of_it))
            self._reached(step, until, {INSTALLATIONS.name: writer.close()})

    def _late(self) -> None:
        """What was learned since of installations that were exported before."""
        step = "installations known otherwise"
        if step in self.state.reached:
            return
        after, until = self.earlier.rows.get("deviations", 0), self.state.cut.rows["deviations"]
        writer = PartitionedWriter(self.folder, INSTALLATIONS, self._label("late"))
        for row, stated in placed.late_statements(after, until, self.earlier.sequences):
            if self.window.holds(row.base_at):
                some = placed.Placed()
                placed.add_statements(some, row, stated)
                writer.add(Partition(month_of(row.base_at), row.station_id), some.table())
        self._reached(step, until, {INSTALLATIONS.name: writer.close()})

    # --- states --------------------------------------------------------------------------------------------

    def _states(self) -> dict[str, dict[str, ExportedFile]]:
        found = {}
        for table in STATES:
            if self._wants(table):
                found[table.name] = self._parts(table)
        lineage = Lineage()
        rows: dict[str, Iterator[Sequence[Any]]] = {
            "former_panels": production.former_panels(),
            "package_names": ((package, known, *name) for package, known, name in lineage.names()),
            "package_lineage": lineage.ancestors(),
        }
        for table in DERIVED_STATES:
            if self._wants(table):
                found[table.name] = {"0": self._part(table, "0", _batches(rows[table.name]))}
        return found

    def _parts(self, table: Table) -> dict[str, ExportedFile]:
        assert table.rows is not None  # noqa: S101 - STATES have them all
        newest = table.rows().order_by("-pk").values_list("pk", flat=True).first() or 0
        found = {}
        for part in range(newest // ROWS_OF_A_PART + 1):
            self.tell(table.name, part * ROWS_OF_A_PART, newest)
            rows = table.rows().filter(pk__gte=part * ROWS_OF_A_PART, pk__lt=(part + 1) * ROWS_OF_A_PART)
            values = rows.order_by("pk").values_list(*_paths(table))
            found[str(part)] = self._part(
                table, str(part), map(_WITH.get(table.name, list), _batches(values))
            )
        return found

    def _part(self, table: Table, part: str, batches: Iterator[list[Any]]) -> ExportedFile:
        """The part's file; that of before where nothing in it has changed."""
        writer = Writer(self.folder, f"{table.name}/{self._label(part)}{ENDING}", schema_of(table))
        some = [arrow(table, rows) for rows in batches]
        writer.write(pa.concat_tables(some) if some else schema_of(table).empty_table())
        new = writer.close()
        old = self.before.parts.get(table.name, {}).get(part) if self.before else None
        if old is not None and old.sha256 == new.sha256:
            (self.folder / new.path).unlink()
            return old
        return new


_INSTALLED_AT = INSTALLATIONS.names.index("installed_at")


def _write(waiting: dict[str, placed.Placed], station: int, writer: PartitionedWriter) -> int:
    rows = 0
    for month, some in waiting.items():
        rows += some.rows
        writer.add(Partition(month, station), some.table())
    waiting.clear()
    return rows


def _placed_by_hand(after: int, until: int) -> Iterator[Sequence[Any]]:
    table = TABLES["replacements"]
    assert table.rows is not None  # noqa: S101 - it has
    rows = table.rows().filter(pk__gt=after, pk__lte=until, removed=False).order_by("pk")
    for pk, station, unit, designator, package, at, certainty, journal_no in rows.values_list(
        "pk",
        "work_transaction__station_id",
        "unit_id",
        "designator",
        "package_id",
        "at",
        "certainty",
        "journal_no",
    ).iterator():
        candidates = 2 if certainty == "possible" else 1
        yield (
            *("hand", pk, station, None, None, unit, designator, package),
            *(None, "", "", at, candidates, 0, journal_no),
        )


def _applied(after: int, until: int) -> Iterator[Sequence[Any]]:
    table = TABLES["applications"]
    assert table.rows is not None  # noqa: S101 - it has
    rows = table.rows().filter(pk__gt=after, pk__lte=until, removed=False).order_by("pk")
    for pk, station, unit, designators, package, location, at, candidates, journal_no in rows.values_list(
        *("pk", "station_id", "unit_id", "designators__designators", "package_id"),
        *("location_id", "at", "candidates", "journal_no"),
    ).iterator():
        for designator in designators or ("",):
            yield (
                *("applied", pk, station, None, None, unit, designator, package),
                *(location, "", "", at, candidates, 0, journal_no),
            )


def _with_orders_told(rows: list[Any]) -> list[Any]:
    """Units with the message that told their order, which their query leaves empty."""
    panel = TABLES["units"].names.index("panel_id")
    at = TABLES["units"].names.index("order_known_from")
    told = production.orders_told({row[panel] for row in rows})
    return [(*row[:at], told.get(row[panel]), *row[at:]) for row in rows]


_WITH: dict[str, Callable[[list[Any]], list[Any]]] = {"units": _with_orders_told}


def _paths(table: Table) -> list[str]:
    return [column.path for column in table.columns if column.path]


def _path(table: Table, name: str) -> str:
    return next(column.path for column in table.columns if column.name == name)


def _batches(rows: Any) -> Iterator[list[Any]]:
    rest = rows.iterator(chunk_size=_ROWS_AT_ONCE) if hasattr(rows, "iterator") else iter(rows)
    while some := list(islice(rest, _ROWS_AT_ONCE)):
        yield some


def _other_scope(folder: Path) -> Conflict:
    return Conflict(
        "other_scope",
        "{folder} holds an export of other tables, or of another time.",
        way_out="Ask for what it holds, or export into a new folder.",
        folder=folder,
    )
