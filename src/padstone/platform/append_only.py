"""Tables that only grow: the database itself refuses to change or delete their rows.

A migration adds ``AppendOnly("app_table")`` after the table exists, and once more after any operation that
changes the table: on SQLite an ``AlterField`` rebuilds it and silently drops its triggers. ``missing_guards``
compares what stands with what should after every ``padstone migrate``, and ``stand_guards`` puts it back.
PostgreSQL keeps triggers, and refuses another type for a column that one names: ``StandAside("app_table")``
goes before such an operation, and ``AppendOnly`` after it, in the same migration.

Of a table with states, such as the inbox's messages, only the columns that are evidence are guarded, and its
rows against deletion. One change of evidence is let through (``MOVES``): a batch's compressed bytes become
NULL when the archive's row of that batch stands beside it, with the digest of the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

MESSAGE_EVIDENCE = (
    "id",
    "batch_id",
    "first_byte",
    "size_bytes",
    "source",
    "message_id",
    "name",
    "body_digest",
    "happened_at",
    "sent_at",
)

REQUEST_EVIDENCE = (
    "id",
    "target",
    "name",
    "request_id",
    "envelope",
    "by",
    "why",
    "at",
    "timeout_s",
    "give_up_at",
)

BATCH_EVIDENCE = ("id", "door", "sender", "content_encoding", "received_at", "size_bytes", "digest", "seal")
"""Of a batch, what never changes; its compressed bytes, too, but for the move into the archive."""

GUARDED_TABLES: dict[str, tuple[str, ...]] = {
    "audit_auditline": (),
    "signatures_signature": (),
    "ingest_batch": (),
    "ingest_archiveblock": (),
    "ingest_archivedbatch": (),
    "ingest_message": MESSAGE_EVIDENCE,
    "ingest_disposition": (),
    "ingest_replay": (),
    "ingest_replayed": (),
    "ingest_answer": (),
    "ingest_outgoingrequest": REQUEST_EVIDENCE,
    "sites_clockzone": (),
    "sites_endpointnews": (),
    "parts_revision": ("id", "product_id", "label", "imported_at", "imported_by"),
    "parts_bomline": (),
    "parts_bomdesignator": (),
    "parts_document": (),
    "parts_partstatement": (),
    "design_release": (),
    "design_revisionfile": (),
    "design_waiver": (),
    "materials_loadevent": (),
    "materials_packageancestry": (),
    "materials_packageevent": (),
    "materials_exposureevent": (),
    "stock_condition": (),
    "stock_movement": (),
    "stock_count": (),
    "stock_hold": (),
    "stock_holdend": (),
    "stock_reservation": (),
    "stock_packagecode": (),
    "receiving_supplierdecision": (),
    "receiving_suppliercertificate": (),
    "receiving_lotcertificate": (),
    "receiving_makerform": (),
    "receiving_receivingpolicy": (),
    "receiving_ownnumber": (),
    "receiving_seennumber": (),
    "receiving_receipt": (),
    "kitting_pick": (),
    "kitting_pickend": (),
    "production_unitstatus": (),
    "production_flowevent": (),
    "production_workevent": (),
    "production_unitevent": (),
    "production_orderevent": (),
    "production_recipeevent": (),
    "production_operatorevent": (),
    "clocks_clockevent": (),
    "clocks_boardclockevent": (),
    "clocks_clockpolicy": (),
    "clocks_runout": (),
    "genealogy_placementtemplate": (),
    "genealogy_templateentry": (),
    "genealogy_pass": (),
    "genealogy_deviation": (),
    "genealogy_greyzone": (),
    "genealogy_replacement": (),
    "genealogy_rejection": (),
    "genealogy_designatorset": (),
    "genealogy_appliedmaterial": (),
    "genealogy_tooluse": (),
    "quality_inspection": (),
    "quality_defect": (),
    "quality_test": (),
    "quality_processrecord": (),
    "quality_repair": (),
    "equipment_statechange": (),
    "equipment_faultevent": (),
    "equipment_equipmentevent": (),
}
"""Each table, and the columns that never change; all of them where none is named."""

_SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in BATCH_EVIDENCE)
_MOVED = (
    "OLD.compressed IS NOT NULL AND NEW.compressed IS NULL AND EXISTS "
    "(SELECT 1 FROM ingest_archivedbatch a WHERE a.id = OLD.id AND a.digest = OLD.digest"
)
"""Without its end. SQLite has no SHA-256: there the digests of what the bytes unpack to are compared. On
PostgreSQL also the one of the very bytes that go, as the batch's seal holds it (``kernel.seal.spelled``).
"""
_AS_SEALED = r"a.packed_digest = sha256('\x62'::bytea || OLD.compressed)"

_REFUSE = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;"
_BODIES = {
    "padstone_append_only": f"BEGIN {_REFUSE} END",
    "padstone_only_to_archive": (
        f"BEGIN IF {_SAME} AND {_MOVED} AND {_AS_SEALED}) THEN RETURN NEW; END IF; {_REFUSE} END"
    ),
}
"""PostgreSQL's functions behind the triggers, by their names."""
MOVES = {"ingest_batch": "padstone_only_to_archive"}
"""Tables of which one change is let through, and the function that knows which."""
LOOKED_AT = {"ingest_archivedbatch": "ingest_batch"}
"""Tables that the guards of another look at. On SQLite nothing rebuilds the first while these stand: a
migration that does so begins with ``StandAside`` for the second, and ends with ``AppendOnly`` for both.
"""


