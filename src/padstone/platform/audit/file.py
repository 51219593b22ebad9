"""The database as such: whether it can be read whole, and whether its guards stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from padstone.platform.append_only import missing_guards
from padstone.platform.audit.stored import DAMAGE
from padstone.platform.audit.verify import Broken, Checked, Progress, no_progress

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

FILE, GUARDS = "database file", "guards"


def check_file(connection: BaseDatabaseWrapper, *, progress: Progress = no_progress) -> Checked:
    """SQLite's own check of every page, row and index. PostgreSQL reads past nothing that it cannot read, so
    there it is enough to walk the chains.
    """
    if connection.vendor != "sqlite":
        return Checked(FILE, 0)
    progress(FILE, 0, 1)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            said = [str(row[0]) for row in cursor.fetchall()]
            tables = _tables_by_page(cursor)
    except DAMAGE as error:
        return Checked(FILE, 0, Broken(FILE, "", f"it cannot be read: {error}"))
    if said != ["ok"]:
        return Checked(FILE, 0, _damage(said[0], tables))
    return Checked(FILE, 1)


def check_guards(connection: BaseDatabaseWrapper) -> Checked:
    """The triggers by which the database itself refuses to change evidence."""
    try:
        missing = missing_guards(connection)
    except DAMAGE as error:
        return Checked(GUARDS, 0, Broken(FILE, "", f"it cannot be read: {error}"))
    if missing:
        what = f"the trigger is missing or was changed ({len(missing)} in all)"
        return Checked(GUARDS, 0, Broken("trigger", missing[0], what))
    return Checked(GUARDS, 1)


def _tables_by_page(cursor: CursorWrapper) -> dict[int, str]:
    cursor.execute("SELECT rootpage, name FROM sqlite_master WHERE rootpage > 0")
    return {page: str(name) for page, name in cursor.fetchall()}


def _damage(said: str, tables: dict[int, str]) -> Broken:
    """What SQLite says, with the table or index that it says it of."""
    tree = re.search(r"[Tt]ree (?:page )?(\d+)", said)
    table = tables.get(int(tree[1]), FILE) if tree else FILE
    return Broken(table, "", f"the database file is damaged: {' '.join(said.split())}")
