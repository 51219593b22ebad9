"""A package is picked: its code and its location's are scanned, and it is the order's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.kitting.commands.kits import must_kit
from padstone.features.kitting.domain.picking import From, why_not
from padstone.features.kitting.domain.words import EndKind
from padstone.features.kitting.lookups.kits import open_pick
from padstone.features.kitting.lookups.situation import situation
from padstone.features.kitting.models import Pick, PickEnd
from padstone.features.materials.lookups import packages
from padstone.features.parts.lookups import part_by_number
from padstone.features.stock.commands import move, reserve
from padstone.features.stock.lookups import location_called, positions
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.features.kitting.domain.picking import Allotted, Pack
    from padstone.features.kitting.lookups.situation import Situation
    from padstone.features.kitting.models import Kit
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A package that is in the kit now. ``wanted`` is the part that the bill names, ``instead`` by whose
    approval another serves; ``hint`` what should have been taken rather. ``repeated``: it was picked before,
    under the same key; nothing was done.
    """

    order: str
    package: str
    part: str
    wanted: str
    instead: str
    quantity: Decimal
    unit: str
    source: str
    location: str
    proposed: bool
    hint: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A package that may be picked, and for which line."""

    pack: Pack
    line: Allotted
    proposed: bool
    hint: str

    @property
    def instead(self) -> str:
        return self.line.want.allowed[self.pack.part][1]


@command("kit_orders")
def pick(
    actor: Actor, *, order: str, package: str, location: str, seen: int | None = None, key: str = ""
) -> Picked:
    """Take a package from the location into the order's kit: it is reserved, and brought where the kit is.

    Any that is fit, free and of the part does, proposed or not; an approved alternate only where the part
    itself falls short. Raises Conflict for another, with the reason and what to take instead; where the books
    have it elsewhere; where it changed since it was ``seen``; where the kit has enough. ``key`` is the
    sender's own name for it: sent again it does nothing.
    """
    check_length(key, "key", 100)
    kit = must_kit(order, lock=True)
    if key and (known := _picked_before(key)) is not None:
        return _repeated(known, kit, package)
    chosen = choose(actor, kit, package)
    _must_be_there(chosen.pack.package, chosen.pack.location, location)
    done = reserve.within(actor, package=package, order=order, seen=seen, why="Picked for its kit.")
    _must_be_there(package, done.location, location)
    source, wanted = location_called(done.location), part_by_number(chosen.line.want.part)
    if source is None or wanted is None:
        raise NotFound("location_unknown", "There is no storage location {location}.", location=location)
    move.within(actor, package=package, to=kit.location.code, why=f"Picked for {order}.")
    _end_earlier(actor, chosen.pack.id, done.quantity)
    row = Pick.objects.create(
        kit=kit,
        package_id=chosen.pack.id,
        wanted=wanted,
        instead=chosen.instead,
        quantity=done.quantity,
        source=source,
        proposed=chosen.proposed,
        key=key or None,
        at=clock.now(),
        by=actor.name[:200],
    )
    record(
        actor,
        "pick_package",
        f"package:{package}",
        order=order,
        source=source.code,
        location=kit.location.code,
        quantity=done.quantity,
        wanted=wanted.number,
        instead=chosen.instead,
    )
    return Picked(
        order=order,
        package=package,
        part=done.part,
        wanted=wanted.number,
        instead=row.instead,
        quantity=done.quantity,
        unit=done.unit,
        source=source.code,
        location=kit.location.code,
        proposed=row.proposed,
        hint=chosen.hint,
        repeated=False,
    )


def _repeated(row: Pick, kit: Kit, package: str) -> Picked:
    if row.kit_id != kit.pk or row.package.identifier != package:
        raise Conflict(
            "key_taken",
            "The key {key} was given to another pick.",
            field="key",
            way_out="Give each request a key of its own; the same one only to send the same again.",
            key=row.key,
        )
    return Picked(
        order=kit.order.number,
        package=package,
        part=row.package.part.number,
        wanted=row.wanted.number,
        instead=row.instead,
        quantity=row.quantity,
        unit=row.package.quantity_unit,
        source=row.source.code,
        location=kit.location.code,
        proposed=row.proposed,
        hint="",
        repeated=True,
    )


def may_be_picked(actor: Actor, order: str, package: str) -> None:
    """Raises what ``pick`` would of the package, wherever it is. Changes nothing."""
    actor.must("kit_orders")
    choose(actor, must_kit(order), package)


def choose(actor: Actor, kit: Kit, package: str) -> Chosen:
    """The line that a package may be picked for. Raises Conflict where there is none."""
    row = packages([package]).get(package)
    if row is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="package",
            way_out="Scan its label again, or receive it.",
            package=package,
        )
    before = open_pick(row.pk)
    if before is not None and before.kit_id == kit.pk and _is_ours(before):
        raise Conflict(
            "picked_already",
            "{package} is in the kit already: {who} picked it at {when}.",
            field="package",
            way_out="Scan the next one.",
            package=package,
            who=before.by,
            when=f"{before.at:%Y-%m-%d %H:%M} UTC",
        )
    now = situation(actor, kit.order, kit, row.part.number)
    pack = next((one for one in now.packs.get(row.part.number, ()) if one.id == row.pk), None)
    if not now.lines:
        raise _wrong(
            package,
            f"it holds {row.part.number}, and {kit.order.number} wants none.",
            situation(actor, kit.order, kit),
        )
    if pack is None:
        raise _wrong(package, "by the books it is nowhere in store, or empty.", now)
    for line in now.lines:
        if any(taken.pack.id == pack.id and taken.source is From.STORE for taken in line.taken):
            return Chosen(pack, line, proposed=True, hint="")
    return _otherwise(now, pack)


def _is_ours(row: Pick) -> bool:
    """Whether a package that was picked is still laid aside for the kit's order."""
    position = positions([row.package_id]).get(row.package_id)
    return position is not None and position.reserved_for_id == row.kit.order_id


