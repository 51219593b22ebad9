"""Which version of a certificate a signature stands under.

What is signed is the certificate as of a journal number, as the API writes it: its SHA-256. It can be asked
for again at any time, so that anybody can see what was signed, and whether the board has a longer history
since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from padstone.features.certificate.queries import Certificate, certificate
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.platform.answers import json_bytes
from padstone.platform.signatures.lookups import SignatureLine, signatures_of_record

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECT_KIND = "unit"
_AS_OF = "as_of="
_HOUSE = Actor(ActorKind.JOB, "certificate", EVERYTHING)
"""What is signed is the whole certificate, whoever looks at it."""


class Stands(StrEnum):
    """What the books say now of the version that was signed."""

    CURRENT = "current"
    EARLIER = "earlier"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSignature:
    """``stands``: *current*: nothing has come to the board since; *earlier*: an earlier version was signed,
    and can be shown as it was; *different*: what the books say of that version is not what was signed.
    ``as_of`` is the journal number of the version that was signed.
    """

    signature: SignatureLine
    as_of: int
    stands: str


def version_to_sign(identifier: str, as_of: int) -> tuple[str, str]:
    """The unit, and the SHA-256 of its certificate as of a journal number. Raises NotFound."""
    known = certificate(_HOUSE, identifier, as_of=as_of)
    return known.unit, digest_of(known)


def version_name(as_of: int) -> str:
    return f"{_AS_OF}{as_of}"


def digest_of(known: Certificate) -> str:
    """SHA-256 of the certificate's JSON, as the API gives it, in hexadecimal."""
    return sha256(json_bytes(known)).hexdigest()


def signatures_of_unit(actor: Actor, identifier: str) -> tuple[CertificateSignature, ...]:
    """The signatures under a unit's certificate, oldest first. Raises NotFound for whom there is no such
    unit.
    """
    return signatures_under(certificate(actor, identifier))


def signatures_under(known: Certificate) -> tuple[CertificateSignature, ...]:
    """As :func:`signatures_of_unit`, for a certificate that the asker has been shown."""
    lines = signatures_of_record(SUBJECT_KIND, known.unit)
    if not lines:
        return ()
    now = certificate(_HOUSE, known.unit)
    return tuple(_judged(line, now, lambda n: certificate(_HOUSE, known.unit, as_of=n)) for line in lines)


def _judged(line: SignatureLine, now: Certificate, at: Callable[[int], Certificate]) -> CertificateSignature:
    as_of = int(line.version.removeprefix(_AS_OF))
    if digest_of(replace(now, as_of=as_of)) == line.sha256:
        stands = Stands.CURRENT
    elif digest_of(at(as_of)) == line.sha256:
        stands = Stands.EARLIER
    else:
        stands = Stands.DIFFERENT
    return CertificateSignature(signature=line, as_of=as_of, stands=stands.value)
