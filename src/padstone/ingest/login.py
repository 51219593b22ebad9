"""What a machine shows to a door to be let in, and what the door is told by whoever knows the credentials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A machine says that it is `handle`, and shows a secret for it, or the SHA-256 fingerprint of the
    certificate with which it opened its TLS connection. A handle of "" is none: the certificate says which it
    is.
    """

    address: str
    handle: str
    secret: str = ""
    fingerprint: str = ""

    def __repr__(self) -> str:
        return f"Claim({self.address}, {self.handle!r})"


@dataclass(frozen=True, slots=True)
class Login:
    """A machine that was let in: its CFX handle, and the number of the credential by which it is known.

    A `credential` of 0 is none: a machine that nobody asked for one. Its handle is "".
    """

    handle: str
    credential: int


NOBODY = Login("", 0)


@dataclass(frozen=True, slots=True)
class Denied:
    """Not let in. The answer waits for `pause_s`; `for_now` says that the same may be right another time."""

    pause_s: float = 0.0
    for_now: bool = False


Verdict = Login | Denied
