"""The database: is it there, is it this version's, is it sound, are its guards up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, fault, fine, note, warning
from padstone.entrypoints.ingestd.turns import Claim, claimed_by
from padstone.platform.append_only import missing_guards
from padstone.platform.backup.postgresql import cut_off
from padstone.platform.discretion import without_secrets

ABOUT = "database"
FULL = 2
_FINDINGS = 5


def is_reachable() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return fault(
            ABOUT,
            f"It cannot be reached: {without_secrets(str(error)).strip()}",
            "Look at PADSTONE_DATA or PADSTONE_DATABASE_URL, and whether the server runs.",
        )
    return fine(ABOUT, f"{connection.display_name} answers.")


def is_migrated() -> Finding:
    if cut_off(connection):
        return fault(
            ABOUT,
            "A restore into it was cut off; what it held before stands aside.",
            "Run it again: padstone backup restore FILE --replace. It puts back what was there first.",
        )
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    if later := sorted(f"{app}.{name}" for app, name in set(executor.loader.applied_migrations) - known):
        return fault(
            ABOUT,
            f"A later version has worked on it ({', '.join(later[:_FINDINGS])}).",
            "Install that version or a later one.",
        )
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return fault(ABOUT, f"It lacks {len(missing)} of this version's migrations.", "padstone migrate")
    return fine(ABOUT, "It has this version's tables.")


def guards(deployment: Deployment) -> Iterator[Finding]:
    if missing := missing_guards(connection):
        yield fault(
            "evidence",
            f"Nothing guards it against change: {', '.join(missing)} missing.",
            "padstone migrate; then find out who removed them.",
        )
    else:
        yield fine("evidence", "Every table that must be append-only is guarded.")


def processes(deployment: Deployment) -> Iterator[Finding]:
    """How many may work on it."""
    about = "processes"
    if connection.vendor != "sqlite":
        yield fine(about, "Several ingest processes may share the work, and the web may run elsewhere.")
        return
    claim = claimed_by(deployment.wiring.data_folder())
    now = f" Now it is process {claim.pid}." if claim and _lives(claim) else ""
    yield note(
        about,
        f"The embedded database has one ingest process, on this machine, and many readers.{now}",
        "For several, or for several machines, keep the data in PostgreSQL: docs/how-to/deploy.md.",
    )


def _lives(claim: Claim) -> bool:
    return claim.host == os.uname().nodename and Path(f"/proc/{claim.pid}").exists()


def sqlite(deployment: Deployment) -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    about = "SQLite"
    with connection.cursor() as cursor:
        mode = str(cursor.execute("PRAGMA journal_mode").fetchone()[0])
        durability = int(cursor.execute("PRAGMA synchronous").fetchone()[0])
        said = [row[0] for row in cursor.execute(f"PRAGMA quick_check({_FINDINGS})").fetchall()]
    if mode != "wal":
        yield warning(
            about,
            f"Its journal mode is {mode}, so readers and the writer wait for each other.",
            "Its file system must allow shared memory: keep the data folder on a local disk.",
        )
    if durability < FULL:
        yield fault(
            about, "A power cut may take committed messages with it.", "Nothing may set PRAGMA synchronous."
        )
    if said == ["ok"]:
        yield fine(about, f"Its quick check finds nothing wrong; journal mode {mode}.")
    else:
        yield fault(
            about,
            f"The file is damaged: {'; '.join(said)}",
            "Stop Padstone, copy the data folder, restore the last backup; then look at the disk.",
        )
