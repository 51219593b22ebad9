"""Passes with all that decoding them takes, of panels or by their ids.

Pinned: from the keys to the passes, one by one.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

_SQLITE = """
SELECT p.id, p.station_id, p.sequence, p.panel_id, p.template_id, p.base_at, p.last_at, p.times, p.journal_no,
       p.work_transaction_id, t.digest
FROM json_each(%(keys)s) AS k
CROSS JOIN genealogy_pass AS p ON p.{column} = k.value
CROSS JOIN genealogy_placementtemplate AS t ON t.id = p.template_id
WHERE p.journal_no <= %(as_of)s
"""
_POSTGRESQL = """
SELECT p.id, p.station_id, p.sequence, p.panel_id, p.template_id,
       (extract(epoch FROM p.base_at) * 1000000)::bigint, (extract(epoch FROM p.last_at) * 1000000)::bigint,
       p.times, p.journal_no, p.work_transaction_id, t.digest
FROM unnest(%(keys)s::bigint[]) AS k (key)
CROSS JOIN LATERAL (SELECT * FROM genealogy_pass AS p WHERE p.{column} = k.key OFFSET 0) AS p
CROSS JOIN LATERAL (
    SELECT digest FROM genealogy_placementtemplate AS t WHERE t.id = p.template_id OFFSET 0
) AS t
WHERE p.journal_no <= %(as_of)s
"""

PASSES_OF_PANELS = Pinned(
    name="passes_of_panels",
    sqlite=_SQLITE.format(column="panel_id"),
    postgresql=_POSTGRESQL.format(column="panel_id"),
)
"""pass, station, sequence, panel, template, base, last, times, journal number, work transaction, digest of
the template.
"""

PASSES_BY_ID = Pinned(
    name="passes_by_id", sqlite=_SQLITE.format(column="id"), postgresql=_POSTGRESQL.format(column="id")
)
"""As of panels."""
