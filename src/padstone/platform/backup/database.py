"""What backing up and restoring ask of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from padstone.platform.backup.facts import Tell
from padstone.platform.backup.manifest import Facts
from padstone.platform.backup.postgresql import Postgresql
from padstone.platform.backup.sqlite import Sqlite

Settle = Callable[[Mapping[str, str]], None]
"""Makes a restored database one of this version: runs in a process of its own, with this environment added.
"""


class Database(Protocol):
    """One database. ``image`` is what the file of its copy is called in an archive."""

    kind: str
    image: str

    def version(self) -> str:
        """Of the software that holds it."""

    def size_bytes(self) -> int:
        """About how large its copy may become."""

    def save(self, image: Path, tell: Tell) -> Facts:
        """Copy it as it stands at one instant, while others write; what it held at that instant."""

    def facts(self, tell: Tell) -> Facts | None:
        """What it holds now; None where there is nothing at all."""

    def scratch(self, folder: Path) -> AbstractContextManager[Database]:
        """A database of the same kind that is thrown away at the end."""

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to work on this database."""

    def recover(self) -> bool:
        """Put back what a restore that was killed had set aside. Whether there was anything."""

    def replace(self, image: Path, expected: Facts, settle: Settle, tell: Tell) -> Aside:
        """Put a copy in its place, once it holds what is expected and ``settle`` is done with it."""


class Aside(Protocol):
    """What stood in a database's place before."""

    def put_back(self) -> None: ...

    def discard(self) -> None: ...

    def keep(self) -> str:
        """Where it stays; empty if there was nothing."""


def database_of(settings: Mapping[str, Any]) -> Database:
    """The adapter for Django's description of a database."""
    if settings["ENGINE"].endswith("sqlite3"):
        return Sqlite(Path(settings["NAME"]))
    return Postgresql(settings)
