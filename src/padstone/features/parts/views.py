from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.parts.cards import document, found_parts, part_card, part_line, substitutes
from padstone.features.parts.commands import (
    Offer,
    PartFacts,
    Scope,
    allow_alternate,
    approve_source,
    decide_alternate,
    describe_part,
    import_parts,
    merge_parts,
    offer_part,
    register_part,
    state_compliance,
    withdraw_alternate,
)
from padstone.features.parts.domain.parameters import (
    APPROVALS,
    CATEGORIES,
    CRITICALITIES,
    LIFECYCLES,
    MOISTURE_LEVELS,
    REGULATIONS,
    STATEMENTS,
)
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.given import amount_given, day_given, whole_given
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from django.http import HttpRequest, QueryDict

    from padstone.kernel.actor import Actor

PARTS_PER_PAGE = 100
MANAGE, APPROVE, VIEW = "manage_parts", "approve_parts", "view_bills"


def part_list(request: HttpRequest) -> HttpResponse:
    """The parts that the words find, by the numbers of the house, of makers and suppliers, and by words."""
    actor = actor_of(request)
    actor.must(VIEW)
    refusal = report = None
    if request.method == "POST":
        try:
            report = _from_form(request, actor)
            if isinstance(report, HttpResponse):
                return report
        except (Invalid, Conflict) as refused:
            refusal = refused
    wanted, category = text_asked(request, "q"), text_asked(request, "category")
    lifecycle = text_asked(request, "lifecycle")
    page = Paginator(found_parts(wanted, category, lifecycle), PARTS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "parts": [part_line(row) for row in page.object_list],
        "q": wanted,
        "category": category,
        "lifecycle": lifecycle,
        "categories": list(CATEGORIES),
        "lifecycles": LIFECYCLES,
        "may_manage": actor.may(MANAGE),
        "refusal": refusal,
        "report": report,
    }
    return render(request, "parts/parts.html", context, status=refusal.status if refusal else 200)


