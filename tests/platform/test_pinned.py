"""Statements with a plan of their own, and how the server is told to go about them."""

from __future__ import annotations

import pytest
from django.db import connection

from padstone.platform.pinned import Pinned

pytestmark = pytest.mark.django_db

NUMBERS = Pinned(
    name="numbers",
    sqlite="""
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %(last)s)
SELECT n FROM numbers WHERE n <= %(last)s
""",
    postgresql="SELECT n FROM generate_series(1, %(last)s) AS n",
)


@pytest.mark.parametrize("last", [0, 1, 2_000, 3_999, 4_000, 4_001, 9_001])
def test_batches_are_all_rows_however_many(last: int) -> None:
    batches = list(NUMBERS.batches(last=last))
    assert [row[0] for rows in batches for row in rows] == list(range(1, last + 1))
    assert max(map(len, batches), default=0) <= 4_000


def test_other_questions_may_be_asked_between_batches() -> None:
    seen = 0
    for rows in NUMBERS.batches(last=9_001):
        seen += len(NUMBERS.rows(last=len(rows)))
    assert seen == 9_001


def test_the_server_is_told_how_to_plan() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL")
    with connection.cursor() as cursor:
        for name, value in (
            ("jit", "off"),
            ("enable_memoize", "off"),
            ("plan_cache_mode", "force_generic_plan"),
        ):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
