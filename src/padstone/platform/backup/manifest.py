"""What a backup says of itself, and what must be found again when it is restored."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

import msgspec

from padstone.kernel.errors import Invalid

FORMAT: Final = 1
"""Raised when a backup of the new kind could not be restored by the old code."""

DATA: Final = "data/"
"""Where an archive keeps the files of the data folder."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file in the archive: its bytes, and the SHA-256 of them in hex."""

    size_bytes: int
    sha256: str


class Newest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest link of a chain or sequence: its number, and its seal in hex."""

    number: int
    seal: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a database holds, as of one instant.

    ``migrations`` are "app.name"; ``rows`` counts each table's; ``heads`` are the sequences' (inbox, journal
    ...); ``seals`` the newest sealed row of each chain, by table.
    """

    migrations: list[str]
    rows: dict[str, int]
    heads: dict[str, Newest]
    seals: dict[str, Newest]

    def differences(self, other: Facts) -> list[str]:
        """Sentences that say what ``other`` (found) holds and this (expected) does not, or the reverse."""
        found = []
        for what in ("rows", "heads", "seals"):
            mine, theirs = getattr(self, what), getattr(other, what)
            found += [
                f"{what} of {name}: {_shown(mine.get(name))} expected, {_shown(theirs.get(name))} found"
                for name in sorted(mine.keys() | theirs.keys())
                if mine.get(name) != theirs.get(name)
            ]
        if sorted(self.migrations) != sorted(other.migrations):
            found.append("the migrations are not those of the backup")
        return found


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """First member of an archive. ``database`` is the kind (sqlite, postgresql); ``members`` are all the
    others, in their order; ``left_out`` says in sentences what of the data folder is not in it.
    """

    format: int = FORMAT
    padstone: str
    created_at: str
    database: str
    database_version: str
    facts: Facts
    members: dict[str, Member]
    left_out: list[str]

    def encoded(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read_manifest(data: bytes) -> Manifest:
    """Refuses (Invalid) what is no manifest, is of a later format, or names a file outside."""
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version > FORMAT:
            raise Invalid(
                "backup_too_new",
                "The backup is of format {version}; this Padstone reads formats up to {known}.",
                way_out="Restore it with the version that made it, or a later one.",
                version=version,
                known=FORMAT,
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise damaged(f"its manifest cannot be read: {error}") from error
    for name, member in manifest.members.items():
        if not is_safe(name) or member.size_bytes < 0 or not _DIGEST.fullmatch(member.sha256):
            raise damaged(f"its manifest names a member that cannot be: {name[:80]!r}")
    if sum(not name.startswith(DATA) for name in manifest.members) != 1:
        raise damaged("it must hold one database, and does not")
    return manifest


class _Version(msgspec.Struct, frozen=True):
    format: int


def is_safe(name: str) -> bool:
    """A database's image, or a file of the data folder by a path that leads into it and nowhere else."""
    if name.startswith(DATA):
        return is_safe_path(name.removeprefix(DATA))
    return re.fullmatch(r"database\.[a-z0-9]+", name) is not None


def is_safe_path(path: str) -> bool:
    """Relative, its own normal form, without "..", backslashes or control characters."""
    if not path or not path.isprintable() or "\\" in path:
        return False
    parts = PurePosixPath(path).parts
    return "/".join(parts) == path and ".." not in parts and not path.startswith("/")


def damaged(why: str) -> Invalid:
    return Invalid(
        "backup_damaged",
        "This is not a whole backup of Padstone: {why}.",
        way_out="Nothing was restored from it. Take another backup; each holds everything.",
        why=why,
    )


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case Newest():
            return f"number {value.number}, seal {value.seal[:16] or 'none'}"
        case _:
            return str(value)
