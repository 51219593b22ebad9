"""Pages of kits: what is short, and one field that takes every scan while one picks or brings back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.kitting import commands
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.kitting.queries.outlook import outlook
from padstone.features.kitting.queries.scanning import what_was_scanned
from padstone.features.sites.lookups import line_names
from padstone.features.stock.queries.cards import package_stock
from padstone.kernel.errors import Conflict, Invalid, NotFound, Refusal
from padstone.platform.accounts.identity import actor_of
from padstone.platform.given import amount_given, is_amount
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from padstone.features.kitting.queries.cards import KitCard
    from padstone.kernel.actor import Actor

KIT = "kit_orders"
PICK, BACK = "pick", "back"
_LATELY = "kit_done"


def kits(request: HttpRequest) -> HttpResponse:
    """The orders that are to be built, what is due first, first, and how far their kits are. A scan of an
    order leads to its kit.
    """
    actor, refusal = actor_of(request), None
    code = text_asked(request, "scan")
    if code:
        try:
            return HttpResponseRedirect(reverse("kit", args=[_order_scanned(actor, code)]))
        except (Invalid, NotFound) as refused:
            refusal = refused
    context = {"outlook": outlook(actor), "refusal": refusal}
    return render(request, "kitting/kits.html", context, status=refusal.status if refusal else 200)


def _order_scanned(actor: Actor, code: str) -> str:
    found = what_was_scanned(actor, code)
    if found.kind == "order":
        return found.key
    raise Invalid(
        "no_order_scanned",
        "“{text}” is no work order.",
        field="scan",
        way_out="Scan the order's number; packages are scanned on the page of its kit.",
        text=code[:80],
    )


def shortages(request: HttpRequest) -> HttpResponse:
    """What falls short, of all planned orders together or of one alone."""
    order = text_asked(request, "order")
    context = {"outlook": outlook(actor_of(request), order), "order": order}
    return render(request, "kitting/shortages.html", context)


@dataclass(frozen=True, slots=True)
class Hand:
    """What was scanned of the package in hand. The page carries it from scan to scan."""

    package: str = ""
    location: str = ""
    quantity: str = ""
    seen: str = ""
    key: str = ""

    @property
    def version(self) -> int | None:
        return int(self.seen) if self.seen.isdigit() and self.seen != "0" else None


def kit(request: HttpRequest, number: str) -> HttpResponse:
    """The kit of an order. Picking: its location and its code are scanned, in either order, and the package
    is in the kit. Bringing back: package, count, location. A wrong scan loses nothing.
    """
    actor = actor_of(request)
    mode = BACK if text_asked(request, "mode") == BACK else PICK
    hand, refusal = Hand(key=uuid4().hex), None
    if request.method == "POST":
        actor.must(KIT)
        hand = _hand_of(request)
        try:
            if deed := _DEEDS.get(request.POST.get("do", "")):
                deed(request, actor, number)
                return _next(request, number, mode)
            hand = _with_scan(request, actor, number, mode, hand)
            if _acted(request, actor, number, mode, hand):
                return _next(request, number, mode)
        except (Conflict, Invalid, NotFound) as refused:
            hand, refusal = _without(hand, refused), refused
    card = kit_card(actor, number)
    context: dict[str, Any] = {
        "kit": card,
        "mode": mode,
        "hand": hand,
        "books": package_stock(actor, hand.package) if hand.package and mode == BACK else None,
        "at_place": [one for one in card.to_fetch if one.location == hand.location],
        "next": _proposed(card, hand),
        "begins": not card.is_open,
        "lines": list(line_names().values()),
        "may_kit": actor.may(KIT),
        "done": request.session.pop(_LATELY, None) if request.method == "GET" else None,
        "refusal": refusal,
    }
    return render(request, "kitting/kit.html", context, status=refusal.status if refusal else 200)


def _hand_of(request: HttpRequest) -> Hand:
    given = {name: request.POST.get(name, "").strip()[:200] for name in ("package", "location", "quantity")}
    return Hand(**given, seen=request.POST.get("seen", ""), key=request.POST.get("key", "")[:100])


def _proposed(card: KitCard, hand: Hand) -> Any:
    """What to take next: of the scanned location, if the list has anything there."""
    there = [one for one in card.to_fetch if one.location == hand.location]
    return next(iter(there or card.to_fetch), None)


def _without(hand: Hand, refused: Refusal) -> Hand:
    """What is still worth keeping of what was scanned."""
    if refused.field in {"location", "scan"}:
        return replace(hand, location="") if refused.field == "location" else hand
    if refused.field == "quantity":
        return replace(hand, quantity="")
    return replace(hand, package="", quantity="", seen="")


def _with_scan(request: HttpRequest, actor: Actor, number: str, mode: str, hand: Hand) -> Hand:
    text = request.POST.get("scan", "")
    if not text.strip():
        return hand
    if mode == BACK and hand.package and not hand.quantity and is_amount(text):
        amount = amount_given(text, "quantity")
        return replace(hand, quantity=str(amount))
    found = what_was_scanned(actor, text)
    if found.kind == "location":
        return replace(hand, location=found.key)
    if found.kind == "order":
        raise Invalid(
            "order_scanned",
            "“{text}” is a work order.",
            field="scan",
            way_out="Scan a package or a location; another order's kit is behind Kits.",
            text=found.key,
        )
    if mode == PICK:
        commands.may_be_picked(actor, number, found.key)
        return replace(hand, package=found.key)
    seen = package_stock(actor, found.key).version
    return replace(hand, package=found.key, quantity="", seen=str(seen))


def _acted(request: HttpRequest, actor: Actor, number: str, mode: str, hand: Hand) -> bool:
    """Whether all was scanned that it takes, and it is done."""
    if mode == PICK and hand.package and hand.location:
        _picked(request, actor, number, hand)
    elif mode == BACK and hand.package and hand.quantity and (hand.location or not Decimal(hand.quantity)):
        _brought_back(request, actor, hand)
    else:
        return False
    return True


def _picked(request: HttpRequest, actor: Actor, number: str, hand: Hand) -> None:
    done = commands.pick(actor, order=number, package=hand.package, location=hand.location, key=hand.key)
    request.session[_LATELY] = {
        "how": PICK,
        "package": done.package,
        "part": done.part,
        "instead": done.instead,
        "wanted": done.wanted,
        "location": done.location,
        "hint": done.hint,
    }


def _brought_back(request: HttpRequest, actor: Actor, hand: Hand) -> None:
    done = commands.give_back(
        actor,
        package=hand.package,
        location=hand.location,
        quantity=amount_given(hand.quantity, "quantity"),
        seen=hand.version,
        key=hand.key,
    )
    request.session[_LATELY] = {
        "how": BACK,
        "package": done.package,
        "part": done.part,
        "location": done.location,
        "counted": f"{done.counted.normalize():f}",
        "expected": f"{done.most.normalize():f}",
        "short": f"{-done.difference.normalize():f}" if done.difference < 0 else "",
        "over": f"{done.difference.normalize():f}" if done.difference > 0 else "",
        "unit": done.unit,
        "closed": done.closed,
    }


def _next(request: HttpRequest, number: str, mode: str) -> HttpResponseRedirect:
    back = f"?mode={BACK}" if mode == BACK else ""
    return HttpResponseRedirect(f"{reverse('kit', args=[number])}{back}")


def _begin(request: HttpRequest, actor: Actor, number: str) -> None:
    text = request.POST.get("scan", "")
    found = what_was_scanned(actor, text)
    if found.kind != "location":
        raise Invalid(
            "no_location_scanned",
            "“{text}” is no storage location.",
            field="scan",
            way_out="Scan the label of a trolley, a line or a bench.",
            text=text.strip()[:80],
        )
    commands.begin_kit(actor, order=number, location=found.key, line=request.POST.get("line", ""))


def _issue(request: HttpRequest, actor: Actor, number: str) -> None:
    commands.issue_kit(actor, order=number)


def _close(request: HttpRequest, actor: Actor, number: str) -> None:
    commands.close_kit(actor, order=number)


def _used_up(request: HttpRequest, actor: Actor, number: str) -> None:
    closed = commands.close_used_up(actor, order=number)
    said = gettext("Closed: %(packages)s") % {"packages": ", ".join(closed)}
    messages.success(request, said if closed else gettext("Nothing of it is used up."))


_DEEDS = {"begin": _begin, "issue": _issue, "close": _close, "used_up": _used_up}
