"""Shared terminals, badges and PINs: the pages of those who look after them, and everybody's own PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from padstone.entrypoints.web.at_terminal import keep_token, standing_page
from padstone.entrypoints.web.shared_terminal import not_same
from padstone.kernel.errors import Forbidden, Invalid, Refusal
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.models import User
from padstone.platform.terminals import commands, queries
from padstone.platform.terminals.domain import MANAGE, SET_PIN

if TYPE_CHECKING:
    from django.http import HttpRequest

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def terminals(request: HttpRequest) -> HttpResponse:
    """The shared terminals there are, and the form that makes this browser one."""
    return _terminals_page(request)


@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """Make the browser that asks a shared terminal; the login in it ends, and it shows its standing page."""
    actor = actor_of(request)
    actor.must(MANAGE)
    given = {name: request.POST.get(name, "") for name in ("name", "place", "idle_min", "allowed_network")}
    try:
        _must_be_private(request)
        token = commands.enrol_terminal(
            actor,
            name=given["name"],
            place=given["place"],
            idle_s=_seconds(given["idle_min"]),
            allowed_network=given["allowed_network"],
        )
    except Refusal as refusal:
        return _terminals_page(request, refusal, given)
    logout(request)
    response = HttpResponseRedirect(standing_page())
    keep_token(response, token)
    return response


@require_POST
def revoke(request: HttpRequest, terminal_id: int) -> HttpResponse:
    commands.revoke_terminal(actor_of(request), terminal_id=terminal_id)
    messages.success(request, gettext("The terminal is revoked: it is a browser like any other now."))
    return HttpResponseRedirect(reverse("terminals"))


@never_cache
def badges(request: HttpRequest) -> HttpResponse:
    """Who has a badge and a PIN."""
    return _badges_page(request)


@require_POST
def issue_badge(request: HttpRequest) -> HttpResponse:
    """Give a person the badge that was just scanned."""
    username = request.POST.get("username", "")
    try:
        commands.issue_badge(actor_of(request), username=username, code=request.POST.get("code", ""))
    except Forbidden:
        raise
    except Refusal as refusal:
        return _badges_page(request, refusal=refusal, username=username)
    messages.success(request, gettext("%(name)s has this badge now.") % {"name": username})
    return HttpResponseRedirect(reverse("badges"))


@require_POST
def revoke_badge(request: HttpRequest, badge_id: int) -> HttpResponse:
    commands.revoke_badge(actor_of(request), badge_id=badge_id)
    messages.success(request, gettext("The badge is revoked: it opens nothing any more."))
    return HttpResponseRedirect(reverse("badges"))


@require_POST
@never_cache
def issue_pin(request: HttpRequest) -> HttpResponse:
    """A one-time PIN, shown in this one answer."""
    username = request.POST.get("username", "")
    pin = commands.issue_pin(actor_of(request), username=username)
    return _badges_page(request, one_time_pin=pin, username=username)


@never_cache
def own_pin(request: HttpRequest) -> HttpResponse:
    """The PIN of whoever is logged in. Not at a terminal: what a PIN opened must not change the PIN."""
    actor = actor_of(request)
    actor.must(SET_PIN)
    refusal = None
    if request.method == "POST":
        pin = request.POST.get("pin", "").strip()
        try:
            if pin != request.POST.get("again", "").strip():
                raise not_same()
            commands.set_pin(actor, pin=pin)
        except Invalid as invalid:
            refusal = invalid
        else:
            messages.success(request, gettext("This is your PIN from now on."))
            return HttpResponseRedirect(reverse("own_pin"))
    state = queries.pin_state(request.user) if isinstance(request.user, User) else "none"
    return render(request, "web/terminal/own_pin.html", {"refusal": refusal, "state": state})


own_pin.closed_at_terminals = True  # type: ignore[attr-defined]  # how at_terminal is told


def _terminals_page(
    request: HttpRequest, refusal: Refusal | None = None, given: dict[str, str] | None = None
) -> HttpResponse:
    context = {
        "terminals": queries.terminals(actor_of(request)),
        "refusal": refusal,
        "given": given or {"idle_min": "10"},
    }
    return render(request, "web/terminal/terminals.html", context, status=refusal.status if refusal else 200)


def _badges_page(
    request: HttpRequest, *, refusal: Refusal | None = None, one_time_pin: str = "", username: str = ""
) -> HttpResponse:
    context = {
        "holders": queries.holders(actor_of(request)),
        "refusal": refusal,
        "one_time_pin": one_time_pin,
        "username": username or request.GET.get("for", ""),
    }
    return render(request, "web/terminal/badges.html", context, status=refusal.status if refusal else 200)


def _must_be_private(request: HttpRequest) -> None:
    """Refuse to make a terminal where its cookie would travel in the open; the browser would not keep it."""
    host = request.get_host()
    if not request.is_secure() and host.removesuffix(f":{request.get_port()}") not in _THIS_MACHINE:
        raise Invalid(
            "terminal_needs_tls",
            "A shared terminal needs HTTPS: anybody on the network could read its token otherwise.",
            way_out="Open Padstone by its https:// address, and enrol the terminal there.",
        )


def _seconds(minutes: str) -> int:
    try:
        return round(float(minutes.replace(",", ".")) * 60)
    except (ValueError, OverflowError):
        raise Invalid(
            "terminal_idle", "“{text}” is no number of minutes.", field="idle_min", text=minutes
        ) from None
