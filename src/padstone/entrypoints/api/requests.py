"""The outbox, for programs: ask a machine something, and see what it answered."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field

from padstone.ingest.outbox import (
    GIVE_UP_AFTER_S,
    TIMEOUT_S,
    RequestLine,
    request_line,
    requests_to,
    send_request,
)
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer
from padstone.platform.visibility import must_see

router = Router(tags=["requests"])


class Asked(Schema):
    """A request to a machine (IPC-2591)."""

    handle: str = Field("", description="The machine's CFX handle")
    message: str = Field("", description="The request's name, whole or its last part")
    body: dict[str, Any] = Field(default_factory=dict, description="Its MessageBody")
    why: str = Field("", description="For the record, and for whoever stands at the machine")
    timeout_s: int = Field(TIMEOUT_S, description="How long each sending waits for the answer")
    give_up_after_s: int = Field(GIVE_UP_AFTER_S, description="When nobody tries any more")


NOTHING_ASKED = Asked.model_validate({})


@router.get("/requests", response=tuple[RequestLine, ...], summary="What machines were asked, newest first")
def get_requests(
    request: HttpRequest,
    endpoint: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HttpResponse:
    return json_answer(requests_to(actor_of(request), endpoint, limit=limit))


@router.get("/requests/{int:request_id}", response=RequestLine, summary="One request and its answer")
def get_request(request: HttpRequest, request_id: int) -> HttpResponse:
    return json_answer(request_line(actor_of(request), request_id))


@router.post("/requests", response={202: RequestLine}, summary="Ask a machine something, or something of it")
def post_request(request: HttpRequest, asked: Annotated[Asked, Body()] = NOTHING_ASKED) -> HttpResponse:
    """Answers once the request is in the outbox: it is sent within the second, and again until the machine
    answers or the time is over. Ask for the request to see. To lock and unlock stations is a right of its
    own.
    """
    actor = actor_of(request)
    must_see(actor)  # who may not be shown the result is refused before anything is done, not after
    made = send_request(
        actor,
        handle=asked.handle,
        name=asked.message,
        body=json.dumps(asked.body).encode(),
        why=asked.why,
        timeout_s=asked.timeout_s,
        give_up_after_s=asked.give_up_after_s,
    )
    return json_answer(request_line(actor, made), status=202)
