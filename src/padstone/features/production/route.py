"""Whether a unit has come the way that leads to a station (IPC-2591, UnitRouteValidation).

The way is the line: a unit has been through every earlier station that reports work, the repair bench apart,
and not yet through this one. Inspection, test and repair may see a unit as often as they like. Where the
station's recipe names a side of the board, passes of the other side do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from padstone.features.production.judging import Judged, failed_if, skipped
from padstone.features.production.lookups import panels_of_unit
from padstone.features.production.models import Unit, WorkTransaction
from padstone.features.production.queries import recipes_now
from padstone.features.sites.queries import stations

if TYPE_CHECKING:
    from padstone.features.sites.queries import StationRow
    from padstone.kernel.actor import Actor

REPAIR = "repair"
SEES_AGAIN = frozenset({"spi", "aoi", "test", REPAIR})
"""Kinds of stations that a unit may meet again."""
_COMPLETED = "Completed"
_NO_SIDE = frozenset({"", "Unspecified"})


@dataclass(frozen=True, slots=True)
class Passed:
    """A unit's pass through a station; no ``completed_at``: no end was told."""

    completed_at: datetime | None
    result: str


def judge_route(
    earlier: Sequence[str], passes: Mapping[str, Sequence[Passed]], here: str, *, once: bool
) -> Judged:
    """``passes`` by station, each in the order of time; ``once``: a unit is worked on here one time alone."""
    reasons = [why for station in earlier if (why := _why_not_through(station, passes.get(station, ())))]
    done = [one for one in passes.get(here, ()) if one.completed_at and one.result == _COMPLETED]
    if once and done and done[-1].completed_at is not None:
        reasons.append(f"It has been through {here} already, at {done[-1].completed_at:%Y-%m-%d %H:%M} UTC.")
    return failed_if(reasons)


def _why_not_through(station: str, passes: Sequence[Passed]) -> str:
    if not passes:
        return f"It has not been through {station}."
    last = passes[-1]
    if last.completed_at is None:
        return f"Work on it at {station} has begun, and no end was told."
    return "" if last.result == _COMPLETED else f"Its last pass through {station} ended {last.result}."


def earlier_stations(actor: Actor, station_id: int) -> tuple[StationRow, ...] | None:
    """The stations that report work and stand before this one on its line, in their order, without the repair
    bench; None where the station stands on no line.
    """
    here = stations(actor).filter(pk=station_id).first()
    if here is None or here.line_id is None:
        return None
    before = stations(actor).filter(line_id=here.line_id, place_in_line__lt=here.place_in_line)
    reports = WorkTransaction.objects.filter(station_id=OuterRef("pk"))
    return tuple(before.exclude(kind=REPAIR).filter(Exists(reports)))


def route_of(actor: Actor, unit: Unit | None, station_id: int, lane: int | None = None) -> Judged:
    """Whether the unit may come to the station. No unit: one that nobody has told of, which is right where
    nothing stands before.
    """
    earlier = earlier_stations(actor, station_id)
    if earlier is None:
        return skipped("The station stands on no line: nobody has said what comes before it.")
    if unit is None:
        names = ", ".join(row.name for row in earlier)
        return failed_if([f"Nobody has told of it, and it must come through {names}."] if earlier else [])
    here = stations(actor).get(pk=station_id)
    side = _side_now(actor, here.name, lane)
    names_of = {row.pk: row.name for row in (*earlier, here)}
    passes: dict[str, list[Passed]] = defaultdict(list)
    rows = WorkTransaction.objects.filter(panel_id__in=panels_of_unit(unit), station_id__in=names_of)
    for row in rows.order_by("started_at", "pk"):
        if _had(row, unit) and (not side or row.surface in {side, *_NO_SIDE}):
            passes[names_of[row.station_id]].append(Passed(row.completed_at, row.result))
    return judge_route([row.name for row in earlier], passes, here.name, once=here.kind not in SEES_AGAIN)


def _had(row: WorkTransaction, unit: Unit) -> bool:
    """Whether the station had this unit of the panel; a panel that is not its own is the unit alone."""
    return row.panel_id != unit.panel_id or not row.positions or unit.position in row.positions


def _side_now(actor: Actor, station: str, lane: int | None) -> str:
    recipes = [one for one in recipes_now(actor, station) if lane is None or one.lane in {None, lane}]
    sides = {one.surface for one in recipes} - _NO_SIDE
    return sides.pop() if len(sides) == 1 else ""


def status_told(unit: Unit) -> tuple[str, str]:
    """What stations said of the unit as they took it in: ``Scrap`` for good, any other only until a later
    station took it in without saying so; and who said it. ("", "") for nothing.
    """
    rows = WorkTransaction.objects.filter(panel_id=unit.panel_id).select_related("station")
    said = {row.work_transaction_id: row.status for row in unit.statuses.all()}
    last: tuple[str, str] = ("", "")
    for row in rows.order_by("started_at", "pk") if said else ():
        status = said.get(row.pk, "")
        if status == "Scrap":
            return status, row.station.name
        if _had(row, unit):
            last = (status, row.station.name) if status else ("", "")
    return last


def disqualified_because(unit: Unit) -> str | None:
    """The reason for which it goes no further; None where nobody said so."""
    last = unit.events.filter(kind="disqualified").order_by("-at", "-pk").first()
    return None if last is None else last.reason or "no reason told"
