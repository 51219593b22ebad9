from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.features.production.queries import LineNow, factory_now, line_now
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["factory"])


@router.get("/factory", response=list[LineNow], summary="Every line and its stations, as they are now")
def get_factory(request: HttpRequest) -> HttpResponse:
    """Stations that nobody has given a place yet stand under a line without a name."""
    return json_answer(factory_now(actor_of(request)))


@router.get("/lines/{path:name}", response=LineNow, summary="One line and its stations, as they are now")
def get_line(request: HttpRequest, name: str) -> HttpResponse:
    return json_answer(line_now(actor_of(request), name))