class AppendOnly(Operation):
    """Guard a table with triggers against UPDATE, DELETE and whatever else would change or remove a row.

    Repeating it does no harm. ``columns``: only these never change (``GUARDED_TABLES`` says, if not given).
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, columns: Sequence[str] | None = None) -> None:
        self.table = table
        self.columns = tuple(GUARDED_TABLES.get(table, ()) if columns is None else columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"columns": list(self.columns)})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in _standing_up(schema_editor.connection.vendor, self.table, self.columns):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        vendor = schema_editor.connection.vendor
        for name in _guards(vendor, self.table, self.columns):
            schema_editor.execute(_drop(vendor, self.table, name), params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"


class StandAside(AppendOnly):
    """Take the guards of a table away for what comes next in the same migration; AppendOnly must follow."""

    database_forwards = AppendOnly.database_backwards
    database_backwards = AppendOnly.database_forwards

    def describe(self) -> str:
        return f"Lift the guards of {self.table}"


def _guards(vendor: str, table: str, columns: Sequence[str]) -> dict[str, str]:
    """The triggers of a table: each name, and the statement that makes it."""
    changed = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    if vendor == "postgresql":
        return {
            f"{table}_no_{event}": (
                f"CREATE TRIGGER {table}_no_{event} BEFORE {when} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
            for event, when, each, function in (
                ("update", changed, "ROW", MOVES.get(table, "padstone_append_only")),
                ("delete", "DELETE", "ROW", "padstone_append_only"),
                ("truncate", "TRUNCATE", "STATEMENT", "padstone_append_only"),
            )
        }
    unless_moved = f" WHEN NOT ({_SAME} AND {_MOVED}))" if table in MOVES else ""
    refused = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return {
        f"{table}_no_{event}": f"CREATE TRIGGER {table}_no_{event} BEFORE {when} {refused}"
        for event, when in (
            ("update", f"{changed} ON {table}{unless_moved}"),
            ("delete", f"DELETE ON {table}"),
            # INSERT OR REPLACE removes the row in the way without asking a DELETE trigger.
            ("replace", f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"),  # noqa: S608
        )
    }


def _drop(vendor: str, table: str, name: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if vendor == 'postgresql' else ''}"


def _standing_up(vendor: str, table: str, columns: Sequence[str]) -> Iterable[str]:
    if vendor == "postgresql":
        function = MOVES.get(table, "padstone_append_only")
        for needed in sorted({"padstone_append_only", function}):
            yield (
                f"CREATE OR REPLACE FUNCTION {needed}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ {_BODIES[needed]} $$"
            )
    for name, statement in _guards(vendor, table, columns).items():
        yield _drop(vendor, table, name)
        yield statement
        if vendor == "postgresql":
            # Also in a session that plays a replica, where triggers are asleep otherwise.
            yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def missing_guards(connection: BaseDatabaseWrapper, *, existing: bool = False) -> list[str]:
    """Names of triggers that should stand and do not: gone, asleep, or with other words than ours.

    ``existing``: only of tables that there are, and that had their guards once.
    """
    standing = _standing(connection)
    tables = GUARDED_TABLES
    if existing:
        done = _guarded_by_migrations(connection)
        tables = {
            table: columns for table, columns in GUARDED_TABLES.items() if table.partition("_")[0] in done
        }
    return [
        name
        for table, columns in tables.items()
        for name, statement in _guards(connection.vendor, table, columns).items()
        if standing.get(name) != statement
    ]


def stand_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Put back the triggers that are missing (a rebuilt table loses them); answers their names."""
    missing = set(missing_guards(connection))
    with connection.cursor() as cursor:
        for table, columns in GUARDED_TABLES.items():
            if missing & _guards(connection.vendor, table, columns).keys():
                for statement in _standing_up(connection.vendor, table, columns):
                    cursor.execute(statement)
    return sorted(missing)


def _guarded_by_migrations(connection: BaseDatabaseWrapper) -> set[str]:
    """The apps whose migration that puts up the guards has been applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {app for app, name in applied if name.endswith("_append_only")}


def _standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The statement that made each trigger which stands, is awake, and does what ours do."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            # As bytes: whoever tampers with the file need not leave text.
            cursor.execute(
                "SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master WHERE type = 'trigger'"
            )
            return {_text(name): _text(statement) for name, statement in cursor.fetchall()}
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true), p.proname, trim(p.prosrc) FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled = 'A' AND pg_table_is_visible(t.tgrelid)"
        )
        return {
            name: definition
            for name, definition, function, body in cursor.fetchall()
            if _BODIES.get(function) == body
        }


def _text(stored: bytes | None) -> str:
    return (stored or b"").decode(errors="replace")
