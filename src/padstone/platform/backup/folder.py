"""The files of the data folder: which of them a backup holds, and how they come back."""

from __future__ import annotations

import filecmp
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from padstone.kernel.errors import Conflict
from padstone.platform.backup.archive import fits
from padstone.platform.backup.manifest import DATA, is_safe_path
from padstone.platform.backup.sqlite import FILE
from padstone.platform.backup.staging import PREFIX

SECRET_KEY: Final = "secret-key"  # noqa: S105 - the name of its file
LAST: Final = "last-backup.json"
"""Which backup was made last; it says nothing that a backup should say of itself."""
ARCHIVE: Final = "archive/"
"""Where the archive's blocks are, unless the settings name another place."""
CLAIM: Final = "ingestd.lock"
"""Which process ingests: nothing that another machine should find."""
ENDING: Final = ".tar.zst"
_KEYS: Final = frozenset({".key", ".p12", ".pfx", ".pem"})
_BEFORE: Final = "before-restore-"


@dataclass(slots=True)
class Picked:
    """Files to be kept, by the name that they have in the archive; and sentences about what is not."""

    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def pick(folder: Path, *, with_secrets: bool, with_archive: bool = True) -> Picked:
    """Every plain file but the database (its copy stands for it), other backups, and what another run works
    on.

    Keys only ``with_secrets``, the archive's blocks only ``with_archive``. What is left out and could be
    missed is said, but of these blocks by the caller.
    """
    picked = Picked()
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if _stands_elsewhere(name) or (name.startswith(ARCHIVE) and not with_archive):
            continue
        if path.is_symlink() or not path.is_file():
            picked.left_out.append(f"{name!r}: no plain file")
        elif is_secret(path) and not with_secrets:
            picked.left_out.append(f"{name}: a secret (--with-secrets takes it along)")
        elif not is_safe_path(name) or not fits(DATA + name, path.stat().st_size):
            picked.left_out.append(f"{name!r}: its name is too long, or not printable")
        else:
            picked.files[DATA + name] = path
    return picked


def is_secret(path: Path) -> bool:
    return path.name == SECRET_KEY or path.suffix in _KEYS


def _walk(folder: Path) -> Iterator[Path]:
    """In one order everywhere; links to folders are not followed."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if not path.name.startswith((PREFIX, _BEFORE)):
                yield from _walk(path)
        else:
            yield path


def _stands_elsewhere(name: str) -> bool:
    if name.rpartition("/")[2].startswith(PREFIX):  # what somebody is writing at this moment
        return True
    return name.startswith(FILE) or name in {LAST, CLAIM} or name.endswith(ENDING)


def conflicts(unpacked: Path, folder: Path, *, fresh: bool) -> list[str]:
    """Files that are there already and say something else. In a fresh folder the secret key is none: it was
    made by the very command that restores.
    """
    return [
        name
        for name, source, target in _pairs(unpacked, folder)
        if _differs(source, target) and not (fresh and name == SECRET_KEY)
    ]


def refuse_conflicts(names: list[str]) -> None:
    if names:
        raise Conflict(
            "files_in_the_way",
            "The data folder has other files under these names: {names}.",
            way_out="Say --replace, or restore --into an empty folder.",
            names=", ".join(names[:10]),
        )


@dataclass(slots=True)
class FilesAside:
    """What was replaced, so that it can come back."""

    folder: Path
    aside: Path
    moved: list[str] = field(default_factory=list)

    def put_back(self) -> None:
        for name in self.moved:
            (self.aside / name).replace(self.folder / name)
        self.discard()

    def discard(self) -> None:
        if self.aside.exists():
            shutil.rmtree(self.aside)

    def keep(self) -> str:
        return str(self.aside) if self.moved else ""


def place(unpacked: Path, folder: Path) -> FilesAside:
    """Move the unpacked files into the data folder; what differs is set aside."""
    done = FilesAside(folder, folder / f"{_BEFORE}{secrets.token_hex(4)}")
    try:
        for name, source, target in _pairs(unpacked, folder):
            if _differs(source, target):
                kept = done.aside / name
                kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.replace(kept)
                done.moved.append(name)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.replace(target)
    except BaseException:
        done.put_back()
        raise
    return done


def _pairs(unpacked: Path, folder: Path) -> Iterator[tuple[str, Path, Path]]:
    if unpacked.exists():
        for source in sorted(path for path in unpacked.rglob("*") if path.is_file()):
            name = source.relative_to(unpacked).as_posix()
            yield name, source, folder / name


def _differs(source: Path, target: Path) -> bool:
    return target.exists() and not filecmp.cmp(source, target, shallow=False)
