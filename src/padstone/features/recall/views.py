from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from padstone.features.materials.queries import package_card
from padstone.features.recall.queries import RecallReport, Suspect
from padstone.features.recall.queries import recall as recall_report
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import instant_asked, number_asked, text_asked
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TEXTS = ("lot", "date_code", "package", "supplier", "part", "station")
INSTANTS = ("since", "until")
UNITS_PER_PAGE = 100

_WORDS = {
    "lot": gettext_noop("Lot"),
    "date_code": gettext_noop("Date code"),
    "package": gettext_noop("Reel"),
    "supplier": gettext_noop("Supplier"),
    "part": gettext_noop("Part"),
    "station": gettext_noop("Placed at"),
    "since": gettext_noop("Since"),
    "until": gettext_noop("Until"),
}


def recall(request: HttpRequest) -> HttpResponse:
    """Which boards hold suspect parts. The question stands in the address, so that it can be passed on."""
    actor = actor_of(request)
    must_see(actor)
    asked = {name: text_asked(request, name) for name in (*TEXTS, *INSTANTS)}
    as_of = text_asked(request, "as_of")
    context: dict[str, Any] = {
        "asked": asked,
        "asked_words": [(gettext(_WORDS[name]), value) for name, value in asked.items() if value],
        "as_of": as_of,
    }
    if not any(asked.values()):
        return render(request, "recall/recall.html", context)
    try:
        suspect = _suspect(request)
        report = recall_report(actor, suspect, as_of=number_asked(request, "as_of"))
    except (Invalid, NotFound) as refusal:
        return render(request, "recall/recall.html", {**context, "refusal": refusal}, status=refusal.status)
    return render(request, "recall/recall.html", {**context, **_answer(request, report, suspect)})


def package(request: HttpRequest, identifier: str) -> HttpResponse:
    """A reel: what it holds, where it was loaded, and which boards its parts went into."""
    actor = actor_of(request)
    card = package_card(actor, identifier)
    suspect = Suspect(package=identifier)
    report = recall_report(actor, suspect)
    places = {(event.station, event.location) for event in card.load_events}
    context = {"package": card, "places": len(places), **_answer(request, report, suspect)}
    return render(request, "recall/package.html", context)


def _answer(request: HttpRequest, report: RecallReport, suspect: Suspect) -> dict[str, Any]:
    question = {name: getattr(suspect, name) for name in TEXTS if getattr(suspect, name)}
    question |= {name: getattr(suspect, name).isoformat() for name in INSTANTS if getattr(suspect, name)}
    return {
        "report": report,
        "certain": _paged(request, report.certain, "certain"),
        "possible": _paged(request, report.possible, "possible"),
        "certain_per_mille": _per_mille(len(report.certain), report.units_built),
        "possible_per_mille": _per_mille(len(report.possible), report.units_built),
        "question": urlencode({**question, "as_of": report.as_of}),
    }


def _paged(request: HttpRequest, units: tuple[Any, ...], param: str) -> Any:
    return Paginator(units, UNITS_PER_PAGE).get_page(request.GET.get(param))


def _per_mille(some: int, of: int) -> int:
    """How wide a share is drawn: never so narrow that it cannot be seen, never wider than all."""
    return min(1000, max(5, round(1000 * some / of))) if some and of else 0


def _suspect(request: HttpRequest) -> Suspect:
    return Suspect(
        **{name: text_asked(request, name) for name in TEXTS},
        since=instant_asked(request, "since"),
        until=instant_asked(request, "until"),
    )
