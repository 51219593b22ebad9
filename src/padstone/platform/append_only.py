"""Tables that only grow: the database itself refuses to change or delete their rows.

A migration adds ``AppendOnly("app_table")`` after the table exists. On SQLite a later ``AlterField``
rebuilds a table and silently drops its triggers: ``missing_guards`` compares the triggers with the list after
every migrate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

GUARDED_TABLES = (
    "audit_auditline",
    "ingest_batch",
    "materials_loadevent",
    "production_unitstatus",
    "production_flowevent",
    "genealogy_placementtemplate",
    "genealogy_templateentry",
    "genealogy_pass",
    "genealogy_deviation",
    "genealogy_greyzone",
    "genealogy_replacement",
    "genealogy_rejection",
    "quality_inspection",
    "quality_defect",
    "quality_test",
    "quality_processrecord",
    "quality_repair",
)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION padstone_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$
"""


class AppendOnly(Operation):
    """Guard a table with triggers against UPDATE and DELETE."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in _guard(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        on_table = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {self.table}_no_{event}{on_table}", params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"


def _guard(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            _POSTGRESQL_FUNCTION.replace("%%", "%"),
            *(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION padstone_append_only()"
                for event in ("update", "delete")
            ),
        ]
    return [
        f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for event in ("update", "delete")
    ]


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should stand and do not."""
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    wanted = [f"{table}_no_{event}" for table in GUARDED_TABLES for event in ("update", "delete")]
    return [name for name in wanted if name not in present]
