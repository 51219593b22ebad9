"""Who stands for an identity: the message on hand of this source and id, repeated and rejected ones apart.

Asked of everything that comes in. Pinned: through the index of those that stand, one look-up for each id. Its
condition is spelled out, since a planner that gets the states as parameters cannot see that they are the
index's own: then it reads through all that the source ever said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from padstone.platform.pinned import Pinned, in_parts

if TYPE_CHECKING:
    from collections.abc import Collection

STANDING = Pinned(
    name="messages_standing_for",
    sqlite="""
SELECT m.message_id, m.id, m.body_digest
FROM json_each(%(ids)s) AS k
CROSS JOIN ingest_message AS m INDEXED BY message_once
WHERE m.source = %(source)s AND m.message_id = k.value AND NOT (m.state IN ('repeated', 'rejected'))
""",
    postgresql="""
SELECT k.message_id, m.id, m.body_digest
FROM unnest(%(ids)s::varchar[]) AS k (message_id)
CROSS JOIN LATERAL (
    SELECT id, body_digest FROM ingest_message AS m
    WHERE m.source = %(source)s AND m.message_id = k.message_id
        AND NOT (m.state IN ('repeated', 'rejected'))
    OFFSET 0
) AS m
""",
)
"""message id, row, digest of the body"""


class Standing(NamedTuple):
    """A message that stands for its identity: its row's id, and what it says."""

    pk: int
    body_digest: bytes


def standing(source: str, message_ids: Collection[str]) -> dict[str, Standing]:
    """Who stands for these of a source's ids, where anybody does."""
    rows = (
        row for some in in_parts(sorted(set(message_ids))) for row in STANDING.rows(source=source, ids=some)
    )
    return {message_id: Standing(pk, bytes(body_digest)) for message_id, pk, body_digest in rows}
