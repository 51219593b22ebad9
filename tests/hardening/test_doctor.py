"""``padstone doctor`` finds what is wrong, says what to do, and is quiet where all is well."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from padstone.config.wiring import broker_looks
from padstone.entrypoints.cli.checkup import brokers, doors, machine
from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, Level
from padstone.entrypoints.cli.doctor import examine
from padstone.entrypoints.cli.exposure import Tls
from padstone.entrypoints.ingestd.ports import BrokerLook, Exposure, Wiring
from padstone.kernel import clock
from padstone.kernel.errors import Invalid
from padstone.platform.backup.folder import LAST
from tests.backup.conftest import Padstone, newly_made, padstone  # noqa: F401 - fixtures
from tests.hardening.test_exposure import make_certificate, tls  # noqa: F401 - fixtures


def unused(**options: object) -> object:
    raise AssertionError(options)


def deployment(folder: Path, **changed: object) -> Deployment:
    wiring = Wiring(
        amqp_missing=lambda: None,
        amqp_listener=unused,  # type: ignore[arg-type]  # never called
        data_folder=lambda: folder,
        secret_files=lambda: tuple(folder.glob("secret*")),
    )
    usual: dict[str, object] = {
        "host": "127.0.0.1",
        "tls_cert": None,
        "tls_key": None,
        "insecure": False,
        "amqp_host": "127.0.0.1",
        "amqp": Exposure(),
    }
    return Deployment(wiring, **(usual | changed))  # type: ignore[arg-type]  # as above


def levels(findings: Iterator[Finding]) -> set[Level]:
    return {finding.level for finding in findings}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


class TestAWholeDeployment:
    @pytest.fixture
    def made(self, padstone: Padstone, newly_made: Path, tmp_path: Path) -> Path:  # noqa: F811 - fixtures
        folder = Path(shutil.copytree(newly_made, tmp_path / "made"))
        padstone(folder, "backup", "create", tmp_path)
        return folder

    def findings(self, padstone: Padstone, data: Path, *more: str, code: int = 0) -> dict[str, list[str]]:  # noqa: F811 - a fixture
        told = json.loads(padstone(data, "doctor", "--format", "json", *more, code=code))
        by_level: dict[str, list[str]] = {}
        for one in told:
            by_level.setdefault(one["level"], []).append(one["about"])
        return by_level

    def test_a_good_one_has_no_fault(self, made: Path, padstone: Padstone) -> None:  # noqa: F811 - a fixture
        found = self.findings(padstone, made)
        assert "fault" not in found
        assert set(found.get("warning", [])) <= {"user", "disk", "clock"}
        assert {"database", "evidence", "SQLite", "accounts", "backups", "TLS"} <= set(found["fine"])

    def test_what_is_broken_is_found_each_by_itself(self, made: Path, padstone: Padstone) -> None:  # noqa: F811 - a fixture
        with closing(sqlite3.connect(made / "padstone.sqlite3")) as connection:
            connection.execute("DROP TRIGGER ingest_batch_no_delete")
            connection.execute("UPDATE accounts_user SET is_active = 0")
            connection.commit()
        made.chmod(0o755)
        (made / "secret-key").chmod(0o644)
        for file in made.parent.glob("*.tar.zst"):
            file.unlink()
        found = self.findings(padstone, made, "--host", "0.0.0.0", "--amqp-host", "0.0.0.0", code=1)
        assert {"evidence", "data folder", "secret key", "TLS", "AMQP", "hosts"} <= set(found["fault"])
        assert "accounts" in found["warning"]
        assert "backups" in found["note"]

    def test_a_database_of_another_version_is_said_and_the_rest_is_looked_at(
        self,
        made: Path,
        padstone: Padstone,  # noqa: F811 - a fixture
    ) -> None:
        with closing(sqlite3.connect(made / "padstone.sqlite3")) as connection:
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('sites', '0999', '')"
            )
            connection.commit()
        found = self.findings(padstone, made, code=1)
        assert found["fault"] == ["database"]
        assert "evidence" not in found["fine"]
        assert "disk" in [*found["fine"], *found.get("warning", [])]

    def test_no_tables_and_no_server_are_said(self, padstone: Padstone, data: Path) -> None:  # noqa: F811 - a fixture
        assert "padstone migrate" in padstone(data, "doctor", code=1)
        said = padstone(
            data, "doctor", code=1, PADSTONE_DATABASE_URL="postgresql://pad:hunter2@127.0.0.1:1/x"
        )
        assert "cannot be reached" in said
        assert "hunter2" not in said


class TestBrokers:
    def looked(self, data: Path, **wired: object) -> list[Finding]:
        made = deployment(data)
        return list(brokers.brokers(replace(made, wiring=replace(made.wiring, **wired))))  # type: ignore[arg-type]  # as above

    def test_where_there_are_none_nothing_is_said(self, data: Path) -> None:
        assert self.looked(data, broker_looks=unused) == []

    def test_each_address_is_a_finding(self, data: Path) -> None:
        seen = (
            BrokerLook("a at amqps://b:5671"),
            BrokerLook("c at amqps://b:5671", "No login at amqps://line:hunter2x@b.", "Look.", usable=False),
            BrokerLook("amqps://b:5671", "Answers are not fetched.", "Subscribe."),
        )
        found = self.looked(data, amqp_subscriptions=lambda: [object()], broker_looks=lambda: seen)
        assert [one.level for one in found] == [Level.FINE, Level.FAULT, Level.WARNING]
        assert all(look.name in one.text for look, one in zip(seen, found, strict=True))
        assert found[1].remedy == "Look."
        assert "hunter2x" not in str(found)

    def test_an_address_that_cannot_be_read_and_a_client_that_is_missing_are_faults(self, data: Path) -> None:
        def refuses() -> object:
            raise Invalid("broker_address_invalid", "Address 1 is none.", way_out="Read on.")

        (unread,) = self.looked(data, amqp_subscriptions=refuses, broker_looks=unused)
        assert (unread.level, unread.text, unread.remedy) == (Level.FAULT, "Address 1 is none.", "Read on.")
        (missing,) = self.looked(
            data, amqp_subscriptions=lambda: [object()], amqp_missing=lambda: "make amqp", broker_looks=unused
        )
        assert (missing.level, missing.remedy) == (Level.FAULT, "make amqp")

    def test_answers_that_nobody_fetches_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("proton")
        monkeypatch.setattr("padstone.adapters.amqp.looking.look_at", lambda broker: [])
        rule = "amqp://127.0.0.1?subscribe=cfx&requests=to.{handle}"
        monkeypatch.setenv("PADSTONE_BROKERS", f"{rule} {rule}&subscribe=to.Padstone.Padstone.1")
        (said,) = broker_looks()
        assert said.usable
        assert "to.Padstone.Padstone.1" in said.remedy


class TestSecrets:
    @pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure"])
    def test_a_key_that_can_be_guessed(self, key: str, data: Path, settings: object) -> None:
        settings.SECRET_KEY = key  # type: ignore[attr-defined]  # pytest-django's
        assert Level.FAULT in levels(doors.secret_key(deployment(data)))

    def test_a_file_that_others_read(self, data: Path) -> None:
        (data / "secret-key").write_text("x")
        (data / "secret-key").chmod(0o600)
        assert levels(doors.secret_key(deployment(data))) == {Level.FINE}
        (data / "secret-key").chmod(0o604)
        assert Level.FAULT in levels(doors.secret_key(deployment(data)))


class TestDoors:
    def test_hosts(self, data: Path, settings: object) -> None:
        settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]  # pytest-django's
        assert levels(doors.hosts(deployment(data))) == {Level.WARNING}
        settings.ALLOWED_HOSTS = ["localhost"]  # type: ignore[attr-defined]  # as above
        assert levels(doors.hosts(deployment(data, host="0.0.0.0"))) == {Level.FAULT}
        settings.ALLOWED_HOSTS = ["padstone.example"]  # type: ignore[attr-defined]  # as above
        assert levels(doors.hosts(deployment(data, host="0.0.0.0"))) == {Level.FINE}

    def test_amqp(self, data: Path, tls: Tls) -> None:  # noqa: F811 - a fixture
        def found(host: str, door: Exposure) -> set[Level]:
            return levels(doors.amqp(deployment(data, amqp_host=host, amqp=door, insecure=door.insecure)))

        assert found("127.0.0.1", Exposure()) == {Level.FINE}
        assert found("127.0.0.1", Exposure(anonymous=True)) == {Level.WARNING}
        assert found("0.0.0.0", Exposure()) == {Level.FAULT}
        assert found("0.0.0.0", Exposure(insecure=True)) == {Level.WARNING}
        assert found("0.0.0.0", Exposure(cert=tls.cert, key=tls.key)) == {Level.FINE}

    def test_plain_http(self, data: Path) -> None:
        assert levels(doors.tls(deployment(data))) == {Level.FINE}
        assert levels(doors.tls(deployment(data, host="0.0.0.0"))) == {Level.FAULT}
        assert levels(doors.tls(deployment(data, host="0.0.0.0", insecure=True))) == {Level.WARNING}

    @pytest.mark.parametrize(
        ("days", "name", "level"),
        [
            (60, "padstone.example", Level.FINE),
            (60, "*.example", Level.FINE),
            (60, "other.example.org", Level.WARNING),
            (3, "padstone.example", Level.WARNING),
            (-1, "padstone.example", Level.FAULT),
        ],
    )
    def test_the_certificate(
        self,
        days: int,
        name: str,
        level: Level,
        data: Path,
        settings: object,
        make_certificate: Callable[..., Tls],  # noqa: F811 - a fixture
    ) -> None:
        settings.ALLOWED_HOSTS = ["padstone.example", "localhost"]  # type: ignore[attr-defined]  # pytest-django's
        pair = make_certificate(days, name)
        found = list(doors.tls(deployment(data, host="0.0.0.0", tls_cert=pair.cert, tls_key=pair.key)))
        worst = max(found, key=lambda finding: list(Level).index(finding.level))
        assert worst.level == level, found


class TestTheMachine:
    def test_a_disk_that_is_nearly_full(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine, "LEAST_FREE", 2**60)
        assert levels(machine.disk(deployment(data))) == {Level.FAULT}

    def test_backups_none_old_and_gone(self, data: Path) -> None:
        assert levels(machine.backups(deployment(data))) == {Level.WARNING}

        def last(days: int, file: Path) -> set[Level]:
            made_at = clock.now() - timedelta(days=days)
            (data / LAST).write_text(json.dumps({"file": str(file), "created_at": made_at.isoformat()}))
            return levels(machine.backups(deployment(data)))

        assert last(3, data) == {Level.WARNING}
        assert last(0, data / "nowhere") == {Level.NOTE}
        assert Level.FINE in last(0, data)

    def test_the_kind_of_disk_is_known(self) -> None:
        assert machine.file_system_of(Path("/proc")) == "proc"

    def test_sqlite_on_a_network_disk(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(machine, "file_system_of", lambda folder: "nfs4")
        assert Level.FAULT in levels(machine.data_folder(deployment(data)))

    @pytest.mark.django_db
    def test_a_clock_that_went_back(self, data: Path) -> None:
        from padstone.ingest.delivery import Delivery  # noqa: PLC0415 - Django is not set up yet when this is read
        from padstone.ingest.inbox import accept  # noqa: PLC0415 - as above

        accept([Delivery("file", "x", b"{}", "", None, clock.now())])
        assert Level.FAULT not in levels(machine.time(deployment(data)))
        with clock.clock_at(clock.now() - timedelta(hours=1)):
            assert Level.FAULT in levels(machine.time(deployment(data)))

    def test_debug(self, data: Path, settings: object) -> None:
        settings.DEBUG = True  # type: ignore[attr-defined]  # pytest-django's
        assert levels(machine.debug(deployment(data))) == {Level.FAULT}


@pytest.mark.django_db
def test_a_check_that_breaks_is_a_finding_and_stops_no_other(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / LAST).write_text("no json")
    found = {finding.about: finding for finding in examine(deployment(data))}
    assert found["backups"].level is Level.FAULT
    assert "could not be checked" in found["backups"].text
    assert "versions" in found
