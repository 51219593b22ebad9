"""A folder for work that is not done: it vanishes with its process, or is cleaned away by the next one."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = ".padstone-unfinished-"


@contextmanager
def staging(beside: Path) -> Iterator[Path]:
    """A new folder in ``beside``, readable by its owner alone, removed at the end.

    A process that is killed leaves it; the lock on it dies with the process, and so the next one knows.
    """
    with _only_one(beside):
        clean(beside)
        folder = beside / f"{PREFIX}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        lock = os.open(folder, os.O_RDONLY)
        with suppress(OSError):  # a network disk without locks: nobody cleans there, nobody loses anything
            fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(lock)


def clean(beside: Path) -> None:
    """Remove what killed runs left. What a living one works in stays."""
    for folder in beside.glob(f"{PREFIX}*"):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except (FileNotFoundError, NotADirectoryError):  # its owner was quicker; or it is none of ours
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        except OSError:  # in use; or on a disk where nobody can know
            continue
        finally:
            os.close(lock)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """No other process cleans between the making of a folder and its lock."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # as above
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def sync_folder(folder: Path) -> None:
    """Make a rename in it survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
