"""The only code that writes what is being built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from padstone.features.production.lookups import panel as known_panel
from padstone.features.production.lookups import units as known_units
from padstone.features.production.lookups import units_of_panel, unknown_transaction, work_transaction
from padstone.features.production.models import (
    FlowEvent,
    Panel,
    Unit,
    UnitStatus,
    WorkOrder,
    WorkTransaction,
)
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, NotYetKnown
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class UnitClaim:
    """What a machine says of one unit it has: identifier ("" if none), position on the panel, status ("" if
    none).
    """

    identifier: str
    position: int
    status: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Accepted, but somebody should look. Doubts with a subject can be cleared by later news."""

    code: str
    reason: str
    subject: str = ""


@dataclass(slots=True)
class Claimed:
    """A panel on the books, and the units of the claim by the position they have *on the books*.

    ``changed``: units are new, or have moved or been named.
    """

    panel: Panel
    units: dict[int, Unit]
    changed: bool = False
    doubts: list[Doubt] = field(default_factory=list)


@command("report_work")
def claim_panel(actor: Actor, *, primary: str, units: Sequence[UnitClaim], journal_no: int) -> Claimed:
    """The panel and units that a machine speaks of, put on the books where they are new.

    CFX leaves open whose identifier ``UnitIdentifier`` is: a serial of the unit, or the panel's or carrier's,
    shared by all positions. Units known by their serials are where the books say; else panel and position
    identify them.
    """
    serials = {u.identifier for u in units if u.identifier and u.identifier != primary}
    if primary == "" and len(units) > 1 and len(serials) == 1:
        primary, serials = serials.pop(), set()
    known = known_units(serials | ({primary} if len(units) <= 1 and primary else set()))
    if known and serials <= known.keys() and not _alone(known, primary, units):
        return _where_the_books_say(known, units, primary)
    name = primary or next((u.identifier for u in units if u.identifier), "")
    if not name:
        raise NotYetKnown(
            "panel:?",
            "no_identifier",
            "The message names neither a panel nor a unit.",
            way_out="Give PrimaryIdentifier or UnitIdentifier: set up the machine's barcode reader.",
        )
    panel = known_panel(name) or Panel.objects.create(identifier=name)
    found, changed = _units_on(panel, units, known, journal_no)
    return Claimed(panel, found, changed)


def _alone(known: dict[str, Unit], primary: str, units: Sequence[UnitClaim]) -> bool:
    """Units first seen on their own, and now said to belong to a panel."""
    return primary not in {"", *known, *(u.identifier for u in units)} and all(
        unit.panel.identifier == unit.identifier for unit in known.values()
    )


def _where_the_books_say(known: dict[str, Unit], units: Sequence[UnitClaim], primary: str) -> Claimed:
    first = next(iter(known.values())).panel
    on_panel = {unit.position: unit for unit in known.values() if unit.panel_id == first.pk}
    claimed = Claimed(first, on_panel)
    if len(on_panel) < len(known):
        reason = "The units come from several panels; the pass is kept for one of them."
        claimed.doubts.append(Doubt("units_of_several_panels", reason))
    if primary and primary not in {first.identifier, *known}:
        reason = f"The machine says panel {primary}; on the books these units belong to {first.identifier}."
        claimed.doubts.append(Doubt("unit_on_other_panel", reason))
    return claimed


def _units_on(
    panel: Panel, claims: Sequence[UnitClaim], known: dict[str, Unit], journal_no: int
) -> tuple[dict[int, Unit], bool]:
    """The claimed units by position, and whether any of them is new, named or moved by this."""
    there = units_of_panel(panel.pk)
    found: dict[int, Unit] = {}
    changed = False
    for claim in claims:
        position = claim.position or 1
        serial = claim.identifier if claim.identifier != panel.identifier or len(claims) == 1 else ""
        unit = there.get(position)
        if unit is None:
            at_home = known.get(serial)
            unit = (
                _brought_home(at_home, panel, position)
                if at_home is not None
                else Unit.objects.create(
                    identifier=serial or _placeholder(panel, position),
                    panel=panel,
                    position=position,
                    journal_no=journal_no,
                )
            )
            changed = True
        elif serial and unit.identifier != serial:
            _name(unit, serial, panel)
            changed = True
        found[position] = unit
    return found, changed


