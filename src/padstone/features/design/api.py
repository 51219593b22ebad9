"""Designs for programs: files taken in, drafts checked and released, revisions compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema

from padstone.features.design import commands, queries
from padstone.features.design.abilities import AbilityLine, abilities
from padstone.features.design.exports import FORMATS, written
from padstone.features.design.rehearsal import rehearse
from padstone.features.design.shown import ChangeOrderCard, Comparison, DesignLine, Readiness, RevisionCard
from padstone.features.parts.commands import retire_revision
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["designs"])

Purpose = Literal["prototype", "pilot", "mass"]


class TakeIn(Schema):
    """Of what the file in the request's body is. ``dry_run``: read it, say everything, and keep nothing."""

    product: str
    revision: str
    file_name: str
    client: str = ""
    product_name: str = ""
    phase: Purpose = "prototype"
    dry_run: bool = False


class Settling(Schema):
    how: Literal["accepted", "corrected"] = "accepted"
    why: str = ""


class Choosing(Schema):
    part: str


class Raising(Schema):
    revision: str
    reason: str
    effective_by: Literal["date", "work_order", "serial"]
    effectivity: str


class Deciding(Schema):
    approved: bool
    why: str = ""


class Retiring(Schema):
    why: str


@router.get("/designs", response=list[DesignLine], summary="Every revision of every product")
def list_designs(request: HttpRequest) -> HttpResponse:
    """All of them for the house; a client's account gets what is released of that client's products."""
    return json_answer(queries.designs(actor_of(request)))


@router.post(
    "/designs/files",
    response={200: commands.TakenIn, 201: commands.TakenIn},
    summary="Take a client's file into a draft",
    openapi_extra={
        "requestBody": {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        }
    },
)
def take_in_design_file(request: HttpRequest, of: Query[TakeIn]) -> HttpResponse:
    """The body is the file, to the byte: a bill, a placement or an IPC-2581 archive. Its columns are read as
    they are remembered of that client, or proposed; what is not certain is a doubt of the answer.
    """
    actor = actor_of(request)
    take = rehearse if of.dry_run else commands.take_in
    told = take(
        actor,
        file_name=of.file_name,
        content=request.body,
        product=of.product,
        revision=of.revision,
        client=of.client,
        product_name=of.product_name,
        phase=of.phase,
    )
    return json_answer(told, status=200 if of.dry_run else 201)


class AbilityStated(Schema):
    """Lengths in millimetres."""

    least_gap: Decimal
    smallest_length: Decimal
    smallest_width: Decimal
    tallest: Decimal
    board_length: Decimal
    board_width: Decimal
    fiducials: int = 2
    sides: int = 2


@router.get("/designs/lines", response=list[AbilityLine], summary="What each line can place and solder")
def list_abilities(request: HttpRequest) -> HttpResponse:
    return json_answer(abilities(actor_of(request)))


@router.put("/designs/lines/{line}", response={204: None}, summary="State what a line can do")
def state_line_ability(
    request: HttpRequest, line: str, stated: Annotated[AbilityStated, Body()]
) -> HttpResponse:
    """Boards are checked against it before their release."""
    commands.state_ability(actor_of(request), line=line, ability=commands.Ability(**stated.dict()))
    return HttpResponse(status=204)


@router.get("/designs/{int:revision_id}", response=RevisionCard, summary="One revision, whole")
def get_design(request: HttpRequest, revision_id: int) -> HttpResponse:
    return json_answer(queries.revision_card(actor_of(request), revision_id))


@router.get(
    "/designs/{int:revision_id}/readiness", response=Readiness, summary="What speaks against a release"
)
def get_readiness(request: HttpRequest, revision_id: int) -> HttpResponse:
    return json_answer(queries.readiness(actor_of(request), revision_id))


@router.get(
    "/designs/{int:revision_id}/difference",
    response=Comparison,
    summary="What changed since another revision",
)
def get_difference(
    request: HttpRequest,
    revision_id: int,
    since: Annotated[int, Query(description="The earlier revision's id")],
) -> HttpResponse:
    return json_answer(queries.comparison(actor_of(request), since, revision_id))


