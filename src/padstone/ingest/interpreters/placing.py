"""A placer's report in its usual form, read column by column.

Two hundred placements that are looked at one by one take longer than all the rest of their message's way. So
each column is taken out whole, and what it names (units, locations, packages, tools) is looked up once for
every name. The result is what ``assembly`` reads of the same message one by one.
"""

from __future__ import annotations

from itertools import chain, repeat
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, TypeVar

from padstone.cfx import given
from padstone.features.genealogy.domain.placement import Columns
from padstone.ingest.interpreters.materials import location_of
from padstone.ingest.repeating import ReadReport
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from padstone import cfx
    from padstone.features.production.models import Unit, WorkTransaction
    from padstone.ingest import usual
    from padstone.ingest.context import Context
    from padstone.ingest.repeating import Repetition

K = TypeVar("K", bound="Hashable")
V = TypeVar("V")
T = TypeVar("T")

LONGEST_DESIGNATOR = 100
LONGEST_WORD = 60

_unit = attrgetter("unit_identifier", "unit_position_number")
_package_name = attrgetter("material.unique_identifier")
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
    times = tuple(map(_time, components))
    memory, station_id = context.memory, context.station.pk
    sizes = [len(one) for one in placed]
    try:
        positions = _named(_unit, materials, {}, lambda one: unit_of(one, context, transaction).position)
        places = memory.places.setdefault(station_id, {})
        locations = _named(_place, materials, places, lambda one: _location(one, context))
        packages = _named(
            _package,
            materials,
            memory.sources,
            lambda one: _source(one, context),
            lambda some: context.memory.read_packages(filter(None, map(_package_name, some))),
        )
        tools = _named(_tool, components, memory.tools, lambda one: _words(one.head_and_nozzle))
    except _CloserLook:
        return None
    heads, nozzles = zip(*tools, strict=True) if tools else ((), ())
    columns = Columns(
        _for_each(positions, sizes),
        designators,
        _for_each(locations, sizes),
        heads,
        nozzles,
        _for_each(packages, sizes),
        context.all_ticks(times),
    )
    context.read = ReadReport(columns, positions)
    return columns


def columns_of_repetition(
    message: Repetition, context: Context, transaction: WorkTransaction
) -> Columns | None:
    """As ``columns_of``, of a report that has the form of a known one. None where it has to be decoded."""
    meaning, names = message.meaning, message.unit_names()
    if meaning.station_id != context.station.pk or names is None:
        return None
    there = context.units_of_panel(transaction.panel_id)
    for name, unit in zip(names, meaning.units, strict=True):
        seen = there.get(unit.position)
        if seen is not None and seen.identifier == name != transaction.panel.identifier:
            continue  # nearly always; no other unit has this name
        if unit_named(name, unit.position_number, context, transaction).position != unit.position:
            return None
    if message.packages != meaning.packages:
        packages = _packages_of_repetition(message, context)
        if packages is None:
            return None
        meaning.columns, meaning.packages = meaning.columns._replace(packages=packages), message.packages
    if message.packed is not None:
        return meaning.columns._replace(ticks=message.packed.ticks)
    if not message.has_times:
        return meaning.columns
    return meaning.columns._replace(ticks=context.all_ticks(message.single_times()))


def _packages_of_repetition(message: Repetition, context: Context) -> tuple[tuple[int, ...], ...] | None:
    try:
        found = _named(
            itemgetter(0, 1),
            list(zip(message.package_names(), message.meaning.parts, strict=True)),
            context.memory.sources,
            lambda one: _source_named(*one, context),
            lambda some: context.memory.read_packages(name for name, _ in some if name),
        )
    except _CloserLook:
        return None
    return _for_each(found, message.meaning.sizes)


def _named(
    key_of: Callable[[T], K],
    rows: Sequence[T],
    known: dict[K, V],
    find: Callable[[T], V],
    read_ahead: Callable[[Iterable[T]], None] | None = None,
) -> list[V]:
    """What the rows name, looked up once for each name. ``read_ahead`` is given all that is looked up."""
    keys = list(map(key_of, rows))
    try:
        return [known[key] for key in keys]
    except KeyError:
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in known}
        if read_ahead is not None:
            read_ahead(new.values())
        known.update({key: find(row) for key, row in new.items()})
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
    if named is None:
        raise _CloserLook
    return _source_named(named.unique_identifier, named.internal_part_number, context)


def _source_named(identifier: str | None, part: str | None, context: Context) -> tuple[int, ...]:
    if not identifier:
        raise _CloserLook
    package = context.packages([identifier])[identifier]
    if part and part != package.part.number:
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
    return unit_named(
        given(material.unit_identifier), given(material.unit_position_number), context, transaction
    )


def unit_named(
    identifier: str | None, position: int | None, context: Context, transaction: WorkTransaction
) -> Unit:
    """The unit of this name and position number. Raises Invalid for one that the machine did not have."""
    unit = context.unit(identifier, position, transaction.uuid)
    if unit.panel_id != transaction.panel_id:
        raise Invalid(
            "unit_of_another_panel",
            "Unit {unit} does not belong to the panel of this transaction.",
            field="UnitIdentifier",
            way_out="Check which board the machine had: its barcode or its TransactionId is wrong.",
            unit=unit.identifier,
        )
    return unit
