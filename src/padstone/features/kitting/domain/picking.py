"""Which packages serve an order: fit, approved, its own or the house's, and free.

The policy, in this order: what is at hand (in the kit, or on its line's machines); the part itself, and only
where it falls short an approved alternate; what was laid aside for the order; the client's own before the
house's; what must be used first (by the day, FEFO); then as few packages as suffice, and of those the
smallest, so that a begun reel goes before a full one; of equal ones, what came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any

from padstone.features.kitting.domain.needs import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What an order wants of a part: for lines of its bill that may be served by the same packages.

    ``wanted`` is for the whole order, attrition included; ``due`` what is still to be placed of it.
    ``allowed`` has, by number, the rank of each part that may serve it (0: the part itself, under any of its
    numbers) and, of an alternate, who approved it and why.
    """

    lines: tuple[int, ...]
    part: str
    description: str = ""
    wanted: Decimal
    due: Decimal
    allowed: Mapping[str, tuple[int, str]]
    client_supplied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A package that holds a part that somebody wants. ``pieces`` are surely in it. ``use_by``: the day on
    which it must be used, if ever. ``at_station``: where a machine had it last, since it was brought to its
    location. ``empty``: that machine said that nothing is left. ``in_kit``: picked for ``reserved_for``.
    """

    id: int
    package: str
    part: str
    location: str
    walk: str
    pieces: Decimal
    unit: str = ""
    owner: str = ""
    reserved_for: str = ""
    use_by: date | None = None
    received_at: datetime | None = None
    unfit: tuple[str, ...] = ()
    at_station: str = ""
    empty: bool = False
    in_kit: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The order that asks. ``stations`` are those of the line that it is built on; None: nobody has said, and
    what is on any machine counts. ``before``: orders that were served already; what is laid aside for them
    and left by them is free.
    """

    order: str
    client: str = ""
    stations: frozenset[str] | None = frozenset()
    before: frozenset[str] = frozenset()


class From(StrEnum):
    """Where pieces for a line come from."""

    KIT = "kit"
    LINE = "line"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Taken:
    """Pieces of a package for a want."""

    pack: Pack
    pieces: Decimal
    source: From
    why_instead: str


@dataclass(frozen=True, slots=True)
class Barred:
    """A package that holds what is wanted, and why it is not taken."""

    pack: Pack
    why: str


@dataclass(slots=True)
class Allotted:
    """What serves a want, and what is ``short``."""

    want: Want
    taken: list[Taken] = field(default_factory=list)

    @property
    def short(self) -> Decimal:
        return self.want.due - sum((one.pieces for one in self.taken), NOTHING)

    def sum_from(self, source: From) -> Decimal:
        return sum((one.pieces for one in self.taken if one.source is source), NOTHING)


_TURNS = (
    (True, frozenset({From.KIT, From.LINE})),
    (False, frozenset({From.KIT})),
    (True, frozenset(From)),
    (False, frozenset(From)),
)
"""Whether the part itself, and from where: each want has its first turn before any has its second."""


def why_not(pack: Pack, want: Want, asker: Asker) -> str:
    """What speaks against taking a package for a want, in a sentence; "" where nothing does."""
    if _is_free(pack) and pack.part in want.allowed and not want.client_supplied:
        return ""
    ours = {asker.order, *asker.before}
    elsewhere = asker.stations is not None and pack.at_station not in {"", *asker.stations}
    against = (
        (pack.part not in want.allowed, f"{pack.part} is not {want.part}, and not approved in its place."),
        (bool(pack.unfit), " ".join(pack.unfit)),
        (pack.owner not in {"", asker.client}, f"It belongs to {pack.owner}."),
        (
            want.client_supplied and pack.owner != asker.client,
            f"{asker.client} supplies this part, and it is not theirs.",
        ),
        (pack.reserved_for not in {"", *ours}, f"It is reserved for {pack.reserved_for}."),
        (pack.empty and not pack.in_kit, f"{pack.at_station} said that it is empty; count it."),
        (
            elsewhere and not pack.in_kit,
            f"{pack.at_station} had it last; nobody has brought it back since.",
        ),
    )
    return next((sentence for speaks, sentence in against if speaks), "")


