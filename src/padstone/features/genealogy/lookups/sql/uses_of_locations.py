"""Which templates place from feeder locations, and how many parts on each panel position.

Pinned: from the locations to their entries by the index that begins with the location; the index that begins
with the template would be read from end to end.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

USES_OF_LOCATIONS = Pinned(
    name="uses_of_locations",
    sqlite="""
SELECT e.location_id, e.template_id, e.position, count(*)
FROM json_each(%(locations)s) AS k
CROSS JOIN genealogy_templateentry AS e INDEXED BY template_entry_location ON e.location_id = k.value
WHERE %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
GROUP BY e.location_id, e.template_id, e.position
""",
    postgresql="""
SELECT e.location_id, e.template_id, e.position, count(*)
FROM unnest(%(locations)s::bigint[]) AS k (location_id)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_templateentry AS e WHERE e.location_id = k.location_id OFFSET 0
) AS e
WHERE %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
GROUP BY e.location_id, e.template_id, e.position
""",
)
"""location, template, position, number of parts."""

USES_OF_TEMPLATES = Pinned(
    name="uses_of_templates",
    sqlite="""
SELECT e.location_id, e.template_id, e.position, count(*)
FROM json_each(%(templates)s) AS k
CROSS JOIN genealogy_templateentry AS e ON e.template_id = k.value
WHERE %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
GROUP BY e.location_id, e.template_id, e.position
""",
    postgresql="""
SELECT e.location_id, e.template_id, e.position, count(*)
FROM unnest(%(templates)s::bigint[]) AS k (template_id)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_templateentry AS e WHERE e.template_id = k.template_id OFFSET 0
) AS e
WHERE %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
GROUP BY e.location_id, e.template_id, e.position
""",
)
"""As of locations, for whole templates."""
