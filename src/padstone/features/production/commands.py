"""The only code that writes what is being built."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from padstone.features.parts.lookups import must_be_buildable
from padstone.features.production.domain import LONGEST_PANEL
from padstone.features.production.lookups import unknown_transaction, work_transaction
from padstone.features.production.models import (
    FlowEvent,
    OperatorEvent,
    OrderEvent,
    Panel,
    RecipeEvent,
    Unit,
    UnitEvent,
    UnitStatus,
    WorkEvent,
    WorkOrder,
    WorkTransaction,
)
from padstone.kernel import clock
from padstone.kernel.bounds import check_length, check_range
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import begin_writing, change_numbered, command, write_later, write_numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID

    from padstone.features.production.at_hand import WorkAtHand
    from padstone.kernel.actor import Actor

MOST = 2**31 - 1
MOST_LANES = 32_767
MOST_PIECES = 10**12
MOST_SECONDS = 10**8
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
    """A panel on the books, and the units of the claim by the position they have *on the books*."""

    panel: Panel
    units: dict[int, Unit]
    doubts: list[Doubt] = field(default_factory=list)


@command("report_work", gathers=True)
def claim_panel(
    actor: Actor, *, primary: str, units: Sequence[UnitClaim], journal_no: int, at_hand: WorkAtHand
) -> Claimed:
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
    known = at_hand.units(serials | ({primary} if len(units) <= 1 and primary else set()))
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
    panel = at_hand.panel(name) or _new_panel(name, at_hand)
    return _claimed_on(panel, units, serials, known, journal_no, at_hand)


def _new_panel(name: str, at_hand: WorkAtHand) -> Panel:
    panel = Panel(pk=write_numbered(Panel, identifier=name, work_order_id=None), identifier=name)
    at_hand.add_panel(panel)
    return panel


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
    panel: Panel,
    claims: Sequence[UnitClaim],
    serials: set[str],
    known: dict[str, Unit],
    journal_no: int,
    at_hand: WorkAtHand,
) -> Claimed:
    """The claimed units by position; new ones are put on the books, named ones get their names."""
    there = dict(at_hand.units_of_panel(panel.pk))
    claimed = Claimed(panel, {})
    # A board that comes alone is its own panel, and both have one name. Not so one of several.
    alone = len(claims) == 1 and not there and claims[0].position == 1
    for claim in claims:
        serial = claim.identifier if claim.identifier in serials or alone else ""
        unit = there.get(claim.position)
        elsewhere = known.get(serial)
        if unit is None and elsewhere is not None:
            unit = _brought_home(elsewhere, panel, claim.position, at_hand)
        elif unit is None:
            unit = _new_unit(panel, claim.position, serial, journal_no, at_hand)
        elif serial and unit.identifier != serial:
            _name(unit, serial, panel, elsewhere, claimed, at_hand)
        there[claim.position] = claimed.units[claim.position] = unit
    return claimed


def _new_unit(panel: Panel, position: int, serial: str, journal_no: int, at_hand: WorkAtHand) -> Unit:
    identifier = serial or _placeholder(panel, position)
    if at_hand.units({identifier}):
        raise Conflict(
            "unit_name_taken",
            "Another unit is called {identifier} already.",
            field="UnitIdentifier",
            way_out="Check the barcode: every unit needs a serial of its own.",
            identifier=identifier,
        )
    pk = write_numbered(
        Unit, identifier=identifier, panel_id=panel.pk, position=position, journal_no=journal_no
    )
    unit = Unit(pk=pk, identifier=identifier, panel=panel, position=position, journal_no=journal_no)
    at_hand.add_unit(unit)
    return unit


def _name(
    unit: Unit, serial: str, panel: Panel, elsewhere: Unit | None, claimed: Claimed, at_hand: WorkAtHand
) -> None:
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
    begin_writing()
    unit.identifier = serial
    unit.save(update_fields=["identifier"])
    at_hand.forget()


def _placeholder(panel: Panel, position: int) -> str:
    return f"{panel.identifier}:{position}"


def _brought_home(unit: Unit, panel: Panel, position: int, at_hand: WorkAtHand) -> Unit:
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
    begin_writing()
    WorkTransaction.objects.filter(panel=unit.panel).update(panel=panel, positions=[position])
    unit.panel, unit.position = panel, position
    unit.save(update_fields=["panel", "position"])
    at_hand.forget()
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
    """The panel that was taken in, and what is doubtful about it. ``begun``: the id of the work's row, if it
    is new.
    """

    panel_id: int
    doubts: list[Doubt]
    begun: int | None = None


@command("report_work", gathers=True)
def start_work(actor: Actor, *, start: Start, journal_no: int, at_hand: WorkAtHand) -> Taken:
    """A panel's pass through a station begins.

    Raises Conflict where the transaction is known for another panel or station.
    """
    check_length(start.work_order, "WorkOrderIdentifier.WorkOrderId")
    claimed = claim_panel.within(
        actor, primary=start.primary, units=start.units, journal_no=journal_no, at_hand=at_hand
    )
    start, cut = _cut(start)
    doubts = [*claimed.doubts, *cut]
    before = at_hand.transaction(start.uuid)
    if before is not None:
        _check_same(before, start, claimed)
        again = Doubt("started_twice", "This work was reported as started before; nothing was added.")
        return Taken(claimed.panel.pk, [*doubts, again])
    order, order_doubts = _work_order(start)
    row = _begun(start, claimed, order, journal_no)
    at_hand.add_transaction(row)
    if order is not None and claimed.panel.work_order_id is None:
        claimed.panel.work_order = order
        change_numbered(Panel, claimed.panel.pk, work_order_id=order.pk)
    _note_statuses(row, claimed, start, journal_no)
    overlaps = _two_stations(row, at_hand.work_on(row.panel_id))
    return Taken(claimed.panel.pk, [*doubts, *order_doubts, *overlaps], row.pk)


def _begun(start: Start, claimed: Claimed, order: WorkOrder | None, journal_no: int) -> WorkTransaction:
    values: dict[str, Any] = {
        "uuid": start.uuid,
        "station_id": start.station_id,
        "panel_id": claimed.panel.pk,
        "work_order_id": None if order is None else order.pk,
        "positions": sorted(claimed.units),
        "lane": start.lane,
        "recipe_name": start.recipe_name,
        "recipe_revision": start.recipe_revision,
        "surface": start.surface,
        "started_at": start.at,
        "journal_no": journal_no,
        "completed_at": None,
        "result": "",
        "completed_journal_no": None,
    }
    row = WorkTransaction(pk=write_numbered(WorkTransaction, **values), **values)
    row.panel = claimed.panel
    return row


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
    begin_writing()
    order, created = WorkOrder.objects.get_or_create(
        number=start.work_order, defaults={"opened_at": start.at}
    )
    if not created:
        return order, []
    reason = f"Work order {start.work_order} was not planned; it was opened because a machine works on it."
    return order, [Doubt("work_order_not_planned", reason)]


def _note_statuses(row: WorkTransaction, claimed: Claimed, start: Start, journal_no: int) -> None:
    by_serial = {u.identifier: u for u in claimed.units.values() if u.identifier != claimed.panel.identifier}
    for claim in start.units:
        unit = by_serial.get(claim.identifier) or claimed.units.get(claim.position)
        if unit is not None and claim.status not in {"", "Pass"}:
            write_later(
                UnitStatus,
                unit_id=unit.pk,
                work_transaction_id=row.pk,
                status=claim.status,
                journal_no=journal_no,
            )


def _two_stations(row: WorkTransaction, on_panel: Iterable[WorkTransaction]) -> Iterable[Doubt]:
    """The panel is at work elsewhere at the same time, as far as the books know. Once the earlier work turns
    out to have ended before the later one began, the doubt is cleared (see ``complete_work``).
    """
    others = [other for other in on_panel if other.pk != row.pk]
    for other in sorted(others, key=lambda one: (one.started_at, one.pk)):
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


@command("report_work", gathers=True)
def complete_work(
    actor: Actor, *, uuid: UUID, at: datetime, result: str, journal_no: int, at_hand: WorkAtHand
) -> Completed:
    """A panel's pass through a station ends. Raises NotYetKnown until its start is on the books."""
    row = at_hand.transaction(uuid)
    if row is None:
        raise unknown_transaction(uuid)
    if row.completed_at is not None:
        again = "This work was reported as completed before; nothing was changed."
        return Completed([Doubt("completed_twice", again)], [])
    row.completed_at, row.result, row.completed_journal_no = at, result, journal_no
    change_numbered(WorkTransaction, row.pk, completed_at=at, result=result, completed_journal_no=journal_no)
    others = (other for other in at_hand.work_on(row.panel_id) if other.pk != row.pk)
    settled = [overlap_subject(uuid, other.uuid) for other in others if other.started_at >= at]
    if at < row.started_at:
        reason = "The machine's clock says that the work ended before it began."
        return Completed([Doubt("completed_before_start", reason)], settled)
    return Completed([], settled)


