"""The command line: what it answers, and with which code it ends."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from django.test import Client

from padstone.config.main import COMMANDS, Entry, exit_code, main
from padstone.features.parts.models import BomLine
from padstone.features.production.models import WorkOrder
from padstone.features.sites.models import Station
from padstone.ingest.models import Message
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from padstone.platform.accounts.models import User
from tests.entrypoints.conftest import BAD_LOT, BAD_UNITS

CLI_PAGE = Path(__file__).parents[2] / "docs/reference/cli.md"

Run = Callable[..., Result]


@pytest.fixture
def run(db: None) -> Run:
    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def files(tmp_path: Path, messages: list[bytes]) -> Path:
    """The messages as files, in the three forms that a file may have, in the order of their names."""
    third = len(messages) // 3
    (tmp_path / "sub").mkdir()
    (tmp_path / "1.json").write_bytes(b"[" + b",".join(messages[:third]) + b"]")
    (tmp_path / "2.ndjson").write_bytes(b"\n".join(messages[third : 2 * third]))
    (tmp_path / "sub" / "3.ndjson.gz").write_bytes(gzip.compress(b"\n".join(messages[2 * third :])))
    (tmp_path / "notes.txt").write_text("not for us")
    return tmp_path


def entries() -> Iterator[tuple[str, Entry]]:
    for group in COMMANDS.values():
        yield from group.items()


def commands(command: click.Command, name: str) -> Iterator[str]:
    """The full names of a command and of those below it that are for people."""
    if isinstance(command, click.Group):
        shown = {below: member for below, member in command.commands.items() if not member.hidden}
        for below, member in shown.items():
            yield from commands(member, f"{name} {below}")
    else:
        yield name


class TestTheList:
    @pytest.mark.parametrize(("name", "entry"), list(entries()), ids=[name for name, _ in entries()])
    def test_each_command_is_there_and_has_its_heading_in_the_reference(
        self, name: str, entry: Entry
    ) -> None:
        page = CLI_PAGE.read_text()
        for full in commands(entry.load(), name):
            assert f"\n## `padstone {full}`\n" in page

    def test_the_reference_has_no_heading_for_what_is_not_there(self) -> None:
        there = {full for name, entry in entries() for full in commands(entry.load(), name)}
        assert set(re.findall(r"^## `padstone ([^`]+)`$", CLI_PAGE.read_text(), re.MULTILINE)) == there

    def test_help_loads_no_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(entry: Entry) -> click.Command:
            raise AssertionError(entry.address)

        monkeypatch.setattr(Entry, "load", fail)
        result = CliRunner().invoke(main, ["--help"])
        assert result.exit_code == 0
        assert all(name in result.output and entry.short_help in result.output for name, entry in entries())

    def test_an_unknown_command_is_wrong_usage(self) -> None:
        assert CliRunner().invoke(main, ["recal"]).exit_code == 2


class TestRefusals:
    def test_each_kind_has_its_code(self) -> None:
        kinds = (Invalid, NotFound, Conflict, Forbidden, Refusal)
        assert [exit_code(kind("code", "Because.")) for kind in kinds] == [3, 4, 5, 6, 7]

    def test_a_refusal_is_a_sentence_with_its_code_and_way_out(self, run: Run) -> None:
        result = run("unit", "SN-1")
        assert (result.exit_code, result.stdout) == (4, "")
        assert "SN-1" in result.stderr
        assert "(unknown_unit)" in result.stderr
        assert len(result.stderr.splitlines()) == 2

    def test_nothing_asked_is_refused(self, run: Run) -> None:
        assert run("recall").exit_code == 3


class TestFiles:
    def test_a_folder_is_read_and_interpreted(self, run: Run, files: Path, messages: list[bytes]) -> None:
        result = run("ingest", str(files))
        assert result.exit_code == 0, result.output
        assert set(Message.objects.values_list("state", "batch__door")) == {("done", "file")}
        assert Message.objects.count() == len(messages)

    def test_reading_it_again_changes_nothing(self, run: Run, files: Path) -> None:
        run("ingest", str(files / "1.json"))
        journal = set(Message.objects.exclude(journal_no=None).values_list("journal_no", flat=True))
        again = run("ingest", str(files / "1.json"))
        assert again.exit_code == 0
        assert set(Message.objects.exclude(journal_no=None).values_list("journal_no", flat=True)) == journal

    def test_what_cannot_be_read_ends_with_1_and_is_kept(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "bad.json").write_text("{")
        result = run("ingest", str(tmp_path))
        assert result.exit_code == 1
        assert "not_an_envelope" in result.output
        assert Message.objects.get().state == "rejected"

    def test_a_message_that_is_rejected_later_ends_with_1_too(
        self, run: Run, tmp_path: Path, messages: list[bytes]
    ) -> None:
        (tmp_path / "odd.json").write_bytes(messages[0].replace(b"EndpointConnected", b"Connected"))
        result = run("ingest", str(tmp_path))
        assert (result.exit_code, Message.objects.get().state) == (1, "rejected")

    def test_nothing_to_read_is_wrong_usage(self, run: Run, tmp_path: Path) -> None:
        assert run("ingest", str(tmp_path)).exit_code == 2


class TestAnswers:
    """One factory, asked in every way."""

    def test_the_answers(self, run: Run, files: Path, api: Client) -> None:
        run("ingest", str(files))
        message = Message.objects.earliest("id")
        recall = run("recall", "--lot", BAD_LOT, "--format", "json")
        assert recall.stdout_bytes == api.get(f"/api/v1/recall?lot={BAD_LOT}").content
        report = json.loads(recall.stdout)
        unit = report["certain"][0]["unit"]
        package = report["packages"][0]
        for arguments, address in (
            (("unit", unit), f"units/{unit}"),
            (("unit", unit, "--as-of", "100"), f"units/{unit}?as_of=100"),
            (("package", package), f"packages/{package}"),
            (("station", "list"), "factory"),
            (("inbox", "show", str(message.pk)), f"inbox/{message.pk}"),
        ):
            answered = run(*arguments, "--format", "json")
            assert answered.stdout_bytes == api.get(f"/api/v1/{address}").content, arguments
        assert (
            run("recall", "--lot", BAD_LOT, "--format", "csv").stdout_bytes
            == api.get(f"/api/v1/recall?lot={BAD_LOT}&format=csv").content
        )
        assert BAD_LOT in run("unit", unit, "--format", "csv").stdout
        table = run("recall", "--lot", BAD_LOT).stdout
        assert f"{BAD_UNITS} of " in table
        assert unit in table
        assert package in run("unit", unit).stdout
        assert "Not on a line" in run("station", "list").stdout
        assert BAD_LOT in run("package", package).stdout
        since = report["certain"][0]["installations"][0]["installed_at"]
        later = run("recall", "--lot", BAD_LOT, "--since", "2100-01-01", "--format", "json")
        assert json.loads(later.stdout)["certain"] == []
        exactly = run("recall", "--lot", BAD_LOT, "--since", since, "--format", "json")
        assert len(json.loads(exactly.stdout)["certain"]) == BAD_UNITS

    def test_a_label_cannot_paint_the_terminal(self, run: Run, tmp_path: Path, messages: list[bytes]) -> None:
        (tmp_path / "odd.json").write_bytes(
            messages[0].replace(b"CFX.EndpointConnected", b"\\u001b[31m[red]Odd\\u0007")
        )
        run("ingest", str(tmp_path))
        output = run("inbox", "list").output
        assert "\x1b" not in output
        assert "\x07" not in output
        assert "[31m[red]Odd" in output


class TestInbox:
    def test_list_show_bytes_and_retry(self, run: Run, tmp_path: Path, messages: list[bytes]) -> None:
        odd = messages[0].replace(b"EndpointConnected", b"Connected")
        (tmp_path / "odd.json").write_bytes(odd)
        run("ingest", str(tmp_path))
        number = str(Message.objects.get().pk)
        assert "unknown_message" in run("inbox", "list").output
        assert "unknown_message" not in run("inbox", "list", "--state", "waiting").output
        assert "CFX.Connected" in run("inbox", "show", number).output
        assert run("inbox", "bytes", number).stdout_bytes == odd
        assert run("inbox", "retry", number).exit_code == 0
        assert Message.objects.get().state == "received"
        assert run("inbox", "show", "999999").exit_code == 4


class TestFactory:
    def test_a_line_is_set_up_from_a_file_and_again(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "line.json"
        stations = [
            {"name": "Printer", "kind": "printer", "handle": "A.B.1"},
            {"name": "Placer", "kind": "placer", "handle": "A.B.2"},
        ]
        file.write_text(json.dumps({"name": "L1", "stations": stations}))
        for _ in range(2):
            assert run("line", "import", str(file)).exit_code == 0
        rows = Station.objects.order_by("place_in_line").values_list(
            "line__name", "place_in_line", "name", "kind"
        )
        assert list(rows) == [("L1", 1, "Printer", "printer"), ("L1", 2, "Placer", "placer")]

    @pytest.mark.parametrize(
        "text",
        ['{"name": "L1"}', "[", '{"name": "L1", "stations": [{"name": "A", "kind": "odd", "handle": "B"}]}'],
    )
    def test_a_file_that_is_no_line_sets_up_nothing(self, run: Run, tmp_path: Path, text: str) -> None:
        (tmp_path / "line.json").write_text(text)
        assert run("line", "import", str(tmp_path / "line.json")).exit_code == 3
        assert not Station.objects.exists()

    def test_a_station_is_assigned(self, run: Run) -> None:
        place = ("--line", "L1", "--name", "Oven", "--kind", "oven", "--place", "3")
        assert run("station", "assign", "A.B.3", *place).exit_code == 0
        assert Station.objects.get().place_in_line == 3

    def test_an_order_is_planned_to_a_revision_that_has_a_bill(self, run: Run, tmp_path: Path) -> None:
        plan = ("order", "plan", "WO-1", "--product", "P", "--revision", "A", "--quantity", "5")
        assert run(*plan).exit_code == 4
        bill = tmp_path / "bom.csv"
        bill.write_text('part_number,quantity,designators\nPN-1,2,"R1,R2"\n')
        imported = run("bom", "import", str(bill), "--product", "P", "--revision", "A")
        assert imported.exit_code == 0, imported.output
        assert BomLine.objects.count() == 1
        assert run(*plan).exit_code == 0
        assert WorkOrder.objects.get().quantity == 5
        assert run(*plan[:-1], "6").exit_code == 5


class TestAccounts:
    def test_a_password_is_shown_once_and_works(self, run: Run) -> None:
        shown = run("user", "create-admin").stdout
        password = shown.splitlines()[1].split()[1]
        admin = User.objects.get(username="admin")
        assert admin.is_superuser
        assert admin.check_password(password)
        assert run("user", "create-admin").exit_code == 5
        again = run("user", "set-password", "admin").stdout.splitlines()[1].split()[1]
        assert again != password
        assert User.objects.get().check_password(again)

    def test_nobody_gets_no_password(self, run: Run) -> None:
        assert run("user", "set-password", "nobody").exit_code == 4


class TestCredentials:
    def test_a_machine_gets_a_secret_that_is_shown_once(self, run: Run) -> None:
        shown = run("machine", "credential", "create", "Vendor.Model.1").stdout
        secret = shown.split("password")[1].split()[0]
        assert secret.startswith("pdm_")
        listed = run("machine", "credential", "list", "Vendor.Model.1", "--format", "json").stdout
        assert "Vendor.Model.1" in listed
        assert secret not in listed
        assert run("machine", "credential", "revoke", "Vendor.Model.1").stdout.strip() == "1 revoked."
        assert run("machine", "credential", "revoke", "Vendor.Model.1").exit_code == 4

    def test_a_file_keeps_what_is_good_and_replaces_what_is_not(self, run: Run, tmp_path: Path) -> None:
        file, handles = tmp_path / "secrets.json", ("A.B.1", "A.B.2")
        assert run("machine", "credential", "file", str(file), *handles).exit_code == 0
        first = json.loads(file.read_text())
        assert file.stat().st_mode & 0o777 == 0o600
        assert run("machine", "credential", "revoke", "A.B.1").exit_code == 0
        assert run("machine", "credential", "file", str(file), *handles).exit_code == 0
        second = json.loads(file.read_text())
        assert second["A.B.2"] == first["A.B.2"]
        assert second["A.B.1"] != first["A.B.1"]

    def test_a_token_gets_a_scope_and_an_end(self, run: Run) -> None:
        run("user", "create-admin", "ada")
        made = run("token", "create", "ada", "reports", "--scope", "view_factory", "--days", "30")
        token = made.stdout.split("token")[1].split()[0]
        assert token.startswith("pds_")
        listed = run("token", "list", "--format", "json").stdout
        assert token not in listed
        assert json.loads(listed)[0]["scopes"] == ["view_factory"]
        assert run("token", "revoke", str(json.loads(listed)[0]["id"])).exit_code == 0
        assert json.loads(run("token", "list", "--format", "json").stdout)[0]["state"] == "revoked"
        assert run("token", "create", "nobody", "reports", "--scope", "view_factory").exit_code == 4


def test_openapi_is_what_the_api_gives(run: Run, api: Client) -> None:
    assert run("openapi").stdout_bytes == api.get("/api/v1/openapi.json").content
