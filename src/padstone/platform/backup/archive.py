"""The file of a backup: a tar compressed with zstd, and behind it a word that the file is whole.

``tar --zstd -xf`` opens it. Its first member is the manifest; only regular files follow, exactly those that
the manifest names, in its order. The end is a frame that zstd's own tools skip: a mark, and the SHA-256 of
every byte before it. A file without the end was cut off; one whose digest differs was changed.

Reading believes nothing: no member is written under a name, of a size or with bytes that the manifest did not
say, and nothing is unpacked before the digest of the whole was right.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import zstandard

from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.backup.facts import Tell
from padstone.platform.backup.manifest import Manifest, Member, damaged, read_manifest

MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 16 * 1024 * 1024
CHUNK: Final = 1024 * 1024
_LEVEL: Final = 3
_LARGEST_WINDOW: Final = 2**27
_MARK: Final = b"PADSTONE BACKUP 1 IS WHOLE\n"
_SKIPPED: Final = struct.pack("<II", 0x184D2A50, len(_MARK) + hashlib.sha256().digest_size)
"""The header of a skippable frame (RFC 8878, 3.1.2)."""
_END_BYTES: Final = len(_SKIPPED) + len(_MARK) + hashlib.sha256().digest_size
_BLOCK: Final = tarfile.BLOCKSIZE
_USTAR_MOST: Final = 8 * 1024**3


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def digest_of(path: Path, tell: Tell, step: str) -> Member:
    """Size and digest of a file."""
    size, told, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            told += len(chunk)
            tell(step, told, size)
    return Member(told, digest.hexdigest())


def write(path: Path, manifest: Manifest, sources: Mapping[str, Path], tell: Tell) -> None:
    """Write the archive of the manifest's members, whose bytes are in ``sources``, and see it onto the disk.

    Refuses (Refusal) where a member has changed since it was described.
    """
    total = sum(member.size_bytes for member in manifest.members.values())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        whole = _Hashing(out)
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with compressor.stream_writer(whole, closefd=False) as stream:  # type: ignore[arg-type]  # it only writes
            told = 0
            encoded = manifest.encoded()
            stream.write(_header(MANIFEST, len(encoded)) + encoded + _padding(len(encoded)))
            for name, member in manifest.members.items():
                stream.write(_header(name, member.size_bytes))
                for chunk in _exactly(sources[name], name, member):
                    stream.write(chunk)
                    told += len(chunk)
                    tell("Writing", told, total)
                stream.write(_padding(member.size_bytes))
            stream.write(bytes(2 * _BLOCK))
        out.write(_SKIPPED + _MARK + whole.digest.digest())
        out.flush()
        os.fsync(out.fileno())


def must_have_room(folder: Path, size_bytes: int) -> None:
    """Refuse to begin what would fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < size_bytes:
        raise Refusal(
            "disk_too_full",
            "{folder} has {free} bytes free; {size} are needed.",
            way_out="Make room, or name another folder.",
            folder=folder,
            free=free,
            size=size_bytes,
        )


def fits(name: str, size_bytes: int) -> bool:
    """Whether a tar can hold a file of this name and size without extensions."""
    try:
        _header(name, size_bytes)
    except ValueError:
        return False
    return True


def read(path: Path, into: Path | None, tell: Tell) -> Manifest:
    """Check the whole file; unpack its members into the folder ``into``, if it is given.

    Refuses (Invalid, backup_damaged) a file that is cut off, changed, or holds anything but what its manifest
    says.
    """
    with path.open("rb") as file:
        content = _check_whole(file, tell)
        stream = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(
            _Part(file, content),  # type: ignore[arg-type]  # it only reads
            closefd=False,
        )
        try:
            return _Reader(stream, into, tell).run()
        except zstandard.ZstdError as error:
            raise damaged(str(error)) from error


def read_head(path: Path) -> Manifest:
    """The manifest alone, of a file whose end says that it is whole. Its digest is not checked."""
    with path.open("rb") as file:
        content, _ = _end(file)
        file.seek(0)
        stream = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(
            _Part(file, content),  # type: ignore[arg-type]  # it only reads
            closefd=False,
        )
        try:
            return _Reader(stream, None, lambda *_: None).manifest()
        except zstandard.ZstdError as error:
            raise damaged(str(error)) from error


# --- the whole ----------------------------------------


