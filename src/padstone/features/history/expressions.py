"""The recall and the certificate as one Ibis expression each, for any engine that Ibis speaks to.

They answer from an exported history what ``recall.queries`` and ``certificate.queries`` answer from the
books, row for row, also as of an earlier journal number.

How late facts count, in one place: a fact counts from its ``journal_no`` on. Of one place of one pass the
newest ``revision`` counts that a deviation has stated. What was taken off, and when, comes from the
replacements and applications that were known. A package is called what ``package_names`` last said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    from padstone.features.history.reading import History

RECALL_COLUMNS = (
    *("certainty", "unit", "panel", "position", "work_order", "designator", "package", "part", "lot"),
    *("date_code", "supplier", "manufacturer", "manufacturer_part_number", "station", "location"),
    *("installed_at", "removed_at", "removal_reason"),
)
"""As in the recall's CSV."""

INSTALLATION_COLUMNS = (
    *("unit", "panel", "position", "designator", "package", "part", "lot", "date_code", "supplier"),
    *("manufacturer", "manufacturer_part_number", "station", "location", "head", "nozzle", "installed_at"),
    *("certainty", "candidates", "removed_at", "removal_reason", "journal_no"),
)
"""As in ``genealogy.queries.Installation``."""

_NAMES = ("lot", "date_code", "supplier", "manufacturer", "manufacturer_part_number")
_KEY = ("source", "source_id", "position", "designator", "package_id")
"""Which installation it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What is wrong; all that is given must hold. See ``recall.queries.Suspect``. Feeders and lanes are asked
    in Padstone alone.
    """

    lot: str = ""
    date_code: str = ""
    package: str = ""
    supplier: str = ""
    part: str = ""
    station: str = ""
    location: str = ""
    head: str = ""
    nozzle: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def names_material(self) -> bool:
        return any((self.lot, self.date_code, self.package, self.supplier, self.part))


def recall(history: History, suspect: Suspect, as_of: int | None = None) -> ibis.Table:
    """Every suspect installation, with the columns of ``RECALL_COLUMNS``, in no order.

    ``certainty`` is the unit's: certain if one of its suspect parts is of suspect material whichever of its
    candidate packages it came from. Nothing known of that name: no rows.
    """
    as_of = history.as_of if as_of is None else as_of
    held = history["installations"].filter(_.journal_no <= as_of)
    if suspect.names_material:
        held = held.semi_join(_suspects(history, suspect, as_of), "package_id")
    if suspect.station:
        stations = history["stations"].filter(_.name == suspect.station)
        held = held.semi_join(stations, held.station_id == stations.id)
    if suspect.location:
        places = _locations(history).filter(
            (_.label == suspect.location) | (_.name == suspect.location) | (_.identifier == suspect.location)
        )
        held = held.semi_join(places, held.location_id == places.id)
    if suspect.head:
        held = held.filter(_["head"] == suspect.head)
    if suspect.nozzle:
        held = held.filter(_["nozzle"] == suspect.nozzle)
    if suspect.since is not None:
        held = held.filter(_.installed_at >= _instant(suspect.since))
    if suspect.until is not None:
        held = held.filter(_.installed_at < _instant(suspect.until))
    hits = _told(history, held, as_of)
    groups = hits.group_by("unit_id", "designator", "station_id", "installed_at", "journal_no").agg(
        sure=_.count() >= _.candidates.min()
    )
    units = groups.group_by(certain_id=_.unit_id).agg(sure=_.sure.cast("int32").max())
    judged = hits.join(units, hits.unit_id == units.certain_id)
    certainty = ibis.ifelse(judged.sure == 1, "certain", "possible")
    return judged.mutate(certainty=certainty).select(*RECALL_COLUMNS)


def certificate(history: History, unit: str, as_of: int | None = None) -> ibis.Table:
    """All that was ever on a unit, one row for each part and each package that it may be of, in no order.

    ``section`` is installed, removed or applied, as in the certificate; the other columns are those of
    ``genealogy.queries.Installation``. A unit that nobody has told of: no rows.
    """
    as_of = history.as_of if as_of is None else as_of
    wanted = history["units"].filter(_.identifier == unit)
    places = _places(history)
    places = places.semi_join(wanted, places.place_unit_id == wanted.id)
    held = history["installations"].filter(_.journal_no <= as_of)
    of_passes = held.filter(_.source == "pass")
    of_passes = of_passes.semi_join(
        places, (of_passes.panel_id == places.place_panel_id) & (of_passes.position == places.place_position)
    )
    others = held.filter(_.source != "pass")
    others = others.semi_join(wanted, others.unit_id == wanted.id)
    rows = _told(history, of_passes.union(others), as_of)
    section = ibis.cases(
        (rows.source == "applied", "applied"), (rows.removed_at.isnull(), "installed"), else_="removed"
    )
    return rows.mutate(section=section).select("section", *INSTALLATION_COLUMNS)


