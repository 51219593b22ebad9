"""Paste and glue on units, and the tools that worked on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.cfx import given
from padstone.features.genealogy.commands import (
    Application,
    UsedTool,
    record_applications,
    record_tool_uses,
)
from padstone.features.materials.lookups import packages_feeding
from padstone.ingest.chain import sources
from padstone.ingest.interpreters.fit import judge_use
from padstone.ingest.interpreters.materials import check_part, load_key, location_of
from padstone.ingest.interpreters.measured import kind_of
from padstone.ingest.interpreters.naming import transaction_told, units_told
from padstone.ingest.interpreters.placing import LONGEST_DESIGNATOR
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid, NotYetKnown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from padstone.ingest.context import Context


def materials_applied(message: cfx.MaterialsApplied, context: Context) -> None:
    """Material came onto units. Whoever names a panel without a position means all its units."""
    transaction = transaction_told(given(message.transaction_id), context)
    found = [
        application
        for material in given(message.applied_materials) or ()
        for application in _applied(material, transaction, context)
    ]
    _record(found, transaction, context)
    judge_use({package for one in found for package in one.packages}, context)


def _applied(
    material: cfx.InstalledMaterial, transaction: UUID | None, context: Context
) -> Iterable[Application]:
    units = units_told(
        given(material.unit_identifier), given(material.unit_position_number), transaction, context
    )
    components = given(material.installed_components) or ()
    moments = [context.instant(given(one.installation_time)) for one in components]
    at = max((moment.utc for moment in moments if moment is not None), default=context.happened_at)
    place = given(material.carrier_location)
    location = location_of(place, context) if place is not None else None
    packages = _packages(material, place, location, at, context)
    quantity = _quantity(material) if len(units) == 1 else ""  # what is told is of all units together
    for unit in units:
        yield Application(
            unit_id=unit.pk,
            at=at,
            packages=packages,
            location_id=location,
            designators=designators_of(components),
            quantity=quantity,
        )


def _packages(
    material: cfx.InstalledMaterial,
    place: cfx.MaterialCarrierLocation | None,
    location: int | None,
    at: datetime,
    context: Context,
) -> tuple[int, ...]:
    named = given(material.material)
    found = sources(named).identifiers if named is not None else ()
    if found:
        known = context.packages(found)
        identifier = given(named.unique_identifier) or "" if named is not None else ""
        if named is not None and identifier in known:
            check_part(given(named.internal_part_number), known[identifier].part.number, identifier, context)
        return tuple(sorted(package.pk for package in known.values()))
    if place is None or location is None:
        raise Invalid(
            "package_not_named",
            "The machine does not say which material it applied, nor where it took it.",
            field="Material",
            way_out="Name the package, or the place that it was loaded at.",
        )
    loaded = packages_feeding(location, {at})[at]
    if loaded is None:
        raise NotYetKnown(
            load_key(place, context),
            "package_not_named",
            "The machine does not say which material it applied, and none was loaded there.",
            way_out="Report MaterialsLoaded for the location, or let the machine name the package.",
        )
    context.flag("package_inferred", "The machine named no package; the loaded one was taken.")
    return (loaded,)


def _quantity(material: cfx.InstalledMaterial) -> str:
    told = given(material.quantity_applied) if isinstance(material, cfx.AppliedMaterial) else None
    if told is not None and given(told.value) is not None:
        return f"{given(told.value):.12g} {given(told.value_units) or ''}".strip()
    count = given(material.quantity_installed)
    return "" if count is None else f"{count:f}"


def materials_unapplied(message: cfx.MaterialsUnapplied, context: Context) -> None:
    """Material was taken off units. Without a package it is all that was there."""
    transaction = transaction_told(given(message.transaction_id), context)
    found = []
    for material in given(message.unapplied_materials) or ():
        units = units_told(
            given(material.unit_identifier), given(material.unit_position_number), transaction, context
        )
        named = given(material.material)
        identifier = given(named.unique_identifier) if named else None
        reason = given(material.reason)
        found += [
            Application(
                unit_id=unit.pk,
                at=context.happened_at,
                packages=(context.packages([identifier])[identifier].pk,) if identifier else (),
                removed=True,
                designators=designators_of(given(material.uninstalled_components) or ()),
                reason=reason.value if reason else "",
            )
            for unit in units
        ]
    _record(found, transaction, context)


def _record(found: list[Application], transaction: UUID | None, context: Context) -> None:
    record_applications.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        applications=found,
        journal_no=context.journal_no,
    )


def tools_used(message: cfx.ToolsUsed, context: Context) -> None:
    """Which tools worked on which units, for which designators."""
    transaction = transaction_told(given(message.transaction_id), context)
    found = []
    for used in given(message.used_tools) or ():
        tool = given(used.tool)
        identifier = (given(tool.unique_identifier) if tool else None) or ""
        name = (given(tool.name) if tool else None) or ""
        if tool is None or not (identifier or name):
            raise Invalid(
                "no_tool",
                "The message does not say which tool was used.",
                field="Tool",
                way_out="The machine must give the tool's UniqueIdentifier or its name.",
            )
        units = units_told(
            given(used.unit_identifier), given(used.unit_position_number), transaction, context
        )
        found += [
            UsedTool(
                unit_id=unit.pk,
                tool=identifier,
                name=name,
                kind=kind_of(tool),
                cycles=given(used.usage_cycles),
                designators=designators_of(given(used.installed_components) or ()),
            )
            for unit in units
        ]
    record_tool_uses.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        at=context.happened_at,
        tools=found,
        journal_no=context.journal_no,
    )


def designators_of(components: Iterable[cfx.InstalledComponent]) -> tuple[str, ...]:
    """The designators that are told of, each once, in the machine's order."""
    found: dict[str, None] = {}
    for component in components:
        designator = given(component.reference_designator) or ""
        check_length(designator, "ReferenceDesignator", LONGEST_DESIGNATOR)
        if designator:
            found[designator] = None
    return tuple(found)
