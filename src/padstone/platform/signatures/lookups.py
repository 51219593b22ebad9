"""Signatures, for whoever has looked already whether the asker may see the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from padstone.platform.signatures.models import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """A signature as it must be shown (21 CFR 11.50): printed name, date and time, meaning.

    ``version`` says which version was signed, ``sha256`` is its digest. ``corrects`` is the number of an
    earlier signature that this one takes the place of, ``corrected_by`` of the one that took this one's.
    """

    number: int
    printed_name: str
    name: str
    at: datetime
    meaning: str
    reason: str
    version: str
    sha256: str
    components: str
    corrects: int | None
    corrected_by: int | None


def signatures_of_record(subject_kind: str, subject_id: str) -> tuple[SignatureLine, ...]:
    """The signatures of a record, oldest first."""
    rows = list(Signature.objects.filter(subject_kind=subject_kind, subject=subject_id).order_by("pk"))
    corrected = {row.corrects: row.pk for row in rows if row.corrects is not None}
    return tuple(
        SignatureLine(
            number=row.pk,
            printed_name=row.printed_name,
            name=row.actor,
            at=row.at,
            meaning=row.meaning,
            reason=row.reason,
            version=row.version,
            sha256=bytes(row.version_digest).hex(),
            components=row.components,
            corrects=row.corrects,
            corrected_by=corrected.get(row.pk),
        )
        for row in rows
    )
