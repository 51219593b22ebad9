"""Who took a copy of the books, and who put one in their place: both are on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@command("create_backup")
def note_backup(actor: Actor, *, file: str, sha256: str) -> None:
    record(actor, "create_backup", file, sha256=sha256)


@command("restore_backup")
def note_restore(actor: Actor, *, file: str, created_at: str) -> None:
    """Written into the restored books: from here on they are not the books of before."""
    record(actor, "restore_backup", file, created_at=created_at)
