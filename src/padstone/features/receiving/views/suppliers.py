"""Suppliers, certificates, and the rules of the goods-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.receiving import commands
from padstone.features.receiving.domain.words import Approval, Tier
from padstone.features.receiving.queries.suppliers import receiving_rules, supplier_card, supplier_list
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.given import amount_given, day_given

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from padstone.kernel.actor import Actor

APPROVE, FILE, DECIDE = "approve_suppliers", "file_certificate", "decide_receiving"


def suppliers(request: HttpRequest) -> HttpResponse:
    """Suppliers, what the house thinks of them, and the rules by which their packages are checked."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            return _DEEDS.get(request.POST.get("do", ""), _nothing)(request, actor)
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    rules = receiving_rules(actor)
    context = {
        "suppliers": supplier_list(actor),
        "rules": rules,
        "policy": request.POST.get("policy") or json.dumps(rules.policy, indent=2),
        "approvals": [one for one in Approval if one is not Approval.NEW],
        "tiers": list(Tier),
        "may_approve": actor.may(APPROVE),
        "may_decide": actor.may(DECIDE),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "receiving/suppliers.html", context, status=refusal.status if refusal else 200)


def supplier(request: HttpRequest, name: str) -> HttpResponse:
    """One supplier: decisions, certificates of its own, and certificates of conformance."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        try:
            return _DEEDS.get(request.POST.get("do", ""), _nothing)(request, actor)
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    context = {
        "supplier": supplier_card(actor, name),
        "approvals": [one for one in Approval if one is not Approval.NEW],
        "tiers": list(Tier),
        "may_approve": actor.may(APPROVE),
        "may_file": actor.may(FILE),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "receiving/supplier.html", context, status=refusal.status if refusal else 200)


def _decide(request: HttpRequest, actor: Actor) -> HttpResponse:
    given = request.POST
    commands.decide_supplier(
        actor,
        supplier=given.get("supplier", ""),
        approval=given.get("approval", ""),
        tier=given.get("tier", ""),
        why=given.get("why", ""),
    )
    return _noted(request, given.get("supplier", ""))


def _certificate(request: HttpRequest, actor: Actor) -> HttpResponse:
    given, file = request.POST, request.FILES.get("file")
    until = day_given(given.get("valid_until", ""), "valid_until")
    if until is None:
        raise Invalid("day_missing", "Say until when the certificate is valid.", field="valid_until")
    commands.file_supplier_certificate(
        actor,
        supplier=given.get("supplier", ""),
        standard=given.get("standard", ""),
        number=given.get("number", ""),
        valid_until=until,
        file_name=str(file.name) if file else "",
        content=file.read() if file else b"",
    )
    return _noted(request, given.get("supplier", ""))


def _conformance(request: HttpRequest, actor: Actor) -> HttpResponse:
    given, file = request.POST, request.FILES.get("file")
    commands.file_certificate(
        actor,
        conformance=commands.Conformance(
            supplier=given.get("supplier", ""),
            part=given.get("part", ""),
            number=given.get("number", ""),
            lot=given.get("lot", ""),
            date_codes=tuple(given.get("date_codes", "").replace(",", " ").split()),
            quantity=amount_given(given.get("quantity", ""), "quantity"),
            valid_until=day_given(given.get("valid_until", ""), "valid_until"),
        ),
        file_name=str(file.name) if file else "",
        content=file.read() if file else b"",
    )
    return _noted(request, given.get("supplier", ""))


def _maker(request: HttpRequest, actor: Actor) -> HttpResponse:
    given = request.POST
    commands.declare_maker(
        actor,
        maker=given.get("maker", ""),
        lot_patterns=given.get("lot_patterns", "").split(),
        countries=given.get("countries", "").replace(",", " ").split(),
        why=given.get("why", ""),
    )
    return _noted(request)


def _policy(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        told = json.loads(request.POST.get("policy", ""))
    except ValueError as error:
        raise Invalid(
            "policy_unreadable", "The rules are no JSON: {error}", field="policy", error=error
        ) from error
    commands.decide_receiving(actor, policy=told, why=request.POST.get("why", ""))
    return _noted(request)


def _nothing(request: HttpRequest, actor: Actor) -> HttpResponse:
    raise Invalid("nothing_to_do", "Say what is to be done.")


_DEEDS: dict[str, Callable[[HttpRequest, Actor], HttpResponse]] = {
    "decide": _decide,
    "certificate": _certificate,
    "conformance": _conformance,
    "maker": _maker,
    "policy": _policy,
}


def _noted(request: HttpRequest, supplier: str = "") -> HttpResponse:
    messages.success(request, gettext("Noted."))
    page = reverse("supplier", args=[supplier.strip()]) if supplier.strip() else reverse("suppliers")
    return HttpResponseRedirect(page)
