"""Say of a backup that it can be restored, by restoring it: into a scratch place that is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TypeVar

from padstone.platform.backup import archive
from padstone.platform.backup.database import Database, Settle
from padstone.platform.backup.facts import Tell
from padstone.platform.backup.folder import ARCHIVE
from padstone.platform.backup.manifest import DATA, Manifest
from padstone.platform.backup.restore import must_exist, must_fit
from padstone.platform.backup.staging import staging

T = TypeVar("T")


def check(
    file: Path,
    like: Database,
    scratch: Path,
    *,
    settle: Settle,
    walk: Callable[[Mapping[str, str]], T],
    known_migrations: AbstractSet[str],
    tell: Tell,
) -> tuple[Manifest, T]:
    """Restore ``file`` into a database ``like`` this one, in a folder made in ``scratch``, and have its
    chains walked.

    Refuses as a restore does. ``walk`` is called with the environment that leads to the restored database,
    and to the archive's blocks if the backup holds them.
    """
    with staging(scratch) as room:
        content = room / "content"
        content.mkdir(mode=0o700)
        manifest = archive.read(must_exist(file), content, tell)
        must_fit(manifest, like, known_migrations)
        restored = room / "restored"
        restored.mkdir(mode=0o700)
        with like.scratch(restored) as place:
            place.replace(content / like.image, manifest.facts, settle, tell)
            return manifest, walk({**place.environment(), **_archive_of(manifest, content)})


def _archive_of(manifest: Manifest, content: Path) -> dict[str, str]:
    """Where the archive's blocks are, if the backup holds them."""
    held = any(name.startswith(DATA + ARCHIVE) for name in manifest.members)
    return {"PADSTONE_ARCHIVE": str(content / DATA / ARCHIVE)} if held else {}
