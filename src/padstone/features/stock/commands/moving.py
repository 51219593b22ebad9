"""Packages come into store, and go from place to place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.lookups import locked_packages
from padstone.features.stock.commands.at_work import must_may_go
from padstone.features.stock.commands.ledger import (
    Act,
    End,
    Whereabouts,
    act_of,
    must_location,
    must_locations,
    quantity_of,
    take_in_hand,
    unknown_package,
)
from padstone.features.stock.domain.sheet import NOTHING
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import positions
from padstone.features.stock.models import Movement, PackageCode, Position, StorageLocation
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command, gathering, write_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage
    from padstone.kernel.actor import Actor

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A package that comes into store. ``quantity`` None: what its label said when it was received.
    ``owner`` is the client whose it is, "" the house. ``codes`` are others that stand on it.
    """

    package: str
    location: str
    quantity: Decimal | None = None
    owner: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookedIn:
    """How many packages were booked in, and which were in store before."""

    added: int
    known: tuple[str, ...]


@command("receive_package")
def book_in(
    actor: Actor,
    *,
    arrivals: Sequence[Arrival],
    at: datetime | None = None,
    why: str = "",
    skip_known: bool = False,
) -> BookedIn:
    """Packages of the register come into store; a thousand at most in one go, in a handful of statements.

    Raises NotFound for a package or location that nobody knows, Invalid for a quantity that none can hold,
    Conflict where a package is in store already, unless these are to be left out (``skip_known``), or where
    one may not be used and comes to a line.
    """
    if len(arrivals) > MOST_AT_ONCE:
        raise Invalid("too_many_at_once", "At most {most} go at once.", field="arrivals", most=MOST_AT_ONCE)
    act = act_of(actor, at=at, why=why)
    packages = locked_packages([one.package for one in arrivals])
    places = must_locations(list(dict.fromkeys(one.location for one in arrivals)))
    known = positions([row.pk for row in packages.values()])
    fresh: list[tuple[Arrival, MaterialPackage, Decimal]] = []
    old: list[str] = []
    for one in arrivals:
        package = packages.get(one.package)
        if package is None:
            raise unknown_package(one.package)
        if package.pk in known:
            if not skip_known:
                raise _in_store(package, known[package.pk])
            old.append(one.package)
        else:
            fresh.append((one, package, _quantity(one, package)))
    if len({package.pk for _, package, _ in fresh}) < len(fresh):
        raise Invalid("package_twice", "One package is named twice.", field="arrivals")
    must_may_go({row.pk: (row.identifier, places[one.location]) for one, row, _ in fresh}, act.now)
    _write(act, fresh, places)
    for one, package, quantity in fresh if len(fresh) == 1 else ():
        record(
            actor,
            "book_in",
            f"package:{package.identifier}",
            why=act.why,
            location=one.location,
            quantity=quantity,
            owner=one.owner,
        )
    if len(fresh) > 1:
        listed = {package.identifier: [one.location, quantity] for one, package, quantity in fresh}
        record(actor, "book_in", "stock", why=act.why, packages=listed)
    return BookedIn(len(fresh), tuple(old))


def _quantity(one: Arrival, package: MaterialPackage) -> Decimal:
    check_length(one.owner, "owner")
    given = package.initial_quantity if one.quantity is None else one.quantity
    if given is None:
        raise Invalid(
            "quantity_unknown",
            "Nobody has said how much {package} holds.",
            field="quantity",
            way_out="Give the quantity, or count it.",
            package=package.identifier,
        )
    return quantity_of(given, zero=True)


def _in_store(package: MaterialPackage, position: Position) -> Conflict:
    return Conflict(
        "in_store_already",
        "{package} is in store already: {who} has seen to it at {when}.",
        field="package",
        way_out="If this is another reel with the same label, give it a label of its own.",
        package=package.identifier,
        who=position.changed_by,
        when=position.changed_at.strftime("%Y-%m-%d %H:%M UTC"),
    )


def _write(
    act: Act, fresh: Sequence[tuple[Arrival, MaterialPackage, Decimal]], places: dict[str, StorageLocation]
) -> None:
    told = {"at": act.at, "recorded_at": act.now, "by": act.actor.name[:200], "why": act.why, "key": None}
    with gathering():
        for one, package, quantity in fresh:
            place = places[one.location].pk
            write_later(
                Position,
                package_id=package.pk,
                location_id=place,
                quantity=quantity,
                placed=NOTHING,
                spoiled=NOTHING,
                settled=0,
                missing=NOTHING,
                as_of=0,
                owner=one.owner,
                reserved_for_id=None,
                since=act.at,
                version=1,
                changed_by=told["by"],
                changed_at=act.now,
                changed_how=MovementKind.BOOKED_IN,
            )
            write_later(
                Movement,
                package_id=package.pk,
                kind=MovementKind.BOOKED_IN,
                from_account=Account.RECEIVED,
                from_location_id=None,
                to_package_id=None,
                to_account=Account.STORED,
                to_location_id=place,
                quantity=quantity,
                journal_no=None,
                **told,
            )
    _add_codes(act, ((package.pk, one.codes) for one, package, _ in fresh))


@command("receive_package")
def add_codes(actor: Actor, *, package: str, codes: Sequence[str]) -> None:
    """By these codes the package is found from now on, too."""
    act = act_of(actor)
    row = locked_packages([package]).get(package)
    if row is None:
        raise unknown_package(package)
    _add_codes(act, [(row.pk, codes)])
    record(actor, "add_codes", f"package:{package}", codes=list(codes))


def _add_codes(act: Act, wanted: Iterable[tuple[int, Sequence[str]]]) -> None:
    rows = []
    for pk, codes in wanted:
        for code in dict.fromkeys(one.strip() for one in codes):
            check_length(code, "code")
            if code:
                rows.append(PackageCode(package_id=pk, code=code, at=act.now, by=act.actor.name[:200]))
    PackageCode.objects.bulk_create(rows, ignore_conflicts=True)


@command("move_stock")
def move(
    actor: Actor,
    *,
    package: str,
    to: str,
    seen: int | None = None,
    why: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Whereabouts:
    """Bring a package to a location: what scanning the one and then the other means.

    Where it is there already, nothing changes. One that machines told of and nobody booked in enters the
    store by it, with its label's quantity. Raises Conflict where it changed since it was ``seen``, is
    nowhere any more, or may not be used and the location is at a line; NotFound for what nobody knows.
    """
    act = act_of(actor, at=at, why=why, key=key)
    place = must_location(to)
    one = take_in_hand(act, package, seen, enter_at=place)
    entered = one.position.pk is None
    if one.is_done() or (not entered and one.position.location_id == place.pk):
        return one.unchanged()
    if one.position.location_id is None:
        raise Conflict(
            "package_gone",
            "{package} is used up, sent away or part of another package.",
            field="package",
            way_out="If it is here all the same, count it, and say where.",
            package=package,
        )
    must_may_go({one.package.pk: (package, place)}, act.now)
    if not entered:
        one.post(MovementKind.MOVED, End(Account.STORED, place.pk), one.position.quantity)
        one.put(place.pk)
    one.keep(MovementKind.BOOKED_IN if entered else MovementKind.MOVED)
    record(
        actor,
        "move_package",
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"location": place.code, "quantity": one.position.quantity},
    )
    return one.whereabouts()