def _is_free(pack: Pack) -> bool:
    """Whether nothing is to be said of it, whoever asks: so are nearly all."""
    return not (pack.unfit or pack.owner or pack.reserved_for or pack.at_station)


def by_part(packs: Iterable[Pack]) -> dict[str, list[Pack]]:
    """Packages by the number of the part that they hold."""
    found: dict[str, list[Pack]] = {}
    for pack in packs:
        found.setdefault(pack.part, []).append(pack)
    return found


def holding(want: Want, packs: Mapping[str, Sequence[Pack]]) -> list[Pack]:
    """The packages, by part, that hold what is wanted, whatever speaks against them."""
    return [pack for number in want.allowed for pack in packs.get(number, ())]


def allot(
    wants: Sequence[Want],
    packs: Mapping[str, Sequence[Pack]],
    asker: Asker,
    left: MutableMapping[int, Decimal],
) -> tuple[Allotted, ...]:
    """What serves each want, of the packages by part. ``left`` has the pieces that nobody has taken yet, by
    package, and is changed.

    Never a package against which anything speaks, and never more than is in it. A want is short only once all
    that may serve it is taken.
    """
    found = tuple(Allotted(want) for want in wants)
    free = [
        [
            pack
            for pack in holding(one.want, packs)
            if left[pack.id] > 0 and not why_not(pack, one.want, asker)
        ]
        for one in found
    ]
    ours: set[int] = {pack.id for some in free for pack in some if _source(pack, asker) is not From.STORE}
    for itself, sources in _TURNS:
        for one, some in zip(found, free, strict=True):
            if one.short <= 0:
                continue
            fitting = [
                pack
                for pack in some
                if (one.want.allowed[pack.part][0] == 0) is itself and _source(pack, asker) in sources
            ]
            _serve(one, fitting, asker, left, ours)
    return found


def _serve(
    one: Allotted, packs: Sequence[Pack], asker: Asker, left: MutableMapping[int, Decimal], ours: set[int]
) -> None:
    def rank(pack: Pack) -> tuple[Any, ...]:
        return (
            pack.id not in ours,
            one.want.allowed[pack.part][0],
            pack.reserved_for != asker.order,
            not pack.owner,
            pack.use_by or date.max,
        )

    for _, alike in groupby(sorted(packs, key=rank), key=rank):
        rest = sorted(alike, key=_smallest_and_oldest(left))
        while rest and one.short > 0:
            enough = next((pack for pack in rest if left[pack.id] >= one.short), rest[-1])
            rest.remove(enough)
            pieces = min(left[enough.id], one.short)
            if pieces <= 0:
                continue
            left[enough.id] -= pieces
            ours.add(enough.id)
            why = one.want.allowed[enough.part][1]
            one.taken.append(Taken(enough, pieces, _source(enough, asker), why))


def _smallest_and_oldest(left: Mapping[int, Decimal]) -> Any:
    def key(pack: Pack) -> tuple[Any, ...]:
        came = pack.received_at.timestamp() if pack.received_at else float("inf")
        return (left[pack.id], came, pack.walk, pack.package)

    return key


def _source(pack: Pack, asker: Asker) -> From:
    if pack.in_kit and pack.reserved_for == asker.order:
        return From.KIT
    return From.LINE if pack.at_station else From.STORE


def barred(want: Want, packs: Mapping[str, Sequence[Pack]], asker: Asker) -> tuple[Barred, ...]:
    """The packages, of those by part, that hold what is wanted, and may not be taken."""
    found = [Barred(pack, why) for pack in holding(want, packs) if (why := why_not(pack, want, asker))]
    return tuple(sorted(found, key=lambda one: (one.pack.walk, one.pack.package)))


def picks(allotted: Sequence[Allotted]) -> tuple[tuple[Pack, tuple[tuple[Want, Taken], ...]], ...]:
    """The packages to fetch, as one walks past them, and what each is for."""
    by_pack: dict[int, list[tuple[Want, Taken]]] = {}
    for one in allotted:
        for taken in one.taken:
            if taken.source is From.STORE:
                by_pack.setdefault(taken.pack.id, []).append((one.want, taken))
    found = [(uses[0][1].pack, tuple(uses)) for uses in by_pack.values()]
    return tuple(sorted(found, key=lambda one: (one[0].walk, one[0].package)))
