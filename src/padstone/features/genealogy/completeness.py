"""Whether all that the earlier stations place on a unit is on record, as its bill wants it (IPC-2591,
UnitTraceValidation).

What a station places of a product is known from what it has placed on units of that revision before, and on
this one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from padstone.features.genealogy.models import Pass, TemplateEntry
from padstone.features.genealogy.queries import installations_of_unit
from padstone.features.parts.lookups import expected_parts
from padstone.features.parts.stand_ins import StandIn, stand_ins
from padstone.features.production.judging import PASSED, Judged, failed_if, skipped
from padstone.features.production.lookups import order_of_panel
from padstone.features.production.route import earlier_stations
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.features.genealogy.installations import Installation
    from padstone.features.production.models import Unit
    from padstone.kernel.actor import Actor

PASSES_LOOKED_AT = 20
"""Of each station, newest first: what it places of a product changes with its programs, and seldom."""
MOST_NAMED = 10


def judge_trace(
    wanted: Mapping[str, str],
    placed_before: Collection[str],
    there: Iterable[Installation],
    allowed: Mapping[str, Collection[str]] | None = None,
) -> Judged:
    """``wanted``: the bill's part by designator; ``placed_before``: what the earlier stations place;
    ``allowed``: what else may stand at a designator.
    """
    also = allowed or {}
    parts: dict[str, set[str]] = {}
    for one in there:
        parts.setdefault(one.designator, set()).add(one.part)
    due = [designator for designator in wanted if designator in placed_before]
    missing = [designator for designator in due if designator not in parts]
    wrong = [
        f"{designator} holds {', '.join(sorted(parts[designator])) or 'a part without a number'} instead of "
        f"{wanted[designator]}."
        for designator in due
        if designator in parts and parts[designator] - {wanted[designator], *also.get(designator, ())}
    ]
    reasons = [f"Of {len(due)} placements {len(missing)} are not on record: {_some(missing)}."]
    return failed_if([*(reasons if missing else []), *wrong[:MOST_NAMED]])


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def trace_of(actor: Actor, unit: Unit, station_id: int) -> Judged:
    """Whether the unit's record is complete up to this station."""
    earlier = earlier_stations(actor, station_id)
    if earlier is None:
        return skipped("The station stands on no line: nobody has said what comes before it.")
    order = order_of_panel(unit.panel_id)
    if order is None or order.revision_id is None:
        return skipped("No bill of materials is known for it: its work order names no product.")
    wanted = expected_parts(order.revision_id)
    if not wanted:
        return skipped("The bill of materials names no designators.")
    before = {
        designator
        for station in earlier
        for designators in placed_at(station.pk, order.revision_id, unit.position).values()
        for designator in designators
    }
    if not before:
        return PASSED  # no earlier station places anything on it
    there = [one for one in installations_of_unit(actor, unit.identifier) if one.removed_at is None]
    return judge_trace(wanted, before, there, rightly_there(order.revision_id, wanted, there))


def rightly_there(
    revision_id: int, wanted: Mapping[str, str], there: Iterable[Installation]
) -> dict[str, dict[str, StandIn]]:
    """By designator the parts that are there in place of the bill's, and may be: approved alternates on the
    day on which they were fitted, and other numbers of the same part. Asks the books only where one differs.
    """
    other = [one for one in there if one.part != wanted.get(one.designator, one.part)]
    if not other:
        return {}
    allowed = stand_ins(revision_id, {one.designator: wanted[one.designator] for one in other})
    today = clock.now()
    found: dict[str, dict[str, StandIn]] = {}
    for one in other:
        stand_in = allowed.get(one.designator, {}).get(one.part)
        if stand_in is not None and stand_in.holds_on((one.installed_at or today).date()):
            found.setdefault(one.designator, {})[one.part] = stand_in
    return found


def placed_at(station_id: int, revision_id: int, position: int | None = None) -> dict[int, set[str]]:
    """What a station places of a product's revision, as far as it has done so: designators by the id of the
    feeder location; of one position of the panel, or of any.
    """
    passes = Pass.objects.filter(station_id=station_id, panel__work_order__revision_id=revision_id)
    newest = passes.order_by("-sequence").values_list("template_id", flat=True)[:PASSES_LOOKED_AT]
    entries = TemplateEntry.objects.filter(template_id__in=set(newest))
    if position is not None:
        entries = entries.filter(position=position)
    found: dict[int, set[str]] = {}
    for location_id, designator in entries.values_list("location_id", "designator"):
        found.setdefault(location_id, set()).add(designator)
    return found