@router.get(
    "/designs/{int:revision_id}/files/{kind}",
    summary="The bill or the placement as a file",
    openapi_extra={
        "responses": {
            200: {"content": {kind: {"schema": {"type": "string"}} for kind in sorted(set(FORMATS.values()))}}
        },
    },
)
def write_design_file(
    request: HttpRequest,
    revision_id: int,
    kind: Literal["bill.csv", "bill.xlsx", "placement.csv", "placement.xlsx", "placement-kicad.csv"],
) -> HttpResponse:
    """As Padstone writes it: it is read again as the same. No cell of it is a formula."""
    content = written(actor_of(request), revision_id, kind)
    return HttpResponse(
        content,
        content_type=FORMATS[kind],
        headers={"Content-Disposition": f'attachment; filename="{kind}"'},
    )


@router.post("/designs/{int:revision_id}/doubts/{key}", response={204: None}, summary="Resolve a doubt")
def settle_design_doubt(
    request: HttpRequest, revision_id: int, key: str, settling: Annotated[Settling, Body()]
) -> HttpResponse:
    commands.settle_doubt(
        actor_of(request), revision_id=revision_id, key=key, how=settling.how, why=settling.why
    )
    return HttpResponse(status=204)


@router.post(
    "/designs/{int:revision_id}/lines/{int:line}/part",
    response={204: None},
    summary="Say which part a line means",
)
def choose_design_part(
    request: HttpRequest, revision_id: int, line: int, choosing: Annotated[Choosing, Body()]
) -> HttpResponse:
    commands.choose_part(actor_of(request), revision_id=revision_id, line=line, part=choosing.part)
    return HttpResponse(status=204)


@router.post(
    "/designs/{int:revision_id}/register",
    response=dict[str, int],
    summary="Put the parts that nobody knows on the books",
)
def register_design_parts(request: HttpRequest, revision_id: int) -> HttpResponse:
    made = commands.register_new_parts(actor_of(request), revision_id=revision_id)
    return json_answer({"registered": made})


@router.post("/designs/{int:revision_id}/release", response={204: None}, summary="Release a draft")
def release_design(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Signatures that the phase asks for are given in the browser: they take a password."""
    commands.release(actor_of(request), revision_id=revision_id)
    return HttpResponse(status=204)


@router.post(
    "/designs/{int:revision_id}/retire", response={204: None}, summary="Say that a revision is obsolete"
)
def retire_design(
    request: HttpRequest, revision_id: int, retiring: Annotated[Retiring, Body()]
) -> HttpResponse:
    retire_revision(actor_of(request), revision_id=revision_id, why=retiring.why)
    return HttpResponse(status=204)


@router.post(
    "/designs/{int:revision_id}/changes", response={201: ChangeOrderCard}, summary="Raise a change order"
)
def raise_design_change(
    request: HttpRequest, revision_id: int, raising: Annotated[Raising, Body()]
) -> HttpResponse:
    actor = actor_of(request)
    number = commands.raise_change_order(
        actor,
        revision_id=revision_id,
        label=raising.revision,
        reason=raising.reason,
        effective_by=raising.effective_by,
        effectivity=raising.effectivity,
    )
    return json_answer(queries.change_order(actor, number), status=201)


@router.get("/changes", response=list[ChangeOrderCard], summary="Change orders, newest first")
def list_changes(request: HttpRequest, product: str = "") -> HttpResponse:
    return json_answer(queries.change_orders(actor_of(request), product))


@router.get("/changes/{number}", response=ChangeOrderCard, summary="One change order and its difference")
def get_change(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer(queries.change_order(actor_of(request), number))


@router.post("/changes/{number}/decide", response={204: None}, summary="Approve or reject a change order")
def decide_design_change(
    request: HttpRequest, number: str, deciding: Annotated[Deciding, Body()]
) -> HttpResponse:
    commands.decide_change_order(
        actor_of(request), number=number, approved=deciding.approved, why=deciding.why
    )
    return HttpResponse(status=204)
