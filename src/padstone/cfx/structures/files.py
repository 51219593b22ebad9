"""CFX.Structures: files and images, carried in the message or referred to."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.vocabulary import Base64Text, Maybe, Structure, Word


class FileTransferMode(Word):
    InBand = "InBand"
    OutOfBand = "OutOfBand"


class FileType(Word):
    GenericMimeType = "GenericMimeType"
    DPMX = "DPMX"


class FileTransferDirection(Word):
    """Whether a file is given or asked for."""

    Push = "Push"
    Pull = "Pull"


class File(Structure, kw_only=True):
    """A file, inside the message (`file_data`) or at an address (`file_url`)."""

    name: Maybe[str] = UNSET
    file_type: Maybe[FileType] = UNSET
    mime_type: Maybe[str] = UNSET
    file_data: Maybe[Base64Text] = UNSET
    file_url: Maybe[str] = field(default=UNSET, name="FileURL")


class Image(Structure, kw_only=True):
    """A picture, inside the message (`image_data`) or at an address (`image_url`)."""

    mime_type: Maybe[str] = UNSET
    transfer_mode: Maybe[FileTransferMode] = UNSET
    image_data: Maybe[Base64Text] = UNSET
    image_url: Maybe[str] = field(default=UNSET, name="ImageURL")
