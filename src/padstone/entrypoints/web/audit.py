"""The audit trail: who decided what, when and why; and whether the evidence is intact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.ingest.archive.queries import archive_card
from padstone.kernel import clock
from padstone.platform.accounts.identity import actor_of
from padstone.platform.answers import csv_text, json_bytes
from padstone.platform.audit.commands import correct_line
from padstone.platform.audit.queries import Line, Wanted, all_lines, last_verification, lines, verbs
from padstone.platform.questions import instant_asked, number_asked, text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 100
COLUMNS = (
    "number",
    "at",
    "kind",
    "who",
    "account",
    "via",
    "verb",
    "subject",
    "why",
    "before",
    "after",
    "details",
    "corrects",
    "seal",
)
_FREE = frozenset({"before", "after", "details"})
_ASKED = ("who", "verb", "subject", "since", "until")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a decision changed or said."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: Line
    changes: tuple[Change, ...]


def audit(request: HttpRequest) -> HttpResponse:
    """The newest lines first; who, what, to what, from and to filter them."""
    actor = actor_of(request)
    found = lines(actor, _wanted(request), before=number_asked(request, "before"), limit=PER_PAGE + 1)
    asked = {name: text for name in _ASKED if (text := text_asked(request, name))}
    older = {**asked, "before": str(found[PER_PAGE - 1].number)} if len(found) > PER_PAGE else None
    context = {
        "lines": [ShownLine(line, _changes(line)) for line in found[:PER_PAGE]],
        "asked": asked,
        "query": urlencode(asked),
        "older": urlencode(older) if older else "",
        "verbs": verbs(actor),
        "verification": last_verification(actor),
        "archive": archive_card(actor),
        "may_correct": actor.may("correct_record"),
    }
    return render(request, "web/audit.html", context)


def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All lines that are asked for, as a table to keep."""
    return _download(_csv(all_lines(actor_of(request), _wanted(request))), "text/csv", "csv")


def audit_jsonl(request: HttpRequest) -> StreamingHttpResponse:
    """All lines that are asked for, one JSON object a line."""
    found = all_lines(actor_of(request), _wanted(request))
    return _download(map(json_bytes, found), "application/x-ndjson", "jsonl")


@require_POST
def audit_correct(request: HttpRequest, number: int) -> HttpResponse:
    """Write down what is wrong with a line; the line itself stays."""
    line = correct_line(actor_of(request), line=number, why=request.POST.get("why", ""))
    messages.success(request, gettext("The correction is line %(number)s.") % {"number": line})
    return HttpResponseRedirect(reverse("audit"))


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted(
        who=text_asked(request, "who"),
        verb=text_asked(request, "verb"),
        subject=text_asked(request, "subject"),
        since=instant_asked(request, "since"),
        until=instant_asked(request, "until"),
    )


def _changes(line: Line) -> tuple[Change, ...]:
    """What was and what is, name by name; what did not change is left out."""
    names = dict.fromkeys((*line.before, *line.after))
    return (
        *(
            Change(name, line.before.get(name, ""), line.after.get(name, ""))
            for name in names
            if line.before.get(name) != line.after.get(name)
        ),
        *(Change(name, None, value) for name, value in line.details.items()),
    )


def _csv(found: Iterator[Line]) -> Iterator[str]:
    yield csv_text(COLUMNS, ())
    for line in found:
        _, _, row = csv_text((), [[_cell(line, name) for name in COLUMNS]]).partition("\r\n")
        yield row


def _cell(line: Line, name: str) -> object:
    value = getattr(line, name)
    if name not in _FREE:
        return value
    return json_bytes(value).decode().strip() if value else ""


def _download(parts: Iterator[str] | Iterator[bytes], kind: str, ending: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=f"{kind}; charset=utf-8")
    name = f"audit-{clock.now():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
