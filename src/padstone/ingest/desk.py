"""The desk: messages that are not on the books and wait for a person, and what a person may look for.

Every question of the desk is answered from indexes that hold what is off the books alone, so that it costs
what lies on the desk and not what lies in the archive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Sum

from padstone import cfx
from padstone.ingest.models import (
    EXCEPTIONAL,
    Disposition,
    Flag,
    Message,
    Replay,
    Replayed,
    State,
    Tally,
)
from padstone.ingest.queries import OFF_BOOKS, ON_DESK, MessageLine, as_spelled, lines_of
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor

ON_DESK_STATES = tuple(state.value for state in EXCEPTIONAL)
STATES = (*ON_DESK_STATES, "dismissed", "doubted", "kept", "received", "done", "repeated")
"""What may be asked for: the three states of the desk; those of them that somebody dismissed; what is on the
books and in doubt, or kept and not interpreted; and all the rest.
"""
REPLAYABLE = ("", *ON_DESK_STATES, "dismissed")
WINDOW = 200_000
"""Of what is no matter of the desk, and asked for without an index, so many of the newest are looked at."""
MOST_SHOWN = 1_000
_REPLAYS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages: those of which all that is given holds. No state: whatever waits for a person.

    ``endpoint`` is a handle (of what was unreadable, its sender), ``kind`` a message's name, whole or its
    last part; ``text`` stands in the reason, in what is awaited, or in the id. ``since`` and ``until`` speak
    of the receipt; ``up_to`` leaves out messages with a larger number.
    """

    state: str = ""
    endpoint: str = ""
    code: str = ""
    kind: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    up_to: int | None = None

    def told(self) -> dict[str, object]:
        """What is given, for a record."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value not in ("", None)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that messages on the desk have, and how many have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What lies on the desk: how many messages in each state, and by endpoint, code and kind, most first.
    ``received`` ones will be interpreted in a moment; ``done`` are on the books, ``kept`` of them without
    having been interpreted.
    """

    waiting: int
    rejected: int
    failed: int
    received: int
    done: int
    kept: int
    endpoints: tuple[Choice, ...]
    codes: tuple[Choice, ...]
    kinds: tuple[Choice, ...]

    @property
    def attention(self) -> int:
        return self.waiting + self.rejected + self.failed


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many messages of one endpoint lie on the desk."""

    waiting: int = 0
    rejected: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DispositionLine:
    """Who dismissed a message, when and why, and the state that it was in."""

    at: datetime
    by: str
    reason: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """A replay: who asked for it, what for, and how many messages it spoke of."""

    id: int
    at: datetime
    by: str
    wanted: str
    messages: int


@dataclass(frozen=True, slots=True)
class ReplayedLine:
    """One message of a replay: what it was, and what it is now. ``refused``: it was not taken up, for this
    ``reason``.
    """

    message: int
    name: str
    source: str
    was: str
    was_code: str
    refused: str
    reason: str
    state: str
    code: str
    dismissed: bool


@dataclass(frozen=True, slots=True)
class ReplayCard:
    """A replay and what became of its messages. ``now`` counts them by the state that they are in at present,
    ``refused`` those that were not taken up.
    """

    replay: ReplayLine
    refused: int
    now: dict[str, int]
    messages: tuple[ReplayedLine, ...]


def on_desk(actor: Actor) -> OnDesk:
    """What lies on the desk, counted."""
    must_see(actor)
    rows = _counted("state", "source", "code", "name")
    by_state = _sums(rows, 0)
    return OnDesk(
        waiting=by_state[State.WAITING],
        rejected=by_state[State.REJECTED],
        failed=by_state[State.FAILED],
        received=to_interpret(actor),
        done=newest_journal_no(),
        kept=Tally.objects.aggregate(kept=Sum("kept"))["kept"] or 0,
        endpoints=_choices(rows, 1),
        codes=_choices(rows, 2),
        kinds=_choices(rows, 3),
    )


def attention(actor: Actor) -> int:
    """How many messages wait for a person."""
    must_see(actor)
    return Message.objects.filter(as_spelled(ON_DESK)).count()


def to_interpret(actor: Actor) -> int:
    """How many messages will be interpreted in a moment."""
    must_see(actor)
    return Message.objects.filter(state=State.RECEIVED).count()


def open_by_endpoint(actor: Actor, handle: str | None = None) -> dict[str, OpenCounts]:
    """How many messages of each endpoint lie on the desk; of one alone, if asked."""
    must_see(actor)
    found: dict[str, dict[str, int]] = {}
    rows = _counted("source", "state", only=Q() if handle is None else Q(source=handle))
    for source, state, count in rows:
        found.setdefault(source, {})[state] = int(count)
    return {source: OpenCounts(**by_state) for source, by_state in found.items()}


def kept_kinds(actor: Actor) -> tuple[Choice, ...]:
    """The kinds of which messages were kept and not interpreted, and how many of each, most first."""
    must_see(actor)
    rows = Tally.objects.filter(kept__gt=0).values_list("name").annotate(Sum("kept")).order_by()
    return _choices([(name, count) for name, count in rows], 0)


def desk(
    actor: Actor, wanted: Wanted, *, limit: int = 100, before: int | None = None
) -> tuple[MessageLine, ...]:
    """The newest messages that are wanted. ``before`` is the id of the last line of the page before. Raises
    Invalid for a state there is not.
    """
    must_see(actor)
    if before is not None:
        wanted = replace(wanted, up_to=min(before - 1, wanted.up_to or before))
    ids = sorted((pk for rows in _matching(wanted) for pk in _newest(rows, limit)), reverse=True)
    return lines_of(ids[:limit])


def count_wanted(actor: Actor, wanted: Wanted) -> tuple[int, int]:
    """How many messages of the desk are wanted, and the largest of their numbers: what a replay of them would
    take up. Raises Invalid for what is no matter of the desk.
    """
    must_see(actor)
    must_be_replayable(wanted)
    if wanted.state == "dismissed":
        sets = _matching(wanted)
    else:
        states = Q(state=wanted.state) if wanted.state else Q()
        sets = [Message.objects.filter(as_spelled(ON_DESK)).filter(states, _narrowed(wanted))]
    found = [rows.aggregate(count=Count("pk"), newest=Max("pk")) for rows in sets]
    return sum(one["count"] for one in found), max(one["newest"] or 0 for one in found)


def messages_wanted(wanted: Wanted, most: int) -> list[Message]:
    """For commands: the messages of the desk that are wanted, oldest first, locked; at most one more than
    ``most``.
    """
    must_be_replayable(wanted)
    ids = sorted(
        pk
        for rows in _matching(wanted)
        for pk in rows.order_by("pk").values_list("pk", flat=True)[: most + 1]
    )[: most + 1]
    found: list[Message] = []
    for first in range(0, len(ids), MOST_SHOWN):
        some = Message.objects.filter(pk__in=ids[first : first + MOST_SHOWN])
        found += some.select_for_update().order_by("pk")
    return found


def must_be_replayable(wanted: Wanted) -> None:
    """Refuse (Invalid) whatever is no matter of the desk: it is on the books, or on its way there."""
    if wanted.state not in REPLAYABLE:
        raise Invalid(
            "not_on_the_desk",
            "Messages that are {state} are no matter of the desk.",
            field="state",
            way_out="Ask for those that wait, were rejected, failed, or were dismissed.",
            state=wanted.state,
        )


def dispositions(actor: Actor, message_id: int) -> tuple[DispositionLine, ...]:
    """Who dismissed a message, newest first."""
    must_see(actor)
    rows = Disposition.objects.filter(message_id=message_id).order_by("-pk")
    return tuple(DispositionLine(row.at, row.by, row.reason, row.state, row.code) for row in rows)


def replays(actor: Actor) -> tuple[ReplayLine, ...]:
    """The newest replays, newest first."""
    must_see(actor)
    return tuple(_replay_line(row) for row in Replay.objects.order_by("-pk")[:_REPLAYS_SHOWN])


def replay_card(actor: Actor, replay_id: int) -> ReplayCard:
    """One replay with the first thousand of its messages, in their order. Raises NotFound."""
    must_see(actor)
    row = Replay.objects.filter(pk=replay_id).first()
    if row is None:
        raise NotFound("unknown_replay", "There is no replay {number}.", number=replay_id)
    told = Replayed.objects.filter(replay=row)
    by_state = told.filter(refused="").values_list("message__state").annotate(Count("pk")).order_by()
    lines = told.select_related("message").order_by("pk")[:MOST_SHOWN]
    return ReplayCard(
        replay=_replay_line(row),
        refused=told.exclude(refused="").count(),
        now=dict(by_state),
        messages=tuple(
            ReplayedLine(
                message=one.message_id,
                name=one.message.name,
                source=one.message.source,
                was=one.state,
                was_code=one.code,
                refused=one.refused,
                reason=one.reason or one.message.reason,
                state=one.message.state,
                code=one.message.code,
                dismissed=one.message.dismissed,
            )
            for one in lines
        ),
    )


def _replay_line(row: Replay) -> ReplayLine:
    return ReplayLine(row.pk, row.at, row.by, row.wanted, row.messages)


# --- which rows ------------------------------


def _matching(wanted: Wanted) -> list[QuerySet[Message]]:
    """The rows that are wanted, a set for each way that leads to some of them. No row is in two."""
    if wanted.state and wanted.state not in STATES:
        raise Invalid(
            "unknown_state",
            "There is no state {state}.",
            field="state",
            way_out=f"One of: {', '.join(STATES)}; or none.",
            state=wanted.state,
        )
    narrowed = _narrowed(wanted)
    off_books = Message.objects.filter(as_spelled(OFF_BOOKS))
    on_the_desk = Message.objects.filter(as_spelled(ON_DESK))
    match wanted.state:
        case "":
            sets = [on_the_desk.filter(state=state) for state in ON_DESK_STATES]
        case "dismissed":
            sets = [off_books.filter(state=state, dismissed=True) for state in ON_DESK_STATES]
        case "waiting" | "rejected" | "failed":
            sets = [on_the_desk.filter(state=wanted.state)]
        case "repeated":
            sets = [off_books.filter(state=State.REPEATED)]
        case "kept":
            sets = [Message.objects.filter(code="kept")]
        case "doubted":
            open_doubts = Flag.objects.filter(cleared_at=None)
            sets = [Message.objects.filter(state=State.DONE, pk__in=open_doubts.values("message_id"))]
        case _:
            sets = [Message.objects.filter(state=wanted.state)]
    if _needs_window(wanted):
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        narrowed &= Q(pk__gt=newest - WINDOW)
    return [rows.filter(narrowed) for rows in sets]


def _narrowed(wanted: Wanted) -> Q:
    found = Q()
    if wanted.endpoint:
        found &= Q(source=wanted.endpoint)
    if wanted.code:
        found &= Q(code=wanted.code)
    if wanted.kind:
        found &= Q(name__in=kinds_called(wanted.kind))
    if wanted.since is not None:
        found &= Q(batch__received_at__gte=wanted.since)
    if wanted.until is not None:
        found &= Q(batch__received_at__lt=wanted.until)
    if wanted.up_to is not None:
        found &= Q(pk__lte=wanted.up_to)
    if wanted.text:
        found &= (
            Q(reason__icontains=wanted.text)
            | Q(awaits__icontains=wanted.text)
            | Q(message_id__icontains=wanted.text)
        )
    return found


def kinds_called(kind: str) -> list[str]:
    """The message names that somebody may mean: the name itself, and those of CFX that end with it."""
    ending = f".{kind}".casefold()
    return [kind, *(name for name in cfx.KNOWN_MESSAGES if name.casefold().endswith(ending))]


def _needs_window(wanted: Wanted) -> bool:
    """Whether no index leads to exactly what is wanted, of what is not off the books."""
    if wanted.state in REPLAYABLE or wanted.state == "received":
        return False
    asked = bool(wanted.text or wanted.code or wanted.since or wanted.until)
    return asked or (not wanted.kind if wanted.state == "kept" else bool(wanted.kind))


def is_window(wanted: Wanted) -> bool:
    """Whether only the newest :data:`WINDOW` messages are looked at for this."""
    return wanted.state in STATES and _needs_window(wanted)


def _newest(rows: QuerySet[Message], limit: int) -> Iterable[int]:
    return rows.order_by("-pk").values_list("pk", flat=True)[:limit]


def _counted(*columns: str, only: Q | None = None) -> list[tuple[str, ...]]:
    rows = Message.objects.filter(as_spelled(ON_DESK)).filter(only or Q())
    return list(rows.values_list(*columns).annotate(Count("pk")).order_by())


def _sums(rows: Iterable[tuple[str, ...]], column: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[column]] += int(row[-1])
    return found


def _choices(rows: Iterable[tuple[str, ...]], column: int) -> tuple[Choice, ...]:
    found = sorted(_sums(rows, column).items(), key=lambda one: (-one[1], one[0]))
    return tuple(Choice(value, count) for value, count in found if value)
