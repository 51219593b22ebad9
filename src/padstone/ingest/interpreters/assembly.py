"""Parts placed on units, and taken off them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from padstone import cfx
from padstone.cfx import given
from padstone.features.genealogy.commands import (
    Change,
    PassReport,
    Rejected,
    record_changes,
    record_pass,
)
from padstone.features.genealogy.domain.grey import Zone
from padstone.features.genealogy.domain.placement import Columns, Placement
from padstone.features.materials.lookups import packages_feeding
from padstone.ingest import usual
from padstone.ingest.chain import Sources, sources
from padstone.ingest.interpreters.fit import judge_use
from padstone.ingest.interpreters.materials import check_part, load_key, location_of
from padstone.ingest.interpreters.placing import (
    LONGEST_DESIGNATOR,
    LONGEST_WORD,
    columns_of,
    columns_of_repetition,
    tool_words,
    unit_of,
)
from padstone.ingest.repeating import Repetition
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid, NotYetKnown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from padstone.features.genealogy.domain.encoding import PackedTimes
    from padstone.features.production.models import Unit, WorkTransaction
    from padstone.ingest.context import Context

_PLACED_BY_HEAD = (cfx.SMTInstalledComponent, usual.Component)


def materials_installed(
    message: cfx.MaterialsInstalled | usual.MaterialsInstalled | Repetition, context: Context
) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionId")
    transaction = context.transaction(uuid)
    report = _Report(context, transaction, uuid)
    if isinstance(message, Repetition):
        columns = columns_of_repetition(message, context, transaction)
        if columns is not None:
            report.write(columns, message.packed)
            return
        message = message.decoded()
    columns = (
        columns_of(message, context, transaction) if isinstance(message, usual.MaterialsInstalled) else None
    )
    if columns is None:
        for material in given(message.installed_materials) or ():
            report.add(cast("cfx.InstalledMaterial", material))  # the usual ones have the same names
        columns = Columns.of(report.placements)
    report.write(columns)


class _Report:
    """The facts of one MaterialsInstalled as they are gathered."""

    def __init__(self, context: Context, transaction: WorkTransaction, uuid: UUID) -> None:
        self.context = context
        self.transaction = transaction
        self.uuid = uuid
        self.placements: list[Placement] = []
        self.zones: dict[int, list[Zone]] = {}
        self.rejections: list[Rejected] = []
        self.changes: list[Change] = []
        self._units: dict[tuple[str | None, int | None], Unit] = {}

    def add(self, material: cfx.InstalledMaterial) -> None:
        unit = self._unit(material)
        place = given(material.carrier_location)
        location = location_of(place, self.context) if place is not None else None
        packages, zone = self._packages(material, location)
        if not packages:
            self._as_loaded(unit, material, place, location)
            return
        installed = given(material.installed_components) or ()
        if location is None:
            self._by_hand(unit, installed, packages)
        else:
            self._placed(unit, installed, location, packages)
        self._rejected(unit, given(material.non_installed_components) or (), location, packages)
        if zone is not None and location is not None:
            at_ticks = self._last(material, zone.at_ticks)
            self.zones.setdefault(location, []).append(replace(zone, at_ticks=at_ticks))

    def _last(self, material: cfx.InstalledMaterial, otherwise: int) -> int:
        """The time of the last pick, after which a zone stands as it is stated."""
        times = [given(one.installation_time) for one in given(material.installed_components) or ()]
        times += [given(one.non_installation_time) for one in given(material.non_installed_components) or ()]
        return max(
            (moment.ticks for text in times if (moment := self.context.instant(text)) is not None),
            default=otherwise,
        )

    def _unit(self, material: cfx.InstalledMaterial) -> Unit:
        key = (given(material.unit_identifier), given(material.unit_position_number))
        if key not in self._units:
            self._units[key] = unit_of(material, self.context, self.transaction)
        return self._units[key]

    def _packages(
        self, material: cfx.InstalledMaterial, location: int | None
    ) -> tuple[tuple[int, ...], Zone | None]:
        named = given(material.material)
        _check_quantities(material, named, self.context)
        found = sources(named) if named is not None else Sources(())
        if not found.identifiers:
            return (), None
        known = self.context.packages(found.identifiers)
        if named is not None:
            identifier = given(named.unique_identifier) or ""
            claimed = given(named.internal_part_number)
            if identifier in known:
                check_part(claimed, known[identifier].part.number, identifier, self.context)
        ids = {package.pk for package in known.values()}
        if not found.zone:
            return tuple(ids), None
        new = known[found.named].pk
        old = known[found.front].pk if found.front else self._fed_before(location, new)
        if old is None:
            return (new,), None
        return tuple(sorted({old, new})), Zone(old, new, found.zone, self.context.happened_ticks)

    def _fed_before(self, location: int | None, new: int) -> int | None:
        """The package in front of a splice, where the machine states a grey zone and leaves it out."""
        old = self.context.feeds().feeding.get(location) if location is not None else None
        if old in {None, new}:
            self.context.flag(
                "grey_zone_of_one_package",
                "The machine states a grey zone and not with which package; the named one was taken.",
            )
            return None
        return old

    def _as_loaded(
        self,
        unit: Unit,
        material: cfx.InstalledMaterial,
        place: cfx.MaterialCarrierLocation | None,
        location: int | None,
    ) -> None:
        """The machine names no package: each part came from the one that was loaded there at its time."""
        installed = given(material.installed_components) or ()
        rejected = given(material.non_installed_components) or ()
        at = self.context.at
        times = {at(given(one.installation_time)) for one in installed}
        times |= {at(given(one.non_installation_time)) for one in rejected}
        feeding = packages_feeding(location, times) if location is not None else {}
        if location is None or place is None:
            raise Invalid(
                "package_not_named",
                "The machine does not say from which package the parts came, nor where it took them.",
                field="Material",
                way_out="Name the package, or the feeder location, and send it again under a new UniqueID.",
            )
        if None in feeding.values():
            raise NotYetKnown(
                load_key(place, self.context),
                "package_not_named",
                "The machine does not say from which package the parts came, and none was loaded there.",
                way_out="Report MaterialsLoaded for the location, or let the machine name the package.",
            )
        self.context.flag("package_inferred", "The machine named no package; the loaded one was taken.")
        for one in installed:
            package = feeding[at(given(one.installation_time))]
            self._placed(unit, [one], location, () if package is None else (package,))
        for bad in rejected:
            package = feeding[at(given(bad.non_installation_time))]
            self._rejected(unit, [bad], location, () if package is None else (package,))

    def _placed(
        self,
        unit: Unit,
        installed: Iterable[cfx.InstalledComponent],
        location: int,
        packages: tuple[int, ...],
    ) -> None:
        for component in installed:
            head, nozzle = self._cut(tool_words(_used(component)))
            moment = self.context.instant(given(component.installation_time))
            ticks = moment.ticks if moment else None
            self.placements.append(
                Placement(unit.position, _designator(component), location, head, nozzle, packages, ticks)
            )

    def _cut(self, words: tuple[str, str]) -> tuple[str, str]:
        if max(map(len, words)) > LONGEST_WORD:
            self.context.flag("text_cut", f"A head or nozzle was cut: “{' '.join(words)[:40]}…”.")
        return words[0][:LONGEST_WORD], words[1][:LONGEST_WORD]

    def _by_hand(
        self, unit: Unit, installed: Iterable[cfx.InstalledComponent], packages: tuple[int, ...]
    ) -> None:
        for component in installed:
            at = self.context.at(given(component.installation_time))
            self.changes.append(Change(unit.pk, _designator(component), at, removed=False, packages=packages))

    def _rejected(
        self,
        unit: Unit,
        rejected: Iterable[cfx.NonInstalledComponent],
        location: int | None,
        packages: tuple[int, ...],
    ) -> None:
        for component in rejected:
            reason = given(component.rejection_reason)
            self.rejections.append(
                Rejected(
                    unit_id=unit.pk,
                    designator=_optional_designator(component),
                    package_id=packages[0] if len(packages) == 1 else None,
                    location_id=location,
                    reason=reason.value if reason else "",
                    at=self.context.at(given(component.non_installation_time)),
                )
            )

    def write(self, placed: Columns, packed: PackedTimes | None = None) -> None:
        context, row, number = self.context, self.transaction, self.context.journal_no
        there = context.units_of_panel(row.panel_id)
        fed = set(context.feeds().feeding.values())
        if placed.positions or self.rejections or self.zones:
            known = record_pass.within(
                INTERPRETER,
                report=PassReport(
                    station_id=context.station.pk,
                    work_transaction_id=row.pk,
                    panel_id=row.panel_id,
                    units={position: unit.pk for position, unit in there.items()},
                    ticks=context.happened_ticks,
                    journal_no=number,
                    is_first=row.pk in context.memory.unplaced,
                    packed=packed,
                ),
                placed=placed,
                rejections=self.rejections,
                stated_zones={
                    location: sorted(zones, key=lambda zone: zone.at_ticks)
                    for location, zones in self.zones.items()
                },
                feeds=context.feeds(),
            )
            context.memory.unplaced.discard(row.pk)
            if known:
                context.flag(
                    "placed_twice", f"{known} placements were on the books already; they were left out."
                )
        if self.changes:
            record_changes.within(
                INTERPRETER, work_transaction_id=row.pk, changes=self.changes, journal_no=number
            )
        by_hand = {package for change in self.changes for package in change.packages}
        judge_use(by_hand | (set(context.feeds().feeding.values()) - fed), context)


def _check_quantities(
    material: cfx.InstalledMaterial, named: cfx.MaterialPackage | None, context: Context
) -> None:
    for field, quantity in (
        ("QuantityInstalled", given(material.quantity_installed)),
        ("QuantityNonInstalled", given(material.quantity_non_installed)),
    ):
        if quantity is not None and quantity < 0:
            raise Invalid(
                "negative_quantity",
                "{quantity} parts can't be placed.",
                field=field,
                way_out="Correct the machine's report and send it again under a new UniqueID.",
                quantity=quantity,
            )
    left = given(named.quantity) if named else None
    if named is not None and left is not None and left < 0:
        package = given(named.unique_identifier) or "(no identifier)"
        context.flag("negative_quantity", f"The machine counts {left} parts left in package {package}.")


def _optional_designator(component: cfx.InstalledComponent | cfx.NonInstalledComponent) -> str:
    designator = given(component.reference_designator) or ""
    check_length(designator, "ReferenceDesignator", LONGEST_DESIGNATOR)
    return designator


def _designator(component: cfx.InstalledComponent) -> str:
    designator = _optional_designator(component)
    if not designator:
        raise Invalid(
            "no_designator",
            "A placed part has no reference designator.",
            field="ReferenceDesignator",
            way_out="Set up the machine's program so that every placement carries its designator.",
        )
    return designator


def _used(component: cfx.InstalledComponent) -> cfx.SMTHeadAndNozzle | None:
    return given(component.head_and_nozzle) if isinstance(component, _PLACED_BY_HEAD) else None


def materials_uninstalled(message: cfx.MaterialsUninstalled, context: Context) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionId")
    transaction = context.transaction(uuid)
    changes = [
        change
        for material in given(message.uninstalled_materials) or ()
        for change in _taken_off(material, context, uuid)
    ]
    record_changes.within(
        INTERPRETER, work_transaction_id=transaction.pk, changes=changes, journal_no=context.journal_no
    )


def _taken_off(material: cfx.UninstalledMaterial, context: Context, uuid: UUID) -> Sequence[Change]:
    unit = context.unit(given(material.unit_identifier), given(material.unit_position_number), uuid)
    named = given(material.material)
    identifier = given(named.unique_identifier) if named else None
    packages = (context.packages([identifier])[identifier].pk,) if identifier else ()
    reason = given(material.reason)
    return [
        Change(
            unit.pk,
            _designator(component),
            context.happened_at,
            removed=True,
            packages=packages,
            reason=reason.value if reason else "",
        )
        for component in given(material.uninstalled_components) or ()
    ]
