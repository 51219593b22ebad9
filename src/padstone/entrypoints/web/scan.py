"""The one field: it takes any scan, knows what it is, and goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from padstone.features.materials import queries as materials
from padstone.features.production import queries as production
from padstone.features.stock.queries import search as stock
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked
from padstone.platform.visibility import sees_factory

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from padstone.kernel.actor import Actor

_PAGES = {
    "unit": "unit",
    "panel": "panel",
    "order": "order",
    "station": "station",
    "package": "package",
    "location": "location",
}


def find(request: HttpRequest) -> HttpResponse:
    """Go to what was scanned. What names nothing gets a page with whatever begins like it."""
    actor = actor_of(request)
    text = text_asked(request, "q")
    found = named(actor, text) if text else None
    if found is not None:
        return HttpResponseRedirect(address_of(*found))
    similar = _similar(actor, text) if text else ()
    context = {
        "text": text,
        "similar": [(kind, key, address_of(kind, key)) for kind, key in similar],
        "scan_first": True,
    }
    return render(request, "web/not_found.html", context, status=404)


def named(actor: Actor, text: str) -> tuple[str, str] | None:
    """What a scan names: its kind and key. Units first, then panels, orders, stations, packages, lots,
    storage locations, and other codes on packages. For a client only units, panels and orders have pages.
    """
    found = production.find(actor, text)
    if found is not None or not sees_factory(actor):
        return found
    return materials.find(actor, text) or stock.find(actor, text)


def _similar(actor: Actor, text: str) -> tuple[tuple[str, str], ...]:
    found = production.similar(actor, text)
    return (*found, *materials.similar(actor, text)) if sees_factory(actor) else found


def address_of(kind: str, key: str) -> str:
    """The page of a thing that was found. A lot's page is the recall of it."""
    if kind == "lot":
        return f"{reverse('recall')}?{urlencode({'lot': key})}"
    return reverse(_PAGES[kind], args=[key])
