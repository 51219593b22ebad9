"""The desk: messages that a person should look at, one message with its exact bytes, and what may be done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from padstone.ingest import commands
from padstone.ingest.awaited import awaited
from padstone.ingest.decoded import decoded
from padstone.ingest.desk import (
    ON_DESK_STATES,
    REPLAYABLE,
    STATES,
    WINDOW,
    Wanted,
    count_wanted,
    desk,
    dispositions,
    is_window,
    kept_kinds,
    on_desk,
    replay_card,
    replays,
)
from padstone.ingest.inbox import SPEAKS_FOR_ANOTHER
from padstone.ingest.interpret import retry
from padstone.ingest.outbox import answers_of
from padstone.ingest.queries import bytes_of, message
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import instant_asked, number_asked, text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.ingest.desk import OnDesk
    from padstone.kernel.actor import Actor

PER_PAGE = 100
SHOWN_BYTES = 200_000
_ASKED = ("state", "endpoint", "code", "kind", "text", "since", "until")


@dataclass(frozen=True, slots=True)
class Body:
    """A message's bytes for the eye. ``cut``: only the beginning is shown, the download holds all of it."""

    text: str
    pretty: bool
    cut: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Together:
    """All messages that are asked for, to be taken up or dismissed in one go."""

    count: int
    query: str
    too_many: bool


def exceptions(request: HttpRequest) -> HttpResponse:
    """What waits, was rejected or failed, newest first; or whatever the filter asks for."""
    actor = actor_of(request)
    asked = {name: text for name in _ASKED if (text := text_asked(request, name))}
    wanted = _wanted(request)
    lines = desk(actor, wanted, limit=PER_PAGE + 1, before=number_asked(request, "before"))
    there = on_desk(actor)
    rest = {name: text for name, text in asked.items() if name != "state"}
    context = {
        "attention": there.attention,
        "there": there,
        "state": wanted.state,
        "asked": asked,
        "filtered": bool(rest),
        "tabs": [(name, _count(there, name), urlencode({"state": name, **rest})) for name in STATES],
        "to_look_at": urlencode(rest),
        "kept": kept_kinds(actor) if wanted.state == "kept" else (),
        "window": WINDOW if is_window(wanted) else None,
        "lines": lines[:PER_PAGE],
        "older": urlencode({**asked, "before": lines[PER_PAGE - 1].id}) if len(lines) > PER_PAGE else "",
        "retried": ON_DESK_STATES,
        "together": _together(actor, wanted, asked) if lines and wanted.state in REPLAYABLE else None,
        **_may(actor),
    }
    return render(request, "web/exceptions.html", context)


def exception(request: HttpRequest, message_id: int) -> HttpResponse:
    actor = actor_of(request)
    line = message(actor, message_id)
    exact = bytes_of(actor, message_id)
    open_to_a_person = line.state in ON_DESK_STATES and line.code != SPEAKS_FOR_ANOTHER
    context = {
        "line": line,
        "body": _body(exact),
        "decoded": decoded(line.name, exact),
        "awaited": awaited(actor, line.awaits),
        "dispositions": dispositions(actor, message_id),
        "answers": [(one, _body(one.envelope.encode())) for one in answers_of(actor, message_id)],
        **_may(actor),
        "may_retry": open_to_a_person and bool(line.name) and actor.may("retry_message"),
        "may_dismiss": line.state in ON_DESK_STATES and not line.dismissed and actor.may("dismiss_message"),
    }
    return render(request, "web/exception.html", context)


def exception_bytes(request: HttpRequest, message_id: int) -> HttpResponse:
    """The exact bytes, as they came in, to keep."""
    response = HttpResponse(bytes_of(actor_of(request), message_id), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{message_id}"'
    return response


@require_POST
def exception_retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Interpret a message once more; the page it came from shows what became of it."""
    retry(actor_of(request), message_id=message_id)
    messages.success(request, gettext("Message %(id)s is on its way again.") % {"id": message_id})
    return HttpResponseRedirect(reverse("exception", args=[message_id]))


@require_POST
def exception_dismiss(request: HttpRequest, message_id: int) -> HttpResponse:
    """Nothing needs to be done about this message."""
    commands.dismiss(actor_of(request), message_id=message_id, why=request.POST.get("why", ""))
    messages.success(request, gettext("Message %(id)s is dismissed.") % {"id": message_id})
    return HttpResponseRedirect(reverse("exceptions"))


@require_POST
def exceptions_replay(request: HttpRequest) -> HttpResponse:
    """Interpret once more, in their order, all messages that the address asks for."""
    made = commands.replay(actor_of(request), wanted=_wanted(request))
    return HttpResponseRedirect(reverse("replay", args=[made]))


@require_POST
def exceptions_dismiss(request: HttpRequest) -> HttpResponse:
    """Dismiss all messages that the address asks for, for one reason."""
    count = commands.dismiss_all(actor_of(request), wanted=_wanted(request), why=request.POST.get("why", ""))
    said = ngettext("%(n)s message is dismissed.", "%(n)s messages are dismissed.", count) % {"n": count}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("exceptions"))


def replay_list(request: HttpRequest) -> HttpResponse:
    """The newest replays."""
    return render(request, "web/replays.html", {"replays": replays(actor_of(request))})


def replay(request: HttpRequest, replay_id: int) -> HttpResponse:
    """What became of each message of a replay."""
    card = replay_card(actor_of(request), replay_id)
    under_way = card.now.get("received", 0)
    return render(request, "web/replay.html", {"card": card, "under_way": under_way})


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for; a state that there is not asks for none."""
    state = text_asked(request, "state")
    return Wanted(
        state=state if state in STATES else "",
        endpoint=text_asked(request, "endpoint"),
        code=text_asked(request, "code"),
        kind=text_asked(request, "kind"),
        text=text_asked(request, "text"),
        since=instant_asked(request, "since"),
        until=instant_asked(request, "until"),
        up_to=number_asked(request, "up_to"),
    )


def _together(actor: Actor, wanted: Wanted, asked: dict[str, str]) -> Together | None:
    """The preview: how many they are at this moment. Those that come in later are no part of it."""
    if not (actor.may("replay_messages") or actor.may("dismiss_message")):
        return None
    count, newest = count_wanted(actor, wanted)
    return Together(count, urlencode({**asked, "up_to": newest}), count > commands.MOST_AT_ONCE)


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_retry": actor.may("retry_message"),
        "may_replay": actor.may("replay_messages"),
        "may_dismiss": actor.may("dismiss_message"),
    }


def _count(there: OnDesk, state: str) -> int | None:
    """How many messages are so; None where counting them would cost what lies in the archive."""
    count: int | None = getattr(there, state, None)
    return count


def _body(exact: bytes) -> Body:
    """Indented where it is JSON; else as UTF-8, with a sign in place of every byte that is none."""
    try:
        text = json.dumps(json.loads(exact), indent=2, ensure_ascii=False)
        pretty = True
    except ValueError:
        text = exact[:SHOWN_BYTES].decode(errors="replace")
        pretty = False
    return Body(text[:SHOWN_BYTES], pretty, len(text) > SHOWN_BYTES or len(exact) > SHOWN_BYTES, len(exact))
