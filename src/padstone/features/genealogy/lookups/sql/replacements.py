"""What hands placed and took off: of units, of packages, or within a time.

Pinned: from the keys to the rows; within a time by its own index, and to the station from there: the other
way round reads all that the station ever did.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

_SQLITE = """
SELECT r.unit_id, r.designator, r.at, r.removed, r.package_id, w.station_id, r.reason, r.certainty,
       r.journal_no, r.id, w.lane
FROM json_each(%(keys)s) AS k
CROSS JOIN genealogy_replacement AS r ON r.{column} = k.value
CROSS JOIN production_worktransaction AS w ON w.id = r.work_transaction_id
WHERE r.journal_no <= %(as_of)s {also}
"""
_POSTGRESQL = """
SELECT r.unit_id, r.designator, (extract(epoch FROM r.at) * 1000000)::bigint, r.removed, r.package_id,
       w.station_id, r.reason, r.certainty, r.journal_no, r.id, w.lane
FROM unnest(%(keys)s::bigint[]) AS k (key)
CROSS JOIN LATERAL (SELECT * FROM genealogy_replacement AS r WHERE r.{column} = k.key OFFSET 0) AS r
CROSS JOIN LATERAL (
    SELECT station_id, lane FROM production_worktransaction AS w WHERE w.id = r.work_transaction_id OFFSET 0
) AS w
WHERE r.journal_no <= %(as_of)s {also}
"""
_ON_DESIGNATORS_SQLITE = "AND r.designator IN (SELECT value FROM json_each(%(designators)s))"
_ON_DESIGNATORS_POSTGRESQL = "AND r.designator IN (SELECT unnest(%(designators)s::text[]))"

REPLACEMENTS_OF_UNITS = Pinned(
    name="replacements_of_units",
    sqlite=_SQLITE.format(column="unit_id", also=""),
    postgresql=_POSTGRESQL.format(column="unit_id", also=""),
)
"""unit, designator, at, removed, package, station, reason, certainty (its place among the words), journal
number, id, lane.
"""

REPLACEMENTS_ON_DESIGNATORS = Pinned(
    name="replacements_on_designators",
    sqlite=_SQLITE.format(column="unit_id", also=_ON_DESIGNATORS_SQLITE),
    postgresql=_POSTGRESQL.format(column="unit_id", also=_ON_DESIGNATORS_POSTGRESQL),
)
"""As of units; on these designators alone."""

REPLACEMENTS_OF_PACKAGES = Pinned(
    name="replacements_of_packages",
    sqlite=_SQLITE.format(column="package_id", also=""),
    postgresql=_POSTGRESQL.format(column="package_id", also=""),
)
"""As of units."""

REPLACEMENTS_BETWEEN = Pinned(
    name="replacements_between",
    sqlite="""
SELECT r.unit_id, r.designator, r.at, r.removed, r.package_id, w.station_id, r.reason, r.certainty,
       r.journal_no, r.id, w.lane
FROM genealogy_replacement AS r INDEXED BY replacement_at
CROSS JOIN production_worktransaction AS w ON w.id = r.work_transaction_id
WHERE r.at >= %(since)s AND r.at < %(until)s AND w.station_id = %(station)s AND r.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT r.unit_id, r.designator, (extract(epoch FROM r.at) * 1000000)::bigint, r.removed, r.package_id,
       w.station_id, r.reason, r.certainty, r.journal_no, r.id, w.lane
FROM (
    SELECT * FROM genealogy_replacement AS r WHERE r.at >= %(since)s AND r.at < %(until)s OFFSET 0
) AS r
CROSS JOIN LATERAL (
    SELECT station_id, lane FROM production_worktransaction AS w WHERE w.id = r.work_transaction_id OFFSET 0
) AS w
WHERE w.station_id = %(station)s AND r.journal_no <= %(as_of)s
""",
)
"""As of units."""
