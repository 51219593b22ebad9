"""What reading or writing CFX may refuse."""

from __future__ import annotations


class CfxError(Exception):
    """Root of everything this package raises on purpose."""


class UnknownMessage(CfxError):
    """The standard has no message of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is not a message of the standard")


class BadMessage(CfxError):
    """A message that cannot be read as what it says it is.

    `path` leads to the place with the names of the wire, e.g. `InstalledMaterials[0].Material.Quantity`; it
    is empty where the whole document is meant. `reason` is a sentence a person can act on.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}" if path else reason)


class CfxValueError(CfxError, ValueError):
    """A single value (an instant, a time span, a quantity) that cannot be read or written."""
