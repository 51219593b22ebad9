"""Panels and units as they move and are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.cfx import given
from padstone.features.production.commands import (
    Start,
    UnitClaim,
    complete_work,
    overlap_subject,
    record_flow,
    start_work,
)
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone import cfx
    from padstone.features.production.commands import Taken
    from padstone.ingest.context import Context


def units_arrived(message: cfx.UnitsArrived, context: Context) -> None:
    _flow(message, context, departed=False)


def units_departed(message: cfx.UnitsDeparted, context: Context) -> None:
    _flow(message, context, departed=True)


def _flow(message: cfx.UnitsArrived | cfx.UnitsDeparted, context: Context, *, departed: bool) -> None:
    claims = _claims(given(message.units))
    taken = record_flow.within(
        INTERPRETER,
        station_id=context.station.pk,
        primary=given(message.primary_identifier) or "",
        units=claims,
        departed=departed,
        lane=given(message.lane),
        at=context.happened_at,
        journal_no=context.journal_no,
    )
    _tell(context, taken, claims, given(message.primary_identifier))


def work_started(message: cfx.WorkStarted, context: Context) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionID")
    order = given(message.work_order_identifier)
    surface = given(message.relevant_surface)
    claims = _claims(given(message.units))
    taken = start_work.within(
        INTERPRETER,
        start=Start(
            uuid=uuid,
            station_id=context.station.pk,
            at=context.happened_at,
            primary=given(message.primary_identifier) or "",
            units=claims,
            work_order=(given(order.work_order_id) if order else "") or "",
            lane=given(message.lane),
            recipe_name=given(message.recipe_name) or "",
            recipe_revision=given(message.revision) or "",
            surface=surface.value if surface else "",
        ),
        journal_no=context.journal_no,
    )
    context.bring(f"transaction:{uuid}")
    _tell(context, taken, claims, given(message.primary_identifier))


def work_completed(message: cfx.WorkCompleted, context: Context) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionID")
    result = given(message.result)
    doubts = complete_work.within(
        INTERPRETER,
        uuid=uuid,
        at=context.happened_at,
        result=result.value if result else "",
        journal_no=context.journal_no,
    )
    context.clear(overlap_subject(uuid))
    context.memory.transactions.pop(uuid, None)
    for doubt in doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)


def _claims(units: Sequence[cfx.UnitPosition] | None) -> list[UnitClaim]:
    claims = []
    for index, unit in enumerate(units or (), start=1):
        status = given(unit.status)
        position = given(unit.position_number)
        claims.append(
            UnitClaim(
                given(unit.unit_identifier) or "",
                position if position is not None else index,
                status.value if status else "",
            )
        )
    return claims


def _tell(context: Context, taken: Taken, claims: Sequence[UnitClaim], primary: str | None) -> None:
    if taken.changed:
        context.memory.forget_work()
    for doubt in taken.doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)
    for identifier in {primary, *(claim.identifier for claim in claims)} - {None, ""}:
        context.bring(f"unit:{identifier}")
