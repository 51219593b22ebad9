"""What the machines say, as CFX structures: the facts come in, a message body goes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from padstone.cfx import (
    InstalledComponent,
    InstalledMaterial,
    MaterialCarrier,
    MaterialCarrierLocation,
    MaterialLocation,
    MaterialPackage,
    MaterialPackageDetail,
    MaterialsInitialized,
    MaterialsInstalled,
    MaterialsLoaded,
    MaterialStatus,
    MaterialsUninstalled,
    MaterialsUnloaded,
    NonInstalledComponentLocation,
    RejectionReason,
    SMDTapeFeeder,
    SMDTrayFeeder,
    SMTHeadAndNozzle,
    SMTInstalledComponent,
    SMTNonInstalledComponent,
    SplicePointDetected,
    StationStateChanged,
    Surface,
    UninstalledMaterial,
    UninstalledReason,
    UnitPosition,
    UnitsArrived,
    UnitsDeparted,
    UnitStatus,
    WorkCompleted,
    WorkOrderIdentifier,
    WorkResult,
    WorkStarted,
    format_instant,
    format_span,
)
from padstone.simulator.design import Side
from padstone.simulator.feeders import Feeder, Slot
from padstone.simulator.panels import Panel, Unit
from padstone.simulator.reels import Joint, MaterialState, Package

UNIT_PITCH_MM = 50.0
ONE = Decimal(1)

SURFACE: dict[Side, Surface] = {"top": Surface.PrimarySurface, "bottom": Surface.SecondarySurface}
_STATUS = {
    "good": UnitStatus.Pass,
    "failed": UnitStatus.Fail,
    "scrapped": UnitStatus.Scrap,
    "skipped": UnitStatus.Skip,
}


@dataclass(slots=True, eq=False)
class Transaction:
    """A panel's stay in a station, as the machine tells of it."""

    identifier: str
    panel: Panel
    units: tuple[Unit, ...]
    lane: int
    recipe: str


# --- flow ---------------------------------------------------------------------------------------------------


