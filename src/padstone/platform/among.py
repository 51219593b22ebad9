"""``column__among=[...]``: as ``column__in``, in a statement that is the same however many there are.

So it can be prepared, and PostgreSQL need not read and plan some hundred parameters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Field, ForeignKey, Lookup

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    _Lookup = Lookup[Any]
else:  # only the stubs know that lookups are generic
    _Lookup = Lookup


@Field.register_lookup
@ForeignKey.register_lookup
class Among(_Lookup):
    """The column holds one of these numbers or texts, in the database's own words for them."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        one_of = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        return f"{column} {one_of}", (*parameters, as_one(self.rhs, connection))


def as_one(keys: Collection[Any], connection: BaseDatabaseWrapper) -> list[Any] | str:
    """Numbers or texts as one parameter: PostgreSQL's array, SQLite's JSON."""
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))
