"""The chain of the signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.platform.audit.verify import Anchored, Checked, Progress, check_rows, no_progress
from padstone.platform.signatures.models import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

CHAIN = "signatures"


def check_signatures(
    connection: BaseDatabaseWrapper, *, anchors: Sequence[Anchored] = (), progress: Progress = no_progress
) -> Checked:
    """Whether every signature is as it was given, and none is missing."""
    return check_rows(connection, CHAIN, Signature, "signature", anchors, progress)