@command("report_work", gathers=True)
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
    at_hand: WorkAtHand,
) -> Taken:
    """A panel arrived at a station, or departed."""
    claimed = claim_panel.within(actor, primary=primary, units=units, journal_no=journal_no, at_hand=at_hand)
    lane, of_lane = _lane(lane)
    write_later(
        FlowEvent,
        station_id=station_id,
        panel_id=claimed.panel.pk,
        departed=departed,
        lane=lane,
        at=at,
        journal_no=journal_no,
    )
    return Taken(claimed.panel.pk, [*claimed.doubts, *of_lane])


@command("plan_work_order")
def plan_work_order(
    actor: Actor,
    *,
    number: str,
    revision_id: int,
    quantity: int,
    client: str = "",
    due_on: date | None = None,
) -> WorkOrder:
    """Plan to build so many units of a revision, for a client and until a day if they are named; another day
    takes the place of an earlier one. Raises Conflict where the order is planned otherwise already, or the
    revision is a draft or obsolete.
    """
    order, created = WorkOrder.objects.get_or_create(
        number=number, defaults={"revision_id": revision_id, "quantity": quantity, "opened_at": clock.now()}
    )
    if created or order.revision_id is None:
        must_be_buildable(revision_id)
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
    if due_on is not None:
        order.due_on, told["due_on"] = due_on, due_on.isoformat()
        order.save(update_fields=["due_on"])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkNews:
    """Something that happened during a pass; ``told`` in plain JSON values under the standard's names."""

    kind: str
    at: datetime
    stage: str = ""
    name: str = ""
    result: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


