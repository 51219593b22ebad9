"""The only place that opens a transaction.

A command is the only way to change anything. ``do_x(actor, ...)`` is durable: it returns after the commit.
``do_x.within(actor, ...)`` joins the transaction of the command that calls it.

A loop of the house that runs many commands in one transaction gathers what they add (``gathering``), and
tries each of its steps (``attempt``). Both cost statements only where a step needs them: an attempt has no
savepoint, and what was gathered before is not written, until a command begins to ask or to change the
database (``begin_writing``). Rows that have their ids (``write_numbered``) may be asked for without notice:
whatever is asked next, they are written first.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from django.db import connection, transaction

from padstone.platform.gathering import (
    Gathered,
    change_of,
    insert_one,
    numbered_row_of,
    row_of,
    update_one,
)
from padstone.platform.pinned import told_before_asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

    from padstone.kernel.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")

COMMANDS: dict[str, Command[..., Any]] = {}
"""Every command whose module has been read, by its full name."""


class Command(Generic[P, R]):
    """A change that one permission allows and one transaction holds."""

    def __init__(
        self, permission: str, body: Callable[Concatenate[Actor, P], R], *, gathers: bool = False
    ) -> None:
        self.permission = permission
        self.gathers = gathers
        self.name = f"{body.__module__}.{body.__qualname__}"
        self._body = body
        update_wrapper(self, body)
        COMMANDS[self.name] = self

    def __call__(self, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        actor.must(self.permission)
        with transaction.atomic(durable=True):
            return self._body(actor, *args, **kwargs)

    def within(self, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it inside the caller's transaction; it is as durable as the caller."""
        actor.must(self.permission)
        if not connection.in_atomic_block:
            message = f"{self.permission}.within() needs a transaction around it"
            raise RuntimeError(message)
        if not self.gathers:
            begin_writing()
        elif (current := _attempt.get()) is not None:
            current.changed = True
        return self._body(actor, *args, **kwargs)


def command(
    permission: str, *, gathers: bool = False
) -> Callable[[Callable[Concatenate[Actor, P], R]], Command[P, R]]:
    """Make a function a command: ``@command("assign_station")``. Its first argument is the actor.

    ``gathers``: it adds rows with ``write_later``, and calls ``begin_writing`` itself before it asks or
    changes anything else.
    """

    def wrap(body: Callable[Concatenate[Actor, P], R]) -> Command[P, R]:
        return Command(permission, body, gathers=gathers)

    return wrap


@contextmanager
def durable() -> Iterator[None]:
    """A transaction of its own for a loop of the house that groups several commands (the interpreter's
    batch).
    """
    with transaction.atomic(durable=True):
        yield


_gathered: ContextVar[Gathered | None] = ContextVar("gathered", default=None)
_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def gathering() -> Iterator[None]:
    """Within the block, inside of a transaction, rows that may be written later are, at its end at the
    latest.
    """
    gathered = Gathered()
    token = _gathered.set(gathered)
    try:
        with told_before_asking(partial(_write_numbered, gathered)):
            yield
            gathered.write()
    finally:
        _gathered.reset(token)


def write_later(model: type[Model], **values: Any) -> None:
    """Add a row to a table that only grows. Every column has its value (of a foreign key the id), but for the
    id.

    It is written with others of its kind where somebody gathers, else at once.
    """
    gathered, current = _gathered.get(), _attempt.get()
    row = row_of(model, values)
    if gathered is None:
        begin_writing()
        Gathered(rows={model: [row]}).write()
    elif current is not None:
        current.gathered.add(model, row)
    else:
        gathered.add(model, row)


def write_numbered(model: type[Model], **values: Any) -> int:
    """Add a row whose id is needed at once, and answer the id. Every column has its value, but for the id.

    What else was gathered goes on waiting, and the attempt of now gets no savepoint: if it fails after the
    row was written, it raises ``CannotBeUndone``. So write after all has been checked. For tables of which
    nothing is gathered otherwise.
    """
    gathered = _holding_back()
    pk = None if gathered is None else gathered.ids.next(model)
    if gathered is None or pk is None:
        _note_change()
        return insert_one(model, row_of(model, values))
    _waiting_in(gathered).add_numbered(model, numbered_row_of(model, pk, values))
    return pk


def change_numbered(model: type[Model], pk: int, **values: Any) -> None:
    """Change columns of a row that has an id, as ``write_numbered`` adds one."""
    if (gathered := _holding_back()) is None:
        _note_change()
        update_one(model, change_of(model, pk, values))
    else:
        _waiting_in(gathered).change(model, change_of(model, pk, values))


def _holding_back() -> Gathered | None:
    """Where rows with ids wait; None where they are written at once."""
    return None if connection.vendor == "sqlite" else _gathered.get()


def _waiting_in(gathered: Gathered) -> Gathered:
    """What the attempt of now gathers, if there is one."""
    current = _attempt.get()
    if current is None:
        return gathered
    current.changed = True
    return current.gathered


def _write_numbered(gathered: Gathered) -> None:
    """Somebody asks the database."""
    gathered.write_numbered()
    if (current := _attempt.get()) is not None:
        current.write_numbered()


def _note_change() -> None:
    current = _attempt.get()
    if current is not None:
        current.note_change()


class CannotBeUndone(Exception):
    """An attempt failed after it had written without a savepoint. The transaction around it must end."""


def begin_writing() -> None:
    """The database is asked or changed from here on: it is told all that was gathered, and the attempt of now
    can be undone.
    """
    gathered, current = _gathered.get(), _attempt.get()
    if gathered is not None:
        gathered.write()
    if current is not None:
        current.begin()


class Attempt:
    """A part of a transaction that may fail alone. ``changed``: a command of it has run."""

    def __init__(self) -> None:
        self.changed = False
        self.gathered = Gathered()
        self.undoing = ExitStack()
        self._begun = False
        self._lasting = False

    def note_change(self) -> None:
        """Something is written with the next statement."""
        self.changed = True
        self._lasting = self._lasting or not self._begun

    def write_numbered(self) -> None:
        """It is asked for; if there is no savepoint, it lasts."""
        if self.gathered.numbered or self.gathered.changes:
            self.note_change()
            self.gathered.write_numbered()

    def fail(self, error: Exception) -> None:
        """Raises CannotBeUndone where something was written before there was a savepoint to go back to."""
        if self._lasting:
            raise CannotBeUndone from error

    def begin(self) -> None:
        """From here on it has a savepoint to go back to. What it gathered is written."""
        waiting = Gathered()
        waiting.take(self.gathered)  # not before there is the savepoint
        if not self._begun:
            self._begun = self.changed = True
            self.undoing.enter_context(transaction.atomic())
        waiting.write()


@contextmanager
def attempt(trying: Attempt | None = None) -> Iterator[None]:
    """A part of a transaction that may fail alone: on an exception its changes vanish and the rest stays.

    Without ``trying`` it can be undone from its beginning. With it, only once something in it begins to
    write: all that it writes must be written by commands. What it wrote before (``write_numbered``) cannot be
    undone: then it raises CannotBeUndone.
    """
    at_once = trying is None
    trying = trying or Attempt()
    token = _attempt.set(trying)
    try:
        with trying.undoing:
            if at_once:
                trying.begin()
            yield
    except Exception as error:
        trying.fail(error)
        raise
    finally:
        _attempt.reset(token)
    if (gathered := _gathered.get()) is not None:
        gathered.take(trying.gathered)