def installations(history: History, as_of: int | None = None) -> ibis.Table:
    """Every installation that was known, with the columns of ``INSTALLATION_COLUMNS`` and its ``source``."""
    as_of = history.as_of if as_of is None else as_of
    held = history["installations"].filter(_.journal_no <= as_of)
    return _told(history, held, as_of).select("source", *INSTALLATION_COLUMNS)


def _told(history: History, held: ibis.Table, as_of: int) -> ibis.Table:
    """Of these installations those that count, on their units, with their ends and names."""
    return _named(history, _closed(history, _on_units(history, _known(history, held, as_of)), as_of), as_of)


def _suspects(history: History, suspect: Suspect, as_of: int) -> ibis.Table:
    """``package_id`` of the packages for which all conditions hold, and of what was split off them."""
    books = history["packages"].filter(_.journal_no.isnull() | (_.journal_no <= as_of))
    if suspect.part:
        books = books.filter(_.part == suspect.part)
    origin = {
        name: value
        for name, value in (
            ("lot", suspect.lot),
            ("date_code", suspect.date_code),
            ("supplier", suspect.supplier),
        )
        if value
    }
    found = []
    if origin:
        own = books.filter([books[name] == value for name, value in origin.items()])
        events = history["package_events"].filter(_.journal_no <= as_of)
        events = events.filter([events[name] == value for name, value in origin.items()])
        corrected = books.semi_join(events, books.id == events.package_id)
        found.append(own.select(package_id="id").union(corrected.select(package_id="id"), distinct=True))
    elif suspect.part:
        found.append(books.select(package_id="id"))
    if suspect.package:
        found.append(books.filter(_.identifier == suspect.package).select(package_id="id"))
    shared = [_with_descendants(history, some, as_of) for some in found]
    return reduce(lambda these, those: these.semi_join(those, "package_id"), shared)


def _with_descendants(history: History, packages: ibis.Table, as_of: int) -> ibis.Table:
    known = history["package_lineage"].filter(_.known_from <= as_of)
    below = known.semi_join(packages, known.ancestor_id == packages.package_id)
    return packages.union(below.select("package_id"), distinct=True)


def _known(history: History, held: ibis.Table, as_of: int) -> ibis.Table:
    """Of one place of one pass, what the newest deviation that was known states, alone."""
    known = held.filter(_.revision <= as_of)
    stated = history["deviations"].filter((_.journal_no <= as_of) & (_.designator != ""))
    newer = stated.select(
        stated_of="pass_id", at_position="position", at_designator="designator", stated_no="journal_no"
    )
    return known.anti_join(
        newer,
        (known.source == "pass")
        & (known.source_id == newer.stated_of)
        & (known.position == newer.at_position)
        & (known.designator == newer.at_designator)
        & (known.revision < newer.stated_no),
    )


def _places(history: History) -> ibis.Table:
    """Which unit a position of a panel is, also of the panel that it was by itself before."""
    now = history["units"].select(place_panel_id="panel_id", place_position="position", place_unit_id="id")
    alone = history["former_panels"].select(
        place_panel_id="panel_id", place_position=ibis.literal(1, "int32"), place_unit_id="unit_id"
    )
    return now.union(alone)


def _on_units(history: History, held: ibis.Table) -> ibis.Table:
    """Each with its unit. What stands at a position without one is nowhere."""
    places = _places(history)
    of_passes = held.filter(_.source == "pass").drop("unit_id")
    placed = of_passes.join(
        places, (of_passes.panel_id == places.place_panel_id) & (of_passes.position == places.place_position)
    )
    placed = placed.rename(unit_id="place_unit_id").select(*held.columns)
    return placed.union(held.filter(_.source != "pass"))


