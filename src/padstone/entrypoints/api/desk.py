"""The desk, for programs: what is not on the books, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import AwareDatetime, Field

from padstone.ingest import commands
from padstone.ingest.awaited import Awaited, awaited
from padstone.ingest.decoded import Decoded, decoded
from padstone.ingest.desk import (
    DispositionLine,
    OnDesk,
    ReplayCard,
    ReplayLine,
    Wanted,
    desk,
    dispositions,
    on_desk,
    replay_card,
    replays,
)
from padstone.ingest.outbox import AnswerLine, answers_of
from padstone.ingest.queries import MessageLine, bytes_of, message
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import in_utc, json_answer
from padstone.platform.visibility import must_see

router = Router(tags=["desk"])


class Filter(Schema):
    """Which messages: those of which all that is given holds."""

    endpoint: str = Field("", description="The CFX handle; of what was unreadable, its sender")
    code: str = ""
    kind: str = Field("", description="The message's name, whole or its last part")
    text: str = Field("", description="In the reason, in what is awaited, or in the message's id")
    since: AwareDatetime | None = Field(None, description="Received at or after this instant")
    until: AwareDatetime | None = Field(None, description="Received before this instant")

    def wanted(self, state: str | None, up_to: int | None = None) -> Wanted:
        return Wanted(
            state=state or "",
            endpoint=self.endpoint.strip(),
            code=self.code.strip(),
            kind=self.kind.strip(),
            text=self.text.strip(),
            since=in_utc(self.since, "since"),
            until=in_utc(self.until, "until"),
            up_to=up_to,
        )


StateName = Literal[
    "waiting", "rejected", "failed", "dismissed", "doubted", "kept", "received", "done", "repeated"
]
DeskStateName = Literal["waiting", "rejected", "failed", "dismissed"]
OpenStateName = Literal["waiting", "rejected", "failed"]
UpTo = Annotated[
    int | None, Query(ge=0, description="Only messages with no larger id: those that were looked at")
]


class Reason(Schema):
    """Why nothing needs to be done."""

    why: str = Field("", description="For the next person")


NO_REASON = Reason(why="")
"""Who gives none is refused like who gives an empty one, and not before the right is asked for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk, and a page of the messages asked for, newest first."""

    desk: OnDesk
    messages: tuple[MessageLine, ...]


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """One message: what became of it, what it waits for, what it says, who dismissed it, and, of a question,
    what was answered.
    """

    message: MessageLine
    awaited: Awaited | None
    decoded: Decoded
    dispositions: tuple[DispositionLine, ...]
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Dismissed:
    """How many messages were dismissed."""

    messages: int


@router.get("/desk", response=Desk, summary="Messages that wait for a person, or any others asked for")
def get_desk(
    request: HttpRequest,
    asked: Query[Filter],
    state: StateName | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(description="Only messages with a smaller id: the next page")] = None,
) -> HttpResponse:
    actor = actor_of(request)
    wanted = asked.wanted(state)
    return json_answer(Desk(on_desk(actor), desk(actor, wanted, limit=limit, before=before)))


@router.post(
    "/desk/replay", response=ReplayCard, summary="Interpret all messages once more that are like this"
)
def replay_messages(
    request: HttpRequest,
    asked: Query[Filter],
    state: DeskStateName | None = None,
    up_to: UpTo = None,
) -> HttpResponse:
    """In their order. They are on their way again when this answers; ask for the replay to see what became of
    each.
    """
    actor = actor_of(request)
    must_see(actor)  # who may not be shown the result is refused before anything is done, not after
    wanted = asked.wanted(state, up_to)
    return json_answer(replay_card(actor, commands.replay(actor, wanted=wanted)))


@router.post("/desk/dismiss", response=Dismissed, summary="Dismiss all messages that are like this")
def dismiss_messages(
    request: HttpRequest,
    asked: Query[Filter],
    reason: Annotated[Reason, Body()] = NO_REASON,
    state: OpenStateName | None = None,
    up_to: UpTo = None,
) -> HttpResponse:
    wanted = asked.wanted(state, up_to)
    return json_answer(Dismissed(commands.dismiss_all(actor_of(request), wanted=wanted, why=reason.why)))


@router.get("/desk/replays", response=tuple[ReplayLine, ...], summary="The newest replays")
def get_replays(request: HttpRequest) -> HttpResponse:
    return json_answer(replays(actor_of(request)))


@router.get(
    "/desk/replays/{int:replay_id}", response=ReplayCard, summary="What became of a replay's messages"
)
def get_replay(request: HttpRequest, replay_id: int) -> HttpResponse:
    return json_answer(replay_card(actor_of(request), replay_id))


@router.get("/desk/{int:message_id}", response=DeskMessage, summary="One message, as people read it")
def get_desk_message(request: HttpRequest, message_id: int) -> HttpResponse:
    actor = actor_of(request)
    line = message(actor, message_id)
    return json_answer(
        DeskMessage(
            line,
            awaited(actor, line.awaits),
            decoded(line.name, bytes_of(actor, message_id)),
            dispositions(actor, message_id),
            answers_of(actor, message_id),
        )
    )


@router.post("/desk/{int:message_id}/dismiss", response=MessageLine, summary="Dismiss a message")
def dismiss_message(
    request: HttpRequest, message_id: int, reason: Annotated[Reason, Body()] = NO_REASON
) -> HttpResponse:
    """Nothing needs to be done about it. It stays in its state, and the desk no longer lists it."""
    actor = actor_of(request)
    message(actor, message_id)  # as above
    commands.dismiss(actor, message_id=message_id, why=reason.why)
    return json_answer(message(actor, message_id))
