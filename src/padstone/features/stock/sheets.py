"""The sheets of packages, put together from the ledger, the genealogy and what machines told."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from padstone.features.genealogy.lookups.consumption import (
    Consumption,
    Fed,
    consumption,
    fed_beside,
    orders_fed,
)
from padstone.features.genealogy.lookups.question import instant
from padstone.features.materials.lookups import (
    lately_loaded,
    mountings,
    package_rows,
    relatives,
    siblings_in_lot,
)
from padstone.features.parts.lookups import exchangeable
from padstone.features.sites.lookups import location_names, station_names
from padstone.features.stock.domain.sheet import NOTHING, Counted, Held, Sheet, Stretch
from padstone.features.stock.domain.tolerance import TOLERANCE
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import Used, left_of, positions, used_of
from padstone.features.stock.models import Count, Hold, Movement, PackageCode, Position
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage

_AT_ONCE = 500
_WAYS_OUT = (MovementKind.SCRAPPED, MovementKind.RETURNED, MovementKind.JOINED)
MOST_PEERS = 200
LATELY = 2_000
"""So many of the newest counts, holds and loadings are looked at."""


@dataclass(slots=True)
class _Accounts:
    """What the movements of a package come to."""

    net: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    split_in: Decimal = NOTHING
    split_out: Decimal = NOTHING
    used_when_gone: Decimal = NOTHING
    received_at: datetime | None = None
    gone: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class _Lineage:
    """What a package was split off or poured into, and what of it. ``split_off`` is what the labels of its
    children say: it counts where nothing is on the ledger.
    """

    relatives: frozenset[str]
    is_split_off: bool
    split_off: Decimal


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is known of a package beside its pieces."""

    mountings: int
    counts: tuple[Counted, ...]
    stretches: tuple[Stretch, ...]
    holds: tuple[Held, ...]
    lineage: _Lineage
    codes: frozenset[str]
    strangers: tuple[str, ...]


def unbalanced() -> list[int]:
    """Every package of which pieces are missing, or of which more was used than there was."""
    rows = Position.objects.filter(~Q(missing=0) | Q(quantity__lt=0))
    return list(rows.order_by("package_id").values_list("package_id", flat=True))


def worth_a_look() -> list[int]:
    """Every package of which something may not add up, as far as that is known without asking what became of
    each: the unbalanced ones first, then what is in quarantine, what the newest counts found otherwise than
    the ledger had it, and what machines were loaded with last.
    """
    counts = Count.objects.order_by("-pk").values_list("package_id", "counted", "least", "most")
    surprising = (pk for pk, counted, least, most in counts[:LATELY] if not least <= counted <= most)
    held = Hold.objects.filter(end=None).order_by("-pk").values_list("package_id", flat=True)
    return list(dict.fromkeys([*unbalanced(), *held[:LATELY], *surprising, *lately_loaded(LATELY)]))


def unbalanced_peers(part_ids: Collection[int], but: Collection[int]) -> list[int]:
    """Other packages of these parts of which pieces are missing, or of which more was used than there was."""
    rows = Position.objects.filter(~Q(missing=0) | Q(quantity__lt=0), package__part__in=part_ids)
    return list(rows.exclude(package__in=but).values_list("package_id", flat=True)[:MOST_PEERS])


def twins(sheets: Mapping[int, Sheet], but: Collection[int]) -> list[int]:
    """Other packages that one of these may be a second receipt of: with a code of it on them too, or of the
    same lot as one that was never there.
    """
    codes = {code for sheet in sheets.values() for code in sheet.codes}
    found: dict[int, None] = {}
    if codes:
        alike = PackageCode.objects.filter(code__in=codes).exclude(package__in=but)
        found |= dict.fromkeys(alike.order_by("pk").values_list("package_id", flat=True)[:MOST_PEERS])
    never_there = [pk for pk, sheet in sheets.items() if sheet.was_never_there]
    if never_there:
        of_lots = siblings_in_lot(never_there, MOST_PEERS)
        found |= dict.fromkeys(pk for pk in of_lots if pk not in but)
    return list(found)


