"""Walk the chains and name the first broken link of each.

Each owner verifies its own chain with what is here: audit lines and signatures below, the inbox in
``padstone.ingest.verify``. Rows are read as they are stored, few at a time, and may be added meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from padstone.kernel.seal import FIRST, seal_of_row, spelled
from padstone.platform.audit.chain import SEAL, sealed_columns
from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.record import CHAIN
from padstone.platform.audit.stored import AT_ONCE, StoredRow, Unreadable, head_of, rows

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

HEADS = "journal_head"


@dataclass(frozen=True, slots=True)
class Broken:
    """Where evidence does not hold: the table, the row's id ("" if it is no single row), and what differs."""

    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.what}" if self.row else f"{self.table}: {self.what}"


class BrokenLink(Exception):
    """Raised by whoever finds a link broken."""

    def __init__(self, table: str, row: object, what: str) -> None:
        super().__init__(table, row, what)
        self.broken = Broken(table, str(row), what)


@dataclass(frozen=True, slots=True)
class Anchored:
    """What somebody keeps elsewhere of a chain: at that time its newest number and seal were these."""

    at: str
    number: int
    seal: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one check: how many links hold, and the first that does not."""

    name: str
    links: int
    broken: Broken | None = None

    @property
    def intact(self) -> bool:
        return self.broken is None


Progress: TypeAlias = Callable[[str, int, int], None]
"""Told now and then: which check, how many links are done, and of how many."""


def no_progress(name: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Walk:
    """One chain from its first row to its head.

    ``seal_of`` computes the seal that a row must have after the seal before it, and may raise BrokenLink.
    ``thing`` is what people call a row. ``look_closer`` may raise a BrokenLink that says more about a row
    that does not fit its seal.
    """

    connection: BaseDatabaseWrapper
    chain: str
    table: str
    columns: Sequence[str]
    thing: str
    seal_of: Callable[[bytes, StoredRow], bytes]
    anchors: Sequence[Anchored] = ()
    progress: Progress = no_progress
    at_once: int = AT_ONCE
    look_closer: Callable[[StoredRow], None] | None = None
    number: int = field(default=0, init=False)
    newest: bytes = field(default=FIRST, init=False)

    def check(self) -> Checked:
        try:
            self._walk()
        except BrokenLink as found:
            return Checked(self.chain, self.number, found.broken)
        except Unreadable as error:
            return Checked(self.chain, self.number, unreadable(error))
        return Checked(self.chain, self.number)

    def _walk(self) -> None:
        total = self._head_number()
        self._check_anchors()
        while True:
            before = self.number
            for row in rows(
                self.connection, self.table, (*self.columns, SEAL), after=self.number, at_once=self.at_once
            ):
                self._link(row)
                if self.number % AT_ONCE == 0:
                    self.progress(self.chain, self.number, max(total, self.number))
            total = self._head_number()
            if total <= self.number:
                break
            if self.number == before:
                raise BrokenLink(
                    self.table,
                    self.number + 1,
                    f"it is missing: the head knows {total}, and the last {self.thing} is {self.number}",
                )
        self._check_head()
        self._check_reach()
        self.progress(self.chain, self.number, self.number)

    def _link(self, row: StoredRow) -> None:
        if row.id != self.number + 1:
            order = "is missing" if row.id > self.number else "is not in its place"
            raise BrokenLink(self.table, self.number + 1, f"it {order}: after {self.number} comes {row.id}")
        link = self.seal_of(self.newest, row)
        if spelled(link) != row.columns[SEAL]:
            if self.look_closer is not None:
                self.look_closer(row)
            raise BrokenLink(self.table, row.id, self._difference(row, link))
        self.number, self.newest = row.id, link
        self._check_anchors()

    def _difference(self, row: StoredRow, link: bytes) -> str:
        """Whether the row's columns were changed or its seal, as far as the row after it knows."""
        if self.look_closer is not None:
            return f"the {self.thing} and its seal do not belong together"
        following = next(
            rows(self.connection, self.table, (*self.columns, SEAL), after=row.id, at_once=1), None
        )
        if following is not None and following.id == row.id + 1:
            stored = row.columns[SEAL][1:]
            if self._fits(stored, following):
                return f"what the {self.thing} says is not what was sealed"
            if self._fits(link, following):
                return f"the seal of the {self.thing} was changed"
        return f"the {self.thing} and its seal do not belong together"

    def _fits(self, previous: bytes, row: StoredRow) -> bool:
        try:
            return spelled(self.seal_of(previous, row)) == row.columns[SEAL]
        except BrokenLink:
            return False

    def _head_number(self) -> int:
        head = head_of(self.connection, self.chain)
        if head is None:
            if next(rows(self.connection, self.table, ("id",), at_once=1), None) is None:
                return 0
            raise BrokenLink(
                HEADS, self.chain, "the head of the chain is missing, or holds what no head holds"
            )
        return head.number

    def _check_head(self) -> None:
        head = head_of(self.connection, self.chain)
        if head is None:
            return
        if head.number < self.number:
            raise BrokenLink(
                HEADS, self.chain, f"it says that {head.number} is the newest, and there is {self.number}"
            )
        if head.number == self.number and head.seal != self.newest:
            raise BrokenLink(HEADS, self.chain, f"its seal is not that of {self.table} {self.number}")

    def _check_anchors(self) -> None:
        for anchor in self.anchors:
            if anchor.number == self.number and anchor.seal != self.newest:
                raise BrokenLink(
                    self.table,
                    self.number or "",
                    f"it is not the {self.thing} that was anchored at {anchor.at}: the chain is another",
                )

    def _check_reach(self) -> None:
        for anchor in self.anchors:
            if anchor.number > self.number:
                raise BrokenLink(
                    self.table,
                    self.number + 1,
                    f"the chain ends before it, and the anchor of {anchor.at} knows number {anchor.number}",
                )


def unreadable(error: Unreadable) -> Broken:
    """The database cannot read what it holds."""
    place = "" if error.after is None else f"after {error.after}"
    return Broken(error.table, place, f"the database cannot read it: {error.reason}")


def check_audit(
    connection: BaseDatabaseWrapper, *, anchors: Sequence[Anchored] = (), progress: Progress = no_progress
) -> Checked:
    """The chain of the audit lines."""
    return check_rows(connection, CHAIN, AuditLine, "audit line", anchors, progress)


def check_rows(
    connection: BaseDatabaseWrapper,
    chain: str,
    model: type[Model],
    thing: str,
    anchors: Sequence[Anchored] = (),
    progress: Progress = no_progress,
) -> Checked:
    """A chain whose links are the rows of one table, all columns sealed."""
    columns = sealed_columns(model)

    def seal_of(previous: bytes, row: StoredRow) -> bytes:
        return seal_of_row(previous, {name: row.columns[name] for name in columns})

    return Walk(connection, chain, model._meta.db_table, columns, thing, seal_of, anchors, progress).check()
