"""What takes too long is stopped in the database, and refused in words; what is left alone is left alone."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction

from padstone.platform.patience import TookTooLong, within_patience
from padstone.platform.pinned import Pinned

pytestmark = pytest.mark.django_db

ENDLESS = """
WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2000000000)
SELECT count(*) FROM n
"""


def ask(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_a_question_without_end_is_stopped() -> None:
    with pytest.raises(TookTooLong) as refused, within_patience(0.05), transaction.atomic():
        ask(ENDLESS)
    assert (refused.value.code, refused.value.status) == ("took_too_long", 503)
    assert "command line" in refused.value.way_out


def test_afterwards_nothing_is_limited() -> None:
    with within_patience(0.05):
        ask("SELECT 1")
    limited = "SELECT 100000" if connection.vendor == "sqlite" else "SHOW statement_timeout"
    assert ask(limited) in {100_000, "0"}
    with pytest.raises(TookTooLong), within_patience(0.05), transaction.atomic():
        ask(ENDLESS)
    assert ask("SELECT 1") == 1


def test_another_error_stays_what_it_is() -> None:
    wrong = "SELECT * FROM no_such_table"
    with pytest.raises(Exception, match="no_such_table"), within_patience(5), transaction.atomic():
        ask(wrong)
    with pytest.raises(OperationalError, match="busy"), within_patience(5):
        raise OperationalError("busy")


class TestBatches:
    NUMBERS = Pinned(
        name="numbers",
        sqlite="WITH RECURSIVE n (value) AS "
        "(SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < %(most)s) SELECT value FROM n",
        postgresql="SELECT value FROM generate_series(1, %(most)s) AS value",
    )

    def test_all_rows_come_in_order_some_at_a_time(self) -> None:
        batches = list(self.NUMBERS.batches(most=4_500))
        assert [len(batch) for batch in batches] == [2_000, 2_000, 500]
        assert [row[0] for batch in batches for row in batch] == list(range(1, 4_501))

    def test_whoever_stops_asking_ends_the_question(self) -> None:
        batches = self.NUMBERS.batches(most=2_000_000_000 if connection.vendor == "sqlite" else 50_000)
        assert len(next(batches)) == 2_000
        batches.close()  # type: ignore[attr-defined]  # a generator
        if connection.vendor == "postgresql":
            assert ask("SELECT count(*) FROM pg_cursors") == 0

    def test_a_list_of_rows_reaches_both_databases(self) -> None:
        pairs = Pinned(
            name="pairs",
            sqlite="SELECT json_extract(k.value, '$[0]'), json_extract(k.value, '$[1]') "
            "FROM json_each(%(keys)s) AS k",
            postgresql="SELECT * FROM unnest(%(keys_0)s::bigint[], %(keys_1)s::bigint[])",
        )
        assert pairs.rows(keys=[(1, 2), (3, 4)]) == [(1, 2), (3, 4)]
