"""What passes did otherwise, and the passes in which packages are named so.

Pinned: from the passes, or the packages, to their deviations. SQLite likes to begin with the deviations.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

DEVIATIONS_OF_PASSES = Pinned(
    name="deviations_of_passes",
    sqlite="""
SELECT d.of_pass_id, d.kind, d.position, d.designator, d.package_id, d.location_id, d.head, d.nozzle,
       d.journal_no, d.id
FROM json_each(%(passes)s) AS k
CROSS JOIN genealogy_deviation AS d ON d.of_pass_id = k.value
WHERE d.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT d.of_pass_id, d.kind, d.position, d.designator, d.package_id, d.location_id, d.head, d.nozzle,
       d.journal_no, d.id
FROM unnest(%(passes)s::bigint[]) AS k (pass_id)
CROSS JOIN LATERAL (SELECT * FROM genealogy_deviation AS d WHERE d.of_pass_id = k.pass_id OFFSET 0) AS d
WHERE d.journal_no <= %(as_of)s
""",
)
"""pass, kind (its place among the words), position, designator, package, location, head, nozzle, journal
number, id.
"""

PASSES_NAMING_PACKAGES = Pinned(
    name="passes_naming_packages",
    sqlite="""
SELECT d.of_pass_id
FROM json_each(%(packages)s) AS k
CROSS JOIN genealogy_deviation AS d ON d.package_id = k.value
WHERE d.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT d.of_pass_id
FROM unnest(%(packages)s::bigint[]) AS k (package_id)
CROSS JOIN LATERAL (SELECT * FROM genealogy_deviation AS d WHERE d.package_id = k.package_id OFFSET 0) AS d
WHERE d.journal_no <= %(as_of)s
""",
)
"""pass, once for each of its deviations."""
