"""Machines' responses held against the outbox, as they are stored: so an answer is noted exactly when there
is one, whichever door it came through, and whether anybody still waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from padstone import cfx
from padstone.ingest.models import OPEN_REQUESTS, OutgoingRequest, RequestState
from padstone.ingest.requests import response_to
from padstone.kernel import clock
from padstone.platform.audit.record import storable

LONGEST_REQUEST_ID = 60
_LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Response:
    """A response that came in: who gave it, what it is called, and the number of its message."""

    source: str
    name: str
    request_id: str
    body: bytes
    message: int


def note_response(told: Response) -> None:
    """Mark the request that this answers. What nobody asked, what another machine than the asked one says,
    and what was answered before changes nothing. Within the transaction that stores it.
    """
    row = OutgoingRequest.objects.filter(request_id=told.request_id, target=told.source, answer=None).first()
    if row is None or told.name not in (response_to(row.name), cfx.NotSupportedResponse.name):
        return
    outcome, said = _said(told.body)
    is_refused = outcome == cfx.StatusResult.Failed.value or told.name == cfx.NotSupportedResponse.name
    late = "" if row.state in OPEN_REQUESTS else f"It came late, after it was given up ({row.state}). "
    OutgoingRequest.objects.filter(pk=row.pk, answer=None).update(
        state=RequestState.REFUSED if is_refused else RequestState.ANSWERED,
        outcome=outcome,
        reason=storable(f"{late}{said}")[:_LONGEST_REASON],
        answer_id=told.message,
        ended_at=clock.now(),
    )


class _Result(msgspec.Struct):
    Result: Any = ""
    Message: Any = ""


class _Body(msgspec.Struct):
    Result: _Result | None = None
    RequestResult: _Result | None = None


_body_decoder = msgspec.json.Decoder(_Body)


def _said(body: bytes) -> tuple[str, str]:
    """The response's own result and message; "" where it has none that can be read."""
    try:
        read = _body_decoder.decode(body or b"{}")
    except (msgspec.DecodeError, RecursionError):
        return "", ""
    found = read.RequestResult or read.Result or _Result()
    outcome = str(found.Result or "")
    return (outcome if outcome in cfx.StatusResult.__members__ else ""), str(found.Message or "")
