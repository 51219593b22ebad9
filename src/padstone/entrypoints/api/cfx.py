"""Where machines and gateways without AMQP deliver CFX messages: HTTP with a body that the inbox keeps as it
is.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.entrypoints.api.identity import MachineAuth, SessionAuth, TokenAuth
from padstone.entrypoints.api.problem import LengthRequired, NotReadable, TooLarge
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import Receipt, accept, refuse
from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.platform.accounts.identity import actor_of
from padstone.platform.credentials.machines import SEND_MESSAGES
from padstone.platform.http_answers import json_answer

router = Router(tags=["messages"])

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
    response={202: Receipt},
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
    """
    actor = actor_of(request)
    actor.must(SEND_MESSAGES)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    _check_readable(encoding)
    _check_size(request, actor.name)
    receipt = accept(
        [
            Delivery(
                door="http",
                sender=actor.name,
                body=request.body,
                content_encoding="" if encoding == "identity" else encoding,
                sent_at=None,
                received_at=clock.now(),
                handle=actor.name if actor.kind is ActorKind.MACHINE else "",
            )
        ]
    )
    return json_answer(receipt, status=202)


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
