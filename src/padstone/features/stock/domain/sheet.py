"""A package's pieces, account by account, and what else the books know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Somebody counted so many pieces, where the ledger had from ``least`` to ``most``. ``mounted``: how
    often it had been loaded or spliced since the count before, or since it came.
    """

    at: datetime
    counted: Decimal
    least: Decimal
    most: Decimal
    mounted: int = 0

    @property
    def short(self) -> Decimal:
        """Pieces that the ledger had and the count has not; below nothing: the other way round."""
        if self.counted > self.most:
            return self.most - self.counted
        return max(NOTHING, self.least - self.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The package fed a location of a station, and ``passes`` is in how many its part did, about then.
    ``rivals`` are other parts that the same programs took from there: a package, its part, how many passes.
    """

    station: str
    location: str
    since: datetime
    until: datetime
    passes: int
    rivals: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """It was in quarantine from then until then; None: it still is."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that the mass balance of a package is made from. Pieces in the package's own unit.

    Received is on hand, placed, spoiled, scrapped, returned, counted away or missing. ``doubtful`` pieces
    around a splice may be of this package or of its neighbour: as many fewer may be on hand, placed instead.
    ``missing`` below nothing: there was more than was received. ``gone`` is how it left the store, "" while
    it is there; ``used_when_gone`` was placed or thrown away of it after that. ``owner`` is the client whose
    it is, and ``strangers`` the orders of others that it fed.
    """

    package: str
    part: str
    lot: str
    unit: str
    is_booked_in: bool
    label_quantity: Decimal | None
    received: Decimal
    received_at: datetime | None = None
    split_in: Decimal = NOTHING
    split_out: Decimal = NOTHING
    placed: Decimal = NOTHING
    doubtful: int = 0
    spoiled: Decimal = NOTHING
    scrapped: Decimal = NOTHING
    returned: Decimal = NOTHING
    counted_away: Decimal = NOTHING
    missing: Decimal = NOTHING
    on_hand: Decimal = NOTHING
    allowed: Decimal = NOTHING
    mountings: int = 0
    gone: str = ""
    gone_at: datetime | None = None
    used_when_gone: Decimal = NOTHING
    counts: tuple[Counted, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    holds: tuple[Held, ...] = ()
    relatives: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    owner: str = ""
    strangers: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """What is left when everything that is told of is taken from what came: nothing, always."""
        came = self.received + self.split_in
        went = self.split_out + self.placed + self.spoiled + self.scrapped + self.returned
        return came - went - self.counted_away - self.missing - self.on_hand

    @property
    def over(self) -> Decimal:
        """Pieces used beyond what there was, as far as nobody has counted since."""
        return max(NOTHING, -self.on_hand)

    @property
    def surplus(self) -> Decimal:
        """Pieces that were there, or were used, beyond what was received."""
        return max(NOTHING, -self.missing) + self.over

    @property
    def lack(self) -> Decimal:
        """Pieces that nobody can account for."""
        return max(NOTHING, self.missing)

    @property
    def was_never_there(self) -> bool:
        """Whether all of it is missing, and no machine ever had it."""
        return self.lack > 0 and self.lack == self.received and not self.mountings

    @property
    def ran_over(self) -> bool:
        """Whether more was used of it than there was, and not only counted."""
        return self.over > 0 or any(one.most < 0 for one in self.counts)
