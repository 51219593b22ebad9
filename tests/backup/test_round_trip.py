"""Out and back: what a backup holds, what a restore refuses, and what is there when it fails half-way."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from padstone.kernel.errors import Conflict, Invalid, NotFound, Refusal
from padstone.platform.backup import archive
from padstone.platform.backup.create import Made, create
from padstone.platform.backup.facts import silent
from padstone.platform.backup.folder import LAST
from padstone.platform.backup.restore import Restored, restore
from padstone.platform.backup.sqlite import Sqlite
from padstone.platform.backup.staging import PREFIX, staging
from tests.backup.conftest import batches_in, small_database

KNOWN = frozenset({"ingest.0001_initial"})


def unsettled(environment: Mapping[str, str]) -> None:
    """There is nothing to bring up to date in a small database."""


def backed_up(data: Path, target: Path, *, with_secrets: bool = False) -> Made:
    return create(target, Sqlite(data / "padstone.sqlite3"), data, with_secrets=with_secrets, tell=silent)


def restored(
    file: Path,
    data: Path,
    *,
    replace: bool = False,
    keep_old: bool = False,
    settle: Callable[[Mapping[str, str]], None] = unsettled,
) -> Restored:
    return restore(
        file,
        Sqlite(data / "padstone.sqlite3"),
        data,
        replace=replace,
        keep_old=keep_old,
        settle=settle,
        known_migrations=KNOWN,
        tell=silent,
    )


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    small_database(folder)
    (folder / "secret-key").write_text("do-not-show-this-key")
    (folder / "demo").mkdir()
    (folder / "demo" / "past-is-made").write_text("yes")
    (folder / "demo" / "tls.key").write_text("do-not-show-this-key")
    return folder


@pytest.fixture
def file(data: Path, tmp_path: Path) -> Path:
    return backed_up(data, tmp_path / "backup.tar.zst").path


class TestWhatIsInIt:
    def test_it_is_its_owners_alone_and_nothing_is_left_beside_it(self, file: Path, data: Path) -> None:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not [name for name in names_in(file.parent) | names_in(data) if name.startswith(PREFIX)]

    def test_rows_heads_and_seals_are_told(self, file: Path) -> None:
        facts = archive.read_head(file).facts
        assert facts.rows == {
            "django_migrations": 1,
            "django_session": 0,
            "journal_head": 1,
            "ingest_batch": 3,
        }
        assert (facts.heads["inbox"].number, facts.heads["inbox"].seal) == (3, (3).to_bytes(32, "big").hex())
        assert facts.seals["ingest_batch"].number == 3

    def test_secrets_are_left_out_and_said(self, file: Path, tmp_path: Path) -> None:
        manifest = archive.read_head(file)
        assert sorted(manifest.members) == ["data/demo/past-is-made", "database.sqlite3"]
        assert [line.split(":")[0] for line in manifest.left_out] == ["demo/tls.key", "secret-key"]

    def test_secrets_are_taken_along_when_it_is_said(self, data: Path, tmp_path: Path) -> None:
        made = backed_up(data, tmp_path / "all.tar.zst", with_secrets=True)
        assert {"data/secret-key", "data/demo/tls.key"} <= set(made.manifest.members)
        assert made.manifest.left_out == []

    def test_nobodys_session_is_in_it_not_even_in_an_unused_page(self, file: Path, tmp_path: Path) -> None:
        into = tmp_path / "into"
        into.mkdir()
        archive.read(file, into, silent)
        assert b"stolen-session-key" not in (into / "database.sqlite3").read_bytes()

    def test_links_are_left_out_and_said(self, data: Path, tmp_path: Path) -> None:
        (data / "passwords").symlink_to("/etc/passwd")
        (data / "everything").symlink_to("/")
        manifest = backed_up(data, tmp_path / "b.tar.zst").manifest
        assert not any("passwords" in name or "everything" in name for name in manifest.members)
        assert len([line for line in manifest.left_out if "no plain file" in line]) == 2

    def test_a_backup_in_the_data_folder_is_not_in_the_next(self, data: Path) -> None:
        first = backed_up(data, data)
        second = backed_up(data, data / "second.tar.zst")
        assert first.path.name not in "".join(second.manifest.members)
        assert sorted(second.manifest.members) == ["data/demo/past-is-made", "database.sqlite3"]

    def test_a_name_that_is_taken_is_refused(self, file: Path, data: Path) -> None:
        before = file.read_bytes()
        with pytest.raises(Conflict, match="never overwritten"):
            backed_up(data, file)
        assert file.read_bytes() == before

    def test_no_database_and_no_folder_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(NotFound, match="no database"):
            backed_up(tmp_path / "empty", tmp_path / "b.tar.zst")
        with pytest.raises(NotFound, match="no folder"):
            backed_up(tmp_path / "empty", tmp_path / "nowhere" / "b.tar.zst")
        assert names_in(tmp_path) == {"empty"}

    def test_a_damaged_database_makes_no_backup(self, data: Path, tmp_path: Path) -> None:
        path = data / "padstone.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        content = bytearray(path.read_bytes())
        content[4096 : 4096 + 2000] = os.urandom(2000)
        path.write_bytes(content)
        with pytest.raises((Invalid, sqlite3.DatabaseError)):
            backed_up(data, tmp_path / "b.tar.zst")
        assert not (tmp_path / "b.tar.zst").exists()


class TestRestoring:
    def test_into_a_new_folder(self, file: Path, data: Path, tmp_path: Path) -> None:
        restored(file, tmp_path / "new")
        assert batches_in(tmp_path / "new" / "padstone.sqlite3") == batches_in(data / "padstone.sqlite3")
        assert names_in(tmp_path / "new") == {"padstone.sqlite3", "demo"}
        assert (tmp_path / "new" / "demo" / "past-is-made").read_text() == "yes"

    def test_a_database_that_holds_something_stays_unless_it_is_to_be_replaced(
        self, file: Path, tmp_path: Path
    ) -> None:
        path = small_database(tmp_path / "other", batches=7)
        before = batches_in(path)
        with pytest.raises(Conflict, match="--replace"):
            restored(file, path.parent)
        assert batches_in(path) == before
        restored(file, path.parent, replace=True)
        assert len(batches_in(path)) == 3
        assert names_in(path.parent) == {"padstone.sqlite3", "demo"}

    def test_the_old_is_kept_where_it_is_asked_for(self, file: Path, tmp_path: Path) -> None:
        path = small_database(tmp_path / "other", batches=7)
        (path.parent / "demo").mkdir()
        (path.parent / "demo" / "past-is-made").write_text("no")
        database, folder = restored(file, path.parent, replace=True, keep_old=True).kept
        assert len(batches_in(Path(database))) == 7
        assert (Path(folder) / "demo" / "past-is-made").read_text() == "no"
        assert (path.parent / "demo" / "past-is-made").read_text() == "yes"

    def test_files_in_the_way_are_refused(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "new" / "demo").mkdir(parents=True)
        (tmp_path / "new" / "demo" / "past-is-made").write_text("no")
        with pytest.raises(Conflict, match="demo/past-is-made"):
            restored(file, tmp_path / "new")
        assert names_in(tmp_path / "new") == {"demo"}

    def test_the_secret_key_comes_back_in_the_place_of_one_that_was_just_made(
        self, data: Path, tmp_path: Path
    ) -> None:
        file = backed_up(data, tmp_path / "all.tar.zst", with_secrets=True).path
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "secret-key").write_text("made a moment ago")
        restored(file, tmp_path / "new")
        assert (tmp_path / "new" / "secret-key").read_text() == "do-not-show-this-key"
        assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600

    def test_a_database_in_use_is_not_replaced(self, file: Path, tmp_path: Path) -> None:
        path = small_database(tmp_path / "other", batches=7)
        with closing(sqlite3.connect(path)) as user:
            user.execute("SELECT count(*) FROM ingest_batch").fetchall()
            with pytest.raises(Conflict, match="in use"):
                restored(file, path.parent, replace=True)
        assert len(batches_in(path)) == 7
        assert names_in(path.parent) == {"padstone.sqlite3"}

    def test_the_wal_of_the_old_is_never_played_into_the_new(
        self, file: Path, data: Path, tmp_path: Path
    ) -> None:
        path = small_database(tmp_path / "other", batches=7)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute("DELETE FROM ingest_batch")
            connection.commit()
            wal = Path(f"{path}-wal").read_bytes()
        assert wal
        Path(f"{path}-wal").write_bytes(wal)
        restored(file, path.parent, replace=True)
        assert batches_in(path) == batches_in(data / "padstone.sqlite3")

    def test_a_database_too_broken_to_read_is_replaced_and_kept(self, file: Path, tmp_path: Path) -> None:
        path = tmp_path / "other" / "padstone.sqlite3"
        path.parent.mkdir()
        path.write_bytes(b"no database at all" * 1000)
        Path(f"{path}-wal").write_bytes(b"nor a log" * 100)
        with pytest.raises(Conflict, match="cannot be read"):
            restored(file, path.parent)
        (kept,) = restored(file, path.parent, replace=True).kept
        assert len(batches_in(path)) == 3
        assert Path(kept).read_bytes().startswith(b"no database")
        assert Path(f"{kept}-wal").read_bytes().startswith(b"nor a log")

    def test_what_fails_changes_nothing(self, file: Path, tmp_path: Path) -> None:
        path = small_database(tmp_path / "other", batches=7)

        def fail(environment: Mapping[str, str]) -> None:
            assert (Path(environment["PADSTONE_DATA"]) / "padstone.sqlite3").exists()
            raise Refusal("no_migration", "It cannot be migrated.")

        with pytest.raises(Refusal, match="cannot be migrated"):
            restored(file, path.parent, replace=True, settle=fail)
        assert len(batches_in(path)) == 7
        assert names_in(path.parent) == {"padstone.sqlite3"}

    def test_files_that_cannot_be_placed_bring_the_old_database_back(
        self, file: Path, tmp_path: Path
    ) -> None:
        path = small_database(tmp_path / "other", batches=7)
        (path.parent / "demo").write_text("a file where a folder must stand")
        with pytest.raises(OSError, match="demo"):
            restored(file, path.parent, replace=True)
        assert len(batches_in(path)) == 7

    def test_a_backup_of_a_later_version_is_refused(self, data: Path, tmp_path: Path) -> None:
        with closing(sqlite3.connect(data / "padstone.sqlite3")) as connection:
            connection.execute("INSERT INTO django_migrations (app, name) VALUES ('ingest', '0099_later')")
            connection.commit()
        file = backed_up(data, tmp_path / "later.tar.zst").path
        with pytest.raises(Invalid, match=r"ingest\.0099_later"):
            restored(file, tmp_path / "new")
        assert names_in(tmp_path / "new") == set()

    def test_counts_and_seals_that_are_not_the_manifests_are_refused(
        self, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        honest = Sqlite.save

        def lying(self: Sqlite, image: Path, tell: object) -> object:
            facts = honest(self, image, silent)
            facts.rows["ingest_batch"] += 1
            return facts

        monkeypatch.setattr(Sqlite, "save", lying)
        file = backed_up(data, tmp_path / "lying.tar.zst").path
        with pytest.raises(Invalid, match="rows of ingest_batch: 4 expected, 3 found"):
            restored(file, tmp_path / "new")
        assert names_in(tmp_path / "new") == set()


class TestLeftovers:
    def test_what_a_killed_run_left_is_cleaned_and_what_a_living_one_works_in_stays(
        self, tmp_path: Path
    ) -> None:
        dead = tmp_path / f"{PREFIX}dead"
        dead.mkdir()
        (dead / "archive").write_bytes(b"half")
        with staging(tmp_path) as living:
            assert names_in(tmp_path) == {living.name}
            with staging(tmp_path) as another:
                assert names_in(tmp_path) == {living.name, another.name}
        assert names_in(tmp_path) == set()

    def test_the_last_backup_is_remembered_for_the_doctor(self, file: Path, data: Path) -> None:
        assert str(file) in (data / LAST).read_text()
