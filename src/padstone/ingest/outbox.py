"""The outbox: requests to machines, written in the transaction of whoever wants them, sent by the ingest
process, answered through the inbox (IPC-2591, request/response).

A request is one message from its first sending to its last: the same UniqueID and RequestID. It is sent at
least once, and never again once an answer is stored: the answer marks it in the very transaction that stores
the answer. A request that nobody answers within its time is given up, with the reason; an answer that comes
later still is noted.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from padstone import cfx
from padstone.cfx import given
from padstone.features.materials.past import ids_of
from padstone.features.sites.lookups import endpoint
from padstone.features.stock.fitness import must_be_fit
from padstone.ingest.inbox import LONGEST_SOURCE, storable
from padstone.ingest.models import Answer, OutgoingRequest
from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor

TIMEOUT_S = 10
GIVE_UP_AFTER_S = 120
"""A machine that is away for longer is not surprised by what somebody wanted of it long ago."""
MOST_WAIT_S = 3_600
LONGEST_WHY = 1_000
LARGEST_BODY = 1024 * 1024
SHOWN = 20
LOCK = cfx.LockStationRequest.name
UNLOCK = cfx.UnlockStationRequest.name
LOCKS = frozenset({LOCK, UNLOCK})
LOCK_STATION, SEND_REQUEST = "lock_station", "send_request"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request to a machine. ``state``: queued, sent, answered, refused, timed_out, unreachable;
    ``outcome``: the machine's own word (Success, PartialSuccess, Failed, Warning), "" for none; ``reason``:
    what it said, or why nothing came; ``answer``: the number of the message that answered.
    """

    id: int
    target: str
    name: str
    request_id: str
    by: str
    why: str
    at: datetime
    state: str
    outcome: str
    reason: str
    attempts: int
    give_up_at: datetime
    ended_at: datetime | None
    answer: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """What was answered to a machine's question; ``request`` is the number of the question's message, and
    ``envelope`` the answer as it was sent.
    """

    id: int
    request: int | None
    asker: str
    door: str
    name: str
    at: datetime
    envelope: str


# --- asking -------------------------------------------------------------------------------------------------


@command(SEND_REQUEST)
def send_request(
    actor: Actor,
    *,
    handle: str,
    name: str,
    body: bytes = b"{}",
    why: str = "",
    timeout_s: int = TIMEOUT_S,
    give_up_after_s: int = GIVE_UP_AFTER_S,
) -> int:
    """Put a request to a machine into the outbox; answers its number. ``name`` may be the last part alone,
    with or without "Request"; ``body`` is its JSON.

    Raises NotFound for a machine that has never spoken, Invalid for a name or body that CFX does not have.
    Locks need that right, and a reason: Forbidden, Invalid. No machine is asked to use what must not be used:
    Conflict.
    """
    full = request_called(name)
    if full in LOCKS:
        actor.must(LOCK_STATION)
        _must_say(why)
    try:
        message, _ = cfx.decode_body_with_notes(full, _small(body))
    except cfx.CfxError as error:
        raise Invalid("body_unreadable", "{error}", field="body", error=error) from error
    if isinstance(message, cfx.UnblockMaterialsRequest):
        _must_be_fit(given(message.material_package_identifiers) or ())
    return _write(actor, SEND_REQUEST, handle, message, why, timeout_s, give_up_after_s)


@command(LOCK_STATION)
def lock_station(
    actor: Actor, *, handle: str, why: str, reason: str = "GeneralLock", lane: int | None = None
) -> int:
    """Ask a machine to stop taking units; answers the request's number. Raises NotFound, and Invalid without
    a reason in words or with one (``reason``) that is none of the standard's LockReason.
    """
    if reason not in cfx.LockReason.__members__:
        raise Invalid("lock_reason_unknown", "{reason} is no reason to lock.", field="reason", reason=reason)
    message = cfx.LockStationRequest(
        lane=lane, stage=None, reason=cfx.LockReason(reason), requestor=_operator(actor)
    )
    return _write(actor, LOCK_STATION, handle, message, _must_say(why))


