from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.features.production.queries import (
    LineNow,
    OrderCard,
    OrderLine,
    PanelCard,
    factory_now,
    line_now,
    order_card,
    orders,
    panel_card,
)
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["factory"])


@router.get("/factory", response=list[LineNow], summary="Every line and its stations, as they are now")
def get_factory(request: HttpRequest) -> HttpResponse:
    """Stations that nobody has given a place yet stand under a line without a name."""
    return json_answer(factory_now(actor_of(request)))


@router.get("/lines/{path:name}", response=LineNow, summary="One line and its stations, as they are now")
def get_line(request: HttpRequest, name: str) -> HttpResponse:
    return json_answer(line_now(actor_of(request), name))


@router.get("/orders", response=list[OrderLine], summary="Work orders, those in work first")
def list_orders(request: HttpRequest) -> HttpResponse:
    """All of them for the house; a client's account gets that client's."""
    return json_answer(orders(actor_of(request)))


@router.get("/orders/{path:number}", response=OrderCard, summary="One work order and how far it is")
def get_order(request: HttpRequest, number: str) -> HttpResponse:
    """Its panels, and for each station how many units have completed it."""
    return json_answer(order_card(actor_of(request), number))


@router.get("/panels/{path:identifier}", response=PanelCard, summary="One panel, its units and its passes")
def get_panel(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(panel_card(actor_of(request), identifier))
