"""Places to store in, and the air there."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.stock.commands.ledger import act_of, must_location
from padstone.features.stock.domain.words import LocationKind
from padstone.features.stock.models import Condition, Position, StorageLocation
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from datetime import datetime

    from padstone.kernel.actor import Actor

DEEPEST = 12
_COLDEST, _HOTTEST = Decimal(-60), Decimal(150)


@command("manage_locations")
def define_location(
    actor: Actor, *, code: str, kind: str, name: str = "", parent: str = "", restricted: bool = False
) -> StorageLocation:
    """Make a place to store in, or change its name and whether it is restricted.

    ``restricted``: the page of the location shows who took what from it. Raises Conflict where the code is
    known as another kind of place or in another place, Invalid for an unknown kind and for no code.
    """
    code = code.strip()
    check_length(code, "code", 100)
    check_length(name, "name")
    if not code:
        raise Invalid("code_missing", "A location needs a code to scan.", field="code")
    if kind not in set(LocationKind):
        raise Invalid(
            "unknown_location_kind",
            "There is no kind of location {kind}.",
            field="kind",
            way_out="Use one of: {kinds}.".format(kinds=", ".join(LocationKind)),
            kind=kind,
        )
    above = must_location(parent) if parent else None
    known = StorageLocation.objects.select_for_update().filter(code=code).first()
    if known is not None and (known.kind != kind or known.parent_id != (above.pk if above else None)):
        raise Conflict(
            "location_known_otherwise",
            "{location} is another kind of place, or in another place.",
            field="code",
            way_out="Give the new place a code of its own.",
            location=code,
        )
    before = {"name": known.name, "restricted": known.restricted} if known else None
    row = known or StorageLocation(code=code, kind=kind, parent=above, walk=_walk(code, above))
    row.name, row.restricted, row.closed_at = name, restricted, None
    row.save()
    record(
        actor,
        "define_location",
        f"location:{code}",
        before=before,
        after={"name": name, "restricted": restricted},
        kind=kind,
        parent=parent,
    )
    return row


def _walk(code: str, above: StorageLocation | None) -> str:
    """The order in which one walks: B-2 comes before B-10."""
    own = re.sub(r"\d+", lambda digits: digits[0].zfill(8), code)
    walk = f"{above.walk}/{own}" if above else own
    if walk.count("/") >= DEEPEST or len(walk) > 1000:
        raise Invalid("location_too_deep", "So deep the tree of locations can't be.", field="parent")
    return walk


@command("manage_locations")
def close_location(actor: Actor, *, code: str) -> None:
    """Nothing is stored there any more. Raises Conflict while something is."""
    row = must_location(code)
    if Position.objects.filter(location=row).exists() or row.children.filter(closed_at=None).exists():
        raise Conflict(
            "location_in_use",
            "Something is still at {location}.",
            field="code",
            way_out="Move what is there, and close what lies below it, first.",
            location=code,
        )
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    record(actor, "close_location", f"location:{code}")


@command("move_stock")
def log_condition(
    actor: Actor,
    *,
    location: str,
    celsius: Decimal | None = None,
    humidity_percent: Decimal | None = None,
    at: datetime | None = None,
) -> None:
    """Write down what the air at a location is like. Raises Invalid for what no thermometer shows."""
    row = must_location(location)
    if celsius is None and humidity_percent is None:
        raise Invalid("nothing_measured", "Give a temperature, a humidity, or both.", field="celsius")
    if celsius is not None and not (celsius.is_finite() and _COLDEST <= celsius <= _HOTTEST):
        raise Invalid("celsius_out_of_range", "No store is that cold or hot.", field="celsius")
    if humidity_percent is not None and not (humidity_percent.is_finite() and 0 <= humidity_percent <= 100):
        raise Invalid("humidity_out_of_range", "Humidity is from 0 to 100 percent.", field="humidity_percent")
    act = act_of(actor, at=at)
    Condition.objects.create(
        location=row,
        celsius=celsius,
        humidity_percent=humidity_percent,
        at=act.at,
        recorded_at=act.now,
        by=actor.name[:200],
    )
    record(
        actor,
        "log_condition",
        f"location:{location}",
        celsius=celsius,
        humidity_percent=humidity_percent,
        measured_at=act.at,
    )
