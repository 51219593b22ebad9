"""Which package fed a location in one pass.

Pinned: of the spans of a location the last that begins no later than the pass, by (location, first
sequence). Spans of one location do not overlap, so no other can reach it. Asked as an interval, it reads
every span since.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

FED_AT = Pinned(
    name="fed_at",
    sqlite="""
SELECT s.location_id, json_extract(k.value, '$[1]'), s.package_id, s.last_sequence
FROM json_each(%(places)s) AS k
CROSS JOIN genealogy_materialspan AS s ON s.id = (
    SELECT n.id FROM genealogy_materialspan AS n
    WHERE n.location_id = json_extract(k.value, '$[0]') AND n.first_sequence <= json_extract(k.value, '$[1]')
    ORDER BY n.first_sequence DESC LIMIT 1
)
""",
    postgresql="""
SELECT k.location_id, k.sequence, s.package_id, s.last_sequence
FROM unnest(%(places_0)s::bigint[], %(places_1)s::bigint[]) AS k (location_id, sequence)
CROSS JOIN LATERAL (
    SELECT n.package_id, n.last_sequence FROM genealogy_materialspan AS n
    WHERE n.location_id = k.location_id AND n.first_sequence <= k.sequence
    ORDER BY n.first_sequence DESC LIMIT 1
) AS s
""",
)
"""location, sequence, package, the span's last sequence: where that is before the pass, nothing fed."""
