"""What came in and what became of it, for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from padstone.ingest.interpret import retry
from padstone.ingest.queries import MessageLine, bytes_of, counts, exceptions, message
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["inbox"])

StateName = Literal["received", "done", "waiting", "rejected", "failed", "repeated"]


@dataclass(frozen=True, slots=True)
class Inbox:
    """How many messages there are in each state, and a page of those asked for, newest first."""

    counts: dict[str, int]
    messages: tuple[MessageLine, ...]


@router.get(
    "/inbox",
    response=Inbox,
    summary="Messages that wait, were rejected, failed or are in doubt; or all in one state",
)
def get_inbox(
    request: HttpRequest,
    state: StateName | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(description="Only messages with a smaller id: the next page")] = None,
) -> HttpResponse:
    actor = actor_of(request)
    return json_answer(
        Inbox(counts(actor), tuple(exceptions(actor, state=state, limit=limit, before=before)))
    )


@router.get("/inbox/{int:message_id}", response=MessageLine, summary="One message and what became of it")
def get_message(request: HttpRequest, message_id: int) -> HttpResponse:
    return json_answer(message(actor_of(request), message_id))


@router.get(
    "/inbox/{int:message_id}/bytes",
    summary="The exact bytes of one message, as they came in",
    openapi_extra={
        "responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
    },
)
def get_message_bytes(request: HttpRequest, message_id: int) -> HttpResponse:
    response = HttpResponse(bytes_of(actor_of(request), message_id), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{message_id}"'
    return response


@router.post("/inbox/{int:message_id}/retry", response=MessageLine, summary="Interpret a message once more")
def retry_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """For a message that waits, was rejected or failed; it is on its way again when this answers."""
    actor = actor_of(request)
    actor.must("retry_message")
    message(actor, message_id)  # who may not be shown it is refused before anything is done, not after
    retry(actor, message_id=message_id)
    return json_answer(message(actor, message_id))