def _positions(units: Iterable[Unit]) -> list[UnitPosition]:
    return [
        UnitPosition(
            unit_identifier=unit.serial,
            position_number=unit.position,
            position_name=f"CIRCUIT{unit.position}",
            x=UNIT_PITCH_MM * ((unit.position - 1) % 2),
            y=UNIT_PITCH_MM * ((unit.position - 1) // 2),
            rotation=0.0,
            flip_x=False,
            flip_y=False,
            status=_STATUS[unit.record.state],
        )
        for unit in units
    ]


def arrived(work: Transaction) -> UnitsArrived:
    return UnitsArrived(
        primary_identifier=work.panel.barcode,
        unit_count=len(work.units),
        units=_positions(work.units),
        lane=work.lane,
    )


def started(work: Transaction) -> WorkStarted:
    return WorkStarted(
        primary_identifier=work.panel.barcode,
        transaction_id=work.identifier,
        lane=work.lane,
        unit_count=len(work.units),
        units=_positions(work.units),
        recipe_name=work.recipe,
        revision=work.panel.order.product.revision,
        relevant_surface=SURFACE[work.panel.side],
        work_order_identifier=WorkOrderIdentifier(work_order_id=work.panel.order.identifier),
    )


def completed(work: Transaction, *, failed: bool) -> WorkCompleted:
    return WorkCompleted(
        transaction_id=work.identifier,
        result=WorkResult.Failed if failed else WorkResult.Completed,
        primary_identifier=work.panel.barcode,
        unit_count=len(work.units),
        units=_positions(work.units),
    )


def departed(work: Transaction) -> UnitsDeparted:
    return UnitsDeparted(
        primary_identifier=work.panel.barcode,
        unit_count=len(work.units),
        units=_positions(work.units),
        lane=work.lane,
    )


def state_changed(old: int, new: int, lasted: timedelta) -> StationStateChanged:
    return StationStateChanged(old_state=old, old_state_duration=format_span(lasted), new_state=new)


# --- material -----------------------------------------------------------------------------------------------


def initialized(packages: Sequence[Package], created: str, offset: timedelta) -> MaterialsInitialized:
    """Announce packages with where they come from. Dates are midnight in the line's zone."""
    return MaterialsInitialized(
        materials=[
            MaterialPackageDetail(
                unique_identifier=package.identifier,
                internal_part_number=package.part_number,
                manufacturer=package.lot.manufacturer,
                manufacturer_part_number=package.lot.mpn,
                vendor=package.lot.supplier,
                manufacturer_lot_code=package.lot.code,
                created=created,
                manufacture_date=_midnight(package.lot.manufactured_on.isoformat(), offset),
                received_date=_midnight(package.lot.received_on.isoformat(), offset),
                initial_quantity=Decimal(package.announced),
                quantity=Decimal(package.believed),
                status=MaterialStatus.Active,
            )
            for package in packages
        ]
    )


def _midnight(day: str, offset: timedelta) -> str:
    local = datetime.combine(datetime.fromisoformat(day).date(), time(), tzinfo=UTC)
    return format_instant(local - offset, offset)


def _carrier(feeder: Feeder) -> MaterialCarrier:
    if feeder.is_tray:
        return SMDTrayFeeder(unique_identifier=feeder.identifier, name=feeder.name)
    return SMDTapeFeeder(
        unique_identifier=feeder.identifier,
        name=feeder.name,
        base_unique_identifier=feeder.base_identifier,
        base_name=feeder.base_name,
        lane_number=feeder.lane,
        tape_width=feeder.tape_width,
        tape_pitch=feeder.tape_pitch,
    )


def plain_package(package: Package, quantity: int) -> MaterialPackage:
    return MaterialPackage(
        unique_identifier=package.identifier,
        internal_part_number=package.part_number,
        quantity=Decimal(quantity),
    )


def material(state: MaterialState) -> MaterialPackage:
    """The package as the machine sees it, with the one that leads it and the grey zone between the two."""
    said = plain_package(state.package, state.quantity)
    if state.leading is not None:
        said.leading_material_package = plain_package(state.leading, state.leading_quantity)
    if state.grey or state.leading is not None:
        said.grey_zone = Decimal(state.grey)
    return said


def location(slot: Slot, package: MaterialPackage) -> MaterialLocation:
    return MaterialLocation(
        location_identifier=slot.identifier,
        location_name=slot.name,
        material_package=package,
        carrier_information=_carrier(slot.feeder),
    )


def loaded(places: Sequence[tuple[Slot, MaterialPackage]]) -> MaterialsLoaded:
    return MaterialsLoaded(materials=[location(slot, package) for slot, package in places])


def unloaded(packages: Sequence[Package]) -> MaterialsUnloaded:
    return MaterialsUnloaded(material_package_identifiers=[package.identifier for package in packages])


def splice_detected(joint: Joint) -> SplicePointDetected:
    return SplicePointDetected(
        depleted_material=location(joint.slot, plain_package(joint.depleted, 0)),
        newly_active_material=location(joint.slot, material(joint.active)),
    )


# --- placing ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Placed:
    """One pick of the head: where the part should go, when, with what, and whether it was thrown away.

    ``picked_at`` is empty where the machine keeps times and sequence of its picks to itself.
    """

    designator: str
    picked_at: str
    at: str
    head: int
    nozzle: int
    nozzle_type: str
    sequence: int
    cycle: int
    rejected: RejectionReason | None = None


@dataclass(slots=True)
class Report:
    """What one location did for one unit in one stretch: becomes one entry of MaterialsInstalled."""

    unit: Unit
    slot: Slot
    stretch: int
    state: MaterialState
    picks: list[Placed] = field(default_factory=list)


def installed(transaction: str, reports: Sequence[Report]) -> MaterialsInstalled:
    return MaterialsInstalled(
        transaction_id=transaction, installed_materials=[_installed_material(report) for report in reports]
    )


def _installed_material(report: Report) -> InstalledMaterial:
    good = [_component(pick) for pick in report.picks if pick.rejected is None]
    bad = [_rejected(pick) for pick in report.picks if pick.rejected is not None]
    return InstalledMaterial(
        unit_identifier=report.unit.serial,
        unit_position_number=report.unit.position,
        quantity_installed=Decimal(len(good)),
        quantity_non_installed=Decimal(len(bad)),
        material=material(report.state),
        carrier_location=MaterialCarrierLocation(
            location_identifier=report.slot.identifier,
            location_name=report.slot.name,
            carrier_information=_carrier(report.slot.feeder),
        ),
        installed_components=good,
        non_installed_components=bad,
    )


def _head_and_nozzle(pick: Placed) -> SMTHeadAndNozzle:
    return SMTHeadAndNozzle(
        unique_identifier=f"NZ-{pick.head}-{pick.nozzle}",
        head_id=str(pick.head),
        head_nozzle_number=pick.nozzle,
        nozzle_type=pick.nozzle_type,
    )


def _component(pick: Placed) -> SMTInstalledComponent:
    component = SMTInstalledComponent(
        reference_designator=pick.designator,
        installation_time=pick.at,
        head_and_nozzle=_head_and_nozzle(pick),
    )
    if pick.picked_at:
        component.picking_time = pick.picked_at
        component.picking_sequence = component.installation_sequence = pick.sequence
        component.cycle_sequence = pick.cycle
    return component


def _rejected(pick: Placed) -> SMTNonInstalledComponent:
    reason = pick.rejected or RejectionReason.Unknown
    lost = reason == RejectionReason.ErrorAfterPickUp
    rejected = SMTNonInstalledComponent(
        reference_designator=pick.designator,
        non_installation_time=pick.at,
        location=NonInstalledComponentLocation.Lost if lost else NonInstalledComponentLocation.RejectionBox,
        rejection_reason=reason,
        head_and_nozzle=_head_and_nozzle(pick),
    )
    if pick.picked_at:
        rejected.picking_time = pick.picked_at
        rejected.picking_sequence = pick.sequence
        rejected.cycle_sequence = pick.cycle
    if not lost:
        rejected.rejection_box_id = "RejectionBox1"
    return rejected


# --- the bench ----------------------------------------------------------------------------------------------


def uninstalled(
    work: Transaction, unit: Unit, designator: str, reason: UninstalledReason, part_number: str
) -> MaterialsUninstalled:
    """A part taken off at the bench, which knows its part number and not the package it came from."""
    return MaterialsUninstalled(
        transaction_id=work.identifier,
        uninstalled_materials=[
            UninstalledMaterial(
                unit_identifier=unit.serial,
                unit_position_number=unit.position,
                quantity_uninstalled=ONE,
                reason=reason,
                material=MaterialPackage(internal_part_number=part_number),
                uninstalled_components=[InstalledComponent(reference_designator=designator)],
            )
        ],
    )


def installed_by_hand(
    work: Transaction, unit: Unit, designator: str, package: Package, at: str
) -> MaterialsInstalled:
    """A part placed by hand: no location, no head."""
    return MaterialsInstalled(
        transaction_id=work.identifier,
        installed_materials=[
            InstalledMaterial(
                unit_identifier=unit.serial,
                unit_position_number=unit.position,
                quantity_installed=ONE,
                quantity_non_installed=Decimal(0),
                material=plain_package(package, package.believed),
                installed_components=[
                    InstalledComponent(reference_designator=designator, installation_time=at)
                ],
            )
        ],
    )
