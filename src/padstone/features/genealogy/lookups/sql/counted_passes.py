"""How many passes lie in ranges of sequences, each of one template, and which of them did otherwise.

Pinned: as ``passes_in_ranges``. The database counts; what is handed over are the few that departed.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

PASSES_COUNTED = Pinned(
    name="passes_counted",
    sqlite="""
SELECT json_extract(k.value, '$[3]'), count(*), min(p.base_at), max(p.last_at)
FROM json_each(%(ranges)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_template_sequence
    ON p.template_id = json_extract(k.value, '$[0]')
    AND p.sequence BETWEEN json_extract(k.value, '$[1]') AND json_extract(k.value, '$[2]')
WHERE p.journal_no <= %(as_of)s
GROUP BY json_extract(k.value, '$[3]')
""",
    postgresql="""
SELECT k.number, p.passes, (extract(epoch FROM p.base) * 1000000)::bigint,
       (extract(epoch FROM p.last) * 1000000)::bigint
FROM unnest(%(ranges_0)s::bigint[], %(ranges_1)s::bigint[], %(ranges_2)s::bigint[], %(ranges_3)s::bigint[])
    AS k (template_id, first_sequence, last_sequence, number)
CROSS JOIN LATERAL (
    SELECT count(*) AS passes, min(base_at) AS base, max(last_at) AS last
    FROM genealogy_pass AS p
    WHERE p.template_id = k.template_id AND p.sequence BETWEEN k.first_sequence AND k.last_sequence
        AND p.journal_no <= %(as_of)s
    OFFSET 0
) AS p
""",
)
"""the range's number, how many passes, when the first began and the last ended."""

PASSES_DEPARTING = Pinned(
    name="passes_departing",
    sqlite="""
SELECT json_extract(k.value, '$[3]'), p.id
FROM json_each(%(ranges)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_template_sequence
    ON p.template_id = json_extract(k.value, '$[0]')
    AND p.sequence BETWEEN json_extract(k.value, '$[1]') AND json_extract(k.value, '$[2]')
WHERE p.journal_no <= %(as_of)s AND EXISTS (
    SELECT 1 FROM genealogy_deviation AS d WHERE d.of_pass_id = p.id AND d.journal_no <= %(as_of)s
)
""",
    postgresql="""
SELECT k.number, p.id
FROM unnest(%(ranges_0)s::bigint[], %(ranges_1)s::bigint[], %(ranges_2)s::bigint[], %(ranges_3)s::bigint[])
    AS k (template_id, first_sequence, last_sequence, number)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_pass AS p
    WHERE p.template_id = k.template_id AND p.sequence BETWEEN k.first_sequence AND k.last_sequence
    OFFSET 0
) AS p
CROSS JOIN LATERAL (
    SELECT 1 FROM genealogy_deviation AS d
    WHERE d.of_pass_id = p.id AND d.journal_no <= %(as_of)s
    LIMIT 1
) AS d
WHERE p.journal_no <= %(as_of)s
""",
)
"""the range's number, pass."""
