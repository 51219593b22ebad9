"""What is packed already, PostgreSQL does not try to pack."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("table", "column"), [("ingest_batch", "compressed"), ("genealogy_pass", "times")])
def test_it_is_kept_as_it_is(table: str, column: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite packs nothing")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            [table, column],
        )
        assert cursor.fetchone() == ("e",)
