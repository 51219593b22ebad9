"""How a package is taken in hand, and how what is done to it comes onto the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.materials.lookups import locked_packages
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import location_called, locations_called, locked_positions, used
from padstone.features.stock.models import Movement, Position, StorageLocation
from padstone.features.stock.words import said_of
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.journal.known import newest_journal_no

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage
    from padstone.kernel.actor import Actor

MOST_PIECES = Decimal(10**12)
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a package is after a command, and how much of it. ``location`` is "" where it is nowhere any
    more. ``version`` is what the next command is told as ``seen``. ``changed``: False where nothing was to be
    done, because it was so already.
    """

    package: str
    part: str
    location: str
    quantity: Decimal
    unit: str
    owner: str
    reserved_for: str
    version: int
    changed: bool


class End(NamedTuple):
    """One end of a movement."""

    account: Account
    location_id: int | None = None


@dataclass(slots=True)
class Act:
    """Who does it, when and why. ``key`` goes to the first movement that is posted under it."""

    actor: Actor
    at: datetime
    now: datetime
    why: str = ""
    key: str | None = None


def act_of(actor: Actor, *, at: datetime | None = None, why: str = "", key: str = "") -> Act:
    """What lies ahead of the clock counts as now."""
    check_length(key, "key", 100)
    now = clock.now()
    return Act(actor, min(at or now, now), now, why.strip(), key or None)


@dataclass(slots=True)
class InHand:
    """A package and its position, locked. ``act`` is what is done to it."""

    package: MaterialPackage
    position: Position
    act: Act
    doubtful: int = 0
    """Pieces that may be of this package or of another, and of which no count has said."""
    before: dict[str, object] = field(default_factory=dict)

    @property
    def here(self) -> End:
        """Where its pieces are taken from: of a package that is nowhere, from nobody knows where."""
        if self.position.location_id is None:
            return End(Account.MISSING)
        return End(Account.STORED, self.position.location_id)

    def post(
        self,
        kind: MovementKind,
        to: End,
        quantity: Decimal,
        *,
        source: End | None = None,
        to_package: InHand | None = None,
        journal_no: int | None = None,
    ) -> Movement | None:
        """Pieces go from here, or from ``source``, to there; below nothing, the other way. None of them is
        no movement.
        """
        if not quantity and kind is not MovementKind.MOVED:
            return None
        source = source or self.here
        if source.account is Account.STORED and (to.account is not Account.STORED or to_package):
            self.position.quantity -= quantity
        elif source.account is not Account.STORED and to.account is Account.STORED:
            self.position.quantity += quantity
        if to_package is not None:
            to_package.position.quantity += quantity
        for end, pieces in ((source, -quantity), (to, quantity)):
            if end.account is Account.MISSING:
                self.position.missing += pieces
        ends = (source, to) if quantity >= 0 else (to, source)
        key, self.act.key = (None, self.act.key) if kind is MovementKind.USED else (self.act.key, None)
        return Movement.objects.create(
            package_id=self.package.pk,
            kind=kind,
            from_account=ends[0].account,
            from_location_id=ends[0].location_id,
            to_package_id=to_package.package.pk if to_package else None,
            to_account=ends[1].account,
            to_location_id=ends[1].location_id,
            quantity=abs(quantity),
            at=self.act.at,
            recorded_at=self.act.now,
            by=self.act.actor.name[:200],
            why=self.act.why,
            key=key,
            journal_no=journal_no,
        )

    def catch_up(self) -> None:
        """Post what the genealogy says was used since somebody last touched the package."""
        position, number = self.position, newest_journal_no()
        told = used([self.package.pk], number)[self.package.pk]
        self.post(MovementKind.USED, End(Account.PLACED), told.placed - position.placed, journal_no=number)
        self.post(MovementKind.USED, End(Account.SPOILED), told.spoiled - position.spoiled, journal_no=number)
        position.placed, position.spoiled, position.as_of = told.placed, told.spoiled, number
        self.doubtful = max(0, told.doubtful - position.settled)

    def put(self, location_id: int | None) -> None:
        self.position.location_id = location_id
        self.position.since = self.act.at

    def keep(self, how: MovementKind | str) -> None:
        """Write the position down as it is now: the package was changed by this act."""
        position = self.position
        position.version += 1
        position.changed_by = self.act.actor.name[:200]
        position.changed_at = self.act.now
        position.changed_how = str(how)
        position.save()

    def unchanged(self) -> Whereabouts:
        """Nothing was to be done. What was posted as used in the meantime stays posted."""
        self.position.save()
        return self.whereabouts(changed=False)

    def whereabouts(self, *, changed: bool = True) -> Whereabouts:
        position = self.position
        here = position.location_id
        location = None if here is None else StorageLocation.objects.get(pk=here)
        return Whereabouts(
            package=self.package.identifier,
            part=self.package.part.number,
            location=location.code if location else "",
            quantity=position.quantity,
            unit=self.package.quantity_unit,
            owner=position.owner,
            reserved_for=position.reserved_for.number if position.reserved_for else "",
            version=position.version,
            changed=changed,
        )

    def is_done(self) -> bool:
        """Whether this very act, by its key, is on the ledger. Raises Conflict where the key is another
        act's.
        """
        if self.act.key is None:
            return False
        known = Movement.objects.filter(key=self.act.key).first()
        if known is not None and known.package_id != self.package.pk:
            raise key_taken(self.act.key)
        return known is not None