def _closed(history: History, held: ibis.Table, as_of: int) -> ibis.Table:
    """Each with ``removed_at`` and ``removal_reason``: the first change of its place after it was placed.

    Clocks are coarse: of a removal and a placement by hand in the same instant, the removal came first.
    """
    changes = history["replacements"].filter(_.journal_no <= as_of)
    changes = changes.select(
        end_id="id",
        end_unit_id="unit_id",
        end_designator="designator",
        end_at="at",
        end_removed="removed",
        end_reason=ibis.ifelse((changes.reason == "") & ~changes.removed, "Replaced", changes.reason),
    )
    parts = held.filter(_.source != "applied")
    ended = parts.left_join(
        changes,
        (parts.unit_id == changes.end_unit_id)
        & (parts.designator == changes.end_designator)
        & (
            (changes.end_at > parts.installed_at)
            | (changes.end_removed & (changes.end_at == parts.installed_at) & (parts.source != "hand"))
        ),
    )
    removals = history["applications"].filter((_.journal_no <= as_of) & _.removed)
    removals = removals.select(
        end_id="id",
        end_unit_id="unit_id",
        end_at="at",
        end_reason="reason",
        end_package_id="package_id",
        end_designators="designators",
    )
    applied = held.filter(_.source == "applied")
    taken = applied.left_join(
        removals,
        (applied.unit_id == removals.end_unit_id)
        & (removals.end_at >= applied.installed_at)
        & (removals.end_package_id.isnull() | (removals.end_package_id == applied.package_id))
        & (removals.end_designators.isnull() | removals.end_designators.contains(applied.designator)),
    )
    columns = (*held.columns, "end_id", "end_at", "end_reason")
    both = ended.select(*columns).union(taken.select(*columns))
    first = ibis.window(group_by=_KEY, order_by=[both.end_at.asc(), both.end_id.asc()])
    numbered = both.mutate(how_manieth=ibis.row_number().over(first))
    return (
        numbered.filter(_.how_manieth == 0)
        .mutate(removal_reason=_.end_reason.fill_null(""))
        .rename(removed_at="end_at")
        .drop("how_manieth", "end_id", "end_reason")
    )


def _named(history: History, held: ibis.Table, as_of: int) -> ibis.Table:
    """Each with the names of its unit, package, station and location, as they were known."""
    units = history["units"]
    told = (units.order_known_from <= as_of).fill_null(False)
    units = units.select(
        named_unit_id="id",
        unit="identifier",
        panel="panel",
        unit_position="position",
        work_order=ibis.ifelse(told, units.work_order, ""),
    )
    stations = history["stations"].select(named_station_id="id", station="name")
    places = _locations(history).select(named_location_id="id", location="label")
    packages = _packages(history, as_of)
    rows = held.drop("position").join(units, held.unit_id == units.named_unit_id)
    rows = rows.join(stations, rows.station_id == stations.named_station_id)
    rows = rows.left_join(places, rows.location_id == places.named_location_id)
    rows = rows.left_join(packages, rows.package_id == packages.named_package_id)
    texts = ("location", "package", "part", *_NAMES)
    return rows.rename(position="unit_position").mutate(
        certainty=ibis.ifelse(rows.candidates > 1, "possible", "certain"),
        **{name: rows[name].fill_null("") for name in texts},
    )


def _locations(history: History) -> ibis.Table:
    """Feeder locations with their labels, as people read them."""
    places = history["locations"]
    name = ibis.ifelse(places.name == "", places.identifier, places.name)
    lane = ibis.ifelse(places.feeder_lane == 0, "", " lane " + places.feeder_lane.cast("string"))
    return places.mutate(label=name + lane)


def _packages(history: History, as_of: int) -> ibis.Table:
    """Packages with the names that were the last ones known."""
    names = history["package_names"].filter(_.known_from <= as_of)
    newest = ibis.window(group_by="package_id", order_by=names.known_from.desc())
    names = names.mutate(how_manieth=ibis.row_number().over(newest)).filter(_.how_manieth == 0)
    names = names.select(newer_package_id="package_id", **{f"newer_{name}": name for name in _NAMES})
    own = history["packages"]
    both = own.left_join(names, own.id == names.newer_package_id)
    return both.select(
        named_package_id="id",
        package="identifier",
        part="part",
        **{name: both[f"newer_{name}"].fill_null(both[name]) for name in _NAMES},
    )


def _instant(at: datetime) -> ibis.Value:
    return ibis.literal(at.astimezone(UTC), "timestamp('UTC')")
