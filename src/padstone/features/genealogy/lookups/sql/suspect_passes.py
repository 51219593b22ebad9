"""Passes that come into question, each with what is needed to judge it unread: whether it lies within the
time that is meant, and what it did otherwise.

Pinned: as ``passes_in_ranges``; at a station by classes of length. An interval that overlaps another is
bounded on neither end, so an index on one end reads half of the history. The passes are classed by how long
they took (``Pass.reach``); within a class, what overlaps a window is one range of beginnings. The earliest
beginnings are reckoned before, one for each class.

What a pass did otherwise is one text: numbers with commas between them, one for each of its deviations; NULL
for the many that have none. A number is eight times the panel position, with what :class:`Told` adds.
"""

from __future__ import annotations

from enum import IntFlag

from padstone.features.genealogy.models import DeviationKind
from padstone.platform.pinned import Pinned


class Told(IntFlag):
    """Of a deviation: it is of no single designator and skips the position; it is of none and does not; it
    may be a part from a place that is meant.
    """

    SKIPS = 1
    UNNAMED = 2
    PLACES = 4


POSITION_SHIFT = 3

_SKIPPED = list(DeviationKind).index(DeviationKind.POSITION_SKIPPED)
_KIND = (
    f"CASE WHEN d.designator <> '' THEN 0 WHEN d.kind = {_SKIPPED} THEN {Told.SKIPS:d}"
    f" ELSE {Told.UNNAMED:d} END"
)
_FROM_PLACE_SQLITE = """CASE WHEN d.package_id IS NOT NULL AND (%(locations)s = '[]' OR EXISTS (
        SELECT 1 FROM json_each(%(locations)s) AS w WHERE w.value = d.location_id
    )) THEN {places} ELSE 0 END"""
_FROM_PLACE_POSTGRESQL = """CASE WHEN d.package_id IS NOT NULL AND (
        cardinality(%(locations)s::bigint[]) = 0 OR d.location_id = ANY (%(locations)s::bigint[])
    ) THEN {places} ELSE 0 END"""
_TOLD_SQLITE = """(
    SELECT group_concat(d.position * {unit} + {kind} + {place})
    FROM genealogy_deviation AS d WHERE d.of_pass_id = p.id AND d.journal_no <= %(as_of)s
)"""
_TOLD_POSTGRESQL = """(
    SELECT string_agg((d.position * {unit} + {kind} + {place})::text, ',')
    FROM genealogy_deviation AS d WHERE d.of_pass_id = p.id AND d.journal_no <= %(as_of)s
)"""


def _told(text: str, place: str = "0") -> str:
    return text.format(unit=1 << POSITION_SHIFT, kind=_KIND, place=place.format(places=int(Told.PLACES)))


_IN_RANGES_SQLITE = """
SELECT json_extract(k.value, '$[3]'), p.id, p.panel_id,
       p.base_at >= %(since)s AND p.last_at < %(until)s, p.work_transaction_id, {told}
FROM json_each(%(ranges)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_template_sequence
    ON p.template_id = json_extract(k.value, '$[0]')
    AND p.sequence BETWEEN json_extract(k.value, '$[1]') AND json_extract(k.value, '$[2]')
WHERE p.last_at >= %(since)s AND p.base_at < %(until)s AND p.journal_no <= %(as_of)s
"""
_IN_RANGES_POSTGRESQL = """
SELECT k.number, p.id, p.panel_id,
       p.base_at >= %(since)s AND p.last_at < %(until)s, p.work_transaction_id, {told}
FROM unnest(%(ranges_0)s::bigint[], %(ranges_1)s::bigint[], %(ranges_2)s::bigint[], %(ranges_3)s::bigint[])
    AS k (template_id, first_sequence, last_sequence, number)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_pass AS p
    WHERE p.template_id = k.template_id AND p.sequence BETWEEN k.first_sequence AND k.last_sequence
    OFFSET 0
) AS p
WHERE p.last_at >= %(since)s AND p.base_at < %(until)s AND p.journal_no <= %(as_of)s
"""
_AT_STATION_SQLITE = """
SELECT p.template_id, p.id, p.panel_id,
       p.base_at >= %(since)s AND p.last_at < %(until)s, p.work_transaction_id, {told}
FROM json_each(%(classes)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_station_reach
    ON p.station_id = %(station)s AND p.reach = json_extract(k.value, '$[0]')
    AND p.base_at >= json_extract(k.value, '$[1]') AND p.base_at < %(until)s
WHERE p.last_at >= %(since)s AND p.journal_no <= %(as_of)s
"""
_AT_STATION_POSTGRESQL = """
SELECT p.template_id, p.id, p.panel_id,
       p.base_at >= %(since)s AND p.last_at < %(until)s, p.work_transaction_id, {told}
FROM unnest(%(classes_0)s::bigint[], %(classes_1)s::bigint[]) AS k (reach, earliest)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_pass AS p
    WHERE p.station_id = %(station)s AND p.reach = k.reach
    AND p.base_at >= timestamptz 'epoch' + k.earliest * interval '1 microsecond' AND p.base_at < %(until)s
    OFFSET 0
) AS p
WHERE p.last_at >= %(since)s AND p.journal_no <= %(as_of)s
"""

SUSPECT_PASSES_IN_RANGES = Pinned(
    name="suspect_passes_in_ranges",
    sqlite=_IN_RANGES_SQLITE.format(told=_told(_TOLD_SQLITE)),
    postgresql=_IN_RANGES_POSTGRESQL.format(told=_told(_TOLD_POSTGRESQL)),
)
"""the range's number, pass, panel, whether it lies within the time, work transaction, what it did otherwise.
"""

SUSPECT_PASSES_AT_STATION = Pinned(
    name="suspect_passes_at_station",
    sqlite=_AT_STATION_SQLITE.format(told=_told(_TOLD_SQLITE, _FROM_PLACE_SQLITE)),
    postgresql=_AT_STATION_POSTGRESQL.format(told=_told(_TOLD_POSTGRESQL, _FROM_PLACE_POSTGRESQL)),
)
"""As in ranges, with the template for a number. ``locations``: the places that are meant, none for any."""