def key_taken(key: str) -> Conflict:
    return Conflict(
        "key_taken",
        "The key {key} was given to another movement.",
        field="key",
        way_out="Give each request a key of its own; the same one only to send the same again.",
        key=key,
    )


def take_in_hand(
    act: Act, identifier: str, seen: int | None = None, *, enter_at: StorageLocation | None = None
) -> InHand:
    """The package of that identifier, locked until the transaction ends, with all that was used of it posted.

    ``enter_at``: where it is entered with its label's quantity if nobody has booked it in. Raises NotFound
    for one that nobody has told of; Conflict where it has changed since it was ``seen``, or is not in store.
    """
    return take_all_in_hand(act, [(identifier, seen)], enter_at=enter_at)[0]


def take_all_in_hand(
    act: Act, wanted: list[tuple[str, int | None]], *, enter_at: StorageLocation | None = None
) -> list[InHand]:
    """Several at once; as ``take_in_hand``."""
    packages = locked_packages([identifier for identifier, _ in wanted])
    for identifier, _ in wanted:
        if identifier not in packages:
            raise unknown_package(identifier)
    positions = locked_positions([package.pk for package in packages.values()])
    found = []
    for identifier, seen in wanted:
        package = packages[identifier]
        known = positions.get(package.pk)
        if known is not None:
            _must_be_as_seen(package, known, seen)
        one = InHand(package, known or _unentered(act, package), act)
        one.before = {"location": _code(known), "quantity": one.position.quantity}
        if known is None:
            _enter(one, enter_at)
        one.catch_up()
        found.append(one)
    return found


def _code(position: Position | None) -> str:
    return position.location.code if position is not None and position.location is not None else ""


def _unentered(act: Act, package: MaterialPackage) -> Position:
    return Position(package_id=package.pk, quantity=Decimal(0), since=act.at, changed_at=act.now)


def _enter(one: InHand, location: StorageLocation | None) -> None:
    """A package that machines told of and nobody has booked in enters with what its label says."""
    if location is None:
        raise Conflict(
            "not_in_store",
            "{package} was never brought into store.",
            field="package",
            way_out="Scan it and a location first.",
            package=one.package.identifier,
        )
    if one.package.initial_quantity is None:
        raise Conflict(
            "quantity_unknown",
            "Nobody has said how much {package} holds.",
            field="quantity",
            way_out="Book it in with its quantity.",
            package=one.package.identifier,
        )
    one.put(location.pk)
    key, one.act.key = one.act.key, None
    one.post(
        MovementKind.BOOKED_IN,
        End(Account.STORED, location.pk),
        one.package.initial_quantity,
        source=End(Account.RECEIVED),
    )
    one.act.key = key


def _must_be_as_seen(package: MaterialPackage, position: Position, seen: int | None) -> None:
    if seen is None or seen == position.version:
        return
    raise Conflict(
        "package_changed",
        "{package} was changed in the meantime: {how} by {who} at {when}; it is {where} now.",
        field="seen",
        way_out="Scan it again, and decide anew.",
        package=package.identifier,
        how=said_of(position.changed_how),
        who=position.changed_by,
        when=position.changed_at.strftime("%H:%M:%S UTC"),
        where=f"at {position.location.code}" if position.location else "nowhere in store",
    )


def unknown_package(identifier: str) -> NotFound:
    return NotFound(
        "package_unknown",
        "No reel, tray or stick {package} is on the books.",
        field="package",
        way_out="Scan its label again, or receive it.",
        package=identifier,
    )


def must_location(code: str) -> StorageLocation:
    found = location_called(code.strip())
    if found is None:
        raise _unknown_location(code)
    return found


def must_locations(codes: Collection[str]) -> dict[str, StorageLocation]:
    """By these very texts, many in one statement. Raises NotFound for the first that nobody knows."""
    found = locations_called({code.strip() for code in codes})
    for code in codes:
        if code.strip() not in found:
            raise _unknown_location(code)
    return {code: found[code.strip()] for code in codes}


def _unknown_location(code: str) -> NotFound:
    return NotFound(
        "location_unknown",
        "There is no storage location {location}.",
        field="location",
        way_out="Scan the location's label again, or make the location.",
        location=code,
    )


def quantity_of(text: Decimal, field_name: str = "quantity", *, zero: bool = False) -> Decimal:
    """A quantity to the millionth. Raises Invalid for one that no package can hold."""
    if not text.is_finite() or text < 0 or (text == 0 and not zero) or text >= MOST_PIECES:
        raise Invalid(
            "quantity_out_of_range",
            "{quantity} can't be counted in a package.",
            field=field_name,
            way_out="Correct the quantity.",
            quantity=text,
        )
    return text.quantize(_MILLIONTH, ROUND_HALF_EVEN)
