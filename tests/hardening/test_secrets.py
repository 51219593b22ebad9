"""Secrets come from the environment or from files that are their owner's, and are never written down."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from padstone.config import environment
from padstone.kernel.errors import Invalid
from padstone.platform.discretion import Discreet, say_exception, without_secrets

KEY, URL = "PADSTONE_SECRET_KEY", "PADSTONE_DATABASE_URL"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in environment.SECRETS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setenv("PADSTONE_DATA", str(tmp_path / "data"))


def file_with(tmp_path: Path, content: str, mode: int = 0o600) -> str:
    path = tmp_path / "a-secret"
    path.write_text(content)
    path.chmod(mode)
    return str(path)


class TestWhereTheyComeFrom:
    def test_a_file_is_read_without_its_last_newline(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(f"{KEY}_FILE", file_with(tmp_path, "from-a-file\n", 0o640))
        assert environment.secret_key() == "from-a-file"
        assert environment.secret_files() == (tmp_path / "a-secret",)

    @pytest.mark.parametrize("mode", [0o604, 0o644, 0o660, 0o666, 0o602, 0o601])
    def test_a_file_that_others_may_read_or_change_is_refused(
        self, mode: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(f"{KEY}_FILE", file_with(tmp_path, "do-not-show-this", mode))
        with pytest.raises(Invalid, match="chmod 600") as refusal:
            environment.secret(KEY)
        assert "do-not-show-this" not in str(refusal.value)

    def test_nothing_there_or_in_it_is_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv(f"{KEY}_FILE", str(tmp_path / "nowhere"))
        with pytest.raises(Invalid, match="cannot be read"):
            environment.secret(KEY)
        monkeypatch.setenv(f"{KEY}_FILE", file_with(tmp_path, "\n"))
        with pytest.raises(Invalid, match="holds no secret"):
            environment.secret(KEY)

    def test_both_ways_at_once_are_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv(KEY, "from-the-environment")
        monkeypatch.setenv(f"{KEY}_FILE", file_with(tmp_path, "from-a-file"))
        with pytest.raises(Invalid, match="both given"):
            environment.secret_key()

    def test_a_key_that_is_made_is_its_owners_and_stays(self, tmp_path: Path) -> None:
        first = environment.secret_key()
        path = tmp_path / "data" / "secret-key"
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
        assert environment.secret_key() == first
        assert list(path.parent.iterdir()) == [path]


class TestTheDatabasesAddress:
    def test_its_parts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        address = "postgresql://pad:p%40ss%2Fword@[::1]:5433/books?sslmode=verify-full&sslrootcert=/ca.pem"
        monkeypatch.setenv(f"{URL}_FILE", file_with(tmp_path, address))
        known = environment.database()
        assert (known["USER"], known["PASSWORD"], known["HOST"], known["PORT"], known["NAME"]) == (
            "pad",
            "p@ss/word",
            "::1",
            5433,
            "books",
        )
        options = known["OPTIONS"]
        assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/ca.pem")

    def test_what_the_server_is_told_comes_after_padstones_own(self) -> None:
        plain = environment.database_at("postgresql://pad@host/books")["OPTIONS"]["options"]
        address = "postgresql://pad@host/books?options=-c%20jit%3Don%20-c%20statement_timeout%3D9s"
        assert environment.database_at(address)["OPTIONS"]["options"] == (
            f"{plain} -c jit=on -c statement_timeout=9s"
        )
        assert "-c jit=off" in plain

    @pytest.mark.parametrize(
        "address",
        [
            "postgresql://pad:my/secret@host/books",
            "postgresql://pad:my#secret@host/books",
            "postgresql://pad:my:secret@host:x/books",
            "mysql://pad:my-secret@host/books",
            "postgresql://pad:my-secret@host",
            "postgresql://pad:my-secret@host/books?sslmode",
            "my-secret",
        ],
    )
    def test_one_that_is_none_is_refused_and_not_shown(self, address: str) -> None:
        with pytest.raises(Invalid) as refusal:
            environment.database_at(address)
        assert "secret" not in str(refusal.value)
        assert refusal.value.__cause__ is None


class TestWhatIsLogged:
    @pytest.mark.parametrize(
        "text",
        [
            "Authorization: Basic aHVudGVyMjpodW50ZXIy",
            "{'HTTP_AUTHORIZATION': 'Basic aHVudGVyMjpodW50ZXIy', 'x': 1}",
            '"authorization", "Bearer aHVudGVyMjpodW50ZXIy"',
            "got Basic aHVudGVyMjpodW50ZXIy= from 10.0.0.1",
            "postgresql://pad:hunter2@10.0.0.1/books failed",
            "amqps://pad:hunter2/with@everything:in#it@10.0.0.1/",
            "password=hunter2 host=10.0.0.1",
            "PGPASSWORD='hunter2'",
            '{"password": "hunter2"}',
            "/login/?username=ada&password=hunter2&next=/",
            "Cookie: sessionid=hunter2; x=1",
            "wrong credential pds_12_hunter2 from 10.0.0.1",
            "csrfmiddlewaretoken=hunter2",
        ],
    )
    def test_what_has_the_shape_of_a_secret_is_hidden(self, text: str) -> None:
        said = without_secrets(text)
        assert "hunter2" not in said
        assert "aHVudGVy" not in said
        assert "***" in said

    @pytest.mark.parametrize(
        "text",
        [
            "The database did not take it (locked); trying again in 1 s",
            "http://10.0.0.1:8000/login/ answered",
            "Basic settings were read",
            "message 61 (CFX.Production.WorkStarted) failed",
            "no password is set",
        ],
    )
    def test_everything_else_stays_as_it_is(self, text: str) -> None:
        assert without_secrets(text) == text

    def test_a_traceback_tells_no_known_secret(self) -> None:
        error = ValueError("cannot sign with k3y-of-this-site")
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "%s", ("k3y-of-this-site",), None)
        record.exc_info = (ValueError, error, None)
        said = Discreet("%(message)s", secrets=("k3y-of-this-site", "")).format(record)
        assert "k3y" not in said
        assert "ValueError: cannot sign with ***" in said

    def test_a_fault_of_the_command_line_tells_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        error = ValueError("postgresql://pad:hunter2@host/books")
        say_exception(ValueError, error, None)
        assert capsys.readouterr().err == "ValueError: postgresql://pad:***@host/books\n"
