"""What of a design is signed, and who has signed it as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from padstone.platform.signatures.lookups import SignatureLine, signatures_of_record

if TYPE_CHECKING:
    from padstone.features.design.models import ChangeOrder
    from padstone.features.parts.models import Revision

SIGNED_REVISION: Final = "revision"
SIGNED_CHANGE: Final = "change_order"


def name_of(revision: Revision) -> str:
    """How the record calls a revision."""
    return f"{revision.product.number} {revision.label}"[:300]


def signers(revision: Revision, sha256: bytes) -> tuple[SignatureLine, ...]:
    """The signatures under this very content, one for each person."""
    return _standing(signatures_of_record(SIGNED_REVISION, name_of(revision)), sha256)


def change_signers(order: ChangeOrder, sha256: bytes) -> tuple[SignatureLine, ...]:
    """As :func:`signers`, under a change order's difference."""
    return _standing(signatures_of_record(SIGNED_CHANGE, order.number), sha256)


def _standing(lines: tuple[SignatureLine, ...], sha256: bytes) -> tuple[SignatureLine, ...]:
    standing = (one for one in lines if one.sha256 == sha256.hex() and one.corrected_by is None)
    return tuple({one.name: one for one in standing}.values())
