"""Kits for programs and scanners: what is short, what is to be fetched, picks and returns."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Schema
from pydantic import Field

from padstone.features.kitting import commands
from padstone.features.kitting.queries.cards import KitCard, kit_card
from padstone.features.kitting.queries.outlook import KitOfOrder, Outlook, outlook
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["kits"])


class KitBeginning(Schema):
    """``location`` is where the kit goes; ``line`` where the order is built, if that is known."""

    order: str
    location: str
    line: str = ""


class KitOrder(Schema):
    order: str
    why: str = ""


class PickAct(Schema):
    """``seen``: the version of the package that was seen; another change since then refuses the pick.
    ``key``: the sender's own name of the request; sent again it does nothing.
    """

    order: str
    package: str
    location: str
    seen: int | None = None
    key: str = ""


class GiveBackAct(Schema):
    """No ``quantity``: it comes back as it went. None left: no ``location`` is needed."""

    package: str
    location: str = ""
    quantity: Annotated[Decimal, Field(ge=0, lt=10**12)] | None = None
    why: str = ""
    seen: int | None = None
    key: str = ""


@router.get("/kits", response=list[KitOfOrder], summary="Orders to build and their kits, what is due first")
def list_kits(request: HttpRequest) -> HttpResponse:
    return json_answer(outlook(actor_of(request)).orders)


@router.get("/kits/shortages", response=Outlook, summary="What falls short, and for which orders")
def list_shortages(request: HttpRequest, order: str = "") -> HttpResponse:
    """Of all planned orders together in the order of their due day, or of one order alone."""
    return json_answer(outlook(actor_of(request), order))


@router.post("/kits/begin", response=KitCard, summary="Begin the kit of an order, or say where it goes now")
def begin_kit(request: HttpRequest, kit: Annotated[KitBeginning, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.begin_kit(actor, order=kit.order, location=kit.location, line=kit.line)
    return json_answer(kit_card(actor, kit.order))


@router.post("/kits/picks", response={201: commands.Picked}, summary="Pick a package from its location")
def pick_package(request: HttpRequest, pick: Annotated[PickAct, Body()]) -> HttpResponse:
    """Refused with what to take instead."""
    done = commands.pick(
        actor_of(request),
        order=pick.order,
        package=pick.package,
        location=pick.location,
        seen=pick.seen,
        key=pick.key,
    )
    return json_answer(done, status=200 if done.repeated else 201)


@router.post("/kits/returns", response=commands.GivenBack, summary="Bring a package back, with a count")
def give_back_package(request: HttpRequest, back: Annotated[GiveBackAct, Body()]) -> HttpResponse:
    """The difference to the books is booked and told."""
    done = commands.give_back(
        actor_of(request),
        package=back.package,
        location=back.location,
        quantity=back.quantity,
        why=back.why,
        seen=back.seen,
        key=back.key,
    )
    return json_answer(done)


@router.post("/kits/used-up", response=list[str], summary="Close the packages of a kit that are used up")
def close_used_up(request: HttpRequest, kit: Annotated[KitOrder, Body()]) -> HttpResponse:
    return json_answer(commands.close_used_up(actor_of(request), order=kit.order))


@router.post("/kits/issue", response=KitCard, summary="Hand a kit to its line")
def issue_kit(request: HttpRequest, kit: Annotated[KitOrder, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.issue_kit(actor, order=kit.order)
    return json_answer(kit_card(actor, kit.order))


@router.post("/kits/close", response=KitCard, summary="Be done with an empty kit")
def close_kit(request: HttpRequest, kit: Annotated[KitOrder, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.close_kit(actor, order=kit.order, why=kit.why)
    return json_answer(kit_card(actor, kit.order))


@router.get("/kits/{path:number}", response=KitCard, summary="The kit of an order, and its pick list")
def get_kit(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer(kit_card(actor_of(request), number))
