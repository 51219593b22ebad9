"""Who is out there, for programs."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.ingest.directory import EndpointCard, EndpointLine, endpoint_card, endpoints
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["endpoints"])


@router.get(
    "/endpoints",
    response=tuple[EndpointLine, ...],
    summary="Every machine that has spoken: what it is, whether it is heard, how much and how late",
)
def get_endpoints(
    request: HttpRequest, presence: Literal["online", "lost", "shut_down"] | None = None
) -> HttpResponse:
    found = endpoints(actor_of(request))
    return json_answer(tuple(one for one in found if presence in (None, one.presence)))


@router.get(
    "/endpoints/{path:handle}",
    response=EndpointCard,
    summary="One machine: what it supports, what it said of each kind, its doubts and its last messages",
)
def get_endpoint(request: HttpRequest, handle: str) -> HttpResponse:
    return json_answer(endpoint_card(actor_of(request), handle))
