"""A folder of objects: on this machine's disk, or on one that is mounted."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from padstone.platform.objects.port import ObjectMissing, StoreUnreachable

UNFINISHED: Final = ".padstone-unfinished-"


class Directory:
    """An object is a file that only its owner may read and nobody writes. It gets its name when its bytes are
    on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        try:
            self._make_folders(path.parent)
            unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(6)}")
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            _sync(path.parent)
        except OSError as error:
            raise StoreUnreachable(self.address, error) from error

    def get(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(first)
                return file.read(-1 if size is None else size)
        except FileNotFoundError as error:
            raise ObjectMissing(name, self.address) from error
        except OSError as error:
            raise StoreUnreachable(self.address, error) from error

    def size_of(self, name: str) -> int | None:
        try:
            return (self.folder / name).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnreachable(self.address, error) from error

    def names(self) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.startswith(UNFINISHED):
                yield path.relative_to(self.folder).as_posix()

    def _make_folders(self, folder: Path) -> None:
        """Each is on the disk before something is put into it."""
        if not folder.is_dir():
            if folder != self.folder:
                self._make_folders(folder.parent)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
