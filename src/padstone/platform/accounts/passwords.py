"""Passwords and codes that Padstone makes itself, to be shown once."""

from __future__ import annotations

import secrets

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Those that are not taken for one another when they are read out or typed from paper."""


def new_password() -> str:
    """120 bits, in groups that can be read out and typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(6)) for _ in range(4))
