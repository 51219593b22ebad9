from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.certificate.commands import sign_certificate
from padstone.features.certificate.panel import packages_on
from padstone.features.certificate.profile import Curve, curve_of
from padstone.features.certificate.queries import certificate
from padstone.features.certificate.queries import panel_certificate as panel_known
from padstone.features.certificate.signed import signatures_under, version_to_sign
from padstone.features.certificate.verdict import verdict_on
from padstone.kernel.errors import Conflict, Forbidden, Invalid
from padstone.platform.accounts.commands import note_account_event
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.reauthentication import in_series, note_signing, reauthenticate
from padstone.platform.patience import within_patience
from padstone.platform.questions import number_asked, text_asked
from padstone.platform.signatures.domain import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from padstone.features.certificate.queries import Certificate
    from padstone.features.certificate.verdict import Verdict
    from padstone.features.genealogy.queries import Installation
    from padstone.features.quality.queries import ProcessLine
    from padstone.kernel.actor import Actor

INSTALLATIONS_PER_PAGE = 250
PACKAGES_PER_PAGE = 250
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class ProcessShown:
    """What a process did: drawn where it tells temperatures of zones, and its single facts."""

    line: ProcessLine
    curve: Curve | None
    facts: tuple[tuple[str, object], ...]


def unit(request: HttpRequest, identifier: str) -> HttpResponse:
    """A board's birth certificate: what is in it, where every piece came from, and what happened to it."""
    as_of = number_asked(request, "as_of")
    actor = actor_of(request)
    with within_patience():
        known = certificate(actor, identifier, as_of=as_of)
    wanted = text_asked(request, "q")
    matching = [one for one in known.installations if _matches(one, wanted)]
    everything = request.GET.get("show") == "all"
    per_page = max(len(matching), 1) if everything else INSTALLATIONS_PER_PAGE
    context: dict[str, Any] = {
        "unit": known,
        "verdict": verdict_on(known),
        "as_of": as_of,
        "q": wanted,
        "installations": Paginator(matching, per_page).get_page(request.GET.get("page")),
        "processes": sorted(map(_shown, known.process_records), key=lambda shown: shown.curve is None),
        "doubtful": len({one.designator for one in known.installations if one.certainty == "possible"}),
        "scan_first": not wanted,
        "signatures": signatures_under(known),
        "may_sign": actor.may("sign_record"),
        "meanings": MEANINGS,
    }
    return render(request, "certificate/unit.html", context)


@dataclass(frozen=True, slots=True)
class BoardShown:
    """A board of a panel, by its numbers."""

    unit: Certificate
    verdict: Verdict
    parts: int
    doubtful: int


def panel_certificate(request: HttpRequest, identifier: str) -> HttpResponse:
    """All boards of a panel, what is known of each, and every reel that is on them."""
    as_of = number_asked(request, "as_of")
    with within_patience():
        known = panel_known(actor_of(request), identifier, as_of=as_of)
    context = {
        "panel": known,
        "as_of": as_of,
        "boards": [_board(unit) for unit in known.units],
        "packages": Paginator(packages_on(known), PACKAGES_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "certificate/panel.html", context)


def _board(unit: Certificate) -> BoardShown:
    doubtful = {one.designator for one in unit.installations if one.certainty == "possible"}
    parts = {one.designator for one in unit.installations}
    return BoardShown(unit, verdict_on(unit), len(parts), len(doubtful))


def sign_unit(request: HttpRequest, identifier: str) -> HttpResponse:
    """What is about to be signed, and the form that signs it; then the board with its signatures.

    The first signing of a series asks for user name and password, each following one for the password alone.
    """
    actor = actor_of(request)
    actor.must("sign_record")
    refusal = None
    if request.method == "POST":
        try:
            _sign(request, actor, identifier)
        except (Forbidden, Invalid, Conflict) as refused:
            refusal = refused
        else:
            messages.success(request, gettext("Signed."))
            return HttpResponseRedirect(reverse("unit", args=[identifier]) + "#signatures")
    as_of = number_asked(request, "as_of")
    known = certificate(actor, identifier, as_of=as_of)
    context = {
        "unit": known,
        "verdict": verdict_on(known),
        "sha256": version_to_sign(identifier, known.as_of)[1],
        "meanings": MEANINGS,
        "following": in_series(request),
        "signatures": signatures_under(known),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "certificate/sign.html", context, status=refusal.status if refusal else 200)


def _sign(request: HttpRequest, actor: Actor, identifier: str) -> None:
    given = request.POST
    try:
        proof = reauthenticate(request, name=given.get("name", ""), password=given.get("password", ""))
    except Forbidden:
        note_account_event(actor, verb="sign_refused", subject=f"unit:{identifier}")
        raise
    sign_certificate(
        actor,
        identifier=identifier,
        as_of=_whole(given.get("as_of", "")) or 0,
        sha256=given.get("sha256", ""),
        meaning=given.get("meaning", ""),
        reason=given.get("reason", ""),
        reauthenticated=proof,
        corrects=_whole(given.get("corrects", "")),
    )
    note_signing(request)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _shown(line: ProcessLine) -> ProcessShown:
    single = {name: value for name, value in line.data.items() if not isinstance(value, dict | list)}
    told_already = {line.recipe_name, line.result, line.station}
    facts = tuple((name, _readable(value)) for name, value in single.items() if value not in told_already)
    return ProcessShown(line, curve_of(line.data), facts)


def _readable(value: object) -> object:
    """A machine's instant as an instant, so that the page can show it in the site's zone."""
    if not (isinstance(value, str) and _INSTANT.match(value)):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _matches(one: Installation, wanted: str) -> bool:
    """Every word must be found somewhere in the row."""
    return all(_found(word, _words(one)) for word in wanted.casefold().split())


def _found(word: str, texts: Iterable[str]) -> bool:
    return any(word in text.casefold() for text in texts)


def _words(one: Installation) -> tuple[str, ...]:
    return (
        one.designator,
        one.package,
        one.part,
        one.lot,
        one.date_code,
        one.supplier,
        one.manufacturer,
        one.manufacturer_part_number,
        one.station,
        one.location,
        one.certainty,
    )
