"""Sign a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.kernel.errors import Forbidden, Invalid, NotFound
from padstone.kernel.seal import SEAL_BYTES
from padstone.platform.audit.chain import add_link
from padstone.platform.audit.record import record, storable
from padstone.platform.command import command
from padstone.platform.signatures.domain import MEANINGS
from padstone.platform.signatures.models import Signature
from padstone.platform.signatures.verify import CHAIN

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor
    from padstone.platform.accounts.reauthentication import Reauthenticated

LONGEST_SUBJECT = 500


@command("sign_record")
def sign(
    actor: Actor,
    *,
    subject_kind: str,
    subject_id: str,
    version: str,
    version_digest: bytes,
    meaning: str,
    reason: str,
    reauthenticated: Reauthenticated,
    corrects: int | None = None,
) -> int:
    """Sign one version of a record; answers the signature's number.

    ``version_digest`` is the SHA-256 of the record as the signer saw it, ``version`` how to ask for it again.
    Raises Invalid for an unknown meaning, Forbidden unless ``reauthenticated`` is a fresh proof of this very
    person, NotFound where ``corrects`` is no signature of this record.
    """
    if len(version_digest) != SEAL_BYTES or len(subject_id) > LONGEST_SUBJECT:
        message = "a version has a SHA-256, and a subject at most 500 characters"
        raise ValueError(message)
    _check_meaning(meaning)
    _check_signer(actor, reauthenticated)
    _check_corrected(corrects, subject_kind, subject_id)
    signature = add_link(
        CHAIN,
        Signature(
            at=clock.now(),
            printed_name=storable(reauthenticated.printed_name),
            actor=storable(actor.name),
            account=actor.account,
            via=storable(actor.via),
            meaning=meaning,
            reason=storable(reason.strip()),
            subject_kind=subject_kind,
            subject=subject_id,
            version=version,
            version_digest=version_digest,
            components=" and ".join(reauthenticated.components),
            recognised_at=reauthenticated.at,
            corrects=corrects,
        ),
    )
    record(
        actor,
        "sign_record",
        f"{subject_kind}:{subject_id}",
        why=reason.strip(),
        signature=signature.pk,
        meaning=meaning,
        version=version,
        sha256=version_digest.hex(),
    )
    return signature.pk


def _check_meaning(meaning: str) -> None:
    if meaning not in MEANINGS:
        raise Invalid(
            "unknown_meaning",
            "A signature cannot mean “{meaning}”.",
            field="meaning",
            way_out="Choose one of: {meanings}.".format(meanings=", ".join(MEANINGS)),
            clause="21 CFR 11.50(a)(3)",
            meaning=meaning,
        )


def _check_signer(actor: Actor, proof: Reauthenticated) -> None:
    if actor.kind is not ActorKind.PERSON or not actor.account or proof.account != actor.account:
        raise Forbidden(
            "not_the_signer",
            "Only the person who was recognised can sign.",
            clause="21 CFR 11.200(a)(2)",
        )
    if not proof.fresh:
        raise Forbidden(
            "proof_too_old",
            "It is too long ago that you gave your password.",
            way_out="Give it once more and sign.",
            clause="21 CFR 11.200(a)(1)",
        )


def _check_corrected(corrects: int | None, subject_kind: str, subject_id: str) -> None:
    if corrects is None:
        return
    if not Signature.objects.filter(pk=corrects, subject_kind=subject_kind, subject=subject_id).exists():
        raise NotFound(
            "unknown_signature",
            "There is no signature {number} of this record.",
            field="corrects",
            number=corrects,
        )
