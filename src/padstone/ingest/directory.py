"""The endpoint directory: who is out there, what each says, how it is heard, and what of it went wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max, Q, Sum

from padstone import cfx
from padstone.features.sites.queries import NewsLine, Topic, Zone, news_of, self_of, selves
from padstone.ingest.desk import OpenCounts, open_by_endpoint
from padstone.ingest.interpreters import INTERPRETERS
from padstone.ingest.models import DoubtTally, Message, Tally, TrafficMinute
from padstone.ingest.outbox import AnswerLine, RequestLine, answers_to, requests_to
from padstone.ingest.queries import MessageLine, lines_of
from padstone.ingest.traffic import SLOTS, minute_of
from padstone.kernel import clock
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.features.sites.queries import Self
    from padstone.kernel.actor import Actor

MISSED_BEATS = 2.5
"""Heartbeats after which an endpoint that was not heard counts as lost."""
ONLINE, LOST, SHUT_DOWN = "online", "lost", "shut_down"
PRESENCES = (ONLINE, LOST, SHUT_DOWN)
LAST_MESSAGES = 50
LAST_NEWS = 20


@dataclass(frozen=True, slots=True)
class Lag:
    """Milliseconds over the last hour, None where nothing was to be measured.

    ``transit`` is from the machine's own time of the message to its receipt: below nought where the machine's
    clock is ahead. ``recording`` is from the receipt to the books.
    """

    transit_ms: int | None
    worst_transit_ms: int | None
    recording_ms: int | None
    worst_recording_ms: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages that came onto the books, by their receipt: of the last whole minute, and of the last hour."""

    last_minute: int
    last_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointLine:
    """One endpoint, as far as it has told of itself ("" and None otherwise).

    ``presence``: ``online``; ``lost`` once it was not heard for 2.5 heartbeats (``lost_after_s``);
    ``shut_down`` when the last it said was goodbye. ``heartbeat_s`` is what it told, or else None, and the
    installation's default counts. ``doors``: by which it has come, the last one first. ``zone``: in which its
    clock runs, by which times without a zone are read.
    """

    handle: str
    friendly_name: str
    vendor: str
    model_number: str
    serial_number: str
    cfx_version: str
    station: str
    station_kind: str
    line: str
    doors: tuple[str, ...]
    presence: str
    heartbeat_s: int | None
    lost_after_s: int
    first_heard_at: datetime
    last_heard_at: datetime
    resource_state: int | None
    resource_state_since: datetime | None
    zone: Zone
    messages: int
    kept: int
    rate: Rate
    lag: Lag
    open: OpenCounts


@dataclass(frozen=True, slots=True)
class KindLine:
    """How many messages of one kind an endpoint put on the books; ``kept`` of them were not interpreted."""

    name: str
    messages: int
    kept: int
    newest: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """How many doubts of one kind there were about an endpoint's messages, and the newest such message."""

    code: str
    doubts: int
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCard:
    """One endpoint and all that is known of it. ``messages`` are its last ones, in whatever state;
    ``not_read`` those of the messages it says that it supports which would be kept and not interpreted.
    ``asked`` is what was asked of it last, ``answered`` what its own questions were answered.
    """

    endpoint: EndpointLine
    topics: tuple[Topic, ...]
    not_read: tuple[str, ...]
    news: tuple[NewsLine, ...]
    kinds: tuple[KindLine, ...]
    doubts: tuple[DoubtLine, ...]
    messages: tuple[MessageLine, ...]
    asked: tuple[RequestLine, ...]
    answered: tuple[AnswerLine, ...]


@dataclass(slots=True)
class _Counted:
    messages: int = 0
    kept: int = 0
    newest: int = 0
    newest_goodbye: int = 0


def endpoints(actor: Actor) -> tuple[EndpointLine, ...]:
    """Every endpoint that has spoken, by its handle. A constant number of statements, whose cost grows with
    the endpoints and with what lies on the desk, and not with what they have said.
    """
    must_see(actor)
    known = selves(actor)
    return _lines(actor, known, None)


def endpoint_card(actor: Actor, handle: str) -> EndpointCard:
    """One endpoint. Raises NotFound."""
    must_see(actor)
    known = self_of(actor, handle)
    (line,) = _lines(actor, (known,), known)
    kinds = (
        Tally.objects.filter(endpoint_id=known.id)
        .values_list("name")
        .annotate(Sum("messages"), Sum("kept"), Max("newest"), Max("newest_at"))
        .order_by("name")
    )
    doubts = DoubtTally.objects.filter(endpoint_id=known.id).order_by("code")
    newest = Message.objects.filter(source=handle).order_by("-pk").values_list("pk", flat=True)
    return EndpointCard(
        endpoint=line,
        topics=known.topics,
        not_read=tuple(sorted(_supported(known.topics) - INTERPRETERS.keys())),
        news=news_of(actor, known.id, LAST_NEWS),
        kinds=tuple(KindLine(*row) for row in kinds),
        doubts=tuple(DoubtLine(row.code, row.doubts, row.newest) for row in doubts),
        messages=lines_of(list(newest[:LAST_MESSAGES])),
        asked=requests_to(actor, handle),
        answered=answers_to(actor, handle),
    )


