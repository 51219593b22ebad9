"""Archives: what they say of themselves is looked at before a byte is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from padstone.features.design.domain.limits import (
    MOST_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_UNPACKED_BYTES,
    RATIO_FROM,
)
from padstone.features.design.domain.sources import Kind, Source
from padstone.kernel.errors import Invalid

_ENCRYPTED: Final = 0x1


def open_archive(source: Source) -> zipfile.ZipFile:
    """The archive; refuses one that is broken, encrypted, or that would unpack beyond the limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.content))
        members = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken(source.name, str(error)) from error
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_UNPACKED_BYTES:
        raise _bomb(source.name, f"{len(members)} members and {total} bytes")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise Invalid(
                "file_encrypted",
                "{name} is protected with a password.",
                field="file",
                way_out="Save it without a password and import that file.",
                name=source.name,
            )
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_FROM and ratio > MOST_RATIO:
            raise _bomb(source.name, f"{member.filename}, {ratio:.0f} times larger than packed")
    return archive


def member(source: Source, archive: zipfile.ZipFile, name: str) -> bytes:
    """What a member unpacks to; refuses one that holds more than it says."""
    try:
        with archive.open(name) as stream:
            content = stream.read(MOST_UNPACKED_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise _broken(source.name, str(error)) from error
    if len(content) > archive.getinfo(name).file_size or len(content) > MOST_UNPACKED_BYTES:
        raise _bomb(source.name, f"{name}, which is larger than it says")
    return content


def gunzipped(source: Source) -> Source:
    """The file inside a gzip; it is unpacked no further than the limit."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(source.content, MOST_BYTES + 1)
    except zlib.error as error:
        raise _broken(source.name, str(error)) from error
    if len(content) > MOST_BYTES or unpacker.unconsumed_tail:
        raise _bomb(source.name, f"more than {MOST_BYTES} bytes")
    if not unpacker.eof:
        raise _broken(source.name, "it ends in the middle")
    inside = Source(source.name.removesuffix(".gz"), content)
    if inside.kind is Kind.GZIP:
        raise _bomb(source.name, "another gzip file inside")
    return inside


def _bomb(name: str, what: str) -> Invalid:
    return Invalid(
        "archive_too_large",
        "{name} would unpack to {what}; that much is not read.",
        field="file",
        way_out="Is it the right file? Delete empty rows and pictures from the workbook and save it again.",
        name=name,
        what=what,
    )


def _broken(name: str, error: str) -> Invalid:
    return Invalid(
        "archive_broken",
        "{name} cannot be unpacked: {error}.",
        field="file",
        way_out="The file was cut or damaged on its way: ask its sender for it again.",
        name=name,
        error=error or "it is damaged",
    )
