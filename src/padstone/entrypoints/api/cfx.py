"""Where machines and gateways without AMQP deliver CFX messages: HTTP with a body that the inbox keeps as it
is.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from padstone import cfx
from padstone.entrypoints.api.identity import MachineAuth, SessionAuth, TokenAuth
from padstone.entrypoints.api.problem import LengthRequired, NotReadable, TooLarge
from padstone.ingest.answering import Answering
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import Receipt, accept, refuse, text_of_payload
from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.platform.accounts.identity import actor_of
from padstone.platform.credentials.machines import SEND_MESSAGES
from padstone.platform.http_answers import json_answer

router = Router(tags=["messages"])
_LOOK_WITHIN_BYTES = 64 * 1024


class Envelope(Schema):
    """A CFX envelope (IPC-2591) that answers a request."""

    MessageName: str
    Version: str
    TimeStamp: str
    UniqueID: str
    Source: str
    Target: str | None
    RequestID: str | None
    MessageBody: dict[str, Any]


BODY = {
    "requestBody": {
        "required": True,
        "description": (
            "One CFX envelope, a JSON array of envelopes, or one envelope per line; UTF-8, gzip if "
            "Content-Encoding says so."
        ),
        "content": {
            "application/json": {"schema": {}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    },
}


@router.post(
    "/cfx",
    response={200: Envelope, 202: Receipt},
    summary="Deliver CFX messages",
    openapi_extra=BODY,
    auth=[MachineAuth(), TokenAuth(), SessionAuth()],
)
def post_cfx(request: HttpRequest) -> HttpResponse:
    """Answers once the bytes are stored for good: the sender may forget them.

    The receipt says how many messages were new, how many were here already (they change nothing), and how
    many cannot be read; what the readable ones mean is worked out afterwards, and `/inbox` tells.

    A machine shows its credential: HTTP Basic with its CFX handle as the user, or as a Bearer token. It
    speaks for that handle alone: an envelope with another Source is kept and rejected, one without a Source
    gets the handle.

    One envelope that is a request (`...Request`) to Padstone is answered by the response's envelope, with
    status 200; it is in the inbox like everything else, and its answer is kept. One with another machine's
    Source is not answered.
    """
    actor = actor_of(request)
    actor.must(SEND_MESSAGES)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    _check_readable(encoding)
    _check_size(request, actor.name)
    delivery = Delivery(
        door="http",
        sender=actor.name,
        body=request.body,
        content_encoding="" if encoding == "identity" else encoding,
        sent_at=None,
        received_at=clock.now(),
        handle=actor.name if actor.kind is ActorKind.MACHINE else "",
    )
    receipt = accept([delivery])
    answer = _answer(delivery)
    return json_answer(receipt, status=202) if answer is None else _answered(answer)


def _answer(delivery: Delivery) -> bytes | None:
    """What is answered to a delivery that is one request; None where it is none, or not ours to answer."""
    text = text_of_payload(delivery.body, delivery.content_encoding)
    pieces = cfx.split(text) if text and b"Request" in text[:_LOOK_WITHIN_BYTES] else []
    if len(pieces) != 1 or not isinstance(pieces[0], cfx.Head):
        return None
    asked = pieces[0]
    if not asked.message_name.endswith("Request"):
        return None
    return Answering(settings.CFX_HANDLE, door=delivery.door)(asked, delivery.handle)


def _answered(envelope: bytes) -> HttpResponse:
    return HttpResponse(envelope, content_type="application/json")


def _check_readable(encoding: str) -> None:
    if encoding not in {"", "identity", "gzip"}:
        raise NotReadable(
            "content_encoding_unknown",
            "A body encoded as {encoding} cannot be read.",
            field="Content-Encoding",
            way_out="Send it plain or as gzip.",
            encoding=encoding,
        )


def _check_size(request: HttpRequest, sender: str) -> None:
    """Before the first byte is read: a body that is too large never enters memory."""
    announced = request.headers.get("Content-Length", "")
    if not announced.isdigit():
        raise LengthRequired(
            "length_required",
            "The body's length is not announced.",
            field="Content-Length",
            way_out="Send a Content-Length header; chunked transfer is not taken.",
        )
    size_bytes, limit = int(announced), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if size_bytes > limit:
        refusal = TooLarge(
            "body_too_large",
            "A body of {size_bytes} bytes is more than the {limit} bytes that are taken in one piece.",
            field="Content-Length",
            way_out="Send the messages in several requests.",
            size_bytes=size_bytes,
            limit=limit,
        )
        refuse(door="http", sender=sender, reason=refusal.reason)
        raise refusal
