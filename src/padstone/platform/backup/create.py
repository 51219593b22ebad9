"""Make a backup. Under its final name a file is whole, always: it is written elsewhere, read again, then
renamed.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import padstone
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.backup import archive
from padstone.platform.backup.archive import digest_of
from padstone.platform.backup.database import Database
from padstone.platform.backup.facts import BLOCKS, Tell
from padstone.platform.backup.folder import ENDING, LAST, pick
from padstone.platform.backup.manifest import Manifest, Member
from padstone.platform.backup.staging import staging, sync_folder

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is on the disk, whole."""

    path: Path
    manifest: Manifest
    whole: Member


def create(
    target: Path, database: Database, data: Path, *, with_secrets: bool, tell: Tell, archive_at: str = ""
) -> Made:
    """Back up ``database`` and the files of ``data`` into the file ``target``, or into a new one in a folder.

    ``archive_at``: the address of the archive, if its blocks are not to be taken along; they are otherwise.
    Others may read and write meanwhile; what the backup holds of the database is its state at one instant.
    Refuses: a file that exists, a folder that does not, a disk too small.
    """
    made_at = clock.now()
    if target.is_dir():
        target /= f"padstone-{made_at:%Y%m%dT%H%M%SZ}{ENDING}"
    if target.exists():
        raise _exists(target)
    if not target.parent.is_dir():
        raise NotFound("folder_missing", "There is no folder {folder}.", folder=target.parent)
    # The copy on the data folder's own disk, where SQLite's locks work; the archive beside its final name.
    with staging(data) as room, staging(target.parent) as beside:
        archive.must_have_room(room, database.size_bytes())
        image = room / database.image
        facts = database.save(image, tell)
        # After the database: whatever block it names by then is on the disk, and stays what it is.
        picked = pick(data, with_secrets=with_secrets, with_archive=not archive_at)
        if archive_at and (blocks := facts.rows.get(BLOCKS, 0)):
            picked.left_out.append(f"{blocks} blocks of the archive at {archive_at}: back it up there")
        sources = {database.image: image} | picked.files
        manifest = Manifest(
            padstone=padstone.__version__,
            created_at=made_at.isoformat(),
            database=database.kind,
            database_version=database.version(),
            facts=facts,
            members={name: digest_of(path, tell, "Reading") for name, path in sources.items()},
            left_out=picked.left_out,
        )
        unfinished = beside / "archive"
        archive.write(unfinished, manifest, sources, tell)
        archive.read(unfinished, None, tell)
        whole = digest_of(unfinished, tell, "Reading")
        _publish(unfinished, target)
    _remember(data, target, manifest)
    return Made(target, manifest, whole)


def _publish(unfinished: Path, target: Path) -> None:
    """Give it its name, and never take a name from another file."""
    try:
        os.link(unfinished, target)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        unfinished.rename(target)  # a file system without links, such as a memory stick's
    sync_folder(target.parent)


def _exists(target: Path) -> Conflict:
    return Conflict(
        "backup_exists",
        "{path} exists already.",
        way_out="A backup is never overwritten: take another name, or name a folder.",
        path=target,
    )


def _remember(data: Path, target: Path, manifest: Manifest) -> None:
    """For ``padstone doctor``."""
    new = data / f"{LAST}.new"
    new.write_text(json.dumps({"file": str(target.absolute()), "created_at": manifest.created_at}))
    new.replace(data / LAST)