@command(LOCK_STATION)
def unlock_station(actor: Actor, *, handle: str, why: str, lane: int | None = None) -> int:
    """Ask a machine to take units again: as :func:`lock_station`."""
    message = cfx.UnlockStationRequest(lane=lane, stage=None, requestor=_operator(actor))
    return _write(actor, LOCK_STATION, handle, message, _must_say(why))


def block_package(
    actor: Actor, *, handle: str, package: str, why: str, reason: str = cfx.BlockReason.SuspectedProblem.value
) -> int:
    """Ask a machine to use a package no more; answers the request's number. Raises as :func:`send_request`,
    and Invalid without a package, without a reason in words, or with one (``reason``) that is none of the
    standard's BlockReason.
    """
    if reason not in cfx.BlockReason.__members__:
        raise Invalid(
            "block_reason_unknown", "{reason} is no reason to block.", field="reason", reason=reason
        )
    message = blocking(actor, _package(package), why=_must_say(why), reason=reason)
    return send_request(actor, handle=handle, name=message.name, body=cfx.encode_body(message), why=why)


def blocking(actor: Actor, packages: Sequence[str], *, why: str, reason: str) -> cfx.BlockMaterialsRequest:
    """The request to use these packages no more."""
    return cfx.BlockMaterialsRequest(
        material_package_identifiers=list(packages),
        reason=cfx.BlockReason(reason),
        comments=why,
        blocker=_operator(actor),
    )


def unblock_package(actor: Actor, *, handle: str, package: str, why: str) -> int:
    """Ask a machine to use a package again: as :func:`block_package`."""
    message = cfx.UnblockMaterialsRequest(
        material_package_identifiers=_package(package), comments=_must_say(why), unblocker=_operator(actor)
    )
    return send_request(actor, handle=handle, name=message.name, body=cfx.encode_body(message), why=why)


def _must_be_fit(identifiers: Sequence[str]) -> None:
    for identifier, pk in ids_of(identifiers).items():
        must_be_fit(pk, identifier, clock.now())


def _package(named: str) -> list[str]:
    if not named.strip():
        raise Invalid("package_missing", "Say which package.", field="package")
    return [named.strip()]


def request_called(name: str) -> str:
    """The request that somebody means by a name, or by its last part. Raises Invalid."""
    named = name.strip()
    asked = named if named.endswith("Request") else f"{named}Request"
    found = [
        one
        for one in cfx.KNOWN_MESSAGES
        if one.endswith("Request") and asked.casefold() in (one.casefold(), one.rpartition(".")[2].casefold())
    ]
    if len(found) != 1:
        raise Invalid(
            "unknown_request",
            "CFX has no request {name}.",
            field="message",
            way_out="padstone cfx list names them.",
            name=named or "(no name)",
        )
    return found[0]


def _small(body: bytes) -> bytes:
    if len(body) > LARGEST_BODY:
        too_large = "A request has at most {most} bytes."
        raise Invalid("body_too_large", too_large, field="body", most=LARGEST_BODY)
    return body or b"{}"


def _operator(actor: Actor) -> cfx.Operator:
    is_person = actor.kind in (ActorKind.PERSON, ActorKind.TOKEN)
    kind = cfx.ActorType.Human if is_person else cfx.ActorType.RemoteSystem
    return cfx.Operator(operator_identifier=actor.name, login_name=actor.name, actor_type=kind)


def _must_say(why: str) -> str:
    if not why.strip():
        raise Invalid(
            "reason_missing",
            "Say why.",
            field="why",
            way_out="Whoever stands at the machine will ask; a sentence is enough.",
        )
    return why


