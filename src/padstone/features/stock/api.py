"""Stock for programs and scanners: where things are, what is done to them, and what does not add up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field

from padstone.features.stock import commands
from padstone.features.stock.queries.balance import (
    Balance,
    balance_of_house,
    balance_of_lot,
    balance_of_order,
    balance_of_package,
)
from padstone.features.stock.queries.cards import (
    Available,
    LocationCard,
    LocationLine,
    PackageStock,
    available,
    location_card,
    locations,
    package_stock,
)
from padstone.features.stock.queries.search import Found, search
from padstone.features.stock.queries.verify import Broken, verify_ledger
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["stock"])

After = Annotated[int, Query(ge=0, le=10_000_000)]
Quantity = Annotated[Decimal, Field(ge=0, lt=10**12)]


class NewLocation(Schema):
    code: str
    kind: str
    name: str = ""
    parent: str = ""
    restricted: bool = False


class Measured(Schema):
    location: str
    celsius: Decimal | None = None
    humidity_percent: Decimal | None = None
    at: datetime | None = None


class NewArrival(Schema):
    package: str
    location: str
    quantity: Quantity | None = None
    owner: str = ""
    codes: list[str] = []


class Arrivals(Schema):
    """``skip_known``: leave out what is in store already, instead of refusing all of it."""

    arrivals: list[NewArrival] = Field(max_length=1000)
    why: str = ""
    skip_known: bool = False


class Act(Schema):
    """``seen``: the version of the package that was seen; another change since then refuses the act. ``key``:
    the sender's own name of the request; sent again it adds nothing.
    """

    package: str
    seen: int | None = None
    why: str = ""
    key: str = ""


class Move(Act):
    to: str


class CountAct(Act):
    quantity: Quantity
    to: str = ""
    accepted: bool = False


class Split(Act):
    new: str
    quantity: Quantity
    to: str = ""


class Join(Act):
    into: str
    seen_into: int | None = None


class Leave(Act):
    """``how``: scrapped, returned, spoiled, missing or counted_away. No quantity: all that is left."""

    how: str
    quantity: Quantity | None = None


class NewHold(Schema):
    packages: list[str] = Field(max_length=1000)
    reason: str
    why: str = ""
    to: str = ""


class Disposal(Schema):
    """``how``: released, scrapped or returned."""

    package: str
    how: str
    why: str
    seen: int | None = None


class Reserve(Act):
    """No order: the package is free again."""

    order: str = ""


@router.get("/stock/search", response=Found, summary="Packages by any code that names them")
def search_stock(
    request: HttpRequest, q: str, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> HttpResponse:
    """Identifier, other codes, lot, part, maker's number, date code or location: an index lookup each."""
    return json_answer(search(actor_of(request), q, limit=limit))


@router.get("/stock/available", response=list[Available], summary="The packages of a part in store")
def list_available(request: HttpRequest, part: str) -> HttpResponse:
    return json_answer(available(actor_of(request), part))


@router.get("/stock/locations", response=list[LocationLine], summary="Storage locations")
def list_locations(request: HttpRequest) -> HttpResponse:
    return json_answer(locations(actor_of(request)))


@router.post("/stock/locations", response={201: LocationCard}, summary="Make a storage location")
def make_location(request: HttpRequest, location: Annotated[NewLocation, Body()]) -> HttpResponse:
    """Made before, its name and whether it is restricted change."""
    actor = actor_of(request)
    commands.define_location(actor, **location.dict())
    return json_answer(location_card(actor, location.code), status=201)


@router.post("/stock/conditions", response={204: None}, summary="Say what the air at a location is like")
def log_condition(request: HttpRequest, measured: Annotated[Measured, Body()]) -> HttpResponse:
    commands.log_condition(actor_of(request), **measured.dict())
    return HttpResponse(status=204)


@router.get("/stock/locations/{path:code}", response=LocationCard, summary="A location and what is there")
def get_location(request: HttpRequest, code: str, after: After = 0) -> HttpResponse:
    return json_answer(location_card(actor_of(request), code, after=after))


