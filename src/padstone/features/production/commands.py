"""The only code that writes what is being built."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError

from padstone.features.production.domain import LONGEST_PANEL
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
from padstone.kernel.bounds import check_length, check_range
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from padstone.kernel.actor import Actor

MOST = 2**31 - 1
MOST_LANES = 32_767
LONGEST_RECIPE = 300
LONGEST_REVISION = 100


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
    identify them. Raises Invalid for what can't be, Conflict for what contradicts the books.
    """
    _check_claim(primary, units)
    named = {u.identifier for u in units} - {""}
    if not primary and len(named) == 1:
        primary = next(iter(named))
    times = Counter(u.identifier for u in units)
    serials = {name for name in named if name != primary and times[name] == 1}
    known = known_units(serials | ({primary} if len(units) <= 1 and primary else set()))
    if primary in known and known[primary].panel.identifier == primary:
        del known[primary]  # the panel's own name: there, the position says which unit it is
    home = next((unit.panel for unit in known.values() if not _is_alone(unit)), None)
    if known and serials <= known.keys() and (home or primary in {"", *known}):
        return _where_the_books_say(known, home, primary)
    name = primary or (home.identifier if home else next((u.identifier for u in units if u.identifier), ""))
    if not name:
        raise Invalid(
            "no_identifier",
            "The message names neither a panel nor a unit.",
            field="PrimaryIdentifier",
            way_out="Give PrimaryIdentifier or UnitIdentifier: set up the machine's barcode reader.",
        )
    panel = known_panel(name) or Panel.objects.create(identifier=name)
    return _claimed_on(panel, units, serials, known, journal_no)


def _check_claim(primary: str, units: Sequence[UnitClaim]) -> None:
    check_length(primary, "PrimaryIdentifier", LONGEST_PANEL)
    for unit in units:
        check_length(unit.identifier, "UnitIdentifier", LONGEST_PANEL)
        check_range(unit.position, "PositionNumber", 0, MOST)


def _is_alone(unit: Unit) -> bool:
    """First seen on its own, without a panel."""
    return unit.panel.identifier == unit.identifier


def _where_the_books_say(known: dict[str, Unit], home: Panel | None, primary: str) -> Claimed:
    first = home or next(iter(known.values())).panel
    on_panel = {unit.position: unit for unit in known.values() if unit.panel_id == first.pk}
    claimed = Claimed(first, on_panel)
    if len(on_panel) < len(known):
        reason = "The units come from several panels; the pass is kept for one of them."
        claimed.doubts.append(Doubt("units_of_several_panels", reason))
    if primary and primary not in {first.identifier, *known}:
        reason = f"The machine says panel {primary}; on the books these units belong to {first.identifier}."
        claimed.doubts.append(Doubt("unit_on_other_panel", reason))
    return claimed


def _claimed_on(
    panel: Panel, claims: Sequence[UnitClaim], serials: set[str], known: dict[str, Unit], journal_no: int
) -> Claimed:
    """The claimed units by position; new ones are put on the books, named ones get their names."""
    there = units_of_panel(panel.pk)
    claimed = Claimed(panel, {})
    # A board that comes alone is its own panel, and both have one name. Not so one of several.
    alone = len(claims) == 1 and not there and claims[0].position == 1
    for claim in claims:
        serial = claim.identifier if claim.identifier in serials or alone else ""
        unit = there.get(claim.position)
        elsewhere = known.get(serial)
        if unit is None and elsewhere is not None:
            unit = _brought_home(elsewhere, panel, claim.position)
            claimed.changed = True
        elif unit is None:
            unit = _new_unit(panel, claim.position, serial, journal_no)
            claimed.changed = True
        elif serial and unit.identifier != serial:
            _name(unit, serial, panel, elsewhere, claimed)
        there[claim.position] = claimed.units[claim.position] = unit
    return claimed