def _supported(topics: tuple[Topic, ...]) -> set[str]:
    """The messages that an endpoint sends by its own word; a topic without messages means all of its own."""
    found: set[str] = set()
    for topic in topics:
        if topic.support == "Consumer":
            continue
        named = {name if name.startswith("CFX") else f"{topic.name}.{name}" for name in topic.messages}
        found |= named or {name for name in cfx.KNOWN_MESSAGES if name.rpartition(".")[0] == topic.name}
    return {name for name in found if not name.endswith("Request")}


def _lines(actor: Actor, known: tuple[Self, ...], one: Self | None) -> tuple[EndpointLine, ...]:
    only = Q() if one is None else Q(endpoint_id=one.id)
    counted, doors = _counts(only)
    traffic = _traffic(only)
    on_desk = open_by_endpoint(actor, one.handle if one else None)
    return tuple(
        _line(
            row,
            counted[row.id],
            doors[row.id],
            traffic.get(row.id, _NO_TRAFFIC),
            on_desk.get(row.handle, OpenCounts()),
        )
        for row in known
    )


def _counts(only: Q) -> tuple[dict[int, _Counted], dict[int, list[str]]]:
    goodbye = Q(name=cfx.EndpointShuttingDown.name)
    rows = (
        Tally.objects.filter(only)
        .values_list("endpoint_id", "door")
        .annotate(
            all_messages=Sum("messages"),
            all_kept=Sum("kept"),
            last=Max("newest"),
            last_goodbye=Max("newest", filter=goodbye, default=0),
        )
        .order_by("endpoint_id", "-last")
    )
    counted: dict[int, _Counted] = defaultdict(_Counted)
    doors: dict[int, list[str]] = defaultdict(list)
    for endpoint_id, door, messages, kept, newest, newest_goodbye in rows:
        one = counted[endpoint_id]
        one.messages += messages
        one.kept += kept
        one.newest = max(one.newest, newest)
        one.newest_goodbye = max(one.newest_goodbye, newest_goodbye)
        doors[endpoint_id].append(door)
    return counted, doors


_Traffic = tuple[Rate, Lag]
_NO_TRAFFIC: _Traffic = (Rate(0, 0), Lag(None, None, None, None))


def _traffic(only: Q) -> dict[int, _Traffic]:
    this_minute = minute_of(clock.now())
    last_minute = Q(minute=this_minute - 1)
    rows = (
        TrafficMinute.objects.filter(only, minute__gt=this_minute - SLOTS)
        .values("endpoint_id")
        .annotate(
            last_minute=Sum("messages", filter=last_minute, default=0),
            last_hour=Sum("messages"),
            told=Sum("timed"),
            transit=Sum("transit_ms"),
            recording=Sum("recording_ms"),
            worst_transit=Max("worst_transit_ms", filter=Q(timed__gt=0)),
            worst_recording=Max("worst_recording_ms"),
        )
        .order_by()
    )
    # An aggregate may be an exact decimal or a float, by the database: whole milliseconds are wanted.
    return {
        row["endpoint_id"]: (
            Rate(int(row["last_minute"]), int(row["last_hour"])),
            Lag(
                int(row["transit"]) // int(row["told"]) if row["told"] else None,
                row["worst_transit"],
                int(row["recording"]) // int(row["last_hour"]),
                row["worst_recording"],
            ),
        )
        for row in rows
    }


def _line(
    row: Self, counted: _Counted, doors: list[str], traffic: _Traffic, on_desk: OpenCounts
) -> EndpointLine:
    lost_after_s = int(MISSED_BEATS * (row.heartbeat_s or settings.HEARTBEAT_S))
    rate, lag = traffic
    return EndpointLine(
        handle=row.handle,
        friendly_name=row.friendly_name,
        vendor=row.vendor,
        model_number=row.model_number,
        serial_number=row.serial_number,
        cfx_version=row.cfx_version,
        station=row.station,
        station_kind=row.station_kind,
        line=row.line,
        doors=tuple(doors),
        presence=_presence(row, counted, lost_after_s),
        heartbeat_s=row.heartbeat_s,
        lost_after_s=lost_after_s,
        first_heard_at=row.first_heard_at,
        last_heard_at=row.last_heard_at,
        resource_state=row.resource_state,
        resource_state_since=row.resource_state_since,
        zone=row.zone,
        messages=counted.messages,
        kept=counted.kept,
        rate=rate,
        lag=lag,
        open=on_desk,
    )


def _presence(row: Self, counted: _Counted, lost_after_s: int) -> str:
    """By the order of receipt: a goodbye counts until the endpoint says anything else, and one that is read
    late does not undo what was said after it.
    """
    if counted.newest and counted.newest == counted.newest_goodbye:
        return SHUT_DOWN
    silent_for = clock.now() - row.last_heard_at
    return LOST if silent_for > timedelta(seconds=lost_after_s) else ONLINE
