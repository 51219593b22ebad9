"""What is said of units beside the work on them: named, read, personalized, disqualified, in a carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.cfx import given
from padstone.features.production.commands import (
    Taken,
    UnitClaim,
    UnitNews,
    claim_panel,
    order_of_new_panel,
    record_unit_news,
)
from padstone.features.production.domain import UnitEventKind
from padstone.ingest.interpreters.naming import transaction_told, units_told
from padstone.ingest.interpreters.production import claims_of, tell
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import NotYetKnown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from padstone import cfx
    from padstone.features.production.models import Unit
    from padstone.ingest.context import Context


def units_initialized(message: cfx.UnitsInitialized, context: Context) -> None:
    """Units exist from now on, for a work order if one is named."""
    order = given(message.work_order_identifier)
    number = (given(order.work_order_id) if order else None) or ""
    units = _claimed(given(message.primary_identifier), given(message.units), context)
    order_id = None
    if number and units:
        order_id, doubts = order_of_new_panel.within(
            INTERPRETER, panel_id=units[0].panel_id, number=number, at=context.happened_at
        )
        context.memory.forget_work()  # the panel may have its order now
        for doubt in doubts:
            context.flag(doubt.code, doubt.reason, doubt.subject)
    _record(
        [UnitNews(unit_id=unit.pk, kind=UnitEventKind.INITIALIZED, work_order_id=order_id) for unit in units],
        context,
        transaction_told(given(message.transaction_id), context, "TransactionID"),
    )


def identifiers_read(message: cfx.IdentifiersRead, context: Context) -> None:
    """A reader has seen these units."""
    units = _claimed(given(message.primary_identifier), given(message.units), context)
    _record([UnitNews(unit_id=unit.pk, kind=UnitEventKind.IDENTIFIED) for unit in units], context)


def units_disqualified(message: cfx.UnitsDisqualified, context: Context) -> None:
    """Units go no further. Whoever names none of them means the whole panel."""
    primary, told = given(message.primary_identifier), given(message.units)
    reason = given(message.reason)
    units = _claimed(primary, told, context) if told else units_told(primary, None, None, context)
    _record(
        [
            UnitNews(
                unit_id=unit.pk,
                kind=UnitEventKind.DISQUALIFIED,
                reason=reason.value if reason else "",
                comments=given(message.comments) or "",
            )
            for unit in units
        ],
        context,
    )


def units_personalized(message: cfx.UnitsPersonalized, context: Context) -> None:
    """Units were given properties of their own. Where a position of the transaction's panel is given with an
    identifier that nobody knows, that is the serial which the unit has from now on.
    """
    transaction = transaction_told(given(message.transaction_id), context)
    news = []
    for told in given(message.personalized_units) or ():
        identifier, position = given(told.unit_identifier), given(told.unit_position_number)
        given_to = _personalized(identifier, position, transaction, context)
        said = {
            (given(one.name) or "").replace("\x00", ""): (given(one.value) or "").replace("\x00", "")
            for one in given(told.characteristics) or ()
        }
        news += [UnitNews(unit_id=unit.pk, kind=UnitEventKind.PERSONALIZED, told=said) for unit in given_to]
    _record(news, context, transaction)


def _personalized(
    identifier: str | None, position: int | None, transaction: UUID | None, context: Context
) -> list[Unit]:
    try:
        return units_told(identifier, position, transaction, context)
    except NotYetKnown:
        if not identifier or not position or transaction is None:
            raise
    on = context.transaction(transaction).panel
    return _claim(on.identifier, [UnitClaim(identifier, position)], context)


def units_loaded(message: cfx.UnitsLoaded, context: Context) -> None:
    _carried(message, UnitEventKind.LOADED, context)


def units_unloaded(message: cfx.UnitsUnloaded, context: Context) -> None:
    _carried(message, UnitEventKind.UNLOADED, context)


def _carried(message: cfx.UnitsLoaded | cfx.UnitsUnloaded, kind: UnitEventKind, context: Context) -> None:
    """Positions are places in the carrier here, not on a panel: units are known by their identifiers, and a
    panel's name stands for all its units.
    """
    carrier = given(message.unique_identifier) or ""
    news = []
    for told in given(message.units) or ():
        place = given(told.position_number)
        said = {"Carrier": carrier, **({"PositionNumber": place} if place else {})}
        units = units_told(given(told.unit_identifier), None, None, context)
        news += [UnitNews(unit_id=unit.pk, kind=kind, told=said) for unit in units]
    _record(news, context)


def _claimed(primary: str | None, told: Sequence[cfx.UnitPosition] | None, context: Context) -> list[Unit]:
    """The units that a message names by panel and position, as WorkStarted does; new ones are put on the
    books. A panel that is named alone stands for all units that it is known to have, and waits for them.
    """
    claims = claims_of(told)
    return _claim(primary or "", claims, context) if claims else units_told(primary, None, None, context)


def _claim(primary: str, claims: list[UnitClaim], context: Context) -> list[Unit]:
    claimed = claim_panel.within(
        INTERPRETER,
        primary=primary,
        units=claims,
        journal_no=context.journal_no,
        at_hand=context.memory.work,
    )
    taken = Taken(claimed.panel.pk, claimed.doubts)
    tell(context, taken, claims, primary)
    return [unit for _, unit in sorted(claimed.units.items())]


def _record(news: list[UnitNews], context: Context, transaction: UUID | None = None) -> None:
    record_unit_news.within(
        INTERPRETER,
        station_id=context.station.pk,
        at=context.happened_at,
        news=news,
        journal_no=context.journal_no,
        transaction_uuid=transaction,
    )
