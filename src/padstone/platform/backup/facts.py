"""What a database holds, asked in plain SQL: a backup's database may be older than this version's models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from padstone.platform.backup.manifest import Facts, Newest

Ask = Callable[[str], Iterable[tuple[Any, ...]]]
"""Runs one query and returns its rows."""

Tell = Callable[[str, int, int], None]
"""Is told how far a step has come: its name, how much is done, and of how much."""

LEFT_OUT: Final = ("django_session", "usersessions_usersession", "accounts_cache")
"""Logins under way, and counters of attempts: no backup holds their rows, for whoever held one could go on in
another's name. Everybody logs in again after a restore.
"""

BLOCKS: Final = "ingest_archiveblock"
HEADS: Final = "journal_head"
SEALED: Final = ("ingest_batch", "audit_auditline", "signatures_signature")
FILLED_BY_MIGRATE: Final = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def facts_of(tables: Iterable[str], ask: Ask, tell: Tell) -> Facts:
    """Counts, heads and newest seals. The caller holds the snapshot in which they are asked."""
    names = sorted(tables)
    rows = {}
    for number, table in enumerate(names):
        tell("Counting", number, len(names))
        rows[table] = 0 if table in LEFT_OUT else _one(ask, f'SELECT count(*) FROM "{table}"')  # noqa: S608 - ours
    tell("Counting", len(names), len(names))
    return Facts(
        migrations=(
            [
                f"{app}.{name}"
                for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name")
            ]
            if "django_migrations" in rows
            else []
        ),
        rows=rows,
        heads=(
            {
                name: Newest(number, bytes(seal).hex())
                for name, number, seal in ask(f'SELECT name, number, seal FROM "{HEADS}" ORDER BY name')  # noqa: S608 - ours
            }
            if HEADS in rows
            else {}
        ),
        seals={table: newest for table in SEALED if table in rows and (newest := _newest(ask, table))},
    )


def is_empty(facts: Facts) -> bool:
    """Nothing in it but what making the tables puts there."""
    return not any(count for table, count in facts.rows.items() if table not in FILLED_BY_MIGRATE)


def _newest(ask: Ask, table: str) -> Newest | None:
    for number, seal in ask(f'SELECT id, seal FROM "{table}" ORDER BY id DESC LIMIT 1'):  # noqa: S608 - ours
        return Newest(number, bytes(seal).hex())
    return None


def _one(ask: Ask, query: str) -> int:
    return next(int(row[0]) for row in ask(query))


def silent(step: str, done: int, total: int) -> None:
    """A Tell for nobody."""
