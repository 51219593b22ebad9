"""PostgreSQL databases for tests. To migrate one takes many seconds; to copy one that is migrated, none."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

BEGUN_HERE = "PADSTONE_TEST_RUN" not in os.environ
RUN = os.environ.setdefault("PADSTONE_TEST_RUN", uuid4().hex)
"""The processes of a run inherit its name, and with it the database that they share."""
MIGRATED = f"padstone_migrated_{RUN}"


@contextmanager
def new_database(server: str, *, like: str = "template1") -> Iterator[str]:
    """The URL of a database that lives as long as the block: empty, or a copy of another."""
    name = f"padstone_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        create, drop = "CREATE DATABASE {} TEMPLATE {}", "DROP DATABASE {} WITH (FORCE)"
        connection.execute(sql.SQL(create).format(sql.Identifier(name), sql.Identifier(like)))
        try:
            yield url_of(server, name)
        finally:
            connection.execute(sql.SQL(drop).format(sql.Identifier(name)))


def url_of(server: str, name: str) -> str:
    """Where another database of the same server is."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def migrated(server: str) -> str:
    """The name of a database that is migrated and empty, to be copied: whoever wants it first makes it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [MIGRATED])
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED]).fetchone():
            working = f"{MIGRATED}_new"
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(working))
            )
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(working)))
            _migrate(url_of(server, working))
            rename = "ALTER DATABASE {} RENAME TO {}"
            connection.execute(sql.SQL(rename).format(sql.Identifier(working), sql.Identifier(MIGRATED)))
    return MIGRATED


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="padstone-tests-") as folder:
        subprocess.run(
            [sys.executable, "-m", "padstone.config.main", "migrate"],
            env={**os.environ, "PADSTONE_DATA": folder, "PADSTONE_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            check=True,
        )


def drop_migrated(server: str) -> None:
    """At the end of the run; where the server cannot be reached, there was none to make."""
    with suppress(psycopg.OperationalError), psycopg.connect(server, autocommit=True) as connection:
        drop = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
        connection.execute(sql.SQL(drop).format(sql.Identifier(MIGRATED)))
