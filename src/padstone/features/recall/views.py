from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from padstone.features.genealogy.package_history import package_history
from padstone.features.genealogy.queries import CERTAIN, POSSIBLE
from padstone.features.materials.queries import package_card
from padstone.features.recall.queries import Suspect, survey
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.patience import TookTooLong, within_patience
from padstone.platform.pinned import remembering
from padstone.platform.questions import instant_asked, number_asked, text_asked
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from padstone.features.recall.queries import AffectedUnit, Survey

TEXTS = (
    "lot",
    "date_code",
    "package",
    "supplier",
    "part",
    "station",
    "location",
    "feeder",
    "head",
    "nozzle",
)
NUMBERS = ("lane",)
INSTANTS = ("since", "until")
UNITS_PER_PAGE = 100
FEEDS_PER_PAGE = 20

_WORDS = {
    "lot": gettext_noop("Lot"),
    "date_code": gettext_noop("Date code"),
    "package": gettext_noop("Reel"),
    "supplier": gettext_noop("Supplier"),
    "part": gettext_noop("Part"),
    "station": gettext_noop("Placed at"),
    "location": gettext_noop("From"),
    "feeder": gettext_noop("Feeder"),
    "head": gettext_noop("Head"),
    "nozzle": gettext_noop("Nozzle"),
    "lane": gettext_noop("Lane"),
    "since": gettext_noop("Since"),
    "until": gettext_noop("Until"),
}


def recall(request: HttpRequest) -> HttpResponse:
    """Which boards hold suspect parts. The question stands in the address, so that it can be passed on."""
    actor = actor_of(request)
    must_see(actor)
    asked = {name: text_asked(request, name) for name in (*TEXTS, *NUMBERS, *INSTANTS)}
    as_of = text_asked(request, "as_of")
    context: dict[str, Any] = {
        "asked": asked,
        "asked_words": [(gettext(_WORDS[name]), value) for name, value in asked.items() if value],
        "asks_machine": any(asked[name] for name in ("location", "feeder", "head", "nozzle", "lane")),
        "as_of": as_of,
    }
    if not any(asked.values()):
        return render(request, "recall/recall.html", context)
    try:
        suspect = _suspect(request)
        with within_patience():
            found = survey(actor, suspect, as_of=number_asked(request, "as_of"))
            context |= _answer(request, found, suspect)
    except (Invalid, NotFound, TookTooLong) as refusal:
        return render(request, "recall/recall.html", {**context, "refusal": refusal}, status=refusal.status)
    return render(request, "recall/recall.html", context)


def package(request: HttpRequest, identifier: str) -> HttpResponse:
    """A reel: what it holds, where it was loaded, what was placed from it, and onto which boards."""
    actor = actor_of(request)
    suspect = Suspect(package=identifier)
    with remembering():
        card = package_card(actor, identifier)
        with within_patience():
            found = survey(actor, suspect)
            history = package_history(
                actor,
                identifier,
                after=number_asked(request, "feeds") or 0,
                limit=FEEDS_PER_PAGE,
                as_of=found.as_of,
                units=found.certain + found.possible if found.packages == (identifier,) else None,
            )
            answer = _answer(request, found, suspect)
        places = {(event.station, event.location) for event in card.load_events}
        context = {"package": card, "places": len(places), "history": history, **answer}
        return render(request, "recall/package.html", context)


class _Units:
    """The units of an answer as a list of which only what a page shows is fetched."""

    def __init__(self, found: Survey, certainty: str, count: int) -> None:
        self._found, self._certainty, self._count = found, certainty, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, which: int) -> AffectedUnit: ...
    @overload
    def __getitem__(self, which: slice) -> tuple[AffectedUnit, ...]: ...
    def __getitem__(self, which: int | slice) -> AffectedUnit | tuple[AffectedUnit, ...]:
        if isinstance(which, int):
            return self._found.slice(self._certainty, which, 1)[0]
        first, last, _ = which.indices(self._count)
        return self._found.slice(self._certainty, first, last - first)


def _answer(request: HttpRequest, found: Survey, suspect: Suspect) -> dict[str, Any]:
    question = {name: getattr(suspect, name) for name in TEXTS if getattr(suspect, name)}
    question |= {name: getattr(suspect, name) for name in NUMBERS if getattr(suspect, name) is not None}
    question |= {name: getattr(suspect, name).isoformat() for name in INSTANTS if getattr(suspect, name)}
    return {
        "report": found.counts(),
        "certain": _paged(request, found, CERTAIN, found.certain),
        "possible": _paged(request, found, POSSIBLE, found.possible),
        "certain_per_mille": _per_mille(found.certain, found.units_built),
        "possible_per_mille": _per_mille(found.possible, found.units_built),
        "question": urlencode({**question, "as_of": found.as_of}),
    }


def _paged(request: HttpRequest, found: Survey, certainty: str, count: int) -> Any:
    units: Any = _Units(found, certainty, count)
    page: Page[AffectedUnit] = Paginator(units, UNITS_PER_PAGE).get_page(request.GET.get(certainty))
    page.object_list = list(page.object_list)  # fetched here, where patience ends
    return page


def _per_mille(some: int, of: int) -> int:
    """How wide a share is drawn: never so narrow that it cannot be seen, never wider than all."""
    return min(1000, max(5, round(1000 * some / of))) if some and of else 0


def _suspect(request: HttpRequest) -> Suspect:
    return Suspect(
        **{name: text_asked(request, name) for name in TEXTS},
        lane=number_asked(request, "lane"),
        since=instant_asked(request, "since"),
        until=instant_asked(request, "until"),
    )
