"""Work orders, recipes and operators, as machines and the systems above them tell of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from padstone.cfx import given
from padstone.features.production.commands import (
    OrderNews,
    RecipeNews,
    record_operator,
    record_order_news,
    record_recipe_news,
)
from padstone.features.production.domain import OrderEventKind, RecipeEventKind
from padstone.ingest.interpreters.measured import kind_of, plain_structure
from padstone.ingest.interpreters.naming import person_name, stage_name
from padstone.ingest.interpreters.quality import operator_name
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from padstone import cfx
    from padstone.ingest.context import Context

_MILLISECOND = Decimal("0.001")
_OF_ORDER = ("WorkOrderIdentifier", "Status", "Quantity")


def work_orders_created(message: cfx.WorkOrdersCreated, context: Context) -> None:
    _orders(given(message.new_orders) or (), OrderEventKind.CREATED, context)


def work_orders_updated(message: cfx.WorkOrdersUpdated, context: Context) -> None:
    _orders(given(message.updated_orders) or (), OrderEventKind.UPDATED, context)


def _orders(orders: Iterable[cfx.WorkOrder], kind: OrderEventKind, context: Context) -> None:
    _record(
        [
            _news(
                given(order.work_order_identifier),
                kind,
                context,
                status=str(given(order.status) or ""),
                quantity=given(order.quantity),
                told=_without(plain_structure(order), *_OF_ORDER),
            )
            for order in orders
        ],
        context,
    )


def work_orders_deleted(message: cfx.WorkOrdersDeleted, context: Context) -> None:
    """The sender wants to know no more of them. What was built for them stays on the books."""
    told = given(message.work_order_identifiers) or ()
    _record([_news(one, OrderEventKind.DELETED, context) for one in told], context)


def work_order_status_updated(message: cfx.WorkOrderStatusUpdated, context: Context) -> None:
    status = str(given(message.new_status) or "")
    _record(
        [_news(given(message.work_order_identifier), OrderEventKind.STATUS, context, status=status)], context
    )


def work_order_quantity_updated(message: cfx.WorkOrderQuantityUpdated, context: Context) -> None:
    quantity = given(message.new_quantity)
    _record(
        [_news(given(message.work_order_identifier), OrderEventKind.QUANTITY, context, quantity=quantity)],
        context,
    )


def work_orders_scheduled(message: cfx.WorkOrdersScheduled, context: Context) -> None:
    _record(
        [
            _news(
                given(one.work_order_identifier),
                OrderEventKind.SCHEDULED,
                context,
                told=_without(plain_structure(one), *_OF_ORDER),
            )
            for one in given(message.scheduled_work_orders) or ()
        ],
        context,
    )


def work_orders_unscheduled(message: cfx.WorkOrdersUnscheduled, context: Context) -> None:
    _record(
        [
            _news(
                given(one.work_order_identifier),
                OrderEventKind.UNSCHEDULED,
                context,
                told=_without(plain_structure(one), *_OF_ORDER),
            )
            for one in given(message.scheduled_work_order_identifiers) or ()
        ],
        context,
    )


def work_order_action_executed(message: cfx.WorkOrderActionExecuted, context: Context) -> None:
    state = given(message.state)
    news = _news(
        given(message.work_order_identifier),
        OrderEventKind.ACTION,
        context,
        status="",
        at=given(message.time_stamp),
        told={
            **_without(plain_structure(message), "WorkOrderIdentifier", "TimeStamp"),
            **({"State": state.value} if state else {}),
        },
    )
    _record([news], context)


def _news(
    order: cfx.WorkOrderIdentifier | None,
    kind: OrderEventKind,
    context: Context,
    *,
    status: str = "",
    quantity: Decimal | None = None,
    told: dict[str, Any] | None = None,
    at: str | None = None,
) -> OrderNews:
    return OrderNews(
        number=(given(order.work_order_id) if order else None) or "",
        batch=(given(order.batch) if order else None) or "",
        kind=kind,
        at=context.at(at),
        status=status,
        quantity=quantity,
        told=told or {},
    )


def _record(news: list[OrderNews], context: Context) -> None:
    doubts = record_order_news.within(
        INTERPRETER, station_id=context.station.pk, news=news, journal_no=context.journal_no
    )
    for doubt in doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)


def recipe_activated(message: cfx.RecipeActivated, context: Context) -> None:
    """The station works by this recipe from now on, and expects these times of a pass."""
    surface = given(message.relevant_surface)
    news = RecipeNews(
        kind=RecipeEventKind.ACTIVATED,
        at=context.happened_at,
        recipe_name=given(message.recipe_name) or "",
        recipe_revision=given(message.revision) or "",
        lane=given(message.lane),
        stage=stage_name(given(message.stage)),
        surface=surface.value if surface else "",
        work_order=_order_number(given(message.work_order_identifier)),
        expected_cycle_s=_seconds(given(message.expected_cycle_time)),
        expected_work_s=_seconds(given(message.expected_work_time)),
        told={
            name: value
            for name, value in plain_structure(message).items()
            if name
            in {
                "ExpectedUnitsPerWorkTransaction",
                "NumberOfComponentsPerUnit",
                "TargetQuantity",
                "RecipeStagesInformation",
            }
        },
    )
    _record_recipe([news], context)


def recipe_deactivated(message: cfx.RecipeDeactivated, context: Context) -> None:
    news = RecipeNews(
        kind=RecipeEventKind.DEACTIVATED,
        at=context.happened_at,
        recipe_name=given(message.recipe_name) or "",
        recipe_revision=given(message.revision) or "",
        lane=given(message.lane),
        stage=stage_name(given(message.stage)),
        work_order=_order_number(given(message.work_order_identifier)),
    )
    _record_recipe([news], context)


def recipe_modified(message: cfx.RecipeModified, context: Context) -> None:
    reason = given(message.reason)
    notes = given(message.notes) or ""
    news = RecipeNews(
        kind=RecipeEventKind.MODIFIED,
        at=context.happened_at,
        recipe_name=given(message.recipe_name) or "",
        recipe_revision=given(message.revision) or "",
        work_order=_order_number(given(message.work_order_identifier)),
        reason=reason.value if reason else "",
        by=operator_name(given(message.modified_by)),
        told={"Notes": notes} if notes else {},
    )
    _record_recipe([news], context)


def local_recipe_changed(message: cfx.LocalRecipeChanged, context: Context) -> None:
    """An operator changed at the machine what the recipe says: a skipped board, another part."""
    changes = given(message.local_recipe_changes) or ()
    _record_recipe(
        [
            RecipeNews(
                kind=RecipeEventKind.CHANGED_LOCALLY,
                at=context.happened_at,
                lane=given(message.lane),
                stage=stage_name(given(message.stage)),
                reason=kind_of(change),
                told={
                    **plain_structure(change),
                    **({"TransactionID": uuid} if (uuid := given(message.transaction_id)) else {}),
                },
            )
            for change in changes
        ],
        context,
    )


def _record_recipe(news: list[RecipeNews], context: Context) -> None:
    doubts = record_recipe_news.within(
        INTERPRETER, station_id=context.station.pk, news=news, journal_no=context.journal_no
    )
    for doubt in doubts:
        context.flag(doubt.code, doubt.reason, doubt.subject)


def operator_activated(message: cfx.OperatorActivated, context: Context) -> None:
    _operator(given(message.operator), context, began=True)


def operator_deactivated(message: cfx.OperatorDeactivated, context: Context) -> None:
    _operator(given(message.operator), context, began=False)


def _operator(told: cfx.Operator | None, context: Context, *, began: bool) -> None:
    record_operator.within(
        INTERPRETER,
        station_id=context.station.pk,
        operator=operator_name(told),
        name=person_name(told),
        began=began,
        at=context.happened_at,
        journal_no=context.journal_no,
    )


def _order_number(order: cfx.WorkOrderIdentifier | None) -> str:
    return (given(order.work_order_id) if order else None) or ""


def _seconds(told: float | None) -> Decimal | None:
    return None if told is None else Decimal(repr(told)).quantize(_MILLISECOND)


def _without(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}