def part(request: HttpRequest, number: str) -> HttpResponse:
    """A part: what it can do, who makes and sells it, what may replace it, and where it is used."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            after = _DEEDS.get(request.POST.get("do", ""), _nothing)(actor, number, request)
            messages.success(request, gettext("Noted."))
            return HttpResponseRedirect(reverse("part", args=[after or number]))
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    card = part_card(actor, number)
    context: dict[str, Any] = {
        "part": card,
        "asked": number,
        "substitutes": substitutes(actor, number),
        "parameters": CATEGORIES.get(card.category, ()),
        "values": {one.name: one.value for one in card.parameters},
        "categories": list(CATEGORIES),
        "lifecycles": LIFECYCLES,
        "moisture_levels": MOISTURE_LEVELS,
        "criticalities": CRITICALITIES,
        "regulations": REGULATIONS,
        "statuses": STATEMENTS,
        "approvals": APPROVALS,
        "may_manage": actor.may(MANAGE),
        "may_approve": actor.may(APPROVE),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "parts/part.html", context, status=refusal.status if refusal else 200)


def document_file(request: HttpRequest, document_id: int) -> HttpResponse:
    """A document that proves something of a part, as it came: to keep, and never shown as a page."""
    name, content = document(actor_of(request), document_id)
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{plain or "document"}"'},
    )


def _from_form(request: HttpRequest, actor: Actor) -> Any:
    file = request.FILES.get("file")
    if file is not None:
        return import_parts(actor, content=file.read(), file_name=str(file.name))
    actor.must(MANAGE)
    made = register_part(
        actor,
        number=request.POST.get("number", ""),
        description=request.POST.get("description", ""),
        manufacturer=request.POST.get("manufacturer", ""),
        manufacturer_part_number=request.POST.get("mpn", ""),
    )
    return HttpResponseRedirect(reverse("part", args=[made.number]))


def _describe(actor: Actor, number: str, request: HttpRequest) -> None:
    given = request.POST
    told: dict[str, Any] = {name: given[name].strip() for name in _WORDS if name in given}
    told |= {name: _whole(given, name) for name in ("shelf_life_days", "lead_time_days") if given.get(name)}
    if given.get("last_buy_on"):
        told["last_buy_on"] = _day(given, "last_buy_on")
    parameters = {
        name.removeprefix("p-"): str(value) for name, value in given.items() if name.startswith("p-")
    }
    describe_part(actor, number=number, facts=PartFacts(**told, parameters=parameters))


_WORDS = ("description", "category", "moisture_level", "storage", "criticality", "lifecycle")


def _source(actor: Actor, number: str, request: HttpRequest) -> None:
    given = request.POST
    tier = _whole(given, "tier")
    approve_source(
        actor,
        part=number,
        manufacturer=given.get("manufacturer", ""),
        number=given.get("number", ""),
        approval=given.get("approval", "approved"),
        tier=1 if tier is None else tier,
    )


def _offer(actor: Actor, number: str, request: HttpRequest) -> None:
    given = request.POST
    offer_part(
        actor,
        part=number,
        offer=Offer(
            supplier=given.get("supplier", ""),
            number=given.get("number", ""),
            packaging=given.get("packaging", ""),
            minimum_order=amount_given(given.get("minimum_order", ""), "minimum_order"),
            lead_time_days=_whole(given, "lead_time_days"),
            currency=given.get("currency", "").strip(),
            prices=_prices(given.get("prices", "")),
        ),
    )


def _statement(actor: Actor, number: str, request: HttpRequest) -> None:
    given, file = request.POST, request.FILES.get("file")
    dated = _day(given, "dated")
    if dated is None:
        raise Invalid(
            "day_missing", "Say the day of the document.", field="dated", way_out="Write it like 2026-03-01."
        )
    state_compliance(
        actor,
        part=number,
        regulation=given.get("regulation", ""),
        status=given.get("status", ""),
        dated=dated,
        document_name=str(file.name) if file else "",
        document=file.read() if file else b"",
    )


def _alternate(actor: Actor, number: str, request: HttpRequest) -> None:
    given = request.POST
    allow_alternate(
        actor,
        part=number,
        other=given.get("other", ""),
        reason=given.get("reason", ""),
        scope=Scope(
            client=given.get("client", ""),
            product=given.get("product", "").strip(),
            revision=given.get("revision", "").strip(),
            line_number=_whole(given, "line_number"),
            valid_from=_day(given, "valid_from"),
            valid_until=_day(given, "valid_until"),
        ),
    )


def _decide(actor: Actor, number: str, request: HttpRequest) -> None:
    decide_alternate(
        actor,
        number=whole_given(request.POST.get("alternate", ""), "alternate"),
        approved=request.POST.get("approve") == "yes",
    )


def _withdraw(actor: Actor, number: str, request: HttpRequest) -> None:
    withdraw_alternate(
        actor,
        number=whole_given(request.POST.get("alternate", ""), "alternate"),
        why=request.POST.get("why", ""),
    )


def _merge(actor: Actor, number: str, request: HttpRequest) -> str:
    return merge_parts(
        actor, duplicate=number, into=request.POST.get("into", ""), why=request.POST.get("why", "")
    ).number


def _nothing(actor: Actor, number: str, request: HttpRequest) -> None:
    raise Invalid("nothing_to_do", "Say what is to be done.")


_DEEDS: dict[str, Callable[[Actor, str, HttpRequest], str | None]] = {
    "describe": _describe,
    "source": _source,
    "offer": _offer,
    "statement": _statement,
    "alternate": _alternate,
    "decide": _decide,
    "withdraw": _withdraw,
    "merge": _merge,
}


def _whole(given: QueryDict, name: str) -> int | None:
    """The whole number under a name, None where nothing is given."""
    text = str(given.get(name, ""))
    return whole_given(text, name) if text.strip() else None


def _day(given: QueryDict, name: str) -> date | None:
    return day_given(str(given.get(name, "")), name)


def _prices(text: str) -> list[tuple[Decimal, Decimal]]:
    """``100: 0.021; 1000: 0.018``: from which quantity, at what price."""
    found = []
    for piece in filter(str.strip, text.replace("\n", ";").split(";")):
        quantity, _, price = piece.partition(":")
        first, second = amount_given(quantity, "prices"), amount_given(price, "prices")
        if first is None or second is None:
            raise Invalid(
                "prices_unreadable",
                "“{text}” is no price break.",
                field="prices",
                way_out="Write 100: 0.021; 1000: 0.018.",
                text=piece[:40],
            )
        found.append((first, second))
    return found
