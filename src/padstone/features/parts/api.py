"""Parts for programs: found, looked at, described, imported."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field

from padstone.features.parts import commands
from padstone.features.parts.cards import part_card, parts, substitutes
from padstone.features.parts.shown import PartCard, PartLine, Substitute
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["parts"])


class Facts(Schema):
    """What is to be said of a part; what is left out stays as it is. ``parameters`` as people write them:
    ``{"resistance": "4k7"}``.
    """

    description: str | None = None
    category: str | None = None
    moisture_level: str | None = None
    shelf_life_days: int | None = Field(None, ge=0, lt=100_000)
    storage: str | None = None
    criticality: str | None = None
    lifecycle: str | None = None
    last_buy_on: date | None = None
    lead_time_days: int | None = Field(None, ge=0, lt=100_000)
    parameters: dict[str, str] = {}


class NewPart(Schema):
    number: str
    description: str = ""
    manufacturer: str = ""
    manufacturer_part_number: str = ""


class Source(Schema):
    manufacturer: str = ""
    number: str
    approval: str = "approved"
    tier: int = 1


class Merge(Schema):
    into: str
    why: str


@router.get("/parts", response=list[PartLine], summary="Parts whose numbers or words begin so")
def list_parts(
    request: HttpRequest,
    q: str = "",
    category: str = "",
    lifecycle: str = "",
    first: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HttpResponse:
    """By number; each word of `q` must begin a number of the part, of its makers or suppliers, or a word of
    its description.
    """
    return json_answer(
        parts(actor_of(request), q, category=category, lifecycle=lifecycle, first=first, most=most)
    )


@router.post("/parts", response={201: PartCard}, summary="Register a part")
def register_part(request: HttpRequest, part: Annotated[NewPart, Body()]) -> HttpResponse:
    """One that the books know is completed where it is blank."""
    actor = actor_of(request)
    made = commands.register_part(
        actor,
        number=part.number,
        description=part.description,
        manufacturer=part.manufacturer,
        manufacturer_part_number=part.manufacturer_part_number,
    )
    return json_answer(part_card(actor, made.number), status=201)


@router.post(
    "/parts/import",
    response=commands.PartsReport,
    summary="Import parts from a CSV file",
    openapi_extra={"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def import_parts(request: HttpRequest, file_name: str = "parts.csv") -> HttpResponse:
    """The body is the file; rows that break a rule are left out and told."""
    return json_answer(commands.import_parts(actor_of(request), content=request.body, file_name=file_name))


@router.get(
    "/parts/substitutes/{path:number}",
    response=list[Substitute],
    summary="Parts that are equal or better in all that is known",
)
def list_substitutes(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer(substitutes(actor_of(request), number))


@router.post("/parts/sources/{path:number}", response={204: None}, summary="Approve or reject a maker's part")
def approve_part_source(request: HttpRequest, number: str, source: Annotated[Source, Body()]) -> HttpResponse:
    commands.approve_source(
        actor_of(request),
        part=number,
        manufacturer=source.manufacturer,
        number=source.number,
        approval=source.approval,
        tier=source.tier,
    )
    return HttpResponse(status=204)


@router.post("/parts/merge/{path:number}", response=PartCard, summary="Merge a duplicate into another part")
def merge_part(request: HttpRequest, number: str, merge: Annotated[Merge, Body()]) -> HttpResponse:
    """Nothing is moved or lost; the old number leads to the other part from then on."""
    actor = actor_of(request)
    kept = commands.merge_parts(actor, duplicate=number, into=merge.into, why=merge.why)
    return json_answer(part_card(actor, kept.number))


@router.get("/parts/{path:number}", response=PartCard, summary="One part, by its number or an older one")
def get_part(request: HttpRequest, number: str) -> HttpResponse:
    """What it can do, who makes and sells it, what is stated of it, what may replace it, where it is used."""
    return json_answer(part_card(actor_of(request), number))


@router.patch("/parts/{path:number}", response=PartCard, summary="Say what is known of a part")
def describe_part(request: HttpRequest, number: str, facts: Annotated[Facts, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.describe_part(actor, number=number, facts=commands.PartFacts(**facts.dict()))
    return json_answer(part_card(actor, number))
