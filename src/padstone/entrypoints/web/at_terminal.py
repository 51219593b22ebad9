"""A shared terminal's requests: they are those of the person whose badge and PIN opened it, or nobody's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from padstone.entrypoints.web.refusals import path_of, refusal_page
from padstone.kernel import clock
from padstone.kernel.errors import Forbidden, NotFound
from padstone.platform.terminals.commands import leave, note_act, note_seen
from padstone.platform.terminals.identity import (
    TERMINAL_COOKIE,
    actor_for,
    forget,
    person_at_terminal,
    presence_of,
    terminal_of,
    why_over,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from padstone.kernel.actor import Actor
    from padstone.platform.terminals.models import TerminalPresence

COOKIE_HOLDS = timedelta(days=400)
"""As long as browsers keep one. It begins anew whenever the terminal is used."""

_SEEN_EVERY = timedelta(minutes=1)
_ACTS_EVERY = timedelta(seconds=5)
_ACCOUNT_PAGES = ("allauth", "django.contrib.auth", "padstone.entrypoints.web.accounts")
_SAFE = frozenset({"GET", "HEAD"})


class AtSharedTerminal:
    """Middleware, between the session's login and the demand for one.

    At a shared terminal the session's login counts for nothing: ``request.user`` is the person who is on, or
    nobody; ``request.terminal`` is the terminal (None for any other browser). Pages of accounts are closed
    there, for a PIN is no password; so is every page that says ``closed_at_terminals``. What is shown is not
    kept by the browser: who comes next finds nothing behind the back button.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        presence = presence_of(request)
        seen = presence is not None and _note(request, presence)
        terminal = terminal_of(request)
        request.terminal = terminal  # type: ignore[attr-defined]  # ours: Django's requests lack it
        if terminal is None:
            return self.get_response(request)
        request.user = person_at_terminal(request) or AnonymousUser()
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        if seen and TERMINAL_COOKIE not in response.cookies:
            keep_token(response, request.COOKIES[TERMINAL_COOKIE])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if terminal_of(request) is None:
            return None
        if getattr(view, "closed_at_terminals", False) or view.__module__.startswith(_ACCOUNT_PAGES):
            return _closed(request)
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return HttpResponseRedirect(standing_page(next_page(request)))


def standing_page(page: str = "/") -> str:
    """Where a badge is scanned; ``page`` is where the person goes once they are on."""
    address = reverse("terminal")
    return address if page == "/" else f"{address}?{urlencode({'next': page})}"


def next_page(request: HttpRequest) -> str:
    """The page that a request without a person meant; of a form or fragment, the one on which it stands."""
    if request.headers.get("HX-Request") == "true":
        return safe_page(request, path_of(request.headers.get("HX-Current-URL", "/")))
    if request.method in _SAFE:
        return request.get_full_path()
    return safe_page(request, path_of(request.headers.get("Referer", "/")))


def safe_page(request: HttpRequest, page: str) -> str:
    """An address of this server's own pages, or the factory's in its place."""
    if page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return page
    return "/"


def keep_token(response: HttpResponseBase, token: str) -> None:
    """The cookie that makes a browser a shared terminal. No script reads it; no other site has it sent."""
    response.set_cookie(
        TERMINAL_COOKIE, token, max_age=COOKIE_HOLDS, secure=True, httponly=True, samesite="Strict"
    )


def begin_anew(request: HttpRequest) -> None:
    """Nothing that the session or an open form of the person before held is there for the next."""
    request.session.flush()
    rotate_token(request)


def _note(request: HttpRequest, presence: TerminalPresence) -> bool:
    """Keep that the terminal was heard of (answers whether it was worth a note), and who is still on."""
    now, terminal = clock.now(), presence.terminal
    actor = actor_for(terminal)
    try:
        _note_person(request, presence, actor)
    except NotFound:  # revoked in this very moment: looked at again, it is no terminal
        forget(request)
        return False
    seen = terminal.last_seen_at is None or now >= terminal.last_seen_at + _SEEN_EVERY
    if seen:
        note_seen(actor, terminal_id=terminal.pk)
    return seen


def _note_person(request: HttpRequest, presence: TerminalPresence, actor: Actor) -> None:
    over, now = why_over(presence), clock.now()
    if over and presence.user is not None:
        leave(actor, terminal_id=presence.terminal_id, why=over)
        request.session.flush()  # the CSRF token stays: what was just sent is answered in words, not refused
        forget(request)
    elif not over and _is_act(request) and now >= (presence.last_act_at or now) + _ACTS_EVERY:
        note_act(actor, terminal_id=presence.terminal_id)


def _is_act(request: HttpRequest) -> bool:
    """Whether a person did this. A page that asks for its own news is nobody's act."""
    return request.method not in _SAFE or request.headers.get("HX-Request") != "true"


def _closed(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseRedirect(standing_page())
    return refusal_page(
        request,
        Forbidden(
            "closed_at_terminals",
            "A badge and a PIN do not open this page.",
            way_out="Log in with your password at a computer that is no shared terminal.",
        ),
    )