def _new_unit(panel: Panel, position: int, serial: str, journal_no: int) -> Unit:
    identifier = serial or _placeholder(panel, position)
    try:
        return Unit.objects.create(
            identifier=identifier, panel=panel, position=position, journal_no=journal_no
        )
    except IntegrityError as error:
        raise Conflict(
            "unit_name_taken",
            "Another unit is called {identifier} already.",
            field="UnitIdentifier",
            way_out="Check the barcode: every unit needs a serial of its own.",
            identifier=identifier,
        ) from error


def _name(unit: Unit, serial: str, panel: Panel, elsewhere: Unit | None, claimed: Claimed) -> None:
    """Give a unit its serial. Raises Conflict where it has another one, or another panel's unit has it."""
    named_otherwise = unit.identifier != _placeholder(panel, unit.position)
    if named_otherwise or (elsewhere is not None and not _is_alone(elsewhere)):
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
    if elsewhere is not None:
        reason = (
            f"The books know {serial} as a board of its own, and position {unit.position} of panel "
            f"{panel.identifier} as another; this message is kept with {unit.identifier}."
        )
        claimed.doubts.append(Doubt("unit_known_twice", reason))
        return
    unit.identifier = serial
    unit.save(update_fields=["identifier"])
    claimed.changed = True


def _placeholder(panel: Panel, position: int) -> str:
    return f"{panel.identifier}:{position}"


def _brought_home(unit: Unit, panel: Panel, position: int) -> Unit:
    """A unit that was first heard of on its own takes its place on its panel, with the work that was done on
    it. Raises Conflict for a unit that belongs to another panel.
    """
    if not _is_alone(unit):
        raise Conflict(
            "unit_of_another_panel",
            "Unit {unit} belongs to panel {known}, not to {claimed}.",
            field="Units",
            way_out="Check the barcodes: one of the two was read from another board.",
            unit=unit.identifier,
            known=unit.panel.identifier,
            claimed=panel.identifier,
        )
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
    check_length(start.work_order, "WorkOrderIdentifier.WorkOrderId")
    claimed = claim_panel.within(actor, primary=start.primary, units=start.units, journal_no=journal_no)
    start, cut = _cut(start)
    doubts = [*claimed.doubts, *cut]
    before = work_transaction(start.uuid)
    if before is not None:
        _check_same(before, start, claimed)
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


def _cut(start: Start) -> tuple[Start, list[Doubt]]:
    """The start as the books take it: a recipe's name may be cut, a lane that can't be is left out."""
    doubts = []
    if len(start.recipe_name) > LONGEST_RECIPE or len(start.recipe_revision) > LONGEST_REVISION:
        reason = f"The recipe's name or revision was cut: “{start.recipe_name[:40]}…”."
        doubts.append(Doubt("text_cut", reason))
    lane, of_lane = _lane(start.lane)
    start = replace(
        start,
        recipe_name=start.recipe_name[:LONGEST_RECIPE],
        recipe_revision=start.recipe_revision[:LONGEST_REVISION],
        lane=lane,
    )
    return start, [*doubts, *of_lane]


def _lane(lane: int | None) -> tuple[int | None, list[Doubt]]:
    if lane is None or 0 <= lane <= MOST_LANES:
        return lane, []
    return None, [Doubt("lane_out_of_range", f"There is no lane {lane}; it was left out.")]


