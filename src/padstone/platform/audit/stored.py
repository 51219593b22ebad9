"""What a database holds, as it holds it: the spelled columns of rows (``kernel.seal.spelled``), unconverted.

SQLite is asked for the kind and the bytes of every single value. Text that Django would read as the same
instant or the same JSON is another spelling here, and a text is never taken for a blob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DatabaseError

from padstone.kernel.seal import FIRST, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

_LETTERS = {"null": b"", "text": b"t", "blob": b"b", "integer": b"i", "real": b"r"}
AT_ONCE = 500

DAMAGE = (DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises: its names, which SQLite's errors repeat, may be no text any more."""


class StoredRow(NamedTuple):
    id: int
    columns: dict[str, bytes]


class Unreadable(Exception):
    """The database itself cannot read a table: ``after`` is the id of the last row that it could."""

    def __init__(self, table: str, after: int | None, reason: str) -> None:
        super().__init__(table, after, reason)
        self.table = table
        self.after = after
        self.reason = reason


def rows(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    *,
    after: int = 0,
    at_once: int = AT_ONCE,
) -> Iterator[StoredRow]:
    """The rows with a larger id, in the order of their ids, few at a time. Raises Unreadable."""
    names = tuple(columns)
    sql = (
        f"SELECT id, {_values(connection, names)} FROM {table}{_by_table(connection)} "  # noqa: S608 - our own names
        "WHERE id > %s ORDER BY id LIMIT %s"
    )
    while True:
        try:
            found = _asked(connection, sql, (after, at_once))
        except DAMAGE as error:
            if at_once == 1:
                raise Unreadable(table, after, str(error).strip()) from error
            at_once = 1  # up to the very row that cannot be read
            continue
        for one in found:
            after = one[0]
            yield StoredRow(after, _spelled_values(connection, names, one[1:]))
        if len(found) < at_once:
            return


def ordered_rows(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], *, by: str
) -> Iterator[StoredRow]:
    """All rows that have ``by``, in its order; sorted by the database, which keeps little in memory. Raises
    Unreadable.
    """
    names = tuple(columns)
    sql = (
        f"SELECT id, {_values(connection, names)} FROM {table}{_by_table(connection)} "  # noqa: S608 - our own names
        f"WHERE {by} IS NOT NULL ORDER BY {by}, id"
    )
    try:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while found := cursor.fetchmany(AT_ONCE):
                for one in found:
                    yield StoredRow(one[0], _spelled_values(connection, names, one[1:]))
    except DAMAGE as error:
        raise Unreadable(table, None, str(error).strip()) from error


class StoredHead(NamedTuple):
    number: int
    seal: bytes


def head_of(connection: BaseDatabaseWrapper, chain: str) -> StoredHead | None:
    """The head of a chain; None where there is none, or it holds what no head holds. Raises Unreadable."""
    names = ("number", "seal")
    sql = f"SELECT {_values(connection, names)} FROM journal_head WHERE name = %s"  # noqa: S608 - our own names
    try:
        found = _asked(connection, sql, (chain,))
    except DAMAGE as error:
        raise Unreadable("journal_head", None, str(error).strip()) from error
    if len(found) != 1:
        return None
    columns = _spelled_values(connection, names, found[0])
    number, seal = columns["number"], columns["seal"]
    if not number.startswith(b"i") or not seal.startswith(b"b"):
        return None
    return StoredHead(int(number[1:]), seal[1:] or FIRST)


def _asked(connection: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _by_table(connection: BaseDatabaseWrapper) -> str:
    """From the row itself, and not from the copy of it that an index keeps."""
    return " NOT INDEXED" if connection.vendor == "sqlite" else ""


def _values(connection: BaseDatabaseWrapper, columns: Sequence[str]) -> str:
    if connection.vendor != "sqlite":
        return ", ".join(f'"{name}"' for name in columns)
    return ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in columns)


def _spelled_values(
    connection: BaseDatabaseWrapper, columns: Sequence[str], values: Sequence[Any]
) -> dict[str, bytes]:
    if connection.vendor != "sqlite":
        return {
            name: spelled(bytes(value) if isinstance(value, memoryview) else value)
            for name, value in zip(columns, values, strict=True)
        }
    return {
        name: _LETTERS[values[2 * place]] + (values[2 * place + 1] or b"")
        for place, name in enumerate(columns)
    }
