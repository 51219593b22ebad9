"""How far the books are: everything up to here is committed, and nothing more will come before it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db import connection
from django.db.models import Max

from padstone.features.genealogy.lookups.whole import last_sequences
from padstone.features.history.manifest import Cut
from padstone.features.history.tables import Table
from padstone.kernel.errors import Conflict
from padstone.platform.journal.known import newest_journal_no

LONGEST_WAIT_S = 120
_POLL_S = 0.05


def cut_of_now(tables: Iterable[Table]) -> Cut:
    """The last number of each table, and of each station's passes, once all below them is settled.

    Numbers are given in order, but on PostgreSQL a transaction may commit after one that got higher numbers.
    So we wait for all that were writing when we looked. Refuses where one of them goes on for minutes.
    """
    # In this order: what a pass brought along has come by the time that its number was read.
    journal_no = newest_journal_no()
    sequences = last_sequences()
    rows = {
        table.name: table.rows().order_by().aggregate(last=Max("pk"))["last"] or 0
        for table in tables
        if table.rows is not None
    }
    cut = Cut(journal_no=journal_no, rows=rows, sequences=sequences)
    if connection.vendor == "postgresql":
        _wait_for_writers()
    return cut


def _wait_for_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        (now,) = cursor.fetchone()
        deadline = time.monotonic() + LONGEST_WAIT_S
        while True:
            # Those in progress, but for our own.
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS xid "
                "WHERE xid < %s::xid8 AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned())",
                [now],
            )
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > deadline:
                raise Conflict(
                    "writer_unfinished",
                    "A transaction has been writing for more than {seconds} seconds.",
                    way_out="Find it in pg_stat_activity; then export again.",
                    seconds=LONGEST_WAIT_S,
                )
            time.sleep(_POLL_S)
