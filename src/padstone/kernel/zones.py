"""The zones of the world's clocks, by their names in the IANA data that the system has."""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from padstone.kernel.errors import Invalid

LONGEST_NAME = 60
_SHOWN = 80
_NONE = frozenset({"Factory", "localtime"})
"""Names in the data that name no zone: what they mean depends on the machine."""
_NEAREST = 3


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone there is, in the order of their names."""
    return tuple(sorted(available_timezones() - _NONE))


def zone_called(name: str, field: str = "zone") -> ZoneInfo:
    """The zone of that name. Raises Invalid for a name that there is not, and offers the nearest."""
    if name in zone_names():
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError):  # the data has changed since the names were read
            zone_names.cache_clear()
    near = nearest_zones(name)
    offered = f"Did you mean {' or '.join(near)}?" if near else "Use an IANA name, like Europe/Berlin."
    raise Invalid(
        "unknown_zone",
        "There is no time zone “{zone}”.",
        field=field,
        way_out=offered,
        zone=name[:_SHOWN],
    )


def nearest_zones(name: str) -> list[str]:
    """The zones whose name, or whose town, is most like this."""
    wanted = name.strip().replace(" ", "_").casefold()[:_SHOWN]
    names: dict[str, str] = {}
    for known in zone_names():
        names.setdefault(known.rpartition("/")[2].casefold(), known)
    names |= {known.casefold(): known for known in zone_names()}
    found = [names[near] for near in difflib.get_close_matches(wanted, names, n=2 * _NEAREST, cutoff=0.7)]
    return list(dict.fromkeys(found))[:_NEAREST]
