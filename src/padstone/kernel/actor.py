"""Who acts: a person, a machine or a job of the house. Built at a door, checked by the command."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from padstone.kernel.errors import Forbidden


class ActorKind(StrEnum):
    PERSON = "person"
    MACHINE = "machine"
    JOB = "job"
    TOKEN = "token"  # noqa: S105 - a kind of actor, and no secret


EVERYTHING = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Actor:
    """An identity and what it may do. Permissions are verb_noun; ``*`` grants all of them.

    ``client`` is the client that a person belongs to and whose things alone he sees; "" is the house itself.
    For the record, and no part of the identity: ``account`` is the account or token that spoke for it
    (``user:7``), ``via`` the door and address that it came through (``web 10.1.2.3``, ``cli``).
    """

    kind: ActorKind
    name: str
    permissions: frozenset[str] = frozenset()
    account: str = field(default="", compare=False)
    via: str = field(default="", compare=False)
    client: str = ""

    def may(self, permission: str) -> bool:
        return permission in self.permissions or "*" in self.permissions

    def must(self, permission: str) -> None:
        """Refuse with :class:`Forbidden` unless the actor may."""
        if not self.may(permission):
            raise Forbidden(
                "not_permitted", "{actor} may not {permission}.", actor=self.name, permission=permission
            )


INTERPRETER = Actor(ActorKind.JOB, "interpreter", EVERYTHING, via="job")
"""The job that turns machines' messages into facts. Every fact it records cites its message."""
