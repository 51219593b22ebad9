"""What programs and machines log in with: everybody's own tokens, and the machines' credentials."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from padstone.entrypoints.web.accounts import once_more
from padstone.features.sites.queries import endpoints
from padstone.kernel import clock
from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import PERMISSIONS
from padstone.platform.credentials import commands, queries
from padstone.platform.credentials.scopes import MANAGE_CREDENTIALS, MANAGE_OWN_TOKENS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.features.sites.queries import EndpointLine
    from padstone.platform.credentials.queries import CredentialLine

LIVES = (7, 30, 90, 180, 365)
"""Days that a token may live, to choose from."""
USUAL_LIFE = 90


# --- everybody's own tokens ----------------------------------------


def tokens(request: HttpRequest) -> HttpResponse:
    """The own tokens, and the form that makes another."""
    return _tokens_page(request)


@require_POST
@never_cache
@once_more
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token that is shown once."""
    given, actor = request.POST, actor_of(request)
    try:
        issued = commands.create_token(
            actor,
            owner=actor.name,
            name=given.get("name", ""),
            scopes=given.getlist("scopes"),
            expires_at=clock.now() + timedelta(days=_days(given.get("days", ""))),
        )
    except Refusal as refusal:
        return _tokens_page(request, refusal)
    context = {"what": given["name"].strip(), "secret": issued.text, "back": "tokens"}
    return render(request, "web/new_credential.html", context)


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    commands.revoke_token(actor_of(request), token_id=token_id)
    messages.success(request, gettext("The token is good for nothing any more."))
    return HttpResponseRedirect(reverse("tokens"))


def _tokens_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    actor.must(MANAGE_OWN_TOKENS)
    owner = User.objects.get(username=actor.name)
    context = {
        "tokens": queries.tokens(actor, owner=actor.name),
        "groups": {
            title: [(scope, PERMISSIONS[scope]) for scope in scopes]
            for title, scopes in queries.scopes_for(owner).items()
        },
        "lives": LIVES,
        "usual_life": USUAL_LIFE,
        "given": request.POST,
        "chosen": request.POST.getlist("scopes"),
        "refusal": refusal,
    }
    return render(request, "web/tokens.html", context, status=refusal.status if refusal else 200)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:4]) in LIVES):
        raise Invalid("token_life", "Choose how long the token is to live.", field="days")
    return int(text)


# --- machines ----------------------------------------


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A CFX handle: where it stands and when it spoke last, if it ever did, and what it logs in with."""

    handle: str
    station: str
    line: str
    last_heard_at: datetime | None
    good: tuple[CredentialLine, ...]
    revoked: int


def machines(request: HttpRequest) -> HttpResponse:
    """Every machine that has spoken or may speak, and what it logs in with."""
    return _machines_page(request)


@require_POST
@never_cache
@once_more
def make_machine_credential(request: HttpRequest) -> HttpResponse:
    """Make a credential; a secret is shown once."""
    handle = request.POST.get("handle", "").strip()
    try:
        issued = commands.create_machine_credential(
            actor_of(request), handle=handle, certificate=request.POST.get("certificate", "").strip()
        )
    except Refusal as refusal:
        return _machines_page(request, refusal)
    if not issued.text:
        messages.success(request, gettext("The machine may log in with its certificate now."))
        return HttpResponseRedirect(reverse("machines"))
    context = {"what": handle, "handle": handle, "secret": issued.text, "back": "machines"}
    return render(request, "web/new_credential.html", context)


@require_POST
def revoke_machine_credential(request: HttpRequest, credential_id: int) -> HttpResponse:
    commands.revoke_machine_credential(
        actor_of(request), credential_id=credential_id, why=request.POST.get("why", "").strip()
    )
    messages.success(request, gettext("The credential is good for nothing any more."))
    return HttpResponseRedirect(reverse("machines"))


def _machines_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    actor.must(MANAGE_CREDENTIALS)
    by_handle: dict[str, list[CredentialLine]] = defaultdict(list)
    for line in queries.machine_credentials(actor):
        by_handle[line.handle].append(line)
    heard = {endpoint.handle: endpoint for endpoint in endpoints(actor)}
    context = {
        "machines": [
            _machine_line(handle, heard.get(handle), by_handle[handle])
            for handle in sorted({*heard, *by_handle})
        ],
        "handle": request.POST.get("handle", ""),
        "certificate": request.POST.get("certificate", ""),
        "refusal": refusal,
    }
    return render(request, "web/machines.html", context, status=refusal.status if refusal else 200)


def _machine_line(
    handle: str, endpoint: EndpointLine | None, credentials: list[CredentialLine]
) -> MachineLine:
    return MachineLine(
        handle=handle,
        station=endpoint.station if endpoint else "",
        line=endpoint.line if endpoint else "",
        last_heard_at=endpoint.last_heard_at if endpoint else None,
        good=tuple(line for line in credentials if line.revoked_at is None),
        revoked=sum(line.revoked_at is not None for line in credentials),
    )
