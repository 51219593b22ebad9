"""Pages made for scanning: a package, then where it goes. Everything can be done by keyboard."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.features.materials.queries import find as find_material
from padstone.features.materials.queries import package_card
from padstone.features.stock import commands
from padstone.features.stock.domain.words import Account, HoldReason, LocationKind
from padstone.features.stock.queries.balance import (
    balance_of_house,
    balance_of_lot,
    balance_of_order,
    balance_of_package,
)
from padstone.features.stock.queries.cards import location_card, locations, package_stock
from padstone.features.stock.queries.search import find, search
from padstone.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import number_asked, text_asked
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from padstone.features.stock.queries.balance import Balance
    from padstone.kernel.actor import Actor

FOUND = 50
MOVE, WRITE_OFF, HOLD, DISPOSE, MANAGE = (
    "move_stock",
    "write_off_stock",
    "hold_stock",
    "dispose_stock",
    "manage_locations",
)


def scan(request: HttpRequest) -> HttpResponse:
    """The handler's page. A package is scanned, then a location, and it is there; a location alone shows what
    lies in it, a lot or a part the packages of it. A wrong scan loses nothing.
    """
    actor = actor_of(request)
    must_see(actor)
    chosen, refusal = text_asked(request, "package"), None
    code = (request.POST if request.method == "POST" else request.GET).get("code", "").strip()
    if request.method == "POST":
        chosen = request.POST.get("package", "").strip()
        try:
            return HttpResponseRedirect(_scanned(request, actor, chosen, code))
        except Forbidden:
            raise
        except Refusal as refused:
            refusal = refused
    elif code:
        found = _named(actor, code)
        if found is not None:
            return HttpResponseRedirect(_address_of(*found))
    context: dict[str, Any] = {
        "code": code,
        "refusal": refusal,
        "may_move": actor.may(MOVE),
        "done": text_asked(request, "done"),
    }
    if chosen:
        context |= {"package": package_card(actor, chosen), "stock": package_stock(actor, chosen)}
    elif code:
        context["found"] = search(actor, code, limit=FOUND)
    if context["done"]:
        context["there"] = package_stock(actor, context["done"])
    return render(request, "stock/scan.html", context, status=refusal.status if refusal else 200)


def _scanned(request: HttpRequest, actor: Actor, chosen: str, code: str) -> str:
    """Where a scan leads: the page of what it named, or, with a package in hand, on to the next one."""
    found = _named(actor, code)
    if found is None:
        raise NotFound(
            "nothing_named",
            "“{text}” is no package and no storage location.",
            field="code",
            way_out="Scan it again. What was scanned before is still here.",
            text=code,
        )
    kind, key = found
    if kind != "location" or not chosen:
        return _address_of(kind, key)
    seen = request.POST.get("seen", "")
    done = commands.move(
        actor, package=chosen, to=key, seen=int(seen) if seen.isdigit() and seen != "0" else None
    )
    return f"{reverse('stock')}?{urlencode({'done': done.package})}"


def _named(actor: Actor, code: str) -> tuple[str, str] | None:
    found = find_material(actor, code) or find(actor, code)
    return found if found is not None and found[0] != "lot" else None


def _address_of(kind: str, key: str) -> str:
    if kind == "location":
        return reverse("location", args=[key])
    return f"{reverse('stock')}?{urlencode({'package': key})}"


# --- a package ----------------------------------------------------------------------------------------------


def package(request: HttpRequest, identifier: str) -> HttpResponse:
    """A package in store: where it is, what is left, what became of it, and all that may be done to it."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            _act(request, actor, identifier)
            messages.success(request, gettext("Done."))
            return HttpResponseRedirect(reverse("stock_package", args=[identifier]))
        except (Forbidden, NotFound):
            raise
        except Refusal as refused:
            refusal = refused
    context = {
        "package": package_card(actor, identifier),
        "stock": package_stock(actor, identifier),
        "balance": balance_of_package(actor, identifier),
        "refusal": refusal,
        "given": request.POST,
        "reasons": list(HoldReason),
        "ways_out": [one.value for one in _WAYS_OUT],
        "may_move": actor.may(MOVE),
        "may_write_off": actor.may(WRITE_OFF),
        "may_hold": actor.may(HOLD),
        "may_dispose": actor.may(DISPOSE),
        "may_reserve": actor.may("reserve_stock"),
    }
    return render(request, "stock/package.html", context, status=refusal.status if refusal else 200)