def _write(
    actor: Actor,
    verb: str,
    handle: str,
    message: cfx.Message,
    why: str,
    timeout_s: int = TIMEOUT_S,
    give_up_after_s: int = GIVE_UP_AFTER_S,
) -> int:
    known = endpoint(handle)
    if known is None:
        raise NotFound(
            "endpoint_unknown",
            "No machine with the CFX handle {handle} has spoken.",
            field="handle",
            way_out="The list of endpoints shows the handles there are.",
            handle=storable(handle)[:LONGEST_SOURCE],
        )
    reason = storable(why.strip())
    if len(reason) > LONGEST_WHY:
        raise Invalid(
            "reason_too_long", "A reason has at most {most} characters.", field="why", most=LONGEST_WHY
        )
    if not (1 <= timeout_s <= MOST_WAIT_S and timeout_s <= give_up_after_s <= MOST_WAIT_S):
        raise Invalid("wait_out_of_bounds", "A machine is waited for from 1 to {most} s.", most=MOST_WAIT_S)
    now, request_id = clock.now(), str(uuid.uuid4())
    envelope = cfx.encode_envelope(
        cfx.Envelope(
            message_name=message.name,
            time_stamp=cfx.format_instant(now),
            unique_id=request_id,
            source=settings.CFX_HANDLE,
            target=handle,
            request_id=request_id,
            message_body=message,
        )
    )
    made = OutgoingRequest.objects.create(
        target=handle,
        name=message.name,
        request_id=request_id,
        envelope=envelope,
        by=storable(actor.name)[:_LONGEST_NAME],
        why=reason,
        at=now,
        timeout_s=timeout_s,
        give_up_at=now + timedelta(seconds=give_up_after_s),
        due_at=now,
    )
    record(
        actor,
        verb,
        f"endpoint:{handle}",
        why=reason,
        message=message.name,
        request=made.pk,
        body=json.loads(cfx.encode_body(message)),
    )
    return made.pk


# --- for people ---------------------------------------------------------------------------------------------


def requests_to(actor: Actor, handle: str = "", *, limit: int = SHOWN) -> tuple[RequestLine, ...]:
    """The newest requests, newest first; to one machine alone, if asked."""
    must_see(actor)
    rows = OutgoingRequest.objects.filter(target=handle) if handle else OutgoingRequest.objects.all()
    return tuple(_line(row) for row in rows.order_by("-id")[:limit])


def request_line(actor: Actor, request_id: int) -> RequestLine:
    """One request. Raises NotFound."""
    must_see(actor)
    row = OutgoingRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotFound("unknown_request_no", "There is no request {number}.", number=request_id)
    return _line(row)


def answers_to(actor: Actor, handle: str, *, limit: int = SHOWN) -> tuple[AnswerLine, ...]:
    """The newest answers that a machine was given, newest first."""
    must_see(actor)
    return _answer_lines(Answer.objects.filter(asker=handle).order_by("-id")[:limit])


def answers_of(actor: Actor, message_id: int) -> tuple[AnswerLine, ...]:
    """What was answered to the question that is this message of the inbox, newest first."""
    must_see(actor)
    return _answer_lines(Answer.objects.filter(request_id=message_id).order_by("-id")[:SHOWN])


def _answer_lines(rows: QuerySet[Answer]) -> tuple[AnswerLine, ...]:
    return tuple(
        AnswerLine(
            id=row.pk,
            request=row.request_id,
            asker=row.asker,
            door=row.door,
            name=row.name,
            at=row.at,
            envelope=bytes(row.envelope).decode(errors="replace"),
        )
        for row in rows
    )


def _line(row: OutgoingRequest) -> RequestLine:
    return RequestLine(
        id=row.pk,
        target=row.target,
        name=row.name,
        request_id=row.request_id,
        by=row.by,
        why=row.why,
        at=row.at,
        state=row.state,
        outcome=row.outcome,
        reason=row.reason,
        attempts=row.attempts,
        give_up_at=row.give_up_at,
        ended_at=row.ended_at,
        answer=row.answer_id,
    )
