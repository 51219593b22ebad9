"""Backing up PostgreSQL with its own tools, out of one exported snapshot that the counts come from too."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from padstone.kernel.errors import Conflict, Refusal
from padstone.platform.backup.facts import LEFT_OUT, Tell, facts_of
from padstone.platform.backup.manifest import Facts, damaged

SCRATCH: Final = "padstone_verify_"
_LOCK: Final = "SELECT pg_try_advisory_lock(hashtext(%s))"
ASIDE: Final = "padstone_before_restore"
"""The schema that holds the old tables while a restore is under way: where it stands, a restore was cut off.
"""
KEPT: Final = "padstone_kept_"
_FINDINGS: Final = 5
_PACKAGE: Final = "Install Debian's package postgresql-client, in the server's version or a later one."


class Postgresql:
    kind = "postgresql"
    image = "database.pgdump"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """From Django's description: NAME, USER, PASSWORD, HOST, PORT, and libpq's words in OPTIONS."""
        self._settings = settings
        named = {
            "dbname": settings.get("NAME"),
            "user": settings.get("USER"),
            "host": settings.get("HOST"),
            "port": settings.get("PORT"),
        }
        options = {
            name: value for name, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)
        }
        self._address = {name: str(value) for name, value in (named | options).items() if value}
        self._password = str(settings.get("PASSWORD") or "")

    @property
    def name(self) -> str:
        return self._address.get("dbname", "")

    def version(self) -> str:
        with self._connected() as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]  # one row

    def size_bytes(self) -> int:
        with self._connected() as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def save(self, image: Path, tell: Tell) -> Facts:
        """``pg_dump`` in its custom format, without logins under way; it compresses nothing, the archive
        does.
        """
        with self._connected() as connection:
            self._check_tool("pg_dump", connection)
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            tables = _tables(connection)
            if not tables:
                raise Refusal(
                    "database_empty",
                    "The database {name} has no tables.",
                    way_out="Is it the right one? padstone migrate makes the tables.",
                    name=self.name,
                )
            self._run(
                [
                    "pg_dump",
                    "--format=custom",
                    "--compress=0",
                    "--no-owner",
                    "--no-privileges",
                    "--no-comments",
                    "--verbose",
                    f"--snapshot={snapshot[0] if snapshot else ''}",
                    *(f"--exclude-table-data=*.{table}" for table in LEFT_OUT),
                    f"--exclude-schema={ASIDE}",
                    f"--exclude-schema={KEPT}*",
                    f"--file={image}",
                ],
                _Counting(tell, "Copying", len(tables)),
            )
            return facts_of(tables, _asking(connection), tell)

    def facts(self, tell: Tell) -> Facts | None:
        with self._connected() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = _tables(connection)
            return facts_of(tables, _asking(connection), tell) if tables else None

    @contextmanager
    def scratch(self, folder: Path) -> Iterator[Postgresql]:
        """A database beside this one, on the same server. Those that a killed run left are dropped first:
        nobody holds their lock any more.
        """
        name = f"{SCRATCH}{secrets.token_hex(6)}"
        with self._connected() as connection:
            connection.execute(_LOCK, [name])
            _drop_left(connection)
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege as error:
                raise Refusal(
                    "scratch_database_refused",
                    "The role {role} may not make a database to restore into.",
                    way_out="ALTER ROLE ... CREATEDB, or name a server where one may: --database-url.",
                    role=connection.info.user,
                ) from error
            try:
                yield Postgresql({**self._settings, "NAME": name})
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def recover(self) -> bool:
        """Put back what a restore that was cut off had set aside. Whether there was anything."""
        with self._connected() as connection:
            if not _exists(connection, ASIDE):
                return False
            self._must_be_alone(connection)
            aside = PostgresqlAside(self, _schema(connection))
        aside.put_back()
        return True

    def environment(self) -> dict[str, str]:
        address = dict(self._address)
        host, port = address.pop("host", ""), address.pop("port", "")
        user, name = address.pop("user", ""), address.pop("dbname", "")
        who = quote(user, safe="") + (f":{quote(self._password, safe='')}" if self._password else "")
        where = f"[{host}]" if ":" in host else quote(host, safe="")
        url = f"postgresql://{who}@{where}{f':{port}' if port else ''}/{quote(name, safe='')}"
        return {
            "PADSTONE_DATABASE_URL": url + (f"?{urlencode(address)}" if address else ""),
            "PADSTONE_DATABASE_URL_FILE": "",
        }

    def replace(
        self, image: Path, expected: Facts, settle: Callable[[Mapping[str, str]], None], tell: Tell
    ) -> PostgresqlAside:
        """Put a copy in the place of what is in this database. The old tables stand aside in a schema of
        their own.

        Whatever goes wrong, they are put back; if this process is killed they still stand aside, Padstone
        refuses to start, and the next restore puts them back first. Refuses (Conflict) while others are
        connected.
        """
        with self._connected() as connection:
            self._check_tool("pg_restore", connection)
            self._must_be_alone(connection)
            aside = PostgresqlAside(self, _schema(connection))
            aside.step_aside(connection)
        try:
            self._run(
                [
                    "pg_restore",
                    "--single-transaction",
                    "--exit-on-error",
                    "--no-owner",
                    "--no-privileges",
                    "--no-comments",
                    "--verbose",
                    f"--dbname={self._conninfo()}",
                    str(image),
                ],
                _Counting(tell, "Restoring", len(expected.rows)),
            )
            self._must_hold(expected, tell)
            settle(self.environment())
        except BaseException:
            aside.put_back()
            raise
        return aside

    def _must_hold(self, expected: Facts, tell: Tell) -> None:
        found = self.facts(tell)
        if found is None:
            raise damaged("its database holds no tables")
        if differences := expected.differences(found):
            raise damaged("; ".join(differences[:_FINDINGS]))

    # --- small things ----------------------------------------

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        password = self._password or None
        with psycopg.connect(self._conninfo(), autocommit=True, password=password) as connection:
            yield connection

    def _conninfo(self) -> str:
        """Without the password: it may be shown among the processes."""
        return make_conninfo("", **self._address)

    def _must_be_alone(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        if others and others[0]:
            raise Conflict(
                "database_in_use",
                "{count} others are connected to the database {name}.",
                way_out="Stop Padstone, then restore.",
                count=others[0],
                name=self.name,
            )

    def _check_tool(self, tool: str, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        server = connection.info.server_version // 10000
        if shutil.which(tool) is None:
            raise Refusal("tool_missing", "{tool} is not installed.", way_out=_PACKAGE, tool=tool)
        said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - by name, as its users do
        found = re.search(r"\(PostgreSQL\) (\d+)", said)
        if found is None or int(found[1]) < server:
            raise Refusal(
                "tool_too_old",
                "{tool} is of version {found}, and the server of version {server}: it cannot read it.",
                way_out=_PACKAGE,
                tool=tool,
                found=found[1] if found else "unknown",
                server=server,
            )

    def _run(self, command: Sequence[str], heard: _Counting) -> None:
        given = {"PGPASSWORD": self._password} if self._password else {}
        if command[0] == "pg_dump":
            command = [*command, f"--dbname={self._conninfo()}"]
        with subprocess.Popen(  # noqa: S603 - our own words
            command,
            env=os.environ | given | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                for line in process.stderr or ():
                    heard(line)
            except BaseException:
                process.terminate()
                raise
        if process.returncode:
            raise Refusal("tool_failed", "{tool} failed: {why}", tool=command[0], why=heard.complaint())


@dataclass(frozen=True, slots=True)
class PostgresqlAside:
    """The tables as they were before, in a schema of their own."""

    database: Postgresql
    schema: str

    def step_aside(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        with connection.transaction():
            self._say(connection, "ALTER SCHEMA {schema} RENAME TO {aside}")
            self._say(connection, "CREATE SCHEMA {schema}")

    def put_back(self) -> None:
        with self.database._connected() as connection, connection.transaction():  # noqa: SLF001 - its own other half
            self._say(connection, "DROP SCHEMA IF EXISTS {schema} CASCADE")
            self._say(connection, "ALTER SCHEMA {aside} RENAME TO {schema}")

    def discard(self) -> None:
        with self.database._connected() as connection:  # noqa: SLF001 - as above
            self._say(connection, "DROP SCHEMA {aside} CASCADE")

    def keep(self) -> str:
        """Under a name that no later restore touches."""
        kept = f"{KEPT}{secrets.token_hex(4)}"
        with self.database._connected() as connection:  # noqa: SLF001 - as above
            self._say(connection, "ALTER SCHEMA {aside} RENAME TO {kept}", kept=kept)
        return f"schema {kept} of {self.database.name}"

    def _say(self, connection: psycopg.Connection[tuple[Any, ...]], text: str, **names: str) -> None:
        known = {"schema": self.schema, "aside": ASIDE} | names
        statement = sql.SQL(text).format(**{name: sql.Identifier(value) for name, value in known.items()})
        connection.execute(statement)


class _Counting:
    """Hears what a tool says with --verbose: counts the tables it is done with, and keeps its last words."""

    def __init__(self, tell: Tell, step: str, total: int) -> None:
        self._tell, self._step, self._total, self._done = tell, step, total, 0
        self._last: list[str] = []

    def __call__(self, line: str) -> None:
        if "contents of table" in line or "processing data for table" in line:
            self._done += 1
            self._tell(self._step, min(self._done, self._total), self._total)
        self._last = [*self._last[-19:], line.strip()]

    def complaint(self) -> str:
        errors = [line for line in self._last if "error" in line.lower()]
        return " ".join((errors or self._last)[-3:])


def cut_off(connection: Any) -> bool:
    """Whether a restore into the database of this Django connection was cut off."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [ASIDE])
        return bool(cursor.fetchone()[0])


def _drop_left(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    left = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) "
        "AND pg_has_role(datdba, 'USAGE') AND pg_try_advisory_lock(hashtext(datname))",
        [SCRATCH],
    ).fetchall()
    for (name,) in left:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _schema(connection: psycopg.Connection[tuple[Any, ...]]) -> str:
    row = connection.execute("SELECT current_schema()").fetchone()
    return str(row[0]) if row and row[0] else "public"


def _exists(connection: psycopg.Connection[tuple[Any, ...]], schema: str) -> bool:
    return (
        connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is not None
    )


def _tables(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    )
    return [row[0] for row in rows]


def _asking(connection: psycopg.Connection[tuple[Any, ...]]) -> Callable[[str], Iterable[tuple[Any, ...]]]:
    return lambda query: connection.execute(query).fetchall()
