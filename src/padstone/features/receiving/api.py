"""Receiving for programs: packages, purchase orders, suppliers, certificates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field

from padstone.features.receiving import commands
from padstone.features.receiving.queries.desk import InHand, in_hand
from padstone.features.receiving.queries.orders import (
    PurchaseCard,
    PurchaseLine,
    purchase_order,
    purchase_orders,
)
from padstone.features.receiving.queries.suppliers import (
    ReceivingRules,
    SupplierCard,
    SupplierLine,
    receiving_rules,
    supplier_card,
    supplier_list,
)
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["receiving"])
FILE: dict[str, Any] = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


class PackageInHand(Schema):
    """A package: `labels` are the payloads of its symbols as scanned; `said` what a person adds or decides:
    `quantity`, `lot`, `date_code`, `part`, `sealed_on` ... ("-": no label says it).
    """

    labels: list[str] = Field(max_length=12)
    said: dict[str, str] = {}
    order: str = ""


class Arrival(PackageInHand):
    """`key` is the sender's own name for it: sent again it does nothing."""

    location: str = ""
    key: str = ""


class NewLine(Schema):
    number: int = Field(ge=1, lt=1_000_000)
    part: str
    quantity: Decimal
    expected_on: date | None = None


class NewOrder(Schema):
    number: str
    supplier: str
    ordered_on: date | None = None
    lines: list[NewLine]


class SupplierDeciding(Schema):
    supplier: str
    approval: str
    tier: str
    why: str


class Closing(Schema):
    why: str = ""


class Conformance(Schema):
    """What a certificate of conformance says; no `lot`: all of them."""

    supplier: str
    part: str
    number: str
    file_name: str
    lot: str = ""
    date_codes: str = ""
    quantity: Decimal | None = None
    valid_until: date | None = None


class SupplierCertificate(Schema):
    supplier: str
    standard: str
    valid_until: date
    file_name: str
    number: str = ""


class Maker(Schema):
    """In `lot_patterns` # is a digit, @ a letter, ? any sign, * the rest."""

    maker: str
    why: str
    lot_patterns: list[str] = []
    countries: list[str] = []


class Decided(Schema):
    """The rules; what is left out is as without a decision."""

    policy: dict[str, Any]
    why: str


@router.post("/receiving/look", response=InHand, summary="What is known of a package, before it is received")
def look_at_package(request: HttpRequest, package: Annotated[PackageInHand, Body()]) -> HttpResponse:
    """Changes nothing."""
    return json_answer(in_hand(actor_of(request), package.labels, package.said, package.order))


@router.post("/receiving/packages", response={201: commands.Received}, summary="Receive a package")
def receive_package(request: HttpRequest, package: Annotated[Arrival, Body()]) -> HttpResponse:
    """It gets a code of the house; what a rule finds off puts it in quarantine."""
    done = commands.receive(
        actor_of(request),
        labels=package.labels,
        said=package.said,
        order=package.order,
        location=package.location,
        key=package.key,
    )
    return json_answer(done, status=200 if done.repeated else 201)


@router.get("/receiving/rules", response=ReceivingRules, summary="By which rules packages are checked")
def get_receiving_rules(request: HttpRequest) -> HttpResponse:
    return json_answer(receiving_rules(actor_of(request)))


