from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render

from padstone.features.production.queries import order_card, orders, panel_card, units_of_order
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_COLUMNS = 6
PANELS_PER_PAGE = 100
UNITS_PER_PAGE = 200


def panel(request: HttpRequest, identifier: str) -> HttpResponse:
    """A panel, its units drawn at their positions, and where it has been."""
    card = panel_card(actor_of(request), identifier)
    context = {
        "panel": card,
        # Machines tell positions as numbers, not places: the drawing is as square as the count allows.
        "columns": min(ceil(sqrt(len(card.units))), MOST_COLUMNS) or 1,
    }
    return render(request, "production/panel.html", context)


def order_list(request: HttpRequest) -> HttpResponse:
    """The work orders that the asker may see: all of them for the house, the own ones for a client."""
    actor = actor_of(request)
    context = {"orders": orders(actor), "client": actor.client, "scan_first": True}
    return render(request, "production/orders.html", context)


def order(request: HttpRequest, number: str) -> HttpResponse:
    """How far a work order is at each station, and all its panels and boards."""
    actor = actor_of(request)
    card = order_card(actor, number)
    boards = units_of_order(actor, number)
    context = {
        "order": card,
        "whole": card.quantity or card.units,
        "panels": Paginator(card.panels, PANELS_PER_PAGE).get_page(request.GET.get("page")),
        "boards": Paginator(boards, UNITS_PER_PAGE).get_page(request.GET.get("boards")),
    }
    return render(request, "production/order.html", context)
