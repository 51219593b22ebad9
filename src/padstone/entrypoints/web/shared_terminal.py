"""A shared terminal's own pages: scan a badge, enter a PIN, be on, leave."""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from padstone.entrypoints.web.at_terminal import begin_anew, safe_page, standing_page
from padstone.kernel.errors import Forbidden, Invalid
from padstone.platform.terminals import commands
from padstone.platform.terminals.commands import Answer, Outcome
from padstone.platform.terminals.domain import is_pin
from padstone.platform.terminals.identity import actor_for, person_at_terminal, presence_of
from padstone.platform.terminals.lookups import asked_badge, known_badge
from padstone.platform.terminals.models import Pin
from padstone.platform.terminals.queries import asked_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from padstone.platform.terminals.models import Badge, TerminalPresence

P = ParamSpec("P")

CHOICE = "padstone.terminals.choose"
CHOICE_HOLDS_S = 300
WHY_LEFT = ("left", "idle")


def at_terminals(
    view: Callable[Concatenate[HttpRequest, TerminalPresence, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page that only a shared terminal has, whether somebody is on or not; any other browser is sent to the
    login, and refused after it.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        presence = presence_of(request)
        if presence is not None:
            return view(request, presence, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Forbidden(
            "no_terminal",
            "This browser is no shared terminal.",
            way_out="An administrator makes it one on the page “Shared terminals”.",
        )

    return login_not_required(asked)


@at_terminals
@require_safe
def terminal(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """The page that a terminal stands on while nobody is on. Whoever is on, is on already."""
    page = safe_page(request, request.GET.get("next", "/"))
    if person_at_terminal(request) is not None:
        return HttpResponseRedirect(page)
    return _standing(request, page)


@at_terminals
@require_POST
def scan(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """A badge asks for its PIN. Where somebody is on, anything that is no badge is looked up for them."""
    text, page = _text(request, "q"), safe_page(request, request.POST.get("next", "/"))
    if person_at_terminal(request) is not None and known_badge(text) is None:
        return HttpResponseRedirect(reverse("find", query={"q": text}))
    answer = commands.scan_badge(actor_for(presence.terminal), terminal_id=presence.terminal_id, code=text)
    if answer.outcome is Outcome.ASKED:
        return HttpResponseRedirect(reverse("terminal_pin", query={"next": page}))
    return _standing(request, page, answer)


@at_terminals
def pin(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """The keys for the PIN of the badge that was scanned. Another badge may be scanned here as well."""
    page = safe_page(request, request.POST.get("next") or request.GET.get("next", "/"))
    actor, terminal_id = actor_for(presence.terminal), presence.terminal_id
    badge = asked_badge(presence)
    if badge is None or "cancel" in request.POST:
        commands.take_back(actor, terminal_id=terminal_id)
        return HttpResponseRedirect(standing_page(page))
    if request.method != "POST":
        return _pin_page(request, presence, page)
    text = _text(request, "pin")
    if is_pin(text):
        return _tried(request, presence, badge, text, page)
    if known_badge(text) is None:
        return _pin_page(request, presence, page, shape_wrong=True)
    commands.scan_badge(actor, terminal_id=terminal_id, code=text)
    return HttpResponseRedirect(reverse("terminal_pin", query={"next": page}))


def _tried(
    request: HttpRequest, presence: TerminalPresence, badge: Badge, pin: str, page: str
) -> HttpResponse:
    answer = commands.enter_pin(actor_for(presence.terminal), terminal_id=presence.terminal_id, pin=pin)
    match answer.outcome:
        case Outcome.ON:
            return _on(request, answer, page)
        case Outcome.CHOOSE:
            issued_at = Pin.objects.get(user=badge.user).changed_at.isoformat()
            token = signing.dumps([presence.terminal_id, badge.pk, issued_at], salt=CHOICE)
            return _choose_page(request, page, token, answer.person)
        case Outcome.WRONG | Outcome.WAIT | Outcome.REFUSED:
            return _pin_page(request, presence, page, answer=answer)
        case _:
            return _standing(request, page, answer)


@at_terminals
@require_POST
def choose(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """A PIN of one's own in place of a one-time PIN that was right a moment ago."""
    page, token = safe_page(request, request.POST.get("next", "/")), request.POST.get("token", "")
    try:
        terminal_id, badge_id, issued_at = signing.loads(token, salt=CHOICE, max_age=CHOICE_HOLDS_S)
    except signing.BadSignature:
        return _standing(request, page, Answer(Outcome.EXPIRED))
    if terminal_id != presence.terminal_id:
        return _standing(request, page, Answer(Outcome.EXPIRED))
    person, new = request.POST.get("person", ""), _text(request, "pin")
    if new != _text(request, "again"):
        return _choose_page(request, page, token, person, not_same())
    try:
        answer = commands.choose_pin(
            actor_for(presence.terminal),
            terminal_id=terminal_id,
            badge_id=badge_id,
            issued_at=datetime.fromisoformat(issued_at),
            pin=new,
        )
    except Invalid as refusal:
        return _choose_page(request, page, token, person, refusal)
    return _on(request, answer, page) if answer.outcome is Outcome.ON else _standing(request, page, answer)


@at_terminals
@require_POST
def leave(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """Nobody is on any more. After idling, whoever comes next goes on with the page that was open."""
    why = request.POST.get("why", "left")
    commands.leave(
        actor_for(presence.terminal),
        terminal_id=presence.terminal_id,
        why=why if why in WHY_LEFT else "left",
    )
    begin_anew(request)
    page = safe_page(request, request.POST.get("next", "/")) if why == "idle" else "/"
    return HttpResponseRedirect(standing_page(page))


@at_terminals
@require_POST
def here(request: HttpRequest, presence: TerminalPresence) -> HttpResponse:
    """Somebody moves at the page, which the middleware has noted. 409 where nobody is on any more."""
    return HttpResponse(status=204 if person_at_terminal(request) is not None else 409)


def not_same() -> Invalid:
    return Invalid("pin_not_repeated", "The two PINs are not the same.", field="again")


def _standing(request: HttpRequest, page: str, answer: Answer | None = None) -> HttpResponse:
    return render(request, "web/terminal/standing.html", {"next": page, "answer": answer})


def _pin_page(request: HttpRequest, presence: TerminalPresence, page: str, **context: Any) -> HttpResponse:
    context |= {"next": page, "person": asked_person(presence)}
    return render(request, "web/terminal/pin.html", context)


def _choose_page(
    request: HttpRequest, page: str, token: str, person: str, refusal: Invalid | None = None
) -> HttpResponse:
    context = {"next": page, "token": token, "person": person, "refusal": refusal}
    return render(request, "web/terminal/choose.html", context)


def _on(request: HttpRequest, answer: Answer, page: str) -> HttpResponse:
    begin_anew(request)
    if answer.wrong_before:
        text = ngettext(
            "%(n)s wrong PIN was tried with your badge since you were last on.",
            "%(n)s wrong PINs were tried with your badge since you were last on.",
            answer.wrong_before,
        )
        messages.warning(request, text % {"n": answer.wrong_before}, extra_tags="warn")
    return HttpResponseRedirect(page)


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()