@router.put("/receiving/rules", response=ReceivingRules, summary="Decide the rules of the goods-in")
def decide_receiving_rules(request: HttpRequest, decided: Annotated[Decided, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.decide_receiving(actor, policy=decided.policy, why=decided.why)
    return json_answer(receiving_rules(actor))


@router.post("/receiving/makers", response={204: None}, summary="Say what a maker's labels look like")
def declare_maker(request: HttpRequest, maker: Annotated[Maker, Body()]) -> HttpResponse:
    commands.declare_maker(
        actor_of(request),
        maker=maker.maker,
        why=maker.why,
        lot_patterns=maker.lot_patterns,
        countries=maker.countries,
    )
    return HttpResponse(status=204)


@router.get("/purchase-orders", response=list[PurchaseLine], summary="Purchase orders, what is due first")
def list_purchase_orders(request: HttpRequest, *, closed: bool = False) -> HttpResponse:
    return json_answer(purchase_orders(actor_of(request), closed=closed))


@router.post("/purchase-orders", response={201: PurchaseCard}, summary="Enter or change a purchase order")
def place_purchase_order(request: HttpRequest, order: Annotated[NewOrder, Body()]) -> HttpResponse:
    """A line of the same number takes the new quantity and day; what is not named stays."""
    actor = actor_of(request)
    made = commands.place_order(
        actor,
        number=order.number,
        supplier=order.supplier,
        ordered_on=order.ordered_on,
        lines=[
            commands.Ordered(
                number=one.number, part=one.part, quantity=one.quantity, expected_on=one.expected_on
            )
            for one in order.lines
        ],
    )
    return json_answer(purchase_order(actor, made.number), status=201)


@router.post(
    "/purchase-orders/import",
    response=commands.OrdersReport,
    summary="Import purchase orders from a CSV file",
    openapi_extra={"requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def import_purchase_orders(request: HttpRequest, file_name: str = "orders.csv") -> HttpResponse:
    """The body is the file; all of it is taken, or nothing."""
    return json_answer(commands.import_orders(actor_of(request), content=request.body, file_name=file_name))


@router.post(
    "/purchase-orders/close/{path:number}", response=PurchaseCard, summary="Nothing more is expected"
)
def close_purchase_order(
    request: HttpRequest, number: str, reason: Annotated[Closing, Body()]
) -> HttpResponse:
    actor = actor_of(request)
    commands.close_order(actor, number=number, why=reason.why)
    return json_answer(purchase_order(actor, number))


@router.get(
    "/purchase-orders/{path:number}", response=PurchaseCard, summary="One purchase order and what came"
)
def get_purchase_order(request: HttpRequest, number: str) -> HttpResponse:
    return json_answer(purchase_order(actor_of(request), number))


@router.get("/suppliers", response=list[SupplierLine], summary="Suppliers, and what the house thinks of them")
def list_suppliers(request: HttpRequest) -> HttpResponse:
    return json_answer(supplier_list(actor_of(request)))


@router.post("/suppliers/decide", response=SupplierCard, summary="Approve, suspend or reject a supplier")
def decide_supplier(request: HttpRequest, decision: Annotated[SupplierDeciding, Body()]) -> HttpResponse:
    actor = actor_of(request)
    commands.decide_supplier(
        actor,
        supplier=decision.supplier,
        approval=decision.approval,
        tier=decision.tier,
        why=decision.why,
    )
    return json_answer(supplier_card(actor, decision.supplier))


@router.post(
    "/suppliers/certificates",
    response={204: None},
    summary="File a certificate that a supplier has",
    openapi_extra=FILE,
)
def file_supplier_certificate(
    request: HttpRequest, certificate: Annotated[SupplierCertificate, Query()]
) -> HttpResponse:
    """The body is the document."""
    commands.file_supplier_certificate(
        actor_of(request),
        supplier=certificate.supplier,
        standard=certificate.standard,
        number=certificate.number,
        valid_until=certificate.valid_until,
        file_name=certificate.file_name,
        content=request.body,
    )
    return HttpResponse(status=204)


@router.post(
    "/suppliers/conformance",
    response={204: None},
    summary="File a certificate of conformance",
    openapi_extra=FILE,
)
def file_certificate(request: HttpRequest, certificate: Annotated[Conformance, Query()]) -> HttpResponse:
    """The body is the document. `date_codes` are parted by blanks or commas."""
    commands.file_certificate(
        actor_of(request),
        conformance=commands.Conformance(
            supplier=certificate.supplier,
            part=certificate.part,
            number=certificate.number,
            lot=certificate.lot,
            date_codes=tuple(certificate.date_codes.replace(",", " ").split()),
            quantity=certificate.quantity,
            valid_until=certificate.valid_until,
        ),
        file_name=certificate.file_name,
        content=request.body,
    )
    return HttpResponse(status=204)


@router.get("/suppliers/{path:name}", response=SupplierCard, summary="One supplier")
def get_supplier(request: HttpRequest, name: str) -> HttpResponse:
    return json_answer(supplier_card(actor_of(request), name))
