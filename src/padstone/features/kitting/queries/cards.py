"""The kit of one order: what is to be fetched, what is in it, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.kitting.domain.needs import NOTHING, beyond
from padstone.features.kitting.domain.picking import From, barred
from padstone.features.kitting.domain.status import Known, kit_state, line_state
from padstone.features.kitting.domain.words import EndKind, KitLineState, KitState
from padstone.features.kitting.lookups.kits import is_returned, kit_of, must_order, picks_of
from padstone.features.kitting.lookups.situation import situation
from padstone.features.materials.lookups import last_loads
from padstone.features.production.lookups import order_numbered
from padstone.features.stock.fitness import unfit
from padstone.features.stock.lookups import on_hand, positions
from padstone.kernel import clock
from padstone.platform.visibility import must_see, sees_factory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from padstone.features.kitting.domain.picking import Allotted, Barred
    from padstone.features.kitting.lookups.situation import Situation
    from padstone.features.kitting.models import Kit, Pick
    from padstone.features.materials.models import LoadEvent
    from padstone.features.production.models import WorkOrder
    from padstone.features.stock.lookups import OnHand
    from padstone.features.stock.models import Position
    from padstone.kernel.actor import Actor

MOST_BARRED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BarredPackage:
    """A package that holds what falls short, and why it may not be taken."""

    package: str
    part: str
    location: str
    quantity: Decimal
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitLine:
    """What a kit needs of a part, for these lines of the bill. ``wanted`` is for the whole order with its
    attrition, ``due`` what is still to be placed; of that ``in_kit`` and ``on_line`` are at hand,
    ``to_fetch`` is in store, and ``short`` nowhere. ``barred``: what would serve, and may not.
    """

    lines: tuple[int, ...]
    part: str
    description: str
    wanted: Decimal
    due: Decimal
    in_kit: Decimal
    on_line: Decimal
    to_fetch: Decimal
    short: Decimal
    client_supplied: bool
    state: KitLineState
    barred: tuple[BarredPackage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFetch:
    """A package to fetch, in the order of the walk. ``takes`` pieces of its ``quantity`` are needed, for the
    part ``wanted``; ``instead`` says who approved that another part serves.
    """

    package: str
    part: str
    location: str
    quantity: Decimal
    unit: str
    takes: Decimal
    wanted: str
    instead: str
    lines: tuple[int, ...]
    owner: str
    use_by: date | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLine:
    """A package that was picked, and what became of it. ``left`` is what the books have of it now, for one
    that is in the kit. ``state``: in_kit, unfit, freed (somebody freed it in the store) or how it left;
    ``difference`` is what was counted beyond the books, below nothing what is short.
    """

    package: str
    part: str
    wanted: str
    instead: str
    quantity: Decimal
    unit: str
    source: str
    at: datetime
    by: str
    proposed: bool
    state: str
    location: str
    station: str
    left: Decimal | None
    counted: Decimal | None
    difference: Decimal | None
    ended_at: datetime | None
    ended_by: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineLeftOut:
    line: int
    part: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitCard:
    """The kit of an order. ``location`` is where it goes, "" where nobody has begun it; ``done`` of its
    ``lines`` need nothing more. ``to_fetch`` is in the order in which one walks.
    """

    order: str
    product: str
    revision: str
    client: str
    quantity: int
    due_on: date | None
    state: KitState
    location: str
    line: str
    begun_at: datetime | None
    begun_by: str
    issued_at: datetime | None
    closed_at: datetime | None
    done: int
    lines: tuple[KitLine, ...]
    to_fetch: tuple[ToFetch, ...]
    picks: tuple[PickLine, ...]
    left_out: tuple[LineLeftOut, ...]

    @property
    def is_open(self) -> bool:
        """Whether packages can be picked for it."""
        return self.begun_at is not None and self.closed_at is None

    @property
    def in_kit(self) -> tuple[PickLine, ...]:
        """What must still come back."""
        return tuple(one for one in self.picks if one.ended_at is None)

    @property
    def short(self) -> tuple[KitLine, ...]:
        return tuple(one for one in self.lines if one.state is KitLineState.SHORT)


def kit_card(actor: Actor, number: str) -> KitCard:
    """Raises NotFound for an order that nobody has told of, Conflict for one without a bill."""
    must_see(actor)
    order = must_order(number)
    kit = kit_of(order.pk)
    now = situation(actor, order, kit)
    picked = _picks(order, picks_of(kit.pk) if kit is not None else [])
    over = is_returned(kit)
    lines = () if over else tuple(_line(one, now) for one in now.lines)
    revision = order.revision
    return KitCard(
        order=order.number,
        product=revision.product.number if revision else "",
        revision=revision.label if revision else "",
        client=order.client,
        quantity=order.quantity or 0,
        due_on=order.due_on,
        state=kit_state(_known(kit, picked), now.lines),
        location=kit.location.code if kit else "",
        line=kit.line.name if kit and kit.line else "",
        begun_at=kit.begun_at if kit else None,
        begun_by=kit.begun_by if kit else "",
        issued_at=kit.issued_at if kit else None,
        closed_at=kit.closed_at if kit else None,
        done=sum(one.state is KitLineState.DONE for one in lines),
        lines=lines,
        to_fetch=() if over else _to_fetch(now),
        picks=tuple(picked),
        left_out=tuple(LineLeftOut(one.line, one.part, one.why) for one in now.left_out),
    )


def kit_state_of(actor: Actor, number: str) -> KitState | None:
    """How far the kit of an order is; None for an order without a bill, and for whom kits are not to see.
    One that nobody has begun is planned, whether all that it needs is there or not.
    """
    order = order_numbered(number) if sees_factory(actor) else None
    if order is None or order.revision_id is None or order.quantity is None:
        return None
    kit = kit_of(order.pk)
    known = _known(kit, _picks(order, picks_of(kit.pk)) if kit is not None else [])
    decided = known.returned or known.issued or known.loaded or not known.begun
    return kit_state(known, () if decided else situation(actor, order, kit).lines)


def _known(kit: Kit | None, picked: Sequence[PickLine]) -> Known:
    return Known(
        begun=kit is not None and kit.closed_at is None,
        issued=kit is not None and kit.issued_at is not None,
        loaded=any(one.station for one in picked),
        returned=is_returned(kit),
    )


def _line(one: Allotted, now: Situation) -> KitLine:
    want = one.want
    return KitLine(
        lines=want.lines,
        part=want.part,
        description=want.description,
        wanted=want.wanted,
        due=want.due,
        in_kit=one.sum_from(From.KIT),
        on_line=one.sum_from(From.LINE),
        to_fetch=one.sum_from(From.STORE),
        short=max(NOTHING, one.short),
        client_supplied=want.client_supplied,
        state=line_state(one),
        barred=barred_packages(barred(want, now.packs, now.asker)) if one.short > 0 else (),
    )


def barred_packages(found: Collection[Barred]) -> tuple[BarredPackage, ...]:
    return tuple(
        BarredPackage(
            package=one.pack.package,
            part=one.pack.part,
            location=one.pack.location,
            quantity=one.pack.pieces,
            why=one.why,
        )
        for one in list(found)[:MOST_BARRED]
    )


def _to_fetch(now: Situation) -> tuple[ToFetch, ...]:
    return tuple(
        ToFetch(
            package=pack.package,
            part=pack.part,
            location=pack.location,
            quantity=pack.pieces,
            unit=pack.unit,
            takes=sum((taken.pieces for _, taken in uses), NOTHING),
            wanted=uses[0][0].part,
            instead=uses[0][1].why_instead,
            lines=tuple(line for want, _ in uses for line in want.lines),
            owner=pack.owner,
            use_by=pack.use_by,
            version=pack.version,
        )
        for pack, uses in now.to_fetch()
    )


def _picks(order: WorkOrder, rows: Sequence[Pick]) -> list[PickLine]:
    inside = [row.package_id for row in rows if not hasattr(row, "end")]
    where, left, loads = positions(inside), on_hand(inside), last_loads(inside)
    against = unfit(inside, clock.now())
    return [
        _pick_line(
            row,
            order,
            where.get(row.package_id),
            left.get(row.package_id),
            loads.get(row.package_id),
            tuple(reason.text for reason in against.get(row.package_id, ())),
        )
        for row in rows
    ]


def _pick_line(
    row: Pick,
    order: WorkOrder,
    position: Position | None,
    left: OnHand | None,
    load: LoadEvent | None,
    reasons: tuple[str, ...],
) -> PickLine:
    end = getattr(row, "end", None)
    at_station = load if end is None and load is not None and load.at > row.at else None
    if end is not None:
        state = end.how
    elif position is None or position.reserved_for_id != order.pk:
        state = EndKind.FREED.value
    else:
        state = "unfit" if reasons else "in_kit"
    place = end.location if end else position.location if position else None
    return PickLine(
        package=row.package.identifier,
        part=row.package.part.number,
        wanted=row.wanted.number,
        instead=row.instead,
        quantity=row.quantity,
        unit=row.package.quantity_unit,
        source=row.source.code,
        at=row.at,
        by=row.by,
        proposed=row.proposed,
        state=state,
        location=place.code if place else "",
        station=at_station.station.name if at_station else "",
        left=left.most if left is not None and end is None else None,
        counted=end.counted if end else None,
        difference=beyond(end.counted, end.least, end.most) if end else None,
        ended_at=end.at if end else None,
        ended_by=end.by if end else "",
        reasons=reasons,
    )
