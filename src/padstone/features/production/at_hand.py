"""What is being built, as far as it was read: panels, their units, and the work on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from padstone.features.production.lookups import in_steps
from padstone.features.production.models import Panel, Unit, WorkTransaction
from padstone.platform.fetching import columns_of, fetched, rows_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

_UNITS = f"SELECT {columns_of(Unit, 'u')} FROM production_unit AS u WHERE"  # noqa: S608 - our own names
_WORK = (
    f"SELECT {columns_of(WorkTransaction, 'w')}, {columns_of(Panel, 'p')} "  # noqa: S608 - as above
    "FROM production_worktransaction AS w JOIN production_panel AS p ON p.id = w.panel_id WHERE"
)
_COLUMNS_OF_WORK = len(WorkTransaction._meta.concrete_fields)


@dataclass(slots=True)
class WorkAtHand:
    """Answers from memory, and asks the database only for what it was not asked before. That nobody has told
    of something is remembered as well.

    It stays true as long as nobody else writes: the commands of this feature tell it what they add, and make
    it forget what they change otherwise. Rows of its tables are only gathered once they have their ids: these
    are written before anything is asked, so that it may ask at any time.
    """

    _panels: dict[str, Panel | None] = field(default_factory=dict)
    _units: dict[str, Unit | None] = field(default_factory=dict)
    _on_panel: dict[int, dict[int, Unit]] = field(default_factory=dict)
    _transactions: dict[UUID, WorkTransaction | None] = field(default_factory=dict)
    _work: dict[int, list[WorkTransaction]] = field(default_factory=dict)
    _one_of_each: dict[int, Panel] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._units) + len(self._transactions)

    def forget(self) -> None:
        for remembered in (
            self._panels,
            self._units,
            self._on_panel,
            self._transactions,
            self._work,
            self._one_of_each,
        ):
            remembered.clear()

    def read_ahead(self, names: Iterable[str], uuids: Iterable[UUID]) -> None:
        """Read the panels and units with these names, the work with these ids, and all that is on their
        panels: each in one statement for all.
        """
        names = set(names)
        self._read_panels(names - self._panels.keys())
        self._read_units(names - self._units.keys())
        self._read_transactions(set(uuids) - self._transactions.keys())
        self._read_on_panels(self._one_of_each.keys() - self._on_panel.keys())

    def read_work_ahead(self) -> None:
        """Read all work on the panels at hand."""
        self._read_work_on(self._one_of_each.keys() - self._work.keys())

    def panel(self, identifier: str) -> Panel | None:
        if identifier not in self._panels:
            self._read_panels({identifier})
        return self._panels[identifier]

    def units(self, identifiers: Collection[str]) -> dict[str, Unit]:
        """The known ones of these units, with their panels, by their names in order."""
        self._read_units(set(identifiers) - self._units.keys())
        return {name: unit for name in sorted(identifiers) if (unit := self._units[name]) is not None}

    def units_of_panel(self, panel_id: int) -> dict[int, Unit]:
        """A panel's units by position, in order."""
        if panel_id not in self._on_panel:
            self._read_on_panels({panel_id})
        return self._on_panel[panel_id]

    def transaction(self, uuid: UUID) -> WorkTransaction | None:
        if uuid not in self._transactions:
            self._read_transactions({uuid})
        return self._transactions[uuid]

    def work_on(self, panel_id: int) -> list[WorkTransaction]:
        """All work on a panel, in the order in which it was told."""
        if panel_id not in self._work:
            self._read_work_on({panel_id})
        return self._work[panel_id]

    def knows(self, uuid: UUID) -> bool:
        return uuid in self._transactions

    def work_ids(self, uuids: Iterable[UUID]) -> set[int]:
        """Row ids of the work that is known, of these."""
        rows = (self.transaction(uuid) for uuid in uuids)
        return {row.pk for row in rows if row is not None}

    def add_panel(self, panel: Panel) -> None:
        """It is new: nothing is on it, and nobody works on it."""
        self._panels[panel.identifier] = self._one_of_each[panel.pk] = panel
        self._on_panel[panel.pk] = {}
        self._work[panel.pk] = []

    def add_unit(self, unit: Unit) -> None:
        self._units[unit.identifier] = unit
        there = {**self.units_of_panel(unit.panel_id), unit.position: unit}
        self._on_panel[unit.panel_id] = dict(sorted(there.items()))

    def add_transaction(self, row: WorkTransaction) -> None:
        self._transactions[row.uuid] = row
        if row.panel_id in self._work:
            self._work[row.panel_id].append(row)

    def _read_panels(self, names: Collection[str]) -> None:
        self._panels.update(dict.fromkeys(names))
        for some in in_steps(names):
            for panel in Panel.objects.filter(identifier__in=some):
                self._panels[panel.identifier] = self._one(panel)

    def _read_units(self, names: Collection[str]) -> None:
        self._units.update(dict.fromkeys(names))
        for some in in_steps(names):
            for unit in Unit.objects.select_related("panel").filter(identifier__in=some):
                unit.panel = self._one(unit.panel)
                self._units[unit.identifier] = unit

    def _read_on_panels(self, panel_ids: Collection[int]) -> None:
        self._on_panel.update({panel_id: {} for panel_id in panel_ids})
        for some in in_steps(panel_ids):
            units = fetched(Unit, rows_with(_UNITS, "u.panel_id", some))
            for unit in sorted(units, key=attrgetter("panel_id", "position")):
                self._on_panel[unit.panel_id][unit.position] = unit

    def _read_transactions(self, uuids: Collection[UUID]) -> None:
        self._transactions.update(dict.fromkeys(uuids))
        for some in in_steps(uuids):
            for row in self._work_with("w.uuid", [_as_stored(uuid) for uuid in some]):
                self._transactions[row.uuid] = row

    def _read_work_on(self, panel_ids: Collection[int]) -> None:
        self._work.update({panel_id: [] for panel_id in panel_ids})
        for some in in_steps(panel_ids):
            for row in self._work_with("w.panel_id", some):
                known = self._transactions.get(row.uuid)
                if known is None:
                    known = self._transactions[row.uuid] = row
                self._work[row.panel_id].append(known)

    def _work_with(self, column: str, keys: Collection[Any]) -> list[WorkTransaction]:
        """Work with its panels, in the order in which it was told."""
        rows = rows_with(_WORK, column, keys)
        work = fetched(WorkTransaction, rows)
        for one, row in zip(work, rows, strict=True):
            panel = self._one_of_each.get(one.panel_id)
            one.panel = panel or self._one(*fetched(Panel, [row[_COLUMNS_OF_WORK:]]))
        return sorted(work, key=attrgetter("pk"))

    def _one(self, panel: Panel) -> Panel:
        """The same object for the same panel: what is told of it is told of it everywhere."""
        return self._one_of_each.setdefault(panel.pk, panel)


def _as_stored(uuid: UUID) -> Any:
    return WorkTransaction._meta.get_field("uuid").get_db_prep_value(uuid, connection)