_WAYS_OUT = (Account.SCRAPPED, Account.RETURNED, Account.SPOILED, Account.MISSING, Account.COUNTED_AWAY)


def _act(request: HttpRequest, actor: Actor, identifier: str) -> None:
    """Do what the form asks. Raises Invalid for a form that is none of this page's."""
    given = request.POST
    seen = given.get("seen", "")
    act: dict[str, Any] = {
        "package": identifier,
        "seen": int(seen) if seen.isdigit() and seen != "0" else None,
        "why": given.get("why", ""),
    }
    match given.get("do", ""):
        case "count":
            commands.count(
                actor,
                quantity=_number(given, "quantity"),
                accepted="accepted" in given,
                to=given.get("to", ""),
                **act,
            )
        case "split":
            commands.split(actor, new=given.get("new", ""), quantity=_number(given, "quantity"), **act)
        case "join":
            commands.join(actor, into=given.get("into", ""), **act)
        case "leave":
            quantity = _number(given, "quantity") if given.get("quantity") else None
            commands.leave(actor, how=given.get("how", ""), quantity=quantity, **act)
        case "hold":
            commands.hold(
                actor,
                packages=[identifier],
                reason=given.get("reason", ""),
                why=act["why"],
                to=given.get("to", ""),
            )
        case "release":
            commands.release_hold(actor, **act)
        case "dispose":
            commands.dispose(actor, how=given.get("how", ""), **act)
        case "reserve":
            commands.reserve(actor, order=given.get("order", ""), **act)
        case "unreserve":
            commands.unreserve(actor, **act)
        case _:
            raise Invalid("no_such_act", "That can't be done to a package.", field="do")


def _number(given: Any, name: str) -> Decimal:
    text = given.get(name, "").strip().replace(",", "")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Invalid(
            "number_unreadable",
            "“{text}” is no number.",
            field=name,
            way_out="Write a number, such as 4000.",
            text=text,
        ) from error


# --- locations ----------------------------------------------------------------------------------------------


def location_list(request: HttpRequest) -> HttpResponse:
    """All places, as one walks past them, and the form that makes one."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        actor.must(MANAGE)
        given = {name: request.POST.get(name, "") for name in ("code", "kind", "name", "parent")}
        try:
            made = commands.define_location(actor, restricted="restricted" in request.POST, **given)
            return HttpResponseRedirect(reverse("location", args=[made.code]))
        except Refusal as refused:
            refusal = refused
    context = {
        "locations": locations(actor),
        "kinds": list(LocationKind),
        "refusal": refusal,
        "given": request.POST,
        "may_manage": actor.may(MANAGE),
    }
    return render(request, "stock/locations.html", context, status=refusal.status if refusal else 200)


def location(request: HttpRequest, code: str) -> HttpResponse:
    """A place: what is there, its air, and who took what."""
    actor = actor_of(request)
    card = location_card(actor, code, after=number_asked(request, "after") or 0)
    return render(request, "stock/location.html", {"location": card, "may_move": actor.may(MOVE)})


@require_POST
def measured(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody has read the thermometer of a place."""
    actor = actor_of(request)
    actor.must(MOVE)
    celsius, humidity = (
        _number(request.POST, name) if request.POST.get(name) else None
        for name in ("celsius", "humidity_percent")
    )
    commands.log_condition(actor, location=code, celsius=celsius, humidity_percent=humidity)
    return HttpResponseRedirect(reverse("location", args=[code]))


# --- the balance --------------------------------------------------------------------------------------------


def balance(request: HttpRequest) -> HttpResponse:
    """What does not add up anywhere."""
    found = balance_of_house(actor_of(request), after=number_asked(request, "after") or 0)
    return _balance_page(request, found, gettext("What does not add up"), "")


def package_balance(request: HttpRequest, identifier: str) -> HttpResponse:
    return _balance_page(request, balance_of_package(actor_of(request), identifier), identifier, "package")


def lot_balance(request: HttpRequest, code: str) -> HttpResponse:
    found = balance_of_lot(actor_of(request), code, after=number_asked(request, "after") or 0)
    return _balance_page(request, found, code, "lot")


def order_balance(request: HttpRequest, number: str) -> HttpResponse:
    found = balance_of_order(actor_of(request), number, after=number_asked(request, "after") or 0)
    return _balance_page(request, found, number, "order")


def _balance_page(request: HttpRequest, found: Balance, title: str, of: str) -> HttpResponse:
    return render(request, "stock/balance.html", {"balance": found, "title": title, "of": of})