def _name(unit: Unit, serial: str, panel: Panel) -> None:
    """Give a unit its serial. Raises Conflict where it has another one."""
    if unit.identifier != _placeholder(panel, unit.position):
        raise Conflict(
            "position_taken",
            "Position {position} of panel {panel} holds unit {known}, not {claimed}.",
            field="Units",
            way_out="Check the barcodes: one of the two was read from another board.",
            position=unit.position,
            panel=panel.identifier,
            known=unit.identifier,
            claimed=serial,
        )
    unit.identifier = serial
    unit.save(update_fields=["identifier"])


def _placeholder(panel: Panel, position: int) -> str:
    return f"{panel.identifier}:{position}"


def _brought_home(unit: Unit, panel: Panel, position: int) -> Unit:
    """A unit that was first heard of on its own takes its place on its panel, with the work that was done on
    it.
    """
    WorkTransaction.objects.filter(panel=unit.panel).update(panel=panel, positions=[position])
    unit.panel, unit.position = panel, position
    unit.save(update_fields=["panel", "position"])
    return unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a machine says when it starts work."""

    uuid: UUID
    station_id: int
    at: datetime
    primary: str
    units: Sequence[UnitClaim]
    work_order: str = ""
    lane: int | None = None
    recipe_name: str = ""
    recipe_revision: str = ""
    surface: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The panel that was taken in, whether its units changed by that, and what is doubtful about it."""

    panel_id: int
    changed: bool
    doubts: list[Doubt]


@command("report_work")
def start_work(actor: Actor, *, start: Start, journal_no: int) -> Taken:
    """A panel's pass through a station begins.

    Raises Conflict where the transaction is known for another panel or station.
    """
    claimed = claim_panel.within(actor, primary=start.primary, units=start.units, journal_no=journal_no)
    doubts = claimed.doubts
    before = work_transaction(start.uuid)
    if before is not None:
        _check_same(before, start, claimed.panel)
        again = Doubt("started_twice", "This work was reported as started before; nothing was added.")
        return Taken(claimed.panel.pk, claimed.changed, [*doubts, again])
    order, order_doubts = _work_order(start)
    row = WorkTransaction.objects.create(
        uuid=start.uuid,
        station_id=start.station_id,
        panel=claimed.panel,
        work_order=order,
        positions=sorted(claimed.units),
        lane=start.lane,
        recipe_name=start.recipe_name,
        recipe_revision=start.recipe_revision,
        surface=start.surface,
        started_at=start.at,
        journal_no=journal_no,
    )
    if order is not None and claimed.panel.work_order_id is None:
        claimed.panel.work_order = order
        claimed.panel.save(update_fields=["work_order"])
    _note_statuses(row, claimed, start, journal_no)
    return Taken(claimed.panel.pk, claimed.changed, [*doubts, *order_doubts, *_two_stations(row)])


def _check_same(before: WorkTransaction, start: Start, panel: Panel) -> None:
    if before.station_id != start.station_id or before.panel_id != panel.pk:
        raise Conflict(
            "transaction_known_otherwise",
            "Transaction {uuid} belongs to panel {panel} at another station or for another panel.",
            field="TransactionID",
            way_out="Every pass through a station needs a TransactionID of its own.",
            uuid=start.uuid,
            panel=before.panel.identifier,
        )


