"""The passes of a station that overlap a time window.

Pinned: an interval that overlaps another is bounded on neither end, so an index on one end reads half of the
history. The passes are classed by how long they took (``reach``); within a class, what overlaps a window is
one range of beginnings. The earliest beginnings are reckoned before, one for each class.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

PASSES_AT_STATION = Pinned(
    name="passes_at_station",
    sqlite="""
SELECT p.template_id, p.id, p.panel_id, p.base_at, p.last_at, p.work_transaction_id
FROM json_each(%(classes)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_station_reach
    ON p.station_id = %(station)s AND p.reach = json_extract(k.value, '$[0]')
    AND p.base_at >= json_extract(k.value, '$[1]') AND p.base_at < %(until)s
WHERE p.last_at >= %(since)s AND p.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT p.template_id, p.id, p.panel_id, (extract(epoch FROM p.base_at) * 1000000)::bigint,
       (extract(epoch FROM p.last_at) * 1000000)::bigint, p.work_transaction_id
FROM unnest(%(classes_0)s::bigint[], %(classes_1)s::bigint[]) AS k (reach, earliest)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_pass AS p
    WHERE p.station_id = %(station)s AND p.reach = k.reach
    AND p.base_at >= timestamptz 'epoch' + k.earliest * interval '1 microsecond' AND p.base_at < %(until)s
    OFFSET 0
) AS p
WHERE p.last_at >= %(since)s AND p.journal_no <= %(as_of)s
""",
)
"""template, pass, panel, base, last, work transaction."""