def _end_earlier(actor: Actor, package_id: int, quantity: Decimal) -> None:
    """Somebody freed it in the store, past its kit."""
    before = open_pick(package_id)
    if before is not None:
        PickEnd.objects.create(
            pick=before,
            how=EndKind.FREED,
            counted=quantity,
            least=quantity,
            most=quantity,
            why="",
            at=clock.now(),
            by=actor.name[:200],
        )


def _otherwise(now: Situation, pack: Pack) -> Chosen:
    """A package that the list does not propose may be as good."""
    against = ""
    for line in now.lines:
        if pack.part not in line.want.allowed:
            continue
        why = why_not(pack, line.want, now.asker) or _not_due(line, pack)
        if not why:
            return Chosen(pack, line, proposed=False, hint=_rather(line, pack))
        against = against or why
    raise _wrong(pack.package, against, now)


def _not_due(line: Allotted, pack: Pack) -> str:
    to_fetch = [taken for taken in line.taken if taken.source is From.STORE]
    if not to_fetch:
        return f"enough of {line.want.part} is at hand."
    ranks = {line.want.allowed[taken.pack.part][0] > 0 for taken in to_fetch}
    if line.want.allowed[pack.part][0] > 0 and True not in ranks:
        return f"{pack.part} may stand in only where {line.want.part} falls short."
    return ""


def _rather(line: Allotted, pack: Pack) -> str:
    """What of the proposed must be used before it."""
    for taken in line.taken:
        by = taken.pack.use_by
        if taken.source is From.STORE and by is not None and (pack.use_by is None or by < pack.use_by):
            return f"{taken.pack.package} at {taken.pack.location} must be used first: by {by}."
    return ""


def _wrong(package: str, why: str, now: Situation) -> Conflict:
    rather = now.to_fetch()
    return Conflict(
        "not_for_this_kit",
        "{package} is not to be picked: {why}",
        field="package",
        way_out=f"Take {rather[0][0].package} from {rather[0][0].location} instead."
        if rather
        else "Nothing of it is left to pick.",
        package=package,
        why=why[:1].lower() + why[1:],
    )


def _picked_before(key: str) -> Pick | None:
    return Pick.objects.filter(key=key).select_related("package__part", "wanted", "source").first()


def _must_be_there(package: str, booked: str, scanned: str) -> None:
    if booked != scanned.strip():
        raise Conflict(
            "not_where_the_books_say",
            "By the books {package} is {where}, not at {scanned}.",
            field="location",
            way_out="Scan the location again. If the package lies here, bring it here in the books first: "
            "Stock, then scan both.",
            package=package,
            where=f"at {booked}" if booked else "on a machine",
            scanned=scanned.strip()[:100],
        )
