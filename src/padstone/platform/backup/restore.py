"""Bring a backup back: checked in full before anything is touched, and the old put back if anything fails."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.backup import archive
from padstone.platform.backup.database import Aside, Database, Settle
from padstone.platform.backup.facts import Tell, is_empty
from padstone.platform.backup.folder import conflicts, place, refuse_conflicts
from padstone.platform.backup.manifest import Manifest
from padstone.platform.backup.sqlite import UNREADABLE
from padstone.platform.backup.staging import staging


@dataclass(frozen=True, slots=True)
class Restored:
    """``kept``: where the old database and files stay, if they do. ``recovered``: a restore before this one
    had been cut off, and what it had set aside was put back first.
    """

    manifest: Manifest
    kept: tuple[str, ...]
    recovered: bool


def restore(
    file: Path,
    database: Database,
    data: Path,
    *,
    replace: bool,
    keep_old: bool,
    settle: Settle,
    known_migrations: AbstractSet[str],
    tell: Tell,
) -> Restored:
    """Restore ``file`` as ``database`` and into the folder ``data``.

    Refuses, having changed nothing: a file that is damaged, of another kind of database or of a later
    version; a database that holds something, or other files under the same names, unless ``replace``; a
    database in use.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with staging(data) as room:
        content = room / "content"
        content.mkdir(mode=0o700)
        manifest = archive.read(must_exist(file), content, tell)
        must_fit(manifest, database, known_migrations)
        recovered = database.recover()
        holds_something, readable = _judge(database, tell)
        if holds_something and not replace:
            raise Conflict(
                "database_not_empty",
                "There is a database that holds something already{why}.",
                way_out="Say --replace to put the backup in its place, or restore --into another folder.",
                why="" if readable else ", though it cannot be read",
            )
        if not replace:
            refuse_conflicts(conflicts(content / "data", data, fresh=not holds_something))
        old: Aside = database.replace(content / database.image, manifest.facts, settle, tell)
        try:
            files = place(content / "data", data)
        except BaseException:
            old.put_back()
            raise
        if keep_old or not readable:
            return Restored(manifest, tuple(filter(None, (old.keep(), files.keep()))), recovered)
        old.discard()
        files.discard()
    return Restored(manifest, (), recovered)


def must_exist(file: Path) -> Path:
    if not file.is_file():
        raise NotFound("backup_missing", "There is no file {path}.", path=file)
    return file


def must_fit(manifest: Manifest, database: Database, known_migrations: AbstractSet[str]) -> None:
    """Refuse (Invalid) a backup of the other kind of database, or of a version later than this one."""
    if manifest.database != database.kind:
        raise Invalid(
            "backup_of_another_kind",
            "The backup is of a {kind} database, and this is {other}.",
            way_out="Restore a sqlite backup --into a folder, a postgresql backup with --database-url.",
            kind=manifest.database,
            other=database.kind,
        )
    if later := sorted(set(manifest.facts.migrations) - known_migrations):
        raise Invalid(
            "backup_of_later_version",
            "The backup was made by Padstone {version}, which is later than this one (it has {later}).",
            way_out="Install that version or a later one, then restore.",
            version=manifest.padstone,
            later=", ".join(later[:5]),
        )


def _judge(database: Database, tell: Tell) -> tuple[bool, bool]:
    """Whether it holds something, and whether it can be read at all."""
    try:
        facts = database.facts(tell)
    except UNREADABLE:
        return True, False
    return facts is not None and not is_empty(facts), True