def sheets_of(package_ids: Collection[int]) -> dict[int, Sheet]:
    """The sheet of each package that is on the register. Its statements go with hundreds of packages, its
    time with what became of them.
    """
    number = newest_journal_no()
    rows = package_rows(package_ids)
    told = consumption(rows, number)
    sums = used_of(told, number)
    known = positions(rows)
    accounts = _accounts(rows)
    mounted = mountings(rows)
    counts = _counts(rows, mounted)
    stretches = _stretches(rows, told)
    held = _holds(rows)
    related = _relatives(rows)
    codes = _codes(rows)
    return {
        pk: _sheet(
            row,
            known.get(pk),
            sums[pk],
            accounts[pk],
            _Evidence(
                mountings=len(mounted.get(pk, ())),
                counts=counts.get(pk, ()),
                stretches=stretches.get(pk, ()),
                holds=held.get(pk, ()),
                lineage=related[pk],
                codes=codes.get(pk, frozenset()),
                strangers=_strangers(known.get(pk), told[pk]),
            ),
        )
        for pk, row in rows.items()
    }


def _sheet(
    row: MaterialPackage, position: Position | None, told: Used, of_it: _Accounts, known: _Evidence
) -> Sheet:
    net = of_it.net
    received = -net[Account.RECEIVED]
    placed, spoiled, missing = net[Account.PLACED], net[Account.SPOILED], net[Account.MISSING]
    used_when_gone, on_hand, doubtful = of_it.used_when_gone, NOTHING, told.doubtful
    split_in, split_out = of_it.split_in, of_it.split_out
    if position is None:
        label = row.initial_quantity or NOTHING
        received, split_in = (NOTHING, label) if known.lineage.is_split_off else (label, NOTHING)
        split_out = known.lineage.split_off
        placed, spoiled = told.placed, told.spoiled
        on_hand = label - split_out - placed - spoiled
    else:
        more_placed, more_spoiled = told.placed - position.placed, told.spoiled - position.spoiled
        placed, spoiled = placed + more_placed, spoiled + more_spoiled
        doubtful = max(0, told.doubtful - position.settled)
        if position.location_id is None:
            missing -= more_placed + more_spoiled
            used_when_gone += more_placed + more_spoiled
            on_hand = position.quantity
        else:
            on_hand = left_of(position, told).most
    is_gone = position is not None and position.location_id is None
    return Sheet(
        package=row.identifier,
        part=row.part.number,
        lot=row.lot.code if row.lot else "",
        unit=row.quantity_unit,
        is_booked_in=position is not None,
        label_quantity=row.initial_quantity,
        received=received,
        received_at=of_it.received_at,
        split_in=split_in,
        split_out=split_out,
        placed=placed,
        doubtful=doubtful,
        spoiled=spoiled,
        scrapped=net[Account.SCRAPPED],
        returned=net[Account.RETURNED],
        counted_away=net[Account.COUNTED_AWAY],
        missing=missing,
        on_hand=on_hand,
        allowed=TOLERANCE.of(known.mountings),
        mountings=known.mountings,
        gone=_gone(of_it, known.counts) if is_gone else "",
        used_when_gone=used_when_gone,
        counts=known.counts,
        stretches=known.stretches,
        holds=known.holds,
        relatives=known.lineage.relatives,
        codes=known.codes,
        owner=position.owner if position is not None else "",
        strangers=known.strangers,
    )


def _strangers(position: Position | None, told: Consumption) -> tuple[str, ...]:
    """Of what a client owns, the orders of others that it fed; of the house's own, none are."""
    if position is None or not position.owner:
        return ()
    return tuple(number for number, client in orders_fed(told) if client != position.owner)


def _gone(of_it: _Accounts, counts: tuple[Counted, ...]) -> str:
    """How a package left the store last."""
    counted = max((one.at for one in counts if not one.counted), default=None)
    if of_it.gone is None or (counted is not None and counted >= of_it.gone[0]):
        return "counted"
    return of_it.gone[1]


def _accounts(ids: Collection[int]) -> Mapping[int, _Accounts]:
    found: dict[int, _Accounts] = defaultdict(_Accounts)
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = Movement.objects.filter(package__in=some).order_by()
        sums = rows.values_list("package_id", "kind", "from_account", "to_account", "to_package").annotate(
            Sum("quantity")
        )
        for pk, kind, source, to, to_package, pieces in sums:
            of_it = found[pk]
            if to_package is not None:
                of_it.split_out += pieces
                continue
            of_it.net[source] -= pieces
            of_it.net[to] += pieces
            if kind == MovementKind.USED and Account.MISSING in {source, to}:
                of_it.used_when_gone += pieces if source == Account.MISSING else -pieces
        into = Movement.objects.filter(to_package__in=some).order_by()
        for pk, pieces in into.values_list("to_package_id").annotate(Sum("quantity")):
            found[pk].split_in += pieces
        first = rows.filter(kind=MovementKind.BOOKED_IN).values_list("package_id", "at")
        for pk, at in first:
            found[pk].received_at = at
        left = rows.filter(kind__in=_WAYS_OUT).order_by("pk")
        for pk, kind, at in left.values_list("package_id", "kind", "recorded_at"):
            found[pk].gone = (at, kind)
    return found


