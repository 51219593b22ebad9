"""The passes that a span reaches and whose template uses its location.

Pinned: from ranges of sequences, each of one template, to the passes by (template, sequence). The obvious
join, a span to the passes of its station by ``sequence BETWEEN``, reads all that the station did while a
package hung there unused, and PostgreSQL takes it for a ninth of the table and reads that instead.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

PASSES_IN_RANGES = Pinned(
    name="passes_in_ranges",
    sqlite="""
SELECT json_extract(k.value, '$[3]'), p.id, p.panel_id, p.base_at, p.last_at, p.work_transaction_id
FROM json_each(%(ranges)s) AS k
CROSS JOIN genealogy_pass AS p INDEXED BY pass_template_sequence
    ON p.template_id = json_extract(k.value, '$[0]')
    AND p.sequence BETWEEN json_extract(k.value, '$[1]') AND json_extract(k.value, '$[2]')
WHERE p.journal_no <= %(as_of)s
""",
    postgresql="""
SELECT k.number, p.id, p.panel_id, (extract(epoch FROM p.base_at) * 1000000)::bigint,
       (extract(epoch FROM p.last_at) * 1000000)::bigint, p.work_transaction_id
FROM unnest(%(ranges_0)s::bigint[], %(ranges_1)s::bigint[], %(ranges_2)s::bigint[], %(ranges_3)s::bigint[])
    AS k (template_id, first_sequence, last_sequence, number)
CROSS JOIN LATERAL (
    SELECT * FROM genealogy_pass AS p
    WHERE p.template_id = k.template_id AND p.sequence BETWEEN k.first_sequence AND k.last_sequence
    OFFSET 0
) AS p
WHERE p.journal_no <= %(as_of)s
""",
)
"""the range's number, pass, panel, base, last, work transaction."""
