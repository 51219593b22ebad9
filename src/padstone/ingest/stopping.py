"""Machines are asked to leave alone what must not be used, as far as the rules of their site say so; and what
runs out while it feeds is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.features.clocks.commands import NOTE, note_run_out
from padstone.features.clocks.queries import policy_of_station
from padstone.features.materials.past import ids_of
from padstone.features.materials.queries import loaded_now
from padstone.features.sites.lookups import handle_of, station_named
from padstone.features.stock.fitness import unfit
from padstone.ingest.outbox import LOCK_STATION, SEND_REQUEST, blocking, lock_station, send_request
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.command import durable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from padstone.features.clocks.domain.reasons import Reason

WATCHMAN = Actor(
    ActorKind.JOB,
    "clockwatch",
    frozenset({"view_factory", NOTE, SEND_REQUEST, LOCK_STATION}),
    via="job",
)
"""The job that looks at what feeds, and finds what has run out."""

_EXPIRED = frozenset({"expired", "floor_life_over", "told_expired", "open_life_over", "stencil_life_over"})
_LONGEST = 900


def ask_to_stop(
    actor: Actor, *, handle: str, station_id: int, packages: Mapping[str, Iterable[Reason]]
) -> None:
    """Have the machine block these packages, or lock its station, too: whatever the rules say. Within the
    caller's transaction.
    """
    what = policy_of_station(station_id).on_unfit_load
    if what == "tell" or not packages:
        return
    for name, reasons in packages.items():
        is_expired = any(one.code in _EXPIRED for one in reasons)
        reason = cfx.BlockReason.ExpiredMaterial if is_expired else cfx.BlockReason.SuspectedProblem
        why = sentences(reasons)
        message = blocking(actor, [name], why=why, reason=reason.value)
        body = cfx.encode_body(message)
        send_request.within(actor, handle=handle, name=message.name, body=body, why=why)
    if what == "lock":
        lock_station.within(
            actor,
            handle=handle,
            why=f"It has what must not be used: {', '.join(packages)}."[:_LONGEST],
            reason=cfx.LockReason.QualityIssue.value,
        )


def sentences(reasons: Iterable[Reason]) -> str:
    return " ".join(one.text for one in reasons)[:_LONGEST]


def stop_what_ran_out() -> int:
    """Find what feeds and must not be used any more; answers how many are news. Each is noted once for each
    loading, and its machine asked to stop.
    """
    loaded = loaded_now(WATCHMAN)
    ids = ids_of({one.package for one in loaded})
    found = unfit(set(ids.values()), clock.now())
    news = 0
    for one in loaded:
        reasons, station = found.get(ids[one.package], ()), station_named(one.station)
        if not reasons or station is None:
            continue
        with durable():
            is_news = note_run_out.within(
                WATCHMAN,
                package_id=ids[one.package],
                station_id=station.pk,
                loaded_at=one.since,
                why=sentences(reasons),
            )
            handle = handle_of(station.pk)
            if is_news and handle:
                ask_to_stop(WATCHMAN, handle=handle, station_id=station.pk, packages={one.package: reasons})
        news += is_news
    return news
