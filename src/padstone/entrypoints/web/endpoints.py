"""The endpoint directory: who is out there, and one machine in full."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone import cfx
from padstone.features.sites.commands import set_site_zone, set_zone
from padstone.ingest.directory import PRESENCES, endpoint_card
from padstone.ingest.directory import endpoints as known_endpoints
from padstone.ingest.outbox import (
    LOCK_STATION,
    LONGEST_WHY,
    SEND_REQUEST,
    block_package,
    lock_station,
    send_request,
    unblock_package,
    unlock_station,
)
from padstone.kernel.errors import Invalid
from padstone.kernel.zones import LONGEST_NAME, zone_names
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def endpoints(request: HttpRequest) -> HttpResponse:
    """Every machine that has spoken; or those that are heard in one way, or that match a word."""
    found = known_endpoints(actor_of(request))
    presence, text = text_asked(request, "presence"), text_asked(request, "q")
    by_presence = Counter(one.presence for one in found)
    shown = [
        one
        for one in found
        if presence in ("", one.presence)
        and all(
            word in f"{one.handle} {one.vendor} {one.model_number} {one.station} {one.line}".casefold()
            for word in text.casefold().split()
        )
    ]
    context = {
        "endpoints": shown,
        "all": len(found),
        "presence": presence,
        "text": text,
        "presences": [(name, by_presence[name]) for name in PRESENCES],
    }
    return render(request, "web/endpoints.html", context)


def endpoint(request: HttpRequest, handle: str) -> HttpResponse:
    """One machine; what it was asked; and what may be asked of it."""
    return _page_of(request, handle)


def _page_of(request: HttpRequest, handle: str, refusal: Invalid | None = None) -> HttpResponse:
    actor = actor_of(request)
    card = endpoint_card(actor, handle)
    may_say_zone = actor.may("assign_station")
    context = {
        "card": card,
        "may_ask": actor.may(SEND_REQUEST),
        "may_lock": actor.may(LOCK_STATION),
        "lock_reasons": [reason.value for reason in cfx.LockReason],
        "block_reasons": [reason.value for reason in cfx.BlockReason],
        "longest_why": LONGEST_WHY,
        "may_say_zone": may_say_zone,
        "zones": zone_names() if may_say_zone else (),
        "longest_zone": LONGEST_NAME,
        "refusal": refusal,
        "given": request.POST if refusal else {"zone": card.endpoint.zone.own},
    }
    return render(request, "web/endpoint.html", context, status=refusal.status if refusal else 200)


@require_POST
def zone(request: HttpRequest, handle: str) -> HttpResponse:
    """Say in which zone the machine's clock runs, or the clocks of all machines of its site."""
    actor, given = actor_of(request), request.POST
    try:
        if given.get("whose") == "site":
            set_site_zone(actor, site=given.get("site", ""), zone=given.get("zone", ""))
        else:
            set_zone(actor, handle=handle, zone=given.get("zone", ""))
    except Invalid as refusal:
        return _page_of(request, handle, refusal)
    messages.success(request, gettext("It counts for what is interpreted from now on."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))


@require_POST
def ask_who(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask the machine who it is: its answer describes it on its page."""
    asked = f'{{"CFXHandle": {json.dumps(handle)}}}'.encode()
    send_request(actor_of(request), handle=handle, name=cfx.GetEndpointInformationRequest.name, body=asked)
    messages.success(request, gettext("The machine is asked who it is."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))


@require_POST
def lock(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask the machine to take no more boards."""
    reason = request.POST.get("reason", cfx.LockReason.GeneralLock.value)
    lock_station(actor_of(request), handle=handle, why=request.POST.get("why", ""), reason=reason)
    messages.success(request, gettext("The machine is asked to take no more boards."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))


@require_POST
def unlock(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask the machine to take boards again."""
    unlock_station(actor_of(request), handle=handle, why=request.POST.get("why", ""))
    messages.success(request, gettext("The machine is asked to take boards again."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))


@require_POST
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask the machine to use a package no more."""
    reason = request.POST.get("reason", cfx.BlockReason.SuspectedProblem.value)
    why, package = request.POST.get("why", ""), request.POST.get("package", "")
    block_package(actor_of(request), handle=handle, package=package, why=why, reason=reason)
    messages.success(request, gettext("The machine is asked to use the package no more."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))


@require_POST
def unblock(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask the machine to use a package again."""
    why, package = request.POST.get("why", ""), request.POST.get("package", "")
    unblock_package(actor_of(request), handle=handle, package=package, why=why)
    messages.success(request, gettext("The machine is asked to use the package again."))
    return HttpResponseRedirect(reverse("endpoint", args=[handle]))
