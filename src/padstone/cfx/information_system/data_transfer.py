"""CFX.InformationSystem.DataTransfer: files between endpoints."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.files import File, FileTransferDirection, FileTransferMode
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.vocabulary import Maybe, Message


class FileTransferRequest(Message, kw_only=True):
    """Asks to take a file, or to give one."""

    name: ClassVar[str] = "CFX.InformationSystem.DataTransfer.FileTransferRequest"

    file_title: Maybe[str] = UNSET
    file_location: Maybe[str] = UNSET
    transfer_direction: Maybe[FileTransferDirection] = UNSET
    transfer_mode: Maybe[FileTransferMode] = UNSET
    file: Maybe[File] = UNSET


class FileTransferResponse(Message, kw_only=True):
    """The file asked for, or whether the one given was taken."""

    name: ClassVar[str] = "CFX.InformationSystem.DataTransfer.FileTransferResponse"

    result: Maybe[RequestResult] = UNSET
    file_title: Maybe[str] = UNSET
    file_location: Maybe[str] = UNSET
    transfer_mode: Maybe[FileTransferMode] = UNSET
    file: Maybe[File] = UNSET
