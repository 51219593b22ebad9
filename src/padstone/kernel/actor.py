"""Who acts: a person, a machine or a job of the house. Built at a door, checked by the command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from padstone.kernel.errors import Forbidden


class ActorKind(StrEnum):
    PERSON = "person"
    MACHINE = "machine"
    JOB = "job"


EVERYTHING = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity and what it may do. Permissions are verb_noun; ``*`` grants all of them."""

    kind: ActorKind
    name: str
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        return permission in self.permissions or "*" in self.permissions

    def must(self, permission: str) -> None:
        """Refuse with :class:`Forbidden` unless the actor may."""
        if not self.may(permission):
            raise Forbidden(
                "not_permitted", "{actor} may not {permission}.", actor=self.name, permission=permission
            )


INTERPRETER = Actor(ActorKind.JOB, "interpreter", EVERYTHING)
"""The job that turns machines' messages into facts. Every fact it records cites its message."""
