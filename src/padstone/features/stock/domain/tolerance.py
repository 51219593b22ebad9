"""How many pieces a package may be short of what the books say, and nobody need wonder."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Each mounting costs some pieces: the leader is cut, the first pockets are empty."""

    per_mounting: Decimal

    def of(self, mountings: int) -> Decimal:
        """For a package that was mounted so often."""
        return self.per_mounting * mountings


TOLERANCE = Tolerance(per_mounting=Decimal(15))
