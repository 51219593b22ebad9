"""`padstone cfx validate`, `explain` and `list`, and recordings as files."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from padstone.cfx import KNOWN_MESSAGES, MESSAGE_TYPES, decode_body_with_notes, split
from padstone.config.main import main
from padstone.entrypoints.cli.cfx.invented import example_body
from padstone.entrypoints.cli.cfx.kinds import interpreted, names
from padstone.entrypoints.cli.cfx.outgoing import Choice, Freshener, outgoing
from padstone.entrypoints.cli.cfx.places import find, place_at
from padstone.entrypoints.cli.cfx.recording import Damaged, Message, Rotation, Writer, name_in, read

AT = datetime(2031, 2, 3, 4, 5, 6, 123456, tzinfo=UTC)
SOURCE = "Acme.Placer.7"


def run(*arguments: str | Path, given: bytes = b"") -> Result:
    result = CliRunner().invoke(main, ["cfx", *map(str, arguments)], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def envelope(name: str, body: dict[str, Any] | None = None, number: int = 0, **head: Any) -> dict[str, Any]:
    return {
        "MessageName": f"CFX.Production.{name}",
        "TimeStamp": f"2031-02-03T04:05:{number:02}Z",
        "UniqueID": f"id-{number}",
        "Source": SOURCE,
        "MessageBody": body or {},
        **head,
    }


def said(tmp_path: Path, *envelopes: dict[str, Any]) -> Path:
    file = tmp_path / "said.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in envelopes))
    return file


def judged(*arguments: str | Path, given: bytes = b"") -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run("validate", "--format", "json", *arguments, given=given).stdout)
    return report


def codes(file: Path) -> list[str]:
    report = judged(file)
    found = [finding["code"] for message in report["messages"] for finding in message["findings"]]
    return found + [doubt["code"] for doubt in report["order"]]


class TestReferenceExamples:
    def test_none_of_the_published_examples_is_refused(self, reference_data: Path) -> None:
        report = judged(reference_data / "cfx/examples")
        outcomes = {message["file"].rpartition("/")[2]: message["outcome"] for message in report["messages"]}
        assert len(outcomes) == 150
        # Numbers written as text, and a blank in a name: put right, and said so.
        assert {file for file, outcome in outcomes.items() if outcome != "ok"} == {
            "CFX.Structures.UnitInfo.json",
            "CFX.Structures.VacuumDeposition.CoatingProcessReading.json",
        }
        assert "refused" not in outcomes.values()

    def test_the_broken_ones_are_repaired_or_refused_with_their_place(self, reference_data: Path) -> None:
        report = judged(reference_data / "cfx/broken_examples")
        assert len(report["messages"]) == 8
        for message in report["messages"]:
            said = [finding for finding in message["findings"] if finding["level"] != "warning"]
            assert message["outcome"] in {"repaired", "refused"}
            assert said
            assert all(finding["line"] and finding["column"] for finding in said)
        (refused,) = [message for message in report["messages"] if message["outcome"] == "refused"]
        assert refused["name"].endswith("ConditionCompleted")
        assert (refused["findings"][0]["line"], refused["findings"][0]["column"]) == (4, 2)

    def test_a_place_behind_a_slip_is_found(self, reference_data: Path) -> None:
        file = reference_data / "cfx/broken_examples/CFX.Production.Assembly.MaterialsInstalled.txt"
        (message,) = judged(file)["messages"]
        lines = file.read_text().split("\n")
        measured = next(one for one in message["findings"] if one["path"].endswith("MeasuredValue"))
        assert lines[measured["line"] - 1][measured["column"] - 1 :].startswith('"3100"')


class TestPlaces:
    TEXT = '{\n "a": [1, {"b.c": "x, \\" {", "d": true}],\n /* } */ "E_f": {"g": null}}'

    @pytest.mark.parametrize(
        ("path", "there"),
        [
            ("", "{\n"),
            ("a", "[1"),
            ("a[0]", "1,"),
            ("a[1].b.c", '"x, '),
            ("a[1].d", "true"),
            ("e_F.G", "null"),
        ],
    )
    def test_a_path_leads_to_its_value(self, path: str, there: str) -> None:
        at = find(self.TEXT, path)
        assert at is not None
        assert self.TEXT[at:].startswith(there)

    @pytest.mark.parametrize("path", ["a[2]", "a.b", "z", "a[1].d.e", "E_f[0]"])
    def test_what_is_not_there_is_not_found(self, path: str) -> None:
        assert find(self.TEXT, path) is None

    def test_lines_and_columns_begin_at_one(self) -> None:
        assert place_at("ab\ncd", 4) == (2, 2)


class TestValidate:
    def test_a_wrong_value_is_refused_where_it_stands(self, tmp_path: Path) -> None:
        file = said(tmp_path, envelope("WorkCompleted"), envelope("UnitsArrived", {"Lane": "left"}, 1))
        result = run("validate", file)
        line = file.read_text().split("\n")[1]
        column = line.index('"left"') + 1
        assert (
            f"{file}:2:{column}: refused: CFX.Production.UnitsArrived: MessageBody.Lane: must be"
            in result.stdout
        )
        assert "padstone cfx explain CFX.Production.UnitsArrived" in result.stdout
        assert result.exit_code == 1

    def test_a_slip_in_a_pretty_document_after_empty_lines(self, tmp_path: Path) -> None:
        file = tmp_path / "one.json"
        text = json.dumps(envelope("WorkStarted", {"TransactionID": "t", "Lane": 1}), indent=1)
        file.write_text("\n\n" + text.replace('"t",', '"t"'))
        (message,) = judged(file)["messages"]
        slip = next(one for one in message["findings"] if one["code"] == "almost_json")
        assert "Lane" in file.read_text().split("\n")[slip["line"] - 1]

    def test_an_unknown_property_has_its_near_name(self, tmp_path: Path) -> None:
        file = said(tmp_path, envelope("UnitsArrived", {"UnitCout": 1}))
        result = run("validate", file)
        assert "warning" in result.stdout
        assert "Did you mean UnitCount?" in result.stdout
        assert result.exit_code == 0
        assert run("validate", "--strict", file).exit_code == 1

    def test_an_unknown_message_has_its_near_name(self, tmp_path: Path) -> None:
        result = run("validate", said(tmp_path, envelope("WorkStartet")))
        assert "Did you mean CFX.Production.WorkStarted?" in result.stdout
        assert result.exit_code == 1

    def test_an_earlier_spelling_is_told(self, tmp_path: Path) -> None:
        body = {"TransactionID": "t", "ProductionChanges": []}
        assert codes(said(tmp_path, envelope("LocalRecipeChanged", body))) == ["spelling"]

    @pytest.mark.parametrize(
        ("head", "code"),
        [
            ({"UniqueID": None}, "no_unique_id"),
            ({"Source": None}, "no_source"),
            ({"TimeStamp": None}, "no_time"),
            ({"TimeStamp": "2031-02-03T04:05:06"}, "no_zone"),
            ({"TimeStamp": "yesterday"}, "bad_time"),
            ({"Sorce": "x"}, "unknown_property"),
        ],
    )
    def test_what_the_envelope_lacks(self, tmp_path: Path, head: dict[str, Any], code: str) -> None:
        assert codes(said(tmp_path, envelope("UnitsDeparted", {}, **head))) == [code]

    def test_a_missing_transaction(self, tmp_path: Path) -> None:
        assert codes(said(tmp_path, envelope("WorkStarted"))) == ["no_transaction"]

    def test_a_good_course_has_nothing_to_say(self, tmp_path: Path) -> None:
        units = {"Units": [{"UnitIdentifier": "P", "PositionNumber": 1}]}
        work = {"TransactionID": "t"}
        installed = envelope("Assembly.MaterialsInstalled", {"TransactionId": "T"}, 2)
        file = said(
            tmp_path,
            envelope("UnitsArrived", units, 0),
            envelope("WorkStarted", work, 1),
            installed,
            envelope("WorkCompleted", work, 3),
            envelope("UnitsDeparted", units, 4),
        )
        assert codes(file) == []
        assert run("validate", "--strict", file).exit_code == 0

    def test_a_course_out_of_order(self, tmp_path: Path) -> None:
        file = said(
            tmp_path,
            envelope("UnitsArrived", {"PrimaryIdentifier": "P"}, 0),
            envelope("Assembly.MaterialsInstalled", {"TransactionId": "t"}, 1),
            envelope("WorkStarted", {"TransactionID": "t"}, 2),
            envelope("WorkStarted", {"TransactionID": "u"}, 3),
            envelope("WorkCompleted", {"TransactionID": "v"}, 4),
        )
        report = judged(file)
        assert {(doubt["line"], doubt["code"]) for doubt in report["order"]} == {
            (1, "never_departed"),
            (2, "before_its_start"),
            (4, "never_completed"),
            (5, "never_started"),
        }

    def test_another_source_has_a_course_of_its_own(self, tmp_path: Path) -> None:
        file = said(
            tmp_path,
            envelope("WorkStarted", {"TransactionID": "t"}, 5),
            envelope("WorkCompleted", {"TransactionID": "t"}, 6),
            envelope("WorkCompleted", {"TransactionID": "x"}, 1, Source="Acme.Oven.2"),
        )
        assert codes(file) == []

    def test_repetitions_and_twice_used_ids(self, tmp_path: Path) -> None:
        once = envelope("UnitsDeparted", {}, 1)
        file = said(tmp_path, once, once, envelope("UnitsDeparted", {"UnitCount": 2}, 1))
        assert codes(file) == ["repeated", "unique_id_twice"]

    def test_times_that_run_backwards(self, tmp_path: Path) -> None:
        file = said(tmp_path, envelope("UnitsDeparted", {}, 2), envelope("UnitsDeparted", {}, 1))
        assert codes(file) == ["back_in_time"]

    def test_standard_input_with_a_name(self) -> None:
        report = judged("--name", "CFX.Production.UnitsArrived", given=b'{"lane": "1",}')
        (message,) = report["messages"]
        assert (message["name"], message["outcome"]) == ("CFX.Production.UnitsArrived", "repaired")
        assert {finding["code"] for finding in message["findings"]} == {"almost_json", "spelling", "repaired"}

    def test_a_body_without_a_name_says_what_to_do(self) -> None:
        result = run("validate", given=b'{"Lane": 1}')
        assert result.exit_code == 1
        assert "--name" in result.stdout

    def test_nothing_to_read_ends_with_2(self, tmp_path: Path) -> None:
        assert run("validate", tmp_path).exit_code == 2

    def test_the_summary_counts_each_kind(self, tmp_path: Path) -> None:
        file = said(tmp_path, envelope("UnitsDeparted", {}, 1), envelope("UnitsArrived", {"Lane": "x"}, 2))
        lines = [line.split() for line in run("validate", file).stdout.splitlines()[-3:]]
        assert lines == [
            ["CFX.Production.UnitsArrived", "1", "0", "0", "1", "0"],
            ["CFX.Production.UnitsDeparted", "1", "1", "0", "0", "0"],
            ["all", "2", "1", "0", "1", "0"],
        ]

    def test_a_recording_is_read_line_by_line(self, tmp_path: Path) -> None:
        file = tmp_path / "heard.jsonl.gz"
        writer = Writer(file)
        good, bad = (json.dumps(envelope("UnitsArrived", {"Lane": lane})) for lane in (1, "x"))
        packed = gzip.compress(bad.encode())
        writer.write([Message(good.encode(), AT), Message(packed, AT, "gzip")])
        writer.close()
        first, second = judged(file)["messages"]
        assert (first["outcome"], second["outcome"]) == ("ok", "refused")
        assert second["findings"][0]["line"] == 2

    def test_what_a_message_says_does_not_reach_the_terminal(self, tmp_path: Path) -> None:
        result = run("validate", said(tmp_path, envelope("X\x1b[2Jx")))
        assert "\x1b" not in result.stdout


class TestExplain:
    @pytest.mark.parametrize("name", sorted(KNOWN_MESSAGES))
    def test_every_message_with_an_example_that_reads_without_a_note(self, name: str) -> None:
        result = run("explain", name)
        assert result.exit_code == 0
        assert result.stdout.splitlines()[0] == name
        assert result.stdout.splitlines()[1].strip(), "it has no docstring"
        whole = result.stdout.partition("An invented example\n")[2]
        (head,) = split(whole.encode())
        assert not getattr(head, "repairs", ("unreadable",))
        body = json.dumps(example_body(MESSAGE_TYPES[name])).encode()
        assert decode_body_with_notes(name, body)[1] == ()
        assert judged(given=whole.encode())["messages"][0]["findings"] == []

    def test_every_structure_and_enumeration(self) -> None:
        assert len(names()) > 500
        for name in names():
            assert run("explain", name).exit_code == 0, name

    def test_the_last_part_of_a_name_will_do(self) -> None:
        assert run("explain", "unitsTESTED").stdout.startswith("CFX.Production.TestAndInspection.UnitsTested")

    def test_an_enumeration_has_its_words_and_numbers(self) -> None:
        assert "1  PrimarySurface" in run("explain", "Surface").stdout
        assert "1000  PRD" in run("explain", "ResourceState").stdout

    def test_a_place_names_what_may_stand_there(self) -> None:
        stdout = run("explain", "MaterialsInstalled").stdout
        assert "interpreted" in stdout
        assert "CFX.Structures.UnitInfo, CFX" in run("explain", "UnitsArrived").stdout

    def test_an_unknown_name_is_wrong_usage_with_a_near_one(self) -> None:
        result = run("explain", "WorkStartd")
        assert result.exit_code == 2
        assert "CFX.Production.WorkStarted" in result.stderr

    def test_a_message_is_shown_with_what_it_means(self) -> None:
        told = envelope("WorkStarted", {"relevantsurface": 2, "AcmeShelf": "S1", "UnitCount": "4"})
        stdout = run("explain", "-", given=json.dumps(told).encode()).stdout
        assert 'RelevantSurface: "SecondarySurface"   Surface, number 2' in stdout
        assert "UnitCount: 4   whole number" in stdout
        assert 'AcmeShelf: "S1"   not the standard\'s' in stdout
        assert "! relevantsurface: read as RelevantSurface" in stdout

    def test_all_reference_examples_can_be_explained(self, reference_data: Path) -> None:
        for file in sorted((reference_data / "cfx/examples").glob("*.json")):
            result = run("explain", file)
            assert result.exit_code == 0, file
            assert "cannot be read" not in result.stdout, file

    def test_what_cannot_be_read_is_said(self) -> None:
        result = run("explain", "-", given=json.dumps(envelope("UnitsArrived", {"Lane": "x"})).encode())
        assert "! it cannot be read: Lane: must be" in result.stdout

    def test_what_padstone_interprets_is_what_its_interpreters_are(self) -> None:
        from padstone.ingest.interpreters import INTERPRETERS  # noqa: PLC0415 - Django is set up by now

        assert interpreted() == INTERPRETERS.keys()

    def test_the_list_has_all_of_them(self) -> None:
        stdout = run("list").stdout
        assert stdout.endswith(f"{len(KNOWN_MESSAGES)} messages\n")
        assert "UnitsArrived" in run("list", "unitsarr").stdout
        assert run("list", "nothing of the kind").exit_code == 1

    def test_no_django_is_needed(self, tmp_path: Path) -> None:
        code = (
            "import sys; from padstone.config.main import main\n"
            "try: main(['cfx', 'explain', 'WorkStarted'])\n"
            "except SystemExit: pass\n"
            "assert not any(name.partition('.')[0] == 'django' for name in sys.modules)"
        )
        subprocess.run(
            [sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True, timeout=60
        )
        assert list(tmp_path.iterdir()) == []


class TestRecordings:
    BODIES = [b'{"a":1}', b"\xff\x00broken", "µ\u2028\n".encode(), b""]

    @pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
    def test_bytes_and_all_around_them_come_back(self, tmp_path: Path, name: str) -> None:
        amqp = {"message-id": "1", "application-properties": {"x": {"base64": "AA=="}, "n": 3}}
        sent = [Message(body, AT, "gzip", SOURCE, amqp) for body in self.BODIES]
        writer = Writer(tmp_path / name)
        writer.write(sent)
        writer.close()
        back = list(read(tmp_path / name))
        assert [(one.body, one.at, one.encoding, one.sender, one.amqp) for one in back] == [
            (one.body, one.at, one.encoding, one.sender, one.amqp) for one in sent
        ]

    @pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
    def test_what_is_written_is_on_disk_before_the_end(self, tmp_path: Path, name: str) -> None:
        writer = Writer(tmp_path / name)
        writer.write([Message(b"one", AT), Message(b"two", AT)])
        crashed = tmp_path / f"crashed-{name}"
        crashed.write_bytes((tmp_path / name).read_bytes())
        writer.close()
        found: list[bytes] = []
        try:
            found.extend(one.body for one in read(crashed))
        except Damaged:
            assert name.endswith(".gz"), "its end was never written"
        finally:
            found = found or [one.body for one in _as_far_as_it_goes(crashed)]
        assert found == [b"one", b"two"]

    def test_a_last_line_that_is_cut_off_loses_itself_alone(self, tmp_path: Path) -> None:
        writer = Writer(tmp_path / "a.jsonl")
        writer.write([Message(b"one", AT), Message(b"two", AT)])
        writer.close()
        (tmp_path / "cut.jsonl").write_bytes((tmp_path / "a.jsonl").read_bytes()[:-5])
        assert [one.body for one in _as_far_as_it_goes(tmp_path / "cut.jsonl")] == [b"one"]
        with pytest.raises(Damaged, match="line 2 is cut off"):
            list(read(tmp_path / "cut.jsonl"))

    def test_rotation_by_size_numbers_the_files(self, tmp_path: Path) -> None:
        writer = Writer(tmp_path / "a.jsonl.gz", Rotation(size_bytes=100))
        for number in range(5):
            writer.write([Message(b"x" * 40 + str(number).encode(), AT)])
        writer.close()
        assert [file.name for file in writer.files] == [
            "a.0001.jsonl.gz",
            "a.0002.jsonl.gz",
            "a.0003.jsonl.gz",
        ]
        assert [one.body[-1:] for file in writer.files for one in read(file)] == [
            b"0",
            b"1",
            b"2",
            b"3",
            b"4",
        ]

    def test_nothing_is_written_over(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text("precious")
        result = run("record", tmp_path / "a.jsonl", "--from", "-", given=b"x\n")
        assert result.exit_code == 2
        assert (tmp_path / "a.jsonl").read_text() == "precious"

    def test_standard_input_is_recorded_line_by_line(self, tmp_path: Path) -> None:
        result = run(
            "record", tmp_path / "a.jsonl", "--from", "-", "--count", "2", given=b"{}\n\n\xff\nmore\n"
        )
        assert result.exit_code == 0
        assert [one.body for one in read(tmp_path / "a.jsonl")] == [b"{}", b"\xff"]

    def test_a_port_that_others_reach_is_guarded(self, tmp_path: Path) -> None:
        result = run("record", tmp_path / "a.jsonl", "--listen", "0.0.0.0:0")
        assert result.exit_code == 2
        assert "--credentials" in result.stderr

    @pytest.mark.parametrize(
        ("file", "name"),
        [
            ("CFX.Production.WorkStarted.json", "CFX.Production.WorkStarted"),
            ("x/CFX.Production.WorkStarted_2.json.gz", "CFX.Production.WorkStarted"),
            ("CFX.Structures.Tool.txt", "CFX.Structures.Tool"),
            ("CFX.CFXEnvelope.json", None),
            ("monday.json", None),
        ],
    )
    def test_a_file_may_tell_what_is_in_it(self, file: str, name: str | None) -> None:
        assert name_in(file) == name


def _as_far_as_it_goes(file: Path) -> list[Message]:
    found: list[Message] = []
    try:
        for message in read(file):
            found.append(message)  # noqa: PERF402 - it may end in the middle
    except Damaged:
        return found
    return found


class TestWhatIsSent:
    def test_files_are_sent_as_one_by_their_times(self, tmp_path: Path) -> None:
        for name, numbers in (("a", (1, 4)), ("b", (2, 3))):
            lines = [json.dumps(envelope("UnitsDeparted", {}, number)) for number in numbers]
            (tmp_path / f"{name}.ndjson").write_text("\n".join(lines))
        files = sorted(tmp_path.iterdir())
        assert [one.unique_id for one in outgoing(files, Choice())] == ["id-1", "id-2", "id-3", "id-4"]

    def test_kinds_and_sources_are_chosen(self, tmp_path: Path) -> None:
        file = said(
            tmp_path,
            envelope("WorkStarted", {}, 1),
            envelope("UnitsArrived", {}, 2),
            envelope("UnitsArrived", {}, 3, Source="Acme.Oven.2"),
        )
        assert [one.unique_id for one in outgoing([file], Choice(["Units*"], ["Acme.Placer.*"]))] == ["id-2"]

    def test_fresh_messages_are_new_and_still_belong_together(self, tmp_path: Path) -> None:
        file = said(
            tmp_path,
            envelope("WorkStarted", {"TransactionID": "t", "X": 1.50}, 1, AcmeNote="n"),
            envelope("WorkCompleted", {"TransactionID": "t"}, 3),
        )
        first, second = (
            json.loads(one.body) for one in outgoing([file], Choice(), Freshener(AT.replace(microsecond=0)))
        )
        assert first["UniqueID"] not in {"id-1", second["UniqueID"]}
        assert first["TimeStamp"].startswith("2031-02-03T04:05:06.0")
        assert second["TimeStamp"].startswith("2031-02-03T04:05:08.0")
        assert first["MessageBody"]["TransactionID"] == second["MessageBody"]["TransactionID"] != "t"
        assert (first["AcmeNote"], first["Source"]) == ("n", SOURCE)

    def test_a_bare_body_goes_in_an_envelope(self, tmp_path: Path) -> None:
        file = tmp_path / "CFX.Production.WorkStarted_2.json"
        file.write_text('{"Lane": 1}')
        (one,) = outgoing([file], Choice(), source=SOURCE)
        whole = json.loads(one.body)
        assert (whole["MessageName"], whole["Source"]) == ("CFX.Production.WorkStarted", SOURCE)
        assert whole["MessageBody"] == {"Lane": 1}

    def test_a_recording_keeps_its_own_times(self, tmp_path: Path) -> None:
        writer = Writer(tmp_path / "a.jsonl")
        body = json.dumps(envelope("UnitsDeparted")).encode()
        writer.write([Message(body, AT), Message(body, AT + timedelta(seconds=9))])
        writer.close()
        first, second = outgoing([tmp_path / "a.jsonl"], Choice())
        assert (first.body, second.at - first.at) == (body, timedelta(seconds=9))

    def test_a_dry_run_sends_nothing_and_counts(self, tmp_path: Path) -> None:
        result = run("replay", "--dry-run", said(tmp_path, envelope("UnitsDeparted")))
        assert result.stdout.endswith("1 messages, none of them sent\n")

    def test_without_an_address_it_is_wrong_usage(self, tmp_path: Path) -> None:
        assert run("replay", said(tmp_path, envelope("UnitsDeparted"))).exit_code == 2

    def test_a_password_in_an_address_is_never_shown(self, tmp_path: Path) -> None:
        file = said(tmp_path, envelope("UnitsDeparted"))
        result = run("replay", file, "--to", "http://u:swordfish@127.0.0.1:1", "--pace", "fast")
        assert result.exit_code == 1
        assert "swordfish" not in result.output
