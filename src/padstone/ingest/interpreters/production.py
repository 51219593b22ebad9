"""Panels and units as they move and are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.cfx import given
from padstone.features.production.commands import (
    Start,
    UnitClaim,
    complete_work,
    record_flow,
    start_work,
)
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.features.production.commands import Taken
    from padstone.ingest.context import Context

BAD_MARK = "BadMark"
_NOT_GOOD = 2
"""CFX UnitInfo.BadMark: 0 not known, 1 good, 2 not good for production."""


def units_arrived(message: cfx.UnitsArrived, context: Context) -> None:
    _flow(message, context, departed=False)


def units_departed(message: cfx.UnitsDeparted, context: Context) -> None:
    _flow(message, context, departed=True)


def _flow(message: cfx.UnitsArrived | cfx.UnitsDeparted, context: Context, *, departed: bool) -> None:
    claims = claims_of(given(message.units))
    taken = record_flow.within(
        INTERPRETER,
        station_id=context.station.pk,
        primary=given(message.primary_identifier) or "",
        units=claims,
        departed=departed,
        lane=given(message.lane),
        at=context.happened_at,
        journal_no=context.journal_no,
        at_hand=context.memory.work,
    )
    tell(context, taken, claims, given(message.primary_identifier))


def work_started(message: cfx.WorkStarted, context: Context) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionID")
    order = given(message.work_order_identifier)
    surface = given(message.relevant_surface)
    claims = claims_of(given(message.units))
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
        at_hand=context.memory.work,
    )
    if taken.begun is not None:
        context.memory.unplaced.add(taken.begun)
    context.bring(f"transaction:{uuid}")
    tell(context, taken, claims, given(message.primary_identifier))


def work_completed(message: cfx.WorkCompleted, context: Context) -> None:
    uuid = context.uuid(given(message.transaction_id), "TransactionID")
    result = given(message.result)
    completed = complete_work.within(
        INTERPRETER,
        uuid=uuid,
        at=context.happened_at,
        result=result.value if result else "",
        journal_no=context.journal_no,
        at_hand=context.memory.work,
    )
    for subject in completed.settled:
        context.clear(subject)
    for doubt in completed.doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)


def claims_of(units: Sequence[cfx.UnitPosition] | None) -> list[UnitClaim]:
    """The units as they are told. A position is a matter of the list's order where none of them has one."""
    told = units or ()
    placed = any(given(unit.position_number) for unit in told)  # .NET writes 0 for a number that was not set
    return [
        UnitClaim(
            given(unit.unit_identifier) or "",
            (given(unit.position_number) or 0) if placed else index,
            _status(unit),
        )
        for index, unit in enumerate(told, start=1)
    ]


def _status(unit: cfx.UnitPosition) -> str:
    """What is said of the unit as it comes in; its bad mark, where nothing graver is said."""
    status = given(unit.status)
    if status is not None and status.value != "Pass":
        return status.value
    bad = isinstance(unit, cfx.UnitInfo) and given(unit.bad_mark) == _NOT_GOOD
    return BAD_MARK if bad else (status.value if status else "")


def tell(context: Context, taken: Taken, claims: Sequence[UnitClaim], primary: str | None) -> None:
    for doubt in taken.doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)
    for identifier in {primary, *(claim.identifier for claim in claims)} - {None, ""}:
        context.bring(f"unit:{identifier}")
