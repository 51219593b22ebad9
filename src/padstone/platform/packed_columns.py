"""Columns of bytes that are packed already.

PostgreSQL tries to pack every long value once more. Of what is packed it finds that out at the end, having
taken longer than to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class KeptAsPacked(Operation):
    """PostgreSQL keeps the long values of this column as they are, from now on; SQLite always did."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.column], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._store(schema_editor, "EXTERNAL")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._store(schema_editor, "EXTENDED")

    def _store(self, schema_editor: BaseDatabaseSchemaEditor, storage: str) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE {self.table} ALTER COLUMN {self.column} SET STORAGE {storage}"
            )

    def describe(self) -> str:
        return f"Keep {self.table}.{self.column} as it was packed"