@router.post("/stock/arrivals", response=commands.BookedIn, summary="Book packages in")
def book_in(request: HttpRequest, told: Annotated[Arrivals, Body()]) -> HttpResponse:
    arrivals = [
        commands.Arrival(**{**one.dict(), "codes": tuple(one.codes)})  # a schema has lists
        for one in told.arrivals
    ]
    return json_answer(
        commands.book_in(actor_of(request), arrivals=arrivals, why=told.why, skip_known=told.skip_known)
    )


@router.post("/stock/moves", response=commands.Whereabouts, summary="Bring a package to a location")
def move_package(request: HttpRequest, act: Annotated[Move, Body()]) -> HttpResponse:
    return json_answer(commands.move(actor_of(request), **act.dict()))


@router.post("/stock/counts", response=commands.Whereabouts, summary="Say how much is in a package")
def count_package(request: HttpRequest, act: Annotated[CountAct, Body()]) -> HttpResponse:
    return json_answer(commands.count(actor_of(request), **act.dict()))


@router.post("/stock/splits", response=commands.Whereabouts, summary="Split a package")
def split_stock(request: HttpRequest, act: Annotated[Split, Body()]) -> HttpResponse:
    return json_answer(commands.split(actor_of(request), **act.dict()))


@router.post("/stock/joins", response=commands.Whereabouts, summary="Pour one package into another")
def join_packages(request: HttpRequest, act: Annotated[Join, Body()]) -> HttpResponse:
    return json_answer(commands.join(actor_of(request), **act.dict()))


@router.post("/stock/leavings", response=commands.Whereabouts, summary="Scrap, return or write off pieces")
def take_out(request: HttpRequest, act: Annotated[Leave, Body()]) -> HttpResponse:
    return json_answer(commands.leave(actor_of(request), **act.dict()))


@router.post("/stock/holds", response={201: int}, summary="Put packages in quarantine")
def hold_packages(request: HttpRequest, hold: Annotated[NewHold, Body()]) -> HttpResponse:
    """Answers how many of them were not held for this reason before."""
    return json_answer(commands.hold(actor_of(request), **hold.dict()), status=201)


@router.post("/stock/disposals", response=PackageStock, summary="Dispose of what is in quarantine")
def dispose_of_package(request: HttpRequest, disposal: Annotated[Disposal, Body()]) -> HttpResponse:
    actor = actor_of(request)
    told = disposal.dict()
    if told["how"] == "released":
        del told["how"]
        commands.release_hold(actor, **told)
    else:
        commands.dispose(actor, **told)
    return json_answer(package_stock(actor, disposal.package))


@router.post("/stock/reservations", response=commands.Whereabouts, summary="Lay a package aside, or free it")
def reserve_package(request: HttpRequest, act: Annotated[Reserve, Body()]) -> HttpResponse:
    actor = actor_of(request)
    if act.order:
        done = commands.reserve(actor, package=act.package, order=act.order, seen=act.seen, why=act.why)
    else:
        done = commands.unreserve(actor, package=act.package, seen=act.seen, why=act.why)
    return json_answer(done)


@router.get("/stock/balance", response=Balance, summary="Packages of which something does not add up")
def get_balance(request: HttpRequest, after: After = 0) -> HttpResponse:
    return json_answer(balance_of_house(actor_of(request), after=after))


@router.get("/stock/balance/lots/{path:code}", response=Balance, summary="The mass balance of a lot")
def get_balance_of_lot(request: HttpRequest, code: str, after: After = 0) -> HttpResponse:
    return json_answer(balance_of_lot(actor_of(request), code, after=after))


@router.get("/stock/balance/orders/{path:number}", response=Balance, summary="Of a work order")
def get_balance_of_order(request: HttpRequest, number: str, after: After = 0) -> HttpResponse:
    return json_answer(balance_of_order(actor_of(request), number, after=after))


@router.get("/stock/balance/packages/{path:identifier}", response=Balance, summary="Of a package")
def get_balance_of_package(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(balance_of_package(actor_of(request), identifier))


@router.get("/stock/ledger/broken", response=list[Broken], summary="Positions that are not what they should")
def verify_stock(
    request: HttpRequest, after: After = 0, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
) -> HttpResponse:
    """Of so many packages behind the id `after`; empty where all is well."""
    return json_answer(verify_ledger(actor_of(request), after=after, limit=limit))


@router.get("/stock/packages/{path:identifier}", response=PackageStock, summary="A package in store")
def get_package_stock(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(package_stock(actor_of(request), identifier))
