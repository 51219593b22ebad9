"""CFX.Structures: what a log entry may carry besides its text."""

from __future__ import annotations

from padstone.cfx.vocabulary import Family, Word


class LogImportance(Word):
    """How much a log entry matters."""

    Debug = "Debug"
    Information = "Information"
    Warning = "Warning"
    Error = "Error"
    Fatal = "Fatal"


class LogEntryAdditionalData(Family, kw_only=True):
    """Base of what kinds of machine add to a log entry."""
