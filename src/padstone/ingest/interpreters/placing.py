"""A placer's report in its usual form, read column by column.

Two hundred placements that are looked at one by one take longer than all the rest of their message's way. So
each column is taken out whole, and what it names (units, locations, packages, tools) is looked up once for
every name. The result is what ``assembly`` reads of the same message one by one.
"""

from __future__ import annotations

from itertools import chain, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from padstone.cfx import given
from padstone.features.genealogy.domain.placement import Columns
from padstone.ingest.interpreters.materials import location_of
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from padstone import cfx
    from padstone.features.production.models import Unit, WorkTransaction
    from padstone.ingest import usual
    from padstone.ingest.context import Context

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")
T = TypeVar("T")

LONGEST_DESIGNATOR = 100
LONGEST_WORD = 60

_unit = attrgetter("unit_identifier", "unit_position_number")
_package = attrgetter("material.unique_identifier", "material.internal_part_number")
_place = attrgetter(
    "carrier_location.location_identifier",
    "carrier_location.location_name",
    "carrier_location.carrier_information",
)
_quantities = attrgetter("quantity_installed", "quantity_non_installed", "material.quantity")
_components = attrgetter("installed_components")
_designator = attrgetter("reference_designator")
_time = attrgetter("installation_time")
_tool = attrgetter("head_and_nozzle")


class _CloserLook(Exception):
    """Something is missing, doubtful or wrong: ``assembly`` says what."""


def columns_of(
    message: usual.MaterialsInstalled, context: Context, transaction: WorkTransaction
) -> Columns | None:
    """The placements of a report. None where it wants a closer look: then nothing was said or changed."""
    materials = message.installed_materials or ()
    if not all(material.material and material.carrier_location for material in materials):
        return None
    if min(filter(None, chain.from_iterable(map(_quantities, materials))), default=0) < 0:
        return None
    placed = [_components(material) or () for material in materials]
    components = list(chain.from_iterable(placed))
    designators = tuple(map(_designator, components))
    if not all(designators) or max(map(len, designators), default=0) > LONGEST_DESIGNATOR:
        return None
    times = map(_time, components)
    memory, station_id = context.memory, context.station.pk
    sizes = [len(one) for one in placed]
    try:
        positions = _named(_unit, materials, {}, lambda one: unit_of(one, context, transaction).position)
        places = memory.places.setdefault(station_id, {})
        locations = _named(_place, materials, places, lambda one: _location(one, context))
        packages = _named(_package, materials, memory.sources, lambda one: _source(one, context))
        tools = _named(_tool, components, memory.tools, lambda one: _words(one.head_and_nozzle))
    except _CloserLook:
        return None
    heads, nozzles = zip(*tools, strict=True) if tools else ((), ())
    return Columns(
        _for_each(positions, sizes),
        designators,
        _for_each(locations, sizes),
        heads,
        nozzles,
        _for_each(packages, sizes),
        context.all_ticks(times),
    )


def _named(key_of: Callable[[T], K], rows: Sequence[T], known: dict[K, V], find: Callable[[T], V]) -> list[V]:
    """What the rows name, looked up once for each name."""
    keys = list(map(key_of, rows))
    try:
        return [known[key] for key in keys]
    except KeyError:
        for key, row in zip(keys, rows, strict=True):
            if key not in known:
                known[key] = find(row)
        return [known[key] for key in keys]


def _for_each(values: Iterable[V], sizes: Iterable[int]) -> tuple[V, ...]:
    """A material's value, once for each of its components."""
    return tuple(chain.from_iterable(map(repeat, values, sizes)))


def _location(material: usual.InstalledMaterial, context: Context) -> int:
    place = material.carrier_location
    location = location_of(place, context) if place is not None else None
    if location is None:
        raise _CloserLook
    return location


def _source(material: usual.InstalledMaterial, context: Context) -> tuple[int, ...]:
    named = material.material
    if named is None or not named.unique_identifier:
        raise _CloserLook
    package = context.packages([named.unique_identifier])[named.unique_identifier]
    if named.internal_part_number and named.internal_part_number != package.part.number:
        raise _CloserLook
    return (package.pk,)


def _words(used: usual.HeadAndNozzle | None) -> tuple[str, str]:
    words = tool_words(used)
    if max(map(len, words)) > LONGEST_WORD:
        raise _CloserLook
    return words


def tool_words(used: cfx.SMTHeadAndNozzle | usual.HeadAndNozzle | None) -> tuple[str, str]:
    """The head and the nozzle, as the books take them."""
    if used is None:
        return "", ""
    number = given(used.head_nozzle_number)
    kind = given(used.nozzle_type)
    nozzle = " ".join(str(part) for part in (number, kind) if part not in {None, ""})
    return given(used.head_id) or "", nozzle


def unit_of(
    material: cfx.InstalledMaterial | usual.InstalledMaterial, context: Context, transaction: WorkTransaction
) -> Unit:
    """The unit that a material was placed on. Raises Invalid for one that the machine did not have."""
    unit = context.unit(
        given(material.unit_identifier), given(material.unit_position_number), transaction.uuid
    )
    if unit.panel_id != transaction.panel_id:
        raise Invalid(
            "unit_of_another_panel",
            "Unit {unit} does not belong to the panel of this transaction.",
            field="UnitIdentifier",
            way_out="Check which board the machine had: its barcode or its TransactionId is wrong.",
            unit=unit.identifier,
        )
    return unit
