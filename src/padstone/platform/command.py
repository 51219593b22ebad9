"""The only place that opens a transaction.

A command is the only way to change anything. ``do_x(actor, ...)`` is durable: it returns after the commit.
``do_x.within(actor, ...)`` joins the transaction of the command that calls it.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from padstone.kernel.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")

COMMANDS: dict[str, Command[..., Any]] = {}
"""Every command whose module has been read, by its full name."""


class Command(Generic[P, R]):
    """A change that one permission allows and one transaction holds."""

    def __init__(self, permission: str, body: Callable[Concatenate[Actor, P], R]) -> None:
        self.permission = permission
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
        return self._body(actor, *args, **kwargs)


def command(permission: str) -> Callable[[Callable[Concatenate[Actor, P], R]], Command[P, R]]:
    """Make a function a command: ``@command("assign_station")``. Its first argument is the actor."""

    def wrap(body: Callable[Concatenate[Actor, P], R]) -> Command[P, R]:
        return Command(permission, body)

    return wrap


@contextmanager
def durable() -> Iterator[None]:
    """A transaction of its own for a loop of the house that groups several commands (the interpreter's
    batch).
    """
    with transaction.atomic(durable=True):
        yield


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a transaction that may fail alone: on an exception its changes vanish and the rest stays."""
    with transaction.atomic():
        yield
