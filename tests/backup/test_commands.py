"""``padstone backup`` on a Padstone of its own."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.backup.conftest import Padstone, environment_of


@pytest.fixture
def data(newly_made: Path, tmp_path: Path) -> Path:
    """A Padstone with an account."""
    return Path(shutil.copytree(newly_made, tmp_path / "data"))


def rows(data: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "padstone.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def append_only_migration(data: Path) -> tuple[str, str]:
    """An app, and its migration before the one that guards its table."""
    names = rows(data, "SELECT app, name FROM django_migrations ORDER BY app, name")
    return next(
        (str(app), str(before))
        for (app, before), (later_app, later) in pairwise(names)
        if app == later_app and "append_only" in str(later)
    )


def test_out_checked_and_back(padstone: Padstone, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    said = padstone(data, "backup", "create", out)
    (file,) = out.iterdir()
    assert file.name in said
    assert "secret-key: a secret" in said
    assert "Checked: every byte" in padstone(data, "backup", "verify", file)
    assert file.name in padstone(data, "backup", "list", out)
    assert rows(data, "SELECT verb, subject FROM audit_auditline ORDER BY id DESC LIMIT 1") == [
        ("create_backup", file.name)
    ]

    new = tmp_path / "new"
    padstone(data, "backup", "restore", file, "--into", new)
    assert rows(new, "SELECT username, password FROM accounts_user") == rows(
        data, "SELECT username, password FROM accounts_user"
    )
    assert rows(new, "SELECT verb, subject FROM audit_auditline ORDER BY id DESC LIMIT 1") == [
        ("restore_backup", file.name)
    ]
    assert "holds something already" in padstone(data, "backup", "restore", file, code=5)
    padstone(data, "backup", "restore", file, "--replace")
    assert sorted(path.name for path in data.iterdir()) == [
        "last-backup.json",
        "padstone.sqlite3",
        "secret-key",
    ]
    assert sorted(path.name for path in out.iterdir()) == [file.name]


def test_a_damaged_file_is_refused_with_a_reason_and_listed_as_such(
    padstone: Padstone, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "b.tar.zst"
    padstone(data, "backup", "create", file)
    content = file.read_bytes()
    middle = len(content) // 2
    file.write_bytes(content[:middle] + bytes((content[middle] ^ 255,)) + content[middle + 1 :])
    for command in ("verify", "restore"):
        assert "its bytes are not those that were written" in padstone(data, "backup", command, file, code=3)
    file.write_bytes(content[:-100])
    assert "it was cut off" in padstone(data, "backup", "verify", file, code=3)
    assert "it was cut off" in padstone(data, "backup", "list", tmp_path, code=1)
    assert len(rows(data, "SELECT 1 FROM accounts_user")) == 1


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    padstone: Padstone, data: Path, tmp_path: Path
) -> None:
    app, before = append_only_migration(data)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", app, before],
        env=environment_of(data, {"DJANGO_SETTINGS_MODULE": "padstone.config.settings"}),
        check=True,
        capture_output=True,
    )
    old = rows(data, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
    padstone(data, "backup", "create", tmp_path / "old.tar.zst")
    padstone(data, "backup", "restore", tmp_path / "old.tar.zst", "--into", tmp_path / "new")
    assert rows(tmp_path / "new", "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'") > old
    padstone(tmp_path / "new", "doctor")


def test_no_backup_is_made_where_there_is_no_database(padstone: Padstone, tmp_path: Path) -> None:
    said = padstone(tmp_path / "empty", "backup", "create", tmp_path / "b.tar.zst", code=4)
    assert "There is no database" in said
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
