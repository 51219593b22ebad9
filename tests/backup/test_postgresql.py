"""PostgreSQL, out and back, with its own tools."""

from __future__ import annotations

import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest

from padstone.kernel.errors import Refusal
from padstone.platform.backup import archive, postgresql
from padstone.platform.backup.create import create
from padstone.platform.backup.facts import silent
from padstone.platform.backup.postgresql import ASIDE, SCRATCH, Postgresql
from tests.backup.conftest import SMALL, Padstone, described
from tests.postgresql import migrated, new_database


@pytest.fixture
def server(require_service: Callable[[str], str]) -> str:
    return require_service("postgresql")


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """An empty database."""
    with new_database(server) as url:
        yield url


def database(url: str) -> Postgresql:
    return Postgresql(described(url))


def query(url: str, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(text.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def small(url: str) -> str:
    query(url, SMALL)
    return url


@pytest.mark.long
def test_padstone_backs_up_checks_and_restores_it(server: str, padstone: Padstone, tmp_path: Path) -> None:
    with new_database(server, like=migrated(server)) as url:
        backed_up_checked_and_restored(url, padstone, tmp_path)


def backed_up_checked_and_restored(url: str, padstone: Padstone, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "b.tar.zst"

    def run(*arguments: object, code: int = 0) -> str:
        return padstone(data, *arguments, code=code, PADSTONE_DATABASE_URL=url)

    run("user", "create-admin")
    admin = query(url, "SELECT username, password FROM accounts_user")
    run("backup", "create", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Checked: every byte" in run("backup", "verify", out)
    assert query(url, "SELECT count(*) FROM pg_database WHERE datname LIKE 'padstone_verify_%'") == [(0,)]

    run("user", "create-admin", "later")
    assert "holds something already" in run("backup", "restore", out, code=5)
    assert len(query(url, "SELECT 1 FROM accounts_user")) == 2
    run("backup", "restore", out, "--replace")
    assert query(url, "SELECT username, password FROM accounts_user") == admin
    assert query(url, "SELECT verb FROM audit_auditline ORDER BY id DESC LIMIT 1") == [("restore_backup",)]
    assert query(url, f"SELECT 1 FROM pg_namespace WHERE nspname = '{ASIDE}'") == []
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        query(url, "DELETE FROM audit_auditline")
    run("migrate")


class TestTheSnapshot:
    def test_rows_are_counted_in_the_snapshot_that_is_dumped(
        self, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rows that come between the dump and the count are in neither."""
        dump = Postgresql._run

        def dump_and_write(self: Postgresql, command: list[str], heard: postgresql._Counting) -> None:
            query(small, "INSERT INTO ingest_batch VALUES (1000, '', '')")
            dump(self, command, heard)
            query(small, "INSERT INTO ingest_batch VALUES (1001, '', '')")

        monkeypatch.setattr(Postgresql, "_run", dump_and_write)
        facts = database(small).save(tmp_path / "image", silent)
        assert (facts.rows["ingest_batch"], facts.seals["ingest_batch"].number) == (500, 500)
        monkeypatch.undo()
        with database(small).scratch(tmp_path) as scratch:
            scratch.replace(tmp_path / "image", facts, lambda _: None, silent)
            assert scratch.facts(silent) == facts

    def test_a_scratch_that_a_killed_check_left_is_dropped_and_one_in_use_is_not(
        self, small: str, tmp_path: Path
    ) -> None:
        left = f"{SCRATCH}left_{secrets.token_hex(4)}"
        query(small, f"CREATE DATABASE {left}")
        with database(small).scratch(tmp_path) as one, database(small).scratch(tmp_path) as another:
            rows = query(small, f"SELECT datname FROM pg_database WHERE datname LIKE '{SCRATCH}%'")
            names = {name for (name,) in rows}
        assert {one.name, another.name} <= names
        assert left not in names

    def test_sessions_are_left_out(self, small: str, tmp_path: Path) -> None:
        facts = database(small).save(tmp_path / "image", silent)
        assert facts.rows["django_session"] == 0
        assert b"stolen-session-key" not in (tmp_path / "image").read_bytes()


class TestPuttingItInPlace:
    def test_what_fails_puts_the_old_back(self, small: str, tmp_path: Path) -> None:
        facts = database(small).save(tmp_path / "image", silent)
        query(small, "INSERT INTO ingest_batch VALUES (1000, '', '')")
        (tmp_path / "image").write_bytes((tmp_path / "image").read_bytes()[:-5000])
        with pytest.raises(Refusal, match="pg_restore failed"):
            database(small).replace(tmp_path / "image", facts, lambda _: None, silent)
        assert query(small, "SELECT max(id) FROM ingest_batch") == [(1000,)]
        assert query(small, f"SELECT 1 FROM pg_namespace WHERE nspname = '{ASIDE}'") == []

    def test_what_does_not_hold_what_was_promised_puts_the_old_back(self, small: str, tmp_path: Path) -> None:
        facts = database(small).save(tmp_path / "image", silent)
        promised = msgspec.structs.replace(facts, rows=facts.rows | {"ingest_batch": 501})
        query(small, "INSERT INTO ingest_batch VALUES (1000, '', '')")
        with pytest.raises(Refusal, match="rows of ingest_batch: 501 expected, 500 found"):
            database(small).replace(tmp_path / "image", promised, lambda _: None, silent)
        assert query(small, "SELECT max(id) FROM ingest_batch") == [(1000,)]
        assert query(small, f"SELECT 1 FROM pg_namespace WHERE nspname = '{ASIDE}'") == []

    def test_others_who_are_connected_are_in_the_way(self, small: str, tmp_path: Path) -> None:
        facts = database(small).save(tmp_path / "image", silent)
        with psycopg.connect(small) as other:
            other.execute("SELECT 1")
            with pytest.raises(Refusal, match="1 others are connected"):
                database(small).replace(tmp_path / "image", facts, lambda _: None, silent)

    def test_a_restore_that_was_killed_is_seen_and_its_old_is_put_back_first(
        self, small: str, tmp_path: Path, padstone: Padstone
    ) -> None:
        query(
            small, f"ALTER SCHEMA public RENAME TO {ASIDE}; CREATE SCHEMA public; CREATE TABLE half (n int)"
        )
        said = padstone(tmp_path / "data", "migrate", code=1, PADSTONE_DATABASE_URL=small)
        assert "A restore into this database was cut off" in said
        assert database(small).recover()
        assert not database(small).recover()
        assert query(small, "SELECT count(*) FROM ingest_batch") == [(500,)]

    def test_the_old_can_be_kept(self, small: str, tmp_path: Path) -> None:
        facts = database(small).save(tmp_path / "image", silent)
        query(small, "INSERT INTO ingest_batch VALUES (1000, '', '')")
        kept = database(small).replace(tmp_path / "image", facts, lambda _: None, silent).keep()
        schema = kept.split()[1]
        assert query(small, f"SELECT count(*) FROM {schema}.ingest_batch") == [(501,)]
        assert query(small, "SELECT count(*) FROM ingest_batch") == [(500,)]
        made = create(tmp_path / "again.tar.zst", database(small), tmp_path, with_secrets=False, tell=silent)
        assert made.manifest.facts.rows["ingest_batch"] == 500


class TestItsTools:
    def test_a_missing_pg_dump_says_which_package_has_it(
        self, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None)
        with pytest.raises(Refusal, match=r"pg_dump is not installed.*postgresql-client"):
            database(small).save(tmp_path / "image", silent)

    def test_a_pg_dump_older_than_the_server_is_refused(
        self, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = tmp_path / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        old.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        with pytest.raises(Refusal, match=r"version 9, and the server of version.*postgresql-client"):
            database(small).save(tmp_path / "image", silent)

    def test_no_password_is_among_their_arguments(
        self, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = tmp_path / "seen"
        spy = tmp_path / "pg_dump"
        spy.write_text(f'#!/bin/sh\necho "$@" >>{seen}\nexec {shutil.which("pg_dump")} "$@"\n')
        spy.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        database(small).save(tmp_path / "image", silent)
        assert "--snapshot=" in seen.read_text()
        assert str(urlsplit(small).password) not in seen.read_text()


def test_a_sqlite_backup_does_not_go_into_postgresql(
    url: str, padstone: Padstone, newly_made: Path, tmp_path: Path
) -> None:
    padstone(shutil.copytree(newly_made, tmp_path / "data"), "backup", "create", tmp_path / "b.tar.zst")
    said = padstone(
        tmp_path / "data", "backup", "restore", tmp_path / "b.tar.zst", code=3, PADSTONE_DATABASE_URL=url
    )
    assert "The backup is of a sqlite database" in said
    assert archive.read_head(tmp_path / "b.tar.zst").database == "sqlite"
    assert query(url, "SELECT 1 FROM pg_class WHERE relname = 'django_migrations'") == []
