"""Secrets stay secret: the log says nothing of them, and the files that hold them are their owner's."""

from __future__ import annotations

import logging
import re
import stat
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

HIDDEN: Final = "***"
_SHORTEST: Final = 6
"""A secret that is shorter would take ordinary words out of every sentence, and protect nothing."""

_SHAPES: Final = (
    # Authorization: Basic dXNlcjpwYXNz, in a header, a dict or an environment
    (
        re.compile(r"(?i)(authorization[\"']?\s*[:=,]\s*[\"']?)(?:(?:basic|bearer|digest)\s+)?[^\s\"',;]+"),
        rf"\1{HIDDEN}",
    ),
    (
        re.compile(r"\b(Basic|Bearer)\s+(?=[a-z._~-]*[A-Z0-9+/=])[A-Za-z0-9+/=._~-]{8,}"),
        rf"\1 {HIDDEN}",
    ),
    # a token or a machine's credential of ours: see padstone.platform.credentials
    (re.compile(r"\b(pd[sm]_)[A-Za-z0-9._~+/=-]+"), rf"\1{HIDDEN}"),
    # postgresql://user:password@host, whatever stands in the password
    (re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]*):[^\s\"']+@"), rf"\1:{HIDDEN}@"),
    (
        re.compile(
            r"(?i)\b((?:pg)?password|passwd|passphrase|secret(?:_key)?|sessionid|csrf(?:middleware)?token)"
            r"([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;)]+"
        ),
        rf"\1\2{HIDDEN}",
    ),
)

_OPEN: Final = stat.S_IRWXO | stat.S_IWGRP


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without those secrets, and without what has the shape of one: credentials in a header,
    passwords in an address, ``password=``.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    for shape, shown in _SHAPES:
        text = shape.sub(shown, text)
    return text


class Discreet(logging.Formatter):
    """Formats a line of the log, its traceback included, :func:`without_secrets`."""

    def __init__(
        self,
        format: str | None = None,  # noqa: A002 - the word of Django's LOGGING
        datefmt: str | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        super().__init__(format, datefmt)
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record), self._secrets)


def say_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, out: TextIO | None = None
) -> None:
    """For ``sys.excepthook``: a traceback without secrets."""
    text = "".join(traceback.format_exception(kind, error, trace))
    (out or sys.stderr).write(without_secrets(text))


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may change it, or anybody but its owner and group read it."""
    return bool(path.stat().st_mode & _OPEN)
