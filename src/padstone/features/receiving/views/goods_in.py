"""The goods-in: one field that takes every scan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.payload import taken
from padstone.features.receiving import commands, own_labels
from padstone.features.receiving.domain.scanned import (
    MOST_LABELS,
    NOT_THERE,
    SAYABLE,
    check_said,
    must_be_one_package,
)
from padstone.features.receiving.queries.desk import InHand, in_hand, what_is
from padstone.features.receiving.queries.orders import received_lately
from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.kernel.actor import Actor

RECEIVE = "receive_package"
_LONGEST_STATE = 100_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person has scanned and said of the package in hand. The page carries it from scan to scan."""

    labels: tuple[str, ...] = ()
    said: dict[str, str] = field(default_factory=dict)
    location: str = ""
    order: str = ""
    key: str = ""

    def told(self) -> str:
        return json.dumps(
            {"labels": self.labels, "said": self.said, "location": self.location, "key": self.key}
        )


def goods_in(request: HttpRequest) -> HttpResponse:
    """One field takes every scan: labels of a package, then where it is put; or a purchase order first."""
    actor = actor_of(request)
    actor.must(RECEIVE)
    desk, refusal = Desk(order=text_asked(request, "order"), key=uuid4().hex), None
    own_label = ""
    if request.method == "POST":
        desk = _desk_of(request)
        try:
            desk, own_label = _scanned(request, actor, _with_words(request, desk))
            if desk.location and desk.labels and in_hand(actor, desk.labels, desk.said, desk.order).ready:
                return _received(request, actor, desk)
        except Refusal as refused:
            refusal = refused
            desk = replace(desk, location="")
    package = in_hand(actor, desk.labels, desk.said, desk.order) if desk.labels else None
    before = package.received_before if package else ""
    if before:  # the next scan is of another package
        desk, package = Desk(order=desk.order, key=uuid4().hex), None
    context: dict[str, Any] = {
        "desk": desk,
        "state": desk.told(),
        "package": package,
        "asked": _asked(package),
        "refusal": refusal,
        "own_label": own_label or before,
        "done": _done(request, actor),
        "lately": received_lately(actor, 8),
        "not_there": NOT_THERE,
    }
    return render(request, "receiving/goods_in.html", context, status=refusal.status if refusal else 200)


def _desk_of(request: HttpRequest) -> Desk:
    """Raises Invalid where what the page carried was tampered with."""
    text = request.POST.get("state", "{}")
    try:
        told: Any = json.loads(text if len(text) <= _LONGEST_STATE else "")
        labels = tuple(str(one) for one in told["labels"])
        said = {str(name): str(value) for name, value in told["said"].items()}
        return Desk(labels, said, str(told["location"]), request.POST.get("order", ""), str(told["key"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(
            "page_out_of_date", "The page can't be read any more.", way_out="Begin with the package anew."
        ) from error


def _with_words(request: HttpRequest, desk: Desk) -> Desk:
    """With what the person typed and ticked. Raises Invalid for what can't be read."""
    given = {name: request.POST[f"said-{name}"] for name in SAYABLE if request.POST.get(f"said-{name}")}
    for name in request.POST.getlist("not_there"):
        given[name] = NOT_THERE
    check_said(given)
    return replace(desk, said={**desk.said, **given})


def _scanned(request: HttpRequest, actor: Actor, desk: Desk) -> tuple[Desk, str]:
    """The desk after a scan, and the code of a label of ours where that was scanned."""
    if request.POST.get("do") == "new":
        return Desk(order=desk.order, key=uuid4().hex), ""
    if photo := request.FILES.get("photo"):
        return _with_labels(desk, _on_photo(actor, photo.read(), str(photo.name))), ""
    text = request.POST.get("scan", "")
    return _with_scan(actor, desk, text) if text.strip() else (desk, "")


def _on_photo(actor: Actor, content: bytes, name: str) -> list[str]:
    """The labels of packages on a picture."""
    from padstone.features.labels.images import symbols  # noqa: PLC0415 - few scan by photo

    found = [taken(one.payload).raw for one in symbols(content, name)]
    return [text for text in found if what_is(actor, text).kind == "label"]


def _with_scan(actor: Actor, desk: Desk, text: str) -> tuple[Desk, str]:
    scan = what_is(actor, text)
    match scan.kind:
        case "location":
            return replace(desk, location=scan.text), ""
        case "order":
            return replace(desk, order=scan.text), ""
        case "package":
            return desk, scan.text
        case "label":
            return _with_labels(desk, [text]), ""
    raise scan.refusal or Invalid("scan_unknown", "“{text}” is nothing that is known.", text=text[:80])


def _with_labels(desk: Desk, texts: list[str]) -> Desk:
    """With the labels that were not scanned before. Raises Invalid for more than a package can have, Conflict
    for the label of another package.
    """
    labels = tuple(dict.fromkeys((*desk.labels, *texts)))
    must_be_one_package([decode(one) for one in labels])
    if len(labels) > MOST_LABELS or not texts:
        raise Invalid(
            "too_many_labels" if texts else "no_label_found",
            "A package has {most} labels at most." if texts else "No label of a package is on the picture.",
            field="scan",
            way_out="If this is another package, begin anew with it." if texts else "Take it from nearer.",
            most=MOST_LABELS,
        )
    return replace(desk, labels=labels)


def _received(request: HttpRequest, actor: Actor, desk: Desk) -> HttpResponse:
    done = commands.receive(
        actor, labels=desk.labels, location=desk.location, said=desk.said, order=desk.order, key=desk.key
    )
    if not done.repeated:
        try:
            own_labels.print_label(actor, done.package)
        except Refusal as refused:
            messages.warning(request, str(refused))
    request.session["received"] = {
        "package": done.package,
        "part": done.part,
        "quantity": str(done.quantity),
        "unit": done.unit,
        "location": done.location,
        "held": done.held,
        "findings": [[one.reason, one.way_out, one.holds] for one in done.findings],
    }
    order = f"?{urlencode({'order': desk.order})}" if desk.order else ""
    return HttpResponseRedirect(f"{reverse('receiving')}{order}")


def _done(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What was received just now, told once."""
    if request.method != "GET":
        return None
    found: dict[str, Any] | None = request.session.pop("received", None)
    return found and {**found, "quantity": Decimal(found["quantity"])}


_FIELDS = {
    "part": gettext_noop("Part number"),
    "customer_part": gettext_noop("Part number"),
    "mpn": gettext_noop("Maker’s part number"),
    "quantity": gettext_noop("Quantity"),
    "lot": gettext_noop("Lot"),
    "date_code": gettext_noop("Date code"),
    "expiry": gettext_noop("Expiry"),
}


def _asked(package: InHand | None) -> list[dict[str, Any]]:
    """The fields that must be typed or chosen, in the page's words."""
    if package is None:
        return []
    choices = {one.name: one for one in package.choices}
    return [
        {
            "name": name,
            "title": _FIELDS[name],
            "choice": choices.get(name),
            "may_lack": name in {"lot", "date_code"},
            "numeric": name == "quantity",
        }
        for name in package.missing
        if name in _FIELDS
    ]


@require_GET
def label_sheet(request: HttpRequest, identifier: str) -> HttpResponse:
    """The label of ours for a package, as PDF of its size."""
    actor = actor_of(request)
    return HttpResponse(own_labels.sheet(actor, identifier), content_type="application/pdf")
