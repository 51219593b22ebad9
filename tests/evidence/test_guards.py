"""The database itself refuses to change evidence, and says when it no longer would."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from padstone.config.main import main
from padstone.kernel.actor import INTERPRETER
from padstone.platform.append_only import (
    GUARDED_TABLES,
    AppendOnly,
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


def test_every_table_of_evidence_is_guarded() -> None:
    known = {model._meta.db_table for model in apps.get_models()}
    assert set(GUARDED_TABLES) <= known
    told = {model._meta.db_table for model in apps.get_models() if "Append-only" in (model.__doc__ or "")}
    assert told <= set(GUARDED_TABLES)


@pytest.mark.django_db
def test_all_guards_stand() -> None:
    assert missing_guards(connection) == []
    assert check_guards(connection).intact


def test_rows_can_be_neither_changed_nor_removed(factory: None) -> None:
    filled = [table for table in GUARDED_TABLES if count(table)]
    assert len(filled) > len(GUARDED_TABLES) // 2
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


def test_what_becomes_of_a_message_may_change(factory: None) -> None:
    assert not refused("UPDATE ingest_message SET attempts = attempts + 1, state = state")


@ON_SQLITE
def test_a_row_cannot_be_replaced(factory: None) -> None:
    columns = ", ".join(str(field.column) for field in AuditLine._meta.concrete_fields)
    assert refused(
        f"INSERT OR REPLACE INTO audit_auditline ({columns}) SELECT {columns} FROM audit_auditline"
    )


@ON_POSTGRESQL
def test_a_table_cannot_be_emptied_at_once(factory: None) -> None:
    assert refused("TRUNCATE audit_auditline CASCADE")


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


@ON_POSTGRESQL
def test_a_guard_that_does_nothing_is_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION padstone_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN OLD; END $$"
        )
    assert len(missing_guards(connection)) == 3 * len(GUARDED_TABLES)
    stand_guards(connection)
    assert missing_guards(connection) == []


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


class LongerVerb(migrations.Migration):
    """As a later version may have it: a column of evidence is changed."""

    operations = (migrations.AlterField("auditline", "verb", models.CharField(max_length=150)),)


class LongerVerbGuarded(migrations.Migration):
    operations = (*LongerVerb.operations, AppendOnly("audit_auditline"))


def apply(migration: type[migrations.Migration], on: BaseDatabaseWrapper) -> None:
    state = MigrationExecutor(on).loader.project_state()
    with on.schema_editor(atomic=True) as editor:
        migration("9999_longer_verb", "audit").apply(state, editor)


@ON_SQLITE
def test_a_migration_that_rebuilds_a_table_keeps_its_guards(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    """On SQLite it loses them; the operation, or `padstone migrate`, puts them back."""
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(factory_file.read_bytes())
    with django_db_blocker.unblock(), as_default(copy) as there:
        apply(LongerVerbGuarded, there)
        assert missing_guards(there) == []
        apply(LongerVerb, there)
        assert len(missing_guards(there)) == 3
        assert len(stand_guards(there)) == 3
        assert missing_guards(there) == []


@ON_POSTGRESQL
def test_a_migration_that_changes_a_table_keeps_its_guards(db: None) -> None:
    apply(LongerVerbGuarded, connection)
    assert missing_guards(connection) == []
    apply(LongerVerb, connection)
    assert missing_guards(connection) == []


@ON_SQLITE
def test_migrate_reports_a_guard_that_was_removed_and_puts_it_back_when_asked(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(factory_file.read_bytes())
    with django_db_blocker.unblock(), as_default(copy) as there:
        with there.cursor() as cursor:
            cursor.execute("DROP TRIGGER ingest_batch_no_update")
        told = CliRunner().invoke(main, ["migrate"])
        assert (told.exit_code, "ingest_batch_no_update" in told.output) == (1, True)
        assert missing_guards(there) == ["ingest_batch_no_update"]
        told = CliRunner().invoke(main, ["migrate", "--restore-guards"])
        assert (told.exit_code, told.output.splitlines()[0]) == (0, "Put back: ingest_batch_no_update")
        assert missing_guards(there) == []
        line = AuditLine.objects.order_by("pk").last()
        assert line is not None
        assert (line.verb, line.details) == ("restore_guards", '{"missing":["ingest_batch_no_update"]}')
