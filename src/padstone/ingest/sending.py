"""What the outbox holds is sent, again and again until there is an answer or the time is over.

To one machine requests go one by one, in their order: an unlock never overtakes its lock. A request is
claimed before it is sent, until it would be sent again; so a process that dies in between leaves it to be
sent once more, by itself or another, and two processes do not send it at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Min

from padstone.ingest.delivery import Unreachable
from padstone.ingest.models import OPEN_REQUESTS, OutgoingRequest, RequestState
from padstone.kernel import clock
from padstone.platform.command import durable

Carrier = Callable[[bytes, float], bytes]
"""Sends a request's envelope and awaits the answer's, so many seconds. Raises Unreachable where it does not
lead to that machine, TimeoutError, or another exception for a fault of the way.
"""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
_GRACE_S = 5.0
_AT_ONCE = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A request that this process may send now."""

    id: int
    target: str
    envelope: bytes
    timeout_s: float


def claim_due(limit: int = _AT_ONCE, without: Collection[str] = ()) -> list[Claimed]:
    """Claim what may be sent now, of each machine its oldest open request alone, but for these machines; what
    has waited too long is given up.
    """
    now = clock.now()
    first = _first_of_each()
    due = OutgoingRequest.objects.filter(pk__in=first, due_at__lte=now).order_by("pk")
    if not due.exists():
        return []  # nothing is locked for nothing
    claimed: list[Claimed] = []
    with durable():
        for row in due:
            if row.give_up_at <= now:
                _give_up(row)
                continue
            if row.target in without or len(claimed) >= limit:
                continue
            until = now + timedelta(seconds=row.timeout_s + _GRACE_S)
            mine = OutgoingRequest.objects.filter(
                pk=row.pk, due_at=row.due_at, state__in=OPEN_REQUESTS
            ).update(state=RequestState.SENT, due_at=until, attempts=F("attempts") + 1)
            if mine:
                claimed.append(Claimed(row.pk, row.target, bytes(row.envelope), float(row.timeout_s)))
    return claimed


def _first_of_each() -> list[int]:
    """The oldest open request of each machine."""
    rows = OutgoingRequest.objects.filter(state__in=OPEN_REQUESTS).order_by().values("target")
    return sorted(rows.annotate(first=Min("id")).values_list("first", flat=True))[:_AT_ONCE]


def send(claimed: Claimed, carriers: Sequence[Carrier]) -> bool:
    """Send one by the first way that leads to its machine, and note what came of it. An answer is noted by
    the inbox, which has it before it is heard of here. False where no way leads there: another process may
    know one, and should try.
    """
    unreached = ["Padstone has no connection that leads to it."] if not carriers else []
    for carrier in carriers:
        try:
            carrier(claimed.envelope, claimed.timeout_s)
        except Unreachable as why:
            unreached.append(f"{why}.")
            continue
        except TimeoutError:
            _not_answered(claimed, f"It did not answer within {claimed.timeout_s:g} s.", reached=True)
        except Exception as error:
            log.exception("A request to %s could not be sent", claimed.target)
            _not_answered(claimed, f"It could not be sent: {error}", reached=True)
        return True
    _not_answered(claimed, unreached[-1], reached=False)
    return False


def _not_answered(claimed: Claimed, why: str, *, reached: bool) -> None:
    """To be sent again after a pause, each longer than the last; at once by whom it may reach. What was
    answered meanwhile stays so.
    """
    with durable():
        row = OutgoingRequest.objects.filter(pk=claimed.id, state__in=OPEN_REQUESTS).first()
        if row is None:
            return
        unreached = row.unreached + (0 if reached else 1)
        was_sent = row.attempts > unreached
        sent = row.attempts - unreached
        pause_s = min(FIRST_PAUSE_S * 2 ** min(sent - 1, 10), LONGEST_PAUSE_S) if reached else 0.0
        OutgoingRequest.objects.filter(pk=row.pk, state__in=OPEN_REQUESTS).update(
            state=RequestState.SENT if was_sent else RequestState.QUEUED,
            unreached=unreached,
            reason=why,
            due_at=min(clock.now() + timedelta(seconds=pause_s), max(row.give_up_at, clock.now())),
        )


def _give_up(row: OutgoingRequest) -> None:
    was_sent = row.attempts > row.unreached
    OutgoingRequest.objects.filter(pk=row.pk, state__in=OPEN_REQUESTS).update(
        state=RequestState.TIMED_OUT if was_sent else RequestState.UNREACHABLE,
        reason=row.reason or "No process that sends requests was running.",
        ended_at=clock.now(),
    )
