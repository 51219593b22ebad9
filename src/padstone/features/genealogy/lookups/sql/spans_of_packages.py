"""Where packages fed.

Pinned: from the packages, a handful, to their spans. Left alone, PostgreSQL takes a list of some hundred for
a reason to read all spans.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

SPANS_OF_PACKAGES = Pinned(
    name="spans_of_packages",
    sqlite="""
SELECT s.location_id, s.package_id, s.first_sequence, s.last_sequence, s.station_id, s.id
FROM json_each(%(packages)s) AS k
CROSS JOIN genealogy_materialspan AS s ON s.package_id = k.value
""",
    postgresql="""
SELECT s.location_id, s.package_id, s.first_sequence, s.last_sequence, s.station_id, s.id
FROM unnest(%(packages)s::bigint[]) AS k (package_id)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_materialspan AS s WHERE s.package_id = k.package_id OFFSET 0
) AS s
""",
)
"""location, package, first and last sequence, station, id of the span."""
