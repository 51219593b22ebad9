"""The passes of panels within a time, with what it takes to see which of them come into question at all: most
may be of stations that are not meant.

Pinned: from the panels to the passes, one by one.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

PASSES_ON_PANELS = Pinned(
    name="passes_on_panels",
    sqlite="""
SELECT p.id, p.station_id, p.sequence, p.template_id
FROM json_each(%(panels)s) AS k
CROSS JOIN genealogy_pass AS p ON p.panel_id = k.value
WHERE p.last_at >= %(since)s AND p.base_at < %(until)s AND p.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT p.id, p.station_id, p.sequence, p.template_id
FROM unnest(%(panels)s::bigint[]) AS k (panel_id)
CROSS JOIN LATERAL (SELECT * FROM genealogy_pass AS p WHERE p.panel_id = k.panel_id OFFSET 0) AS p
WHERE p.last_at >= %(since)s AND p.base_at < %(until)s AND p.journal_no <= %(as_of)s
""",
)
"""pass, station, sequence, template."""