def _end(file: BinaryIO) -> tuple[int, bytes]:
    """How many bytes the content has, and what its digest must be."""
    size = file.seek(0, os.SEEK_END)
    if size < _END_BYTES:
        raise damaged("it is too short")
    file.seek(size - _END_BYTES)
    end = file.read(_END_BYTES)
    if not end.startswith(_SKIPPED + _MARK):
        raise damaged("its end is missing: it was cut off, or it is no backup")
    return size - _END_BYTES, end[len(_SKIPPED) + len(_MARK) :]


def _check_whole(file: BinaryIO, tell: Tell) -> int:
    size, expected = _end(file)
    file.seek(0)
    digest, told = hashlib.sha256(), 0
    while chunk := file.read(min(CHUNK, size - told)):
        digest.update(chunk)
        told += len(chunk)
        tell("Checking", told, size)
    if digest.digest() != expected:
        raise damaged("its bytes are not those that were written")
    file.seek(0)
    return size


class _Hashing(io.RawIOBase):
    """Passes bytes on, and keeps the digest of all of them."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(data)  # type: ignore[call-overload]  # a buffer, as the compressor hands it
        self.digest.update(chunk)
        return self._out.write(chunk)


class _Part:
    """The first bytes of a file, and no more."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk


# --- the tar ----------------------------------------


def _header(name: str, size_bytes: int) -> bytes:
    """A regular file, readable by its owner. ValueError where it would need an extension."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, 0o600
    if size_bytes < _USTAR_MOST:
        header = info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    else:
        header = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")
    if len(header) != _BLOCK:
        raise ValueError("the name is too long")
    return header


def _padding(size_bytes: int) -> bytes:
    return bytes(-size_bytes % _BLOCK)


def _exactly(source: Path, name: str, member: Member) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), member.size_bytes
    with source.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
            yield chunk
        changed = bool(left or file.read(1))
    if changed or digest.hexdigest() != member.sha256:
        raise Refusal(
            "file_changed_meanwhile",
            "{name} changed while it was being backed up.",
            way_out="Try again.",
            name=name,
        )


class _Reader:
    """Reads one archive. Tar's extensions, links, devices and folders are refused unread, whatever their
    size.
    """

    def __init__(self, stream: _Readable, into: Path | None, tell: Tell) -> None:
        self._stream, self._into, self._tell = stream, into, tell
        self._told = self._total = 0

    def manifest(self) -> Manifest:
        name, size = self._next()
        if name != MANIFEST or size > LARGEST_MANIFEST:
            raise damaged("it does not begin with a manifest")
        data = b"".join(self._content(size))
        return read_manifest(data)

    def run(self) -> Manifest:
        manifest = self.manifest()
        self._total = sum(member.size_bytes for member in manifest.members.values())
        if self._into is not None:
            must_have_room(self._into, self._total)
        for expected, member in manifest.members.items():
            name, size = self._next()
            if (name, size) != (expected, member.size_bytes):
                raise damaged(f"{expected} is missing, or not as large as its manifest says")
            self._take(expected, member)
        if self._exact(2 * _BLOCK).strip(b"\0") or self._stream.read(1):
            raise damaged("it holds more than its manifest says")
        return manifest

    def _take(self, name: str, member: Member) -> None:
        digest = hashlib.sha256()
        out = self._open(name)
        try:
            for chunk in self._content(member.size_bytes):
                digest.update(chunk)
                if out is not None:
                    out.write(chunk)
                self._told += len(chunk)
                self._tell("Unpacking", self._told, self._total)
        finally:
            if out is not None:
                out.close()
        if digest.hexdigest() != member.sha256:
            raise damaged(f"{name} is not what its manifest says")

    def _open(self, name: str) -> BinaryIO | None:
        if self._into is None:
            return None
        path = self._into / name
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise Invalid(
                "file_not_written", "{name} cannot be written: {why}.", name=name, why=error.strerror
            ) from error
        return os.fdopen(handle, "wb")

    def _next(self) -> tuple[str, int]:
        try:
            info = tarfile.TarInfo.frombuf(self._exact(_BLOCK), "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise damaged(f"a member cannot be read ({error})") from error
        if info.type != tarfile.REGTYPE or info.size < 0:
            raise damaged("it holds something that is no plain file")
        return info.name, info.size

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            chunk = self._exact(min(CHUNK, left))
            left -= len(chunk)
            yield chunk
        if self._exact(-size % _BLOCK).strip(b"\0"):
            raise damaged("there is something between its members")

    def _exact(self, size: int) -> bytes:
        pieces, left = [], size
        while left:
            piece = self._stream.read(left)
            if not piece:
                raise damaged("it ends too early")
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
