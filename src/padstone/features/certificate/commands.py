"""Sign a birth certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.certificate.signed import SUBJECT_KIND, version_name, version_to_sign
from padstone.kernel.errors import Conflict
from padstone.platform.command import command
from padstone.platform.signatures.commands import sign

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor
    from padstone.platform.accounts.reauthentication import Reauthenticated


@command("sign_record")
def sign_certificate(
    actor: Actor,
    *,
    identifier: str,
    as_of: int,
    sha256: str,
    meaning: str,
    reason: str,
    reauthenticated: Reauthenticated,
    corrects: int | None = None,
) -> int:
    """Sign a unit's certificate as of a journal number; answers the signature's number.

    ``sha256`` is that of the certificate which the signer was shown. Raises Conflict where the books now say
    something else of that version, NotFound for an unknown unit, and what
    ``platform.signatures.commands.sign`` raises.
    """
    unit, present = version_to_sign(identifier, as_of)
    if present != sha256:
        raise Conflict(
            "certificate_changed",
            "The certificate of {unit} is not the one that you were shown.",
            way_out="Look at it again, and sign what it says now.",
            clause="21 CFR 11.70",
            unit=unit,
        )
    return sign.within(
        actor,
        subject_kind=SUBJECT_KIND,
        subject_id=unit,
        version=version_name(as_of),
        version_digest=bytes.fromhex(sha256),
        meaning=meaning,
        reason=reason,
        reauthenticated=reauthenticated,
        corrects=corrects,
    )
