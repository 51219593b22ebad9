"""What some units have in common that others have not: where to look first when they failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp, lgamma
from typing import TYPE_CHECKING

from padstone.features.genealogy.queries import installations_of_units
from padstone.features.production.lookups import in_steps, units, units_of_same_orders
from padstone.kernel.errors import Invalid
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from padstone.features.genealogy.queries import Installation
    from padstone.kernel.actor import Actor

MOST_UNITS = 2_000
"""Of either kind. Each is read placement by placement."""

Feature = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """Something that units share. ``kind``: package, lot, station, location, head or nozzle; the last three
    are named with their station.

    ``among`` of the units have it, and ``beside`` of the others. ``chance`` is the probability that at least
    so many of the units had it if it were dealt out blindly: the smaller, the more telling.
    """

    kind: str
    name: str
    among: int
    beside: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCauses:
    """``units`` and ``others`` are how many were compared; the causes come with the most telling first."""

    as_of: int | None
    units: int
    others: int
    causes: tuple[CommonCause, ...]


def common_causes(
    actor: Actor,
    identifiers: Collection[str],
    *,
    beside: Collection[str] | None = None,
    as_of: int | None = None,
) -> CommonCauses:
    """What these units share beyond chance, beside other units: those given, else the newest of the same work
    orders. A part that may be of either of two packages counts for both. Raises Invalid for no units, for too
    many, and for any that nobody has told of.
    """
    must_see(actor)
    of_these = _ids(identifiers)
    if beside is None:
        others = set(units_of_same_orders(of_these, MOST_UNITS + len(of_these))) - of_these
        others = set(sorted(others, reverse=True)[:MOST_UNITS])
    else:
        others = _ids(beside) - of_these
    among, without = _features(actor, of_these, as_of), _features(actor, others, as_of)
    causes = (
        CommonCause(
            kind=kind,
            name=name,
            among=count,
            beside=without[kind, name],
            chance=_chance(count, len(of_these), count + without[kind, name], len(of_these) + len(others)),
        )
        for (kind, name), count in among.items()
    )
    return CommonCauses(
        as_of=as_of,
        units=len(of_these),
        others=len(others),
        causes=tuple(sorted(causes, key=lambda one: (one.chance, -one.among, one.kind, one.name))),
    )


def _ids(identifiers: Collection[str]) -> set[int]:
    if not 0 < len(identifiers) <= MOST_UNITS:
        raise Invalid(
            "units_to_compare",
            "Give from 1 to {most} units.",
            field="units",
            most=MOST_UNITS,
        )
    found = {name: unit for some in in_steps(set(identifiers)) for name, unit in units(some).items()}
    if unknown := set(identifiers) - found.keys():
        raise Invalid(
            "unknown_unit", "There is no unit {unit} on the books.", field="units", unit=min(unknown)
        )
    return {unit.pk for unit in found.values()}


def _features(actor: Actor, unit_ids: Collection[int], as_of: int | None) -> Counter[Feature]:
    """By feature, how many of these units have it."""
    counted: Counter[Feature] = Counter()
    for _, parts in installations_of_units(actor, unit_ids, as_of=as_of):
        counted.update({feature for part in parts for feature in _features_of(part)})
    return counted


def _features_of(part: Installation) -> Iterator[Feature]:
    named = (
        ("package", part.package),
        ("lot", part.lot),
        ("station", part.station),
        ("location", part.location and f"{part.station} {part.location}"),
        ("head", part.head and f"{part.station} {part.head}"),
        ("nozzle", part.nozzle and f"{part.station} {part.nozzle}"),
    )
    return (feature for feature in named if feature[1])


def _chance(among: int, units: int, having: int, all_units: int) -> float:
    """The upper tail of the hypergeometric distribution: ``having`` of ``all_units`` have it, ``units`` are
    drawn, and at least ``among`` of them have it.
    """
    most = min(units, having)
    logs = (
        _log_choices(having, hit)
        + _log_choices(all_units - having, units - hit)
        - _log_choices(all_units, units)
        for hit in range(among, most + 1)
        if units - hit <= all_units - having
    )
    return min(1.0, sum(exp(one) for one in logs))


def _log_choices(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
