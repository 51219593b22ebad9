"""The database itself refuses to change evidence, and says when it no longer would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from pytest_django import DjangoDbBlocker

from padstone.config.main import main
from padstone.entrypoints.cli import migrate
from padstone.ingest.archive.moving import archive
from padstone.kernel.actor import INTERPRETER
from padstone.platform.append_only import (
    GUARDED_TABLES,
    LOOKED_AT,
    MOVES,
    AppendOnly,
    StandAside,
    missing_guards,
    stand_guards,
)
from padstone.platform.audit.file import check_guards
from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.record import record
from padstone.simulator.scenarios import Suspect
from padstone.simulator.world import Settings, run
from tests.evidence.factory_file import as_default
from tests.shop_floor import build

ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it is SQLite's own way")
ON_POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="it is PostgreSQL's own way")


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "is append-only" in str(error)
    return False


@pytest.fixture
def factory(db: None) -> None:
    build([body for _, body in run(Settings(units=6, panel_up=2, suspect=Suspect("LX-1", 2))).messages])
    record(INTERPRETER, "look", "evidence")
    archive(INTERPRETER, older_than=timedelta(0))


def test_every_table_of_evidence_is_guarded() -> None:
    known = {model._meta.db_table for model in apps.get_models()}
    assert set(GUARDED_TABLES) <= known
    told = {model._meta.db_table for model in apps.get_models() if "Append-only" in (model.__doc__ or "")}
    assert told <= set(GUARDED_TABLES)


@pytest.mark.django_db
def test_all_guards_stand() -> None:
    assert missing_guards(connection) == []
    assert check_guards(connection).intact


@pytest.mark.django_db
def test_rows_can_be_neither_changed_nor_removed(factory: None) -> None:
    filled = [table for table in GUARDED_TABLES if count(table)]
    assert len(filled) > 20
    open_doors = [
        sql
        for table in filled
        for sql in (
            f"DELETE FROM {table}",
            *(f"UPDATE {table} SET {column} = {column}" for column in GUARDED_TABLES[table] or ["id"]),
        )
        if not refused(sql)
    ]
    assert open_doors == []


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_becomes_of_a_message_may_change(factory: None) -> None:
    assert not refused("UPDATE ingest_message SET attempts = attempts + 1, state = state")


@pytest.mark.django_db
@ON_SQLITE
def test_a_row_cannot_be_replaced(factory: None) -> None:
    columns = ", ".join(str(field.column) for field in AuditLine._meta.concrete_fields)
    assert refused(
        f"INSERT OR REPLACE INTO audit_auditline ({columns}) SELECT {columns} FROM audit_auditline"
    )


@pytest.mark.django_db
@ON_POSTGRESQL
def test_a_table_cannot_be_emptied_at_once(factory: None) -> None:
    assert refused("TRUNCATE audit_auditline CASCADE")


@pytest.mark.django_db
@ON_POSTGRESQL
@pytest.mark.parametrize(
    "harm",
    [
        "ALTER TABLE audit_auditline DISABLE TRIGGER audit_auditline_no_delete",
        "ALTER TABLE audit_auditline ENABLE TRIGGER audit_auditline_no_delete",
        "DROP TRIGGER audit_auditline_no_delete ON audit_auditline",
    ],
)
def test_a_guard_that_sleeps_is_missing(db: None, harm: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(harm)
    assert missing_guards(connection) == ["audit_auditline_no_delete"]


@pytest.mark.django_db
@ON_POSTGRESQL
def test_a_guard_that_does_nothing_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION padstone_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN OLD; END $$"
        )
    assert len(missing_guards(connection)) == 3 * len(GUARDED_TABLES) - len(MOVES)
    stand_guards(connection)
    assert missing_guards(connection) == []


@pytest.mark.django_db
@ON_SQLITE
def test_a_guard_with_other_words_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditline_no_delete")
        cursor.execute(
            "CREATE TRIGGER audit_auditline_no_delete BEFORE DELETE ON audit_auditline BEGIN SELECT 1; END"
        )
    broken = check_guards(connection).broken
    assert broken is not None
    assert (broken.table, broken.row) == ("trigger", "audit_auditline_no_delete")
    assert stand_guards(connection) == ["audit_auditline_no_delete"]
    assert missing_guards(connection) == []


# --- migrations ------------------------------


MODELS = {model._meta.db_table: model for model in apps.get_models()}


def as_a_later_version_may(table: str) -> list[Operation]:
    """A new column, and another that may be empty from now on (or no longer): SQLite rebuilds the table."""
    name = MODELS[table]._meta.model_name or ""
    field = next(
        field for field in MODELS[table]._meta.concrete_fields if not (field.primary_key or field.is_relation)
    )
    loosened = field.clone()
    loosened.null = not field.null
    return [
        migrations.AddField(name, "later", models.BooleanField(default=False)),
        migrations.AlterField(name, field.name, loosened),
    ]


def apply(table: str, operations: Sequence[Operation], on: BaseDatabaseWrapper) -> None:
    apply_in(MODELS[table]._meta.app_label, operations, on)


def apply_in(app: str, operations: Sequence[Operation], on: BaseDatabaseWrapper) -> None:
    later = type("Later", (migrations.Migration,), {"operations": operations})
    migration = later("9999_later", app)
    state = MigrationExecutor(on).loader.project_state()
    with on.schema_editor(atomic=True) as editor:
        migration.apply(state, editor)


APPS: dict[str, list[str]] = {}
"""The guarded tables of each app: one migration changes them all."""
for guarded in GUARDED_TABLES:
    APPS.setdefault(MODELS[guarded]._meta.app_label, []).append(guarded)


@pytest.fixture
def copy(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    path = tmp_path / "copy.sqlite3"
    path.write_bytes(factory_file.read_bytes())
    with django_db_blocker.unblock(), as_default(path) as there:
        yield there


@ON_SQLITE
def test_a_migration_that_rebuilds_a_table_loses_its_guards_and_puts_them_back(
    copy: BaseDatabaseWrapper,
) -> None:
    lost, missing = {}, {}
    for app, tables in APPS.items():
        one = next(table for table in tables if table not in LOOKED_AT)
        apply_in(app, as_a_later_version_may(one), copy)
        lost[app] = len(missing_guards(copy))
        stand_guards(copy)
    for app, tables in APPS.items():
        apply_in(app, [change for table in tables for change in guarded_change(table)], copy)
        missing[app] = missing_guards(copy)
    assert set(lost.values()) == {3}
    assert {app: names for app, names in missing.items() if names} == {}


def guarded_change(table: str) -> list[Operation]:
    """A change for which SQLite rebuilds the table, as it is to be written."""
    changes = [as_a_later_version_may(table)[-1], AppendOnly(table)]
    if (looks := LOOKED_AT.get(table)) is not None:
        changes = [StandAside(looks), *changes, AppendOnly(looks)]
    return changes


@ON_SQLITE
@pytest.mark.parametrize("table", ["audit_auditline", "ingest_message"])
def test_migrate_puts_back_the_guards_that_a_migration_lost(
    copy: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.setattr(
        migrate, "call_command", lambda *_, **__: apply(table, as_a_later_version_may(table), copy)
    )
    told = CliRunner().invoke(main, ["migrate"])
    assert (told.exit_code, told.output) == (0, "The database is up to date.\n")
    assert missing_guards(copy) == []


@ON_POSTGRESQL
@pytest.mark.django_db
@pytest.mark.parametrize("app", APPS)
def test_a_migration_that_changes_a_table_keeps_its_guards(app: str) -> None:
    apply_in(app, [change for table in APPS[app] for change in as_a_later_version_may(table)], connection)
    assert missing_guards(connection) == []


@pytest.mark.django_db
@ON_POSTGRESQL
def test_a_guarded_column_becomes_another_kind_while_its_guards_stand_aside(factory: None) -> None:
    longer = migrations.AlterField("message", "name", models.CharField(max_length=300))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="used in a trigger definition"), transaction.atomic():
        apply("ingest_message", [longer], connection)
    apply("ingest_message", [StandAside("ingest_message"), longer, AppendOnly("ingest_message")], connection)
    assert missing_guards(connection) == []
    assert refused("UPDATE ingest_message SET name = ''")


@ON_SQLITE
def test_migrate_reports_a_guard_that_was_removed_and_puts_it_back_when_asked(
    copy: BaseDatabaseWrapper,
) -> None:
    with copy.cursor() as cursor:
        cursor.execute("DROP TRIGGER ingest_batch_no_update")
    told = CliRunner().invoke(main, ["migrate"])
    assert (told.exit_code, "ingest_batch_no_update" in told.output) == (1, True)
    assert missing_guards(copy) == ["ingest_batch_no_update"]
    told = CliRunner().invoke(main, ["migrate", "--restore-guards"])
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "Put back: ingest_batch_no_update")
    assert missing_guards(copy) == []
    line = AuditLine.objects.order_by("pk").last()
    assert line is not None
    assert (line.verb, line.details) == ("restore_guards", '{"missing":["ingest_batch_no_update"]}')
