"""The secrets of programs and machines: made here, shown once, compared by digest.

A secret is 256 bits of chance, so nobody can guess it and a plain SHA-256 is enough of a lock: a slow
password hash protects what people choose, and would cost a machine that sends a hundred messages a second a
core of ours.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

TOKEN = "pds"  # noqa: S105 - what a token begins with
MACHINE = "pdm"
_BEGINNING = 4
_FORM = re.compile(r"(pds|pdm)_([1-9][0-9]{0,17})_([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential as its holder shows it: ``pds_ID_SECRET`` for a token, ``pdm_ID_SECRET`` for a machine."""

    kind: str
    id: int
    secret: str

    @property
    def text(self) -> str:
        return f"{self.kind}_{self.id}_{self.secret}"


def new_secret() -> str:
    return secrets.token_hex(32)


def beginning_of(secret: str) -> str:
    """As much of it as may be shown for ever, so that its holder can tell it from others."""
    return secret[:_BEGINNING]


def read(text: str) -> Shown | None:
    """None for anything that has not the form of a credential."""
    found = _FORM.fullmatch(text)
    return Shown(found[1], int(found[2]), found[3]) if found else None


def digest_of(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def is_secret_of(digest: bytes | memoryview | None, secret: str) -> bool:
    """In a time that says nothing of how much was right. No digest fits no secret."""
    return digest is not None and hmac.compare_digest(bytes(digest), digest_of(secret))