def _check_same(before: WorkTransaction, start: Start, claimed: Claimed) -> None:
    known = (before.station_id, before.panel_id, before.positions)
    if known != (start.station_id, claimed.panel.pk, sorted(claimed.units)):
        raise Conflict(
            "transaction_known_otherwise",
            "Transaction {uuid} was started before, for panel {panel}, elsewhere or with other units.",
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
    by_serial = {u.identifier: u for u in claimed.units.values() if u.identifier != claimed.panel.identifier}
    UnitStatus.objects.bulk_create(
        UnitStatus(unit=unit, work_transaction=row, status=claim.status, journal_no=journal_no)
        for claim in start.units
        if claim.status not in {"", "Pass"}
        and (unit := by_serial.get(claim.identifier) or claimed.units.get(claim.position)) is not None
    )


def _two_stations(row: WorkTransaction) -> Iterable[Doubt]:
    """The panel is at work elsewhere at the same time, as far as the books know. Once the earlier work turns
    out to have ended before the later one began, the doubt is cleared (see ``complete_work``).
    """
    others = WorkTransaction.objects.filter(panel=row.panel).exclude(pk=row.pk).select_related("station")
    for other in others.order_by("started_at", "pk"):
        first, second = (row, other) if row.started_at < other.started_at else (other, row)
        still_there = first.completed_at is None or first.completed_at > second.started_at
        if still_there and set(other.positions) & set(row.positions):
            reason = f"Panel {row.panel.identifier} is at work at {other.station.name} at the same time."
            yield Doubt("panel_at_two_stations", reason, overlap_subject(first.uuid, second.uuid))


def overlap_subject(first: UUID, second: UUID) -> str:
    """The subject of the doubt that a second work on a panel began before the first had ended."""
    return f"overlap:{first}:{second}"


@dataclass(frozen=True, slots=True)
class Completed:
    """What is doubtful about a completion, and the subjects of the doubts that it settles."""

    doubts: list[Doubt]
    settled: list[str]


@command("report_work")
def complete_work(actor: Actor, *, uuid: UUID, at: datetime, result: str, journal_no: int) -> Completed:
    """A panel's pass through a station ends. Raises NotYetKnown until its start is on the books."""
    row = work_transaction(uuid)
    if row is None:
        raise unknown_transaction(uuid)
    if row.completed_at is not None:
        again = "This work was reported as completed before; nothing was changed."
        return Completed([Doubt("completed_twice", again)], [])
    row.completed_at, row.result, row.completed_journal_no = at, result, journal_no
    row.save(update_fields=["completed_at", "result", "completed_journal_no"])
    later = WorkTransaction.objects.filter(panel_id=row.panel_id, started_at__gte=at).exclude(pk=row.pk)
    settled = [overlap_subject(uuid, other) for other in later.values_list("uuid", flat=True)]
    if at < row.started_at:
        reason = "The machine's clock says that the work ended before it began."
        return Completed([Doubt("completed_before_start", reason)], settled)
    return Completed([], settled)


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
    lane, of_lane = _lane(lane)
    FlowEvent.objects.create(
        station_id=station_id, panel=claimed.panel, departed=departed, lane=lane, at=at, journal_no=journal_no
    )
    return Taken(claimed.panel.pk, claimed.changed, [*claimed.doubts, *of_lane])


@command("plan_work_order")
def plan_work_order(
    actor: Actor, *, number: str, revision_id: int, quantity: int, client: str = ""
) -> WorkOrder:
    """Plan to build so many units of a revision, for a client if one is named. Raises Conflict where the
    order is planned otherwise already.
    """
    order, created = WorkOrder.objects.get_or_create(
        number=number, defaults={"revision_id": revision_id, "quantity": quantity, "opened_at": clock.now()}
    )
    client = client.strip()
    if client and order.client not in {"", client}:
        raise Conflict(
            "work_order_of_another_client",
            "Work order {number} is for another client.",
            field="client",
            way_out="padstone order client says for whom an order is.",
            number=number,
        )
    if client and not order.client:
        _set_client(order, client)
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
    told: dict[str, Any] = {"client": client} if client else {}
    record(actor, "plan_work_order", f"work_order:{number}", revision=revision_id, quantity=quantity, **told)
    return order


@command("plan_work_order")
def assign_client(actor: Actor, *, number: str, client: str) -> None:
    """Say for whom an order is built, "" for nobody in particular. That client's people see it from now on,
    and an earlier client's no more. Raises NotFound.
    """
    order = WorkOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise NotFound("work_order_unknown", "There is no work order {order}.", field="number", order=number)
    before = order.client
    _set_client(order, client.strip())
    record(
        actor,
        "assign_client",
        f"work_order:{number}",
        before={"client": before},
        after={"client": order.client},
    )


def _set_client(order: WorkOrder, client: str) -> None:
    check_length(client, "client", WorkOrder._meta.get_field("client").max_length or 0)
    order.client = client
    order.save(update_fields=["client"])
