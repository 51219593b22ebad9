"""Purchase orders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.receiving import commands
from padstone.features.receiving.queries.orders import purchase_order, purchase_orders
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.given import amount_given, day_given
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.kernel.actor import Actor

RECEIVE, ORDER = "receive_package", "order_material"


def order_list(request: HttpRequest) -> HttpResponse:
    """Purchase orders: what is due first, first."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            return _ordered(request, actor)
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    closed = text_asked(request, "closed") == "yes"
    context = {
        "orders": purchase_orders(actor, closed=closed),
        "closed": closed,
        "may_order": actor.may(ORDER),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "receiving/orders.html", context, status=refusal.status if refusal else 200)


def _ordered(request: HttpRequest, actor: Actor) -> HttpResponse:
    file, given = request.FILES.get("file"), request.POST
    if file is not None:
        report = commands.import_orders(actor, content=file.read(), file_name=str(file.name))
        messages.success(
            request,
            gettext("%(orders)s purchase orders with %(lines)s lines.")
            % {"orders": report.orders, "lines": report.lines},
        )
        return HttpResponseRedirect(reverse("purchase_orders"))
    number = given.get("number", "").strip()
    line = commands.Ordered(
        number=int(amount_given(given.get("line", "1"), "line") or 1),
        part=given.get("part", ""),
        quantity=amount_given(given.get("quantity", ""), "quantity") or Decimal(0),
        expected_on=day_given(given.get("expected_on", ""), "expected_on"),
    )
    commands.place_order(actor, number=number, supplier=given.get("supplier", ""), lines=[line])
    messages.success(request, gettext("Noted."))
    return HttpResponseRedirect(reverse("purchase_order", args=[number]))


def order(request: HttpRequest, number: str) -> HttpResponse:
    """One purchase order: its lines, how far they are delivered, and what came."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "close":
                commands.close_order(actor, number=number, why=request.POST.get("why", ""))
                messages.success(request, gettext("Closed. What did not come is short."))
                return HttpResponseRedirect(reverse("purchase_order", args=[number]))
            return _ordered(request, actor)
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    context = {
        "order": purchase_order(actor, number),
        "may_order": actor.may(ORDER),
        "may_receive": actor.may(RECEIVE),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "receiving/order.html", context, status=refusal.status if refusal else 200)