def _work_order(start: Start) -> tuple[WorkOrder | None, list[Doubt]]:
    if not start.work_order:
        return None, []
    order, created = WorkOrder.objects.get_or_create(
        number=start.work_order, defaults={"opened_at": start.at}
    )
    if not created:
        return order, []
    reason = f"Work order {start.work_order} was not planned; it was opened because a machine works on it."
    return order, [Doubt("work_order_not_planned", reason)]


def _note_statuses(row: WorkTransaction, claimed: Claimed, start: Start, journal_no: int) -> None:
    by_identifier = {unit.identifier: unit for unit in claimed.units.values()}
    UnitStatus.objects.bulk_create(
        UnitStatus(unit=unit, work_transaction=row, status=claim.status, journal_no=journal_no)
        for claim in start.units
        if claim.status not in {"", "Pass"}
        and (unit := by_identifier.get(claim.identifier) or claimed.units.get(claim.position)) is not None
    )


def _two_stations(row: WorkTransaction) -> list[Doubt]:
    """The panel is still at work elsewhere, as far as the books know; news of its completion clears the
    doubt.
    """
    others = WorkTransaction.objects.filter(panel=row.panel, started_at__lte=row.started_at).exclude(
        pk=row.pk
    )
    others = others.filter(completed_at=None) | others.filter(completed_at__gt=row.started_at)
    return [
        Doubt(
            "panel_at_two_stations",
            f"Panel {row.panel.identifier} is still at work at {other.station.name}.",
            overlap_subject(other.uuid),
        )
        for other in others.select_related("station")
        if set(other.positions) & set(row.positions)
    ]


def overlap_subject(uuid: UUID) -> str:
    """The subject of doubts that speak of this transaction's panel being elsewhere, too."""
    return f"transaction:{uuid}"


@command("report_work")
def complete_work(actor: Actor, *, uuid: UUID, at: datetime, result: str, journal_no: int) -> list[Doubt]:
    """A panel's pass through a station ends. Raises NotYetKnown until its start is on the books."""
    row = work_transaction(uuid)
    if row is None:
        raise unknown_transaction(uuid)
    if row.completed_at is not None:
        return [Doubt("completed_twice", "This work was reported as completed before; nothing was changed.")]
    row.completed_at, row.result, row.completed_journal_no = at, result, journal_no
    row.save(update_fields=["completed_at", "result", "completed_journal_no"])
    if at < row.started_at:
        return [
            Doubt("completed_before_start", "The machine's clock says that the work ended before it began.")
        ]
    return []


@command("report_work")
def record_flow(
    actor: Actor,
    *,
    station_id: int,
    primary: str,
    units: Sequence[UnitClaim],
    departed: bool,
    lane: int | None,
    at: datetime,
    journal_no: int,
) -> Taken:
    """A panel arrived at a station, or departed."""
    claimed = claim_panel.within(actor, primary=primary, units=units, journal_no=journal_no)
    FlowEvent.objects.create(
        station_id=station_id, panel=claimed.panel, departed=departed, lane=lane, at=at, journal_no=journal_no
    )
    return Taken(claimed.panel.pk, claimed.changed, claimed.doubts)


@command("plan_work_order")
def plan_work_order(actor: Actor, *, number: str, revision_id: int, quantity: int) -> WorkOrder:
    """Plan to build so many units of a revision. Raises Conflict where the order is planned otherwise
    already.
    """
    order, created = WorkOrder.objects.get_or_create(
        number=number, defaults={"revision_id": revision_id, "quantity": quantity, "opened_at": clock.now()}
    )
    if not created and order.revision_id is None:
        order.revision_id, order.quantity = revision_id, quantity
        order.save(update_fields=["revision", "quantity"])
    elif not created and (order.revision_id, order.quantity) != (revision_id, quantity):
        raise Conflict(
            "work_order_planned_otherwise",
            "Work order {number} is planned for another revision or quantity.",
            field="number",
            way_out="Choose another number.",
            number=number,
        )
    record(actor, "plan_work_order", f"work_order:{number}", revision=revision_id, quantity=quantity)
    return order
