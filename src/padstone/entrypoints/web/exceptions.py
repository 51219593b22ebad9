"""Messages that a person should look at, and one message with its exact bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.entrypoints.web.context import attention
from padstone.ingest.inbox import SPEAKS_FOR_ANOTHER
from padstone.ingest.interpret import retry
from padstone.ingest.queries import EXCEPTIONAL, bytes_of, counts, message
from padstone.ingest.queries import exceptions as exception_lines
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import number_asked, text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 100
SHOWN_BYTES = 200_000
EXCEPTIONS = tuple(state.value for state in EXCEPTIONAL)
STATES = (*EXCEPTIONS, "received", "done", "repeated")


@dataclass(frozen=True, slots=True)
class Body:
    """A message's bytes for the eye. ``cut``: only the beginning is shown, the download holds all of it."""

    text: str
    pretty: bool
    cut: bool
    size_bytes: int


def exceptions(request: HttpRequest) -> HttpResponse:
    """What waits, was rejected, failed or is in doubt, newest first; or one state alone."""
    actor = actor_of(request)
    state = text_asked(request, "state")
    state = state if state in STATES else ""
    lines = exception_lines(
        actor, state=state or None, limit=PER_PAGE + 1, before=number_asked(request, "before")
    )
    by_state = counts(actor)
    context = {
        "attention": attention(by_state),
        "state": state,
        "states": [(name, by_state[name]) for name in STATES],
        "lines": lines[:PER_PAGE],
        "older_than": lines[PER_PAGE - 1].id if len(lines) > PER_PAGE else None,
        "retried": EXCEPTIONS,
    }
    return render(request, "web/exceptions.html", context)


def exception(request: HttpRequest, message_id: int) -> HttpResponse:
    actor = actor_of(request)
    line = message(actor, message_id)
    context = {
        "line": line,
        "body": _body(bytes_of(actor, message_id)),
        "may_retry": line.state in EXCEPTIONS and line.code != SPEAKS_FOR_ANOTHER,
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


def _body(exact: bytes) -> Body:
    """Indented where it is JSON; else as UTF-8, with a sign in place of every byte that is none."""
    try:
        text = json.dumps(json.loads(exact), indent=2, ensure_ascii=False)
        pretty = True
    except ValueError:
        text = exact[:SHOWN_BYTES].decode(errors="replace")
        pretty = False
    return Body(text[:SHOWN_BYTES], pretty, len(text) > SHOWN_BYTES or len(exact) > SHOWN_BYTES, len(exact))
