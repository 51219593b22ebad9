"""Take the history out. Reading takes hours and no transaction: who did it is on record before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.history.export import Tell, Window, export, scope_of
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from padstone.features.history.manifest import Manifest, Scope
    from padstone.kernel.actor import Actor


def export_history(
    actor: Actor, folder: Path, *, tables: Sequence[str] = (), window: Window, tell: Tell
) -> Manifest:
    """Bring the export in ``folder`` up to date with the books, or begin one; answers what is there.

    ``tables``: none means all. Raises what ``export.export`` and ``export.scope_of`` raise, Forbidden for
    whom the history is not to leave the house with.
    """
    must_see(actor)
    scope = scope_of(tables, window)
    note_begun(actor, folder=str(folder.resolve()), scope=scope)
    manifest = export(folder, scope, tell)
    note_finished(actor, folder=str(folder.resolve()), journal_no=manifest.cut.journal_no, rows=manifest.rows)
    return manifest


@command("export_history")
def note_begun(actor: Actor, *, folder: str, scope: Scope) -> None:
    """The history begins to leave the house: so much is on record even if it is interrupted."""
    record(
        actor,
        "export_history",
        "history",
        folder=folder,
        tables=list(scope.tables),
        since=scope.since,
        until=scope.until,
    )


@command("export_history")
def note_finished(actor: Actor, *, folder: str, journal_no: int, rows: int) -> None:
    record(actor, "exported_history", "history", folder=folder, journal_no=journal_no, rows=rows)
