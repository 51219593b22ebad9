"""How many entries of a location passes departed from.

Pinned: from the pass to its deviations, and from each to the template's entry by its designator. On
PostgreSQL the entries that are meant are read once, for the few templates and locations that there are, and
each deviation is looked up among them: to go to each entry by its index takes four times as long. ``IS TRUE``
keeps the planner from making a join of it.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

ANYWHERE = 0
"""For a location: whichever it be."""

ENTRIES_DEPARTED = Pinned(
    name="entries_departed",
    sqlite="""
SELECT json_extract(k.value, '$[0]'), d.position, count(DISTINCT d.designator)
FROM json_each(%(doubts)s) AS k
CROSS JOIN genealogy_deviation AS d ON d.of_pass_id = json_extract(k.value, '$[1]')
CROSS JOIN genealogy_templateentry AS e
    ON e.template_id = json_extract(k.value, '$[2]') AND e.position = d.position
    AND e.designator = d.designator
WHERE json_extract(k.value, '$[3]') IN (0, e.location_id) AND d.journal_no <= %(as_of)s
    AND %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
GROUP BY json_extract(k.value, '$[0]'), d.position
""",
    postgresql="""
SELECT k.number, d.position, count(DISTINCT d.designator)
FROM unnest(%(doubts_0)s::bigint[], %(doubts_1)s::bigint[], %(doubts_2)s::bigint[], %(doubts_3)s::bigint[])
    AS k (number, pass_id, template_id, location_id)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_deviation AS d WHERE d.of_pass_id = k.pass_id OFFSET 0
) AS d
WHERE d.journal_no <= %(as_of)s AND ((k.template_id, k.location_id, d.position, d.designator) IN (
    SELECT w.template_id, w.location_id, e.position, e.designator
    FROM (
        SELECT DISTINCT * FROM unnest(%(doubts_2)s::bigint[], %(doubts_3)s::bigint[])
    ) AS w (template_id, location_id)
    CROSS JOIN LATERAL (
        SELECT * FROM genealogy_templateentry AS e
        WHERE e.template_id = w.template_id AND w.location_id IN (0, e.location_id) OFFSET 0
    ) AS e
    WHERE %(head)s IN ('', e.head) AND %(nozzle)s IN ('', e.nozzle)
)) IS TRUE
GROUP BY k.number, d.position
""",
)
"""the doubt's number, position, how many. A doubt is a number, a pass, its template and a location or
ANYWHERE.
"""