@command("report_work")
def record_work_news(actor: Actor, *, uuid: UUID, news: Sequence[WorkNews], journal_no: int) -> None:
    """What happened during a panel's pass. Raises NotYetKnown until its start is on the books."""
    row = work_transaction(uuid)
    if row is None:
        raise unknown_transaction(uuid)
    WorkEvent.objects.bulk_create(
        WorkEvent(
            work_transaction=row,
            kind=one.kind,
            stage=one.stage[:200],
            name=one.name[:200],
            result=one.result[:60],
            told=dict(one.told),
            at=one.at,
            journal_no=journal_no,
        )
        for one in news
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNews:
    """What was said of a unit, beside the work on it; ``told`` in plain JSON values."""

    unit_id: int
    kind: str
    work_order_id: int | None = None
    reason: str = ""
    comments: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


@command("report_work")
def record_unit_news(
    actor: Actor,
    *,
    station_id: int,
    at: datetime,
    news: Sequence[UnitNews],
    journal_no: int,
    transaction_uuid: UUID | None = None,
) -> None:
    """What a station said of units that are on the books."""
    UnitEvent.objects.bulk_create(
        UnitEvent(
            unit_id=one.unit_id,
            station_id=station_id,
            kind=one.kind,
            work_order_id=one.work_order_id,
            reason=one.reason[:60],
            comments=one.comments,
            told=dict(one.told),
            transaction_uuid=transaction_uuid,
            at=at,
            journal_no=journal_no,
        )
        for one in news
    )


@command("report_work")
def order_of_new_panel(actor: Actor, *, panel_id: int, number: str, at: datetime) -> tuple[int, list[Doubt]]:
    """The id of the order that a panel is said to be made for; it is the panel's from now on, unless it has
    another one. An order that is not on the books is opened.
    """
    check_length(number, "WorkOrderIdentifier.WorkOrderId")
    order, created = WorkOrder.objects.get_or_create(number=number, defaults={"opened_at": at})
    doubts = []
    if created:
        reason = f"Work order {number} was not planned; it was opened because a machine works on it."
        doubts.append(Doubt("work_order_not_planned", reason))
    Panel.objects.filter(pk=panel_id, work_order=None).update(work_order=order)
    return order.pk, doubts


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNews:
    """What was told of a work order; ``told`` in plain JSON values under the standard's names."""

    number: str
    kind: str
    at: datetime
    batch: str = ""
    status: str = ""
    quantity: Decimal | None = None
    told: Mapping[str, object] = field(default_factory=dict)


@command("report_work")
def record_order_news(
    actor: Actor, *, station_id: int, news: Sequence[OrderNews], journal_no: int
) -> list[Doubt]:
    """What was told of work orders. One that is not on the books is opened. What people planned stays as they
    planned it: another quantity is a doubt. Raises Invalid for an order without a number.
    """
    doubts = []
    rows = []
    for one in news:
        if not one.number:
            raise Invalid(
                "no_work_order",
                "The message names no work order.",
                field="WorkOrderIdentifier.WorkOrderId",
                way_out="Give the number of the work order.",
            )
        check_length(one.number, "WorkOrderIdentifier.WorkOrderId")
        check_length(one.batch, "WorkOrderIdentifier.Batch")
        if one.quantity is not None and abs(one.quantity) >= MOST_PIECES:
            raise Invalid(
                "quantity_out_of_range",
                "Nobody builds {quantity} of anything.",
                field="Quantity",
                way_out="Correct the quantity and send again.",
                quantity=one.quantity,
            )
        order, _ = WorkOrder.objects.get_or_create(number=one.number, defaults={"opened_at": one.at})
        if None not in {one.quantity, order.quantity} and one.quantity != order.quantity:
            reason = (
                f"Order {order.number} is planned for {order.quantity}; it is told to be for {one.quantity}."
            )
            doubts.append(Doubt("order_quantity_differs", reason))
        rows.append(
            OrderEvent(
                work_order=order,
                station_id=station_id,
                kind=one.kind,
                batch=one.batch,
                status=one.status[:60],
                quantity=one.quantity,
                told=dict(one.told),
                at=one.at,
                journal_no=journal_no,
            )
        )
    OrderEvent.objects.bulk_create(rows)
    return doubts


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeNews:
    """A recipe was taken up, put down or changed at a station. Times in seconds for one pass."""

    kind: str
    at: datetime
    recipe_name: str = ""
    recipe_revision: str = ""
    lane: int | None = None
    stage: str = ""
    surface: str = ""
    work_order: str = ""
    expected_cycle_s: Decimal | None = None
    expected_work_s: Decimal | None = None
    reason: str = ""
    by: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


@command("report_work")
def record_recipe_news(
    actor: Actor, *, station_id: int, news: Sequence[RecipeNews], journal_no: int
) -> list[Doubt]:
    """Recipes were taken up, put down or changed at a station. A time that can't be is left out."""
    doubts = []
    rows = []
    for one in news:
        lane, of_lane = _lane(one.lane)
        cycle, work = _seconds(one.expected_cycle_s), _seconds(one.expected_work_s)
        if (cycle, work) != (one.expected_cycle_s, one.expected_work_s):
            reason = "An expected time can't be the time of a pass; it was left out."
            doubts.append(Doubt("time_out_of_range", reason))
        doubts += of_lane
        rows.append(
            RecipeEvent(
                station_id=station_id,
                kind=one.kind,
                recipe_name=one.recipe_name[:LONGEST_RECIPE],
                recipe_revision=one.recipe_revision[:LONGEST_REVISION],
                lane=lane,
                stage=one.stage[:200],
                surface=one.surface[:40],
                work_order=one.work_order[:200],
                expected_cycle_s=cycle,
                expected_work_s=work,
                reason=one.reason[:60],
                by=one.by[:200],
                told=dict(one.told),
                at=one.at,
                journal_no=journal_no,
            )
        )
    RecipeEvent.objects.bulk_create(rows)
    return doubts


def _seconds(seconds: Decimal | None) -> Decimal | None:
    return seconds if seconds is not None and 0 <= seconds < MOST_SECONDS else None


@command("report_work")
def record_operator(
    actor: Actor,
    *,
    station_id: int,
    operator: str,
    name: str,
    began: bool,
    at: datetime,
    journal_no: int,
) -> None:
    """Somebody began to work at a station, or no longer does. Raises Invalid where nobody is named."""
    if not operator:
        raise Invalid(
            "no_operator",
            "The message names no operator.",
            field="Operator",
            way_out="The station must give the OperatorIdentifier.",
        )
    check_length(operator, "OperatorIdentifier")
    OperatorEvent.objects.create(
        station_id=station_id, operator=operator, name=name[:200], began=began, at=at, journal_no=journal_no
    )
