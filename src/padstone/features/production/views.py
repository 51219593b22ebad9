from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render

from padstone.features.production.queries import order_card, panel_card
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_COLUMNS = 6
PANELS_PER_PAGE = 100


def panel(request: HttpRequest, identifier: str) -> HttpResponse:
    """A panel, its units drawn at their positions, and where it has been."""
    card = panel_card(actor_of(request), identifier)
    context = {
        "panel": card,
        # Machines tell positions as numbers, not places: the drawing is as square as the count allows.
        "columns": min(ceil(sqrt(len(card.units))), MOST_COLUMNS) or 1,
    }
    return render(request, "production/panel.html", context)


def order(request: HttpRequest, number: str) -> HttpResponse:
    card = order_card(actor_of(request), number)
    panels = Paginator(card.panels, PANELS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "production/order.html", {"order": card, "panels": panels})