def _counts(ids: Collection[int], mounted: Mapping[int, list[datetime]]) -> dict[int, tuple[Counted, ...]]:
    found: dict[int, list[Counted]] = defaultdict(list)
    before: dict[int, int] = {}
    for some in in_parts(sorted(ids), _AT_ONCE):
        for row in Count.objects.filter(package__in=some).order_by("pk"):
            pk = row.package_id
            so_far = bisect_right(mounted.get(pk, []), row.at)
            found[pk].append(
                Counted(
                    at=row.recorded_at,
                    counted=row.counted,
                    least=row.least,
                    most=row.most,
                    mounted=so_far - before.get(pk, 0),
                )
            )
            before[pk] = so_far
    return {pk: tuple(rows) for pk, rows in found.items()}


def _stretches(
    rows: Mapping[int, MaterialPackage], told: Mapping[int, Consumption]
) -> dict[int, tuple[Stretch, ...]]:
    """Where and when each package fed, and what else the same programs took from there."""
    every = [one for used in told.values() for one in used.fed]
    named = [one for used in told.values() for one in used.named]
    if not every and not named:
        return {}
    beside: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (location, _), packages in fed_beside(every).items():
        for pk, passes in packages.items():
            beside[location][pk] += passes
    there = package_rows({pk for packages in beside.values() for pk in packages})
    alike = exchangeable({row.part_id for row in there.values()})
    stations = station_names({one.station for one in (*every, *named)})
    locations = location_names({one.location for one in (*every, *named)})
    found: dict[int, tuple[Stretch, ...]] = {}
    for pk, used in told.items():
        spans: dict[tuple[int, int, int], list[Fed]] = defaultdict(list)
        for one in used.fed:
            spans[one.station, one.location, one.sequence].append(one)
        part = rows[pk].part_id
        of_spans = [
            Stretch(
                station=stations[station],
                location=locations[location],
                since=instant(min(one.first for one in feds)),
                until=instant(max(one.last for one in feds)),
                passes=sum(passes for by, passes in beside[location].items() if there[by].part_id == part),
                rivals=_rivals(part, beside[location], there, alike),
            )
            for (station, location, _), feds in spans.items()
        ]
        of_passes = [
            Stretch(
                station=stations[one.station],
                location=locations[one.location],
                since=instant(one.first),
                until=instant(one.last),
                passes=1,
            )
            for one in used.named
        ]
        found[pk] = (*of_spans, *of_passes)
    return found


def _rivals(
    part: int, fed: Mapping[int, int], there: Mapping[int, MaterialPackage], alike: set[tuple[int, int]]
) -> tuple[tuple[str, str, int], ...]:
    """Of each other part that fed there, a package and how many passes all of them had."""
    passes: dict[int, int] = defaultdict(int)
    named: dict[int, MaterialPackage] = {}
    for pk, count in fed.items():
        other = there[pk]
        if other.part_id != part and (part, other.part_id) not in alike:
            passes[other.part_id] += count
            named.setdefault(other.part_id, other)
    return tuple(
        (named[other].identifier, named[other].part.number, count) for other, count in sorted(passes.items())
    )


def _holds(ids: Collection[int]) -> dict[int, tuple[Held, ...]]:
    found: dict[int, list[Held]] = defaultdict(list)
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = Hold.objects.filter(package__in=some).order_by("pk")
        for pk, at, reason, until in rows.values_list("package_id", "at", "reason", "end__at"):
            found[pk].append(Held(since=at, until=until, reason=reason))
    return {pk: tuple(rows) for pk, rows in found.items()}


def _relatives(ids: Collection[int]) -> dict[int, _Lineage]:
    parents, children = relatives(ids)
    others = {other for each in (parents, children) for some in each.values() for other in some}
    names = package_rows(others)
    return {
        pk: _Lineage(
            relatives=frozenset(
                names[other].identifier for each in (parents, children) for other in each.get(pk, ())
            ),
            is_split_off=pk in parents,
            split_off=sum(
                (names[child].initial_quantity or NOTHING for child in children.get(pk, ())), NOTHING
            ),
        )
        for pk in ids
    }


def _codes(ids: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for some in in_parts(sorted(ids), _AT_ONCE):
        for pk, code in PackageCode.objects.filter(package__in=some).values_list("package_id", "code"):
            found[pk].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}
