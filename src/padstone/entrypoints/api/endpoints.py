"""Who is out there, for programs."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Schema
from pydantic import Field

from padstone.features.sites.commands import set_site_zone, set_zone
from padstone.features.sites.queries import SiteLine, sites
from padstone.ingest.directory import EndpointCard, EndpointLine, endpoint_card, endpoints
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["endpoints"])


ZoneName = Annotated[
    str, Field(description="Its IANA name, like Europe/Berlin; empty takes back what was said")
]


class EndpointZoneSaid(Schema):
    """In which zone a machine's clock runs."""

    handle: str
    zone: ZoneName


class SiteZoneSaid(Schema):
    """In which zone the clocks of a site's machines run, where nobody says otherwise of one."""

    site: str
    zone: ZoneName


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


@router.get("/zones/sites", response=tuple[SiteLine, ...], summary="Every site, and its machines' time zone")
def get_site_zones(request: HttpRequest) -> HttpResponse:
    return json_answer(sites(actor_of(request)))


@router.put("/zones/sites", response={204: None}, summary="Say in which time zone a site's machines are")
def put_site_zone(request: HttpRequest, said: Annotated[SiteZoneSaid, Body()]) -> HttpResponse:
    """For the machines of which nobody says it themselves. Counts for what is interpreted from now on."""
    set_site_zone(actor_of(request), site=said.site, zone=said.zone)
    return HttpResponse(status=204)


@router.put("/zones/endpoints", response={204: None}, summary="Say in which time zone a machine's clock runs")
def put_endpoint_zone(request: HttpRequest, said: Annotated[EndpointZoneSaid, Body()]) -> HttpResponse:
    """Its times without a zone are read in it, in all messages that are interpreted from now on."""
    set_zone(actor_of(request), handle=said.handle, zone=said.zone)
    return HttpResponse(status=204)
