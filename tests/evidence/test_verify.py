"""``padstone audit``: what it says of evidence that is intact, broken, rewritten or unreadable."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from pytest_django import DjangoDbBlocker

from padstone.config.main import main
from padstone.ingest.inbox import refuse
from padstone.ingest.interpret import seal_of_entry
from padstone.ingest.models import Batch, Message
from padstone.ingest.verify import check_inbox, check_journal
from padstone.kernel.actor import EVERYTHING, INTERPRETER, Actor, ActorKind
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Invalid
from padstone.kernel.seal import FIRST, seal_of_row, spelled
from padstone.platform.audit.anchors import CHAINS, anchor_line, read_anchors
from padstone.platform.audit.models import AuditLine, Verification
from padstone.platform.audit.record import canonical_json, record
from padstone.platform.audit.verify import check_audit
from padstone.platform.journal.models import Head
from padstone.simulator.world import Settings, run
from tests.evidence.factory_file import as_default
from tests.shop_floor import build, deliver

ADA = Actor(ActorKind.PERSON, "ada", EVERYTHING, "user:1", "web 10.1.2.3")
Run = Callable[..., Result]


@pytest.fixture
def file(factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A copy of the factory's file, which everybody works with."""
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(factory_file, copy)
    with django_db_blocker.unblock(), as_default(copy):
        yield copy


@pytest.fixture
def run_audit(file: Path) -> Run:
    def run_audit(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["audit", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_audit


def harm(file: Path, *statements: str) -> None:
    """As somebody who may do everything in the database, and puts the guards back afterwards."""
    with closing(sqlite3.connect(file)) as books:
        guards = books.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            books.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            books.execute(statement)
        for _, sql in guards:
            books.execute(sql)
        books.commit()


class TestTheCommand:
    def test_intact_evidence_ends_with_0(self, run_audit: Run) -> None:
        told = run_audit("verify", "--deep")
        assert told.exit_code == 0, told.output
        assert told.output.endswith("The evidence is intact.\n")
        assert len(told.output.splitlines()) == 9

    def test_each_broken_chain_is_named_with_its_first_broken_link(self, run_audit: Run, file: Path) -> None:
        harm(
            file,
            "UPDATE audit_auditline SET why = 'for fun' WHERE id = 4",
            "UPDATE audit_auditline SET why = 'for fun' WHERE id = 6",
            "UPDATE ingest_message SET source = 'SOMEBODY' WHERE id = 30",
            "DELETE FROM signatures_signature WHERE id = 2",
        )
        told = run_audit("verify", "--deep")
        assert told.exit_code == 1
        said = told.output
        assert "audit_auditline 4: what the audit line says is not what was sealed" in said
        assert "audit_auditline 6" not in said
        assert "ingest_message 30: its source differ from its bytes in batch 2" in said
        assert "signatures_signature 2: it is missing: after 1 comes 3" in said
        assert "facts" not in said  # nobody replays what is broken
        assert said.endswith("The evidence is BROKEN.\n")

    def test_a_changed_seal_is_told_from_a_changed_row(self, run_audit: Run, file: Path) -> None:
        harm(file, "UPDATE audit_auditline SET seal = randomblob(32) WHERE id = 4")
        assert "audit_auditline 4: the seal of the audit line was changed" in run_audit("verify").output

    def test_json_says_the_same(self, run_audit: Run, file: Path) -> None:
        assert json.loads(run_audit("verify", "--format", "json").stdout)["intact"] is True
        harm(file, "DELETE FROM journal_head WHERE name = 'audit'")
        told = run_audit("verify", "--format", "json")
        found = json.loads(told.stdout)
        (broken,) = (check["broken"] for check in found["checks"] if check["broken"])
        assert (told.exit_code, found["intact"]) == (1, False)
        assert (broken["table"], broken["row"]) == ("journal_head", "audit")

    def test_the_result_is_kept_for_the_page(self, run_audit: Run, file: Path) -> None:
        run_audit("verify", "--deep")
        harm(file, "UPDATE audit_auditline SET why = 'for fun' WHERE id = 4")
        run_audit("verify")
        intact, broken = Verification.objects.order_by("pk")
        assert (intact.intact, intact.deep, intact.findings) == (True, True, [])
        assert (broken.intact, broken.deep, len(broken.findings)) == (False, False, 1)
        assert "audit_auditline 4" in broken.findings[0]

    def test_a_guard_that_was_removed_is_broken_evidence(self, run_audit: Run, file: Path) -> None:
        with closing(sqlite3.connect(file)) as books:
            books.execute("DROP TRIGGER ingest_batch_no_delete")
        told = run_audit("verify")
        assert (told.exit_code, "trigger ingest_batch_no_delete" in told.output) == (1, True)

    def test_a_fact_that_was_changed_is_found_by_looking_deep_alone(self, run_audit: Run, file: Path) -> None:
        harm(file, "UPDATE materials_loadevent SET feeder = 'another' WHERE id = 3")
        assert run_audit("verify").exit_code == 0
        told = run_audit("verify", "--deep")
        assert told.exit_code == 1
        assert "materials_loadevent 3: feeder is 'another', and its message tells" in told.output


class TestAFileThatCannotBeRead:
    @pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
    def test_a_file_that_was_cut_off(self, run_audit: Run, file: Path, kept: float) -> None:
        content = file.read_bytes()
        pages = int(len(content) / 4096 * kept)
        file.write_bytes(content[: pages * 4096])
        told = run_audit("verify", "--deep")
        assert told.exit_code == 1
        assert "The evidence is BROKEN." in told.output

    @pytest.mark.parametrize("first", range(1, 12))
    def test_pages_of_noise(self, run_audit: Run, file: Path, first: int) -> None:
        content = bytearray(file.read_bytes())
        pages = len(content) // 4096
        for page in range(first, pages, 11):
            content[page * 4096 : (page + 1) * 4096] = bytes([0xA5]) * 4096
        file.write_bytes(content)
        told = run_audit("verify", "--deep")
        assert told.exit_code == 1
        assert "BROKEN             the database file" in told.output

    def test_no_database_at_all(self, run_audit: Run, file: Path) -> None:
        file.write_bytes(b"This is no database. " * 1000)
        told = run_audit("verify")
        assert told.exit_code == 1
        assert "file is not a database" in told.output


class TestAnchors:
    def test_the_chains_grow_and_still_hold_the_anchor(self, run_audit: Run, tmp_path: Path) -> None:
        kept = tmp_path / "anchors"
        kept.write_text(f"Kept since spring.\n{run_audit('anchor').output}")
        record(ADA, "look", "evidence")
        refuse("http", "somebody", "too large")
        with kept.open("a") as more:
            more.write(run_audit("anchor").output)
        told = run_audit("verify", "--anchor", str(kept))
        assert told.exit_code == 0, told.output
        assert "The chains hold what the 2 anchors say." in told.output

    def test_a_chain_that_was_written_anew_is_found(self, run_audit: Run, file: Path, tmp_path: Path) -> None:
        """The worst case: rows, seals and heads all fit each other, and none of them is what it was."""
        (tmp_path / "anchor").write_text(run_audit("anchor").output)
        harm(file, "UPDATE audit_auditline SET why = 'for fun' WHERE id = 4")
        write_anew(file)
        assert run_audit("verify").exit_code == 0
        told = run_audit("verify", "--anchor", str(tmp_path / "anchor"))
        assert told.exit_code == 1
        assert "is not the audit line that was anchored at" in told.output

    @pytest.mark.parametrize("chain", CHAINS)
    def test_rows_that_were_cut_off_together_with_the_head_are_found(
        self, run_audit: Run, file: Path, tmp_path: Path, chain: str
    ) -> None:
        (tmp_path / "anchor").write_text(run_audit("anchor").output)
        cut_off(file, chain)
        told = run_audit("verify", "--anchor", str(tmp_path / "anchor"))
        assert told.exit_code == 1
        assert "knows number" in told.output

    def test_an_anchor_of_nothing_holds(self, db: None) -> None:
        assert read_anchors(anchor_line()).keys() == set(CHAINS)
        assert check_audit(connection, anchors=read_anchors(anchor_line())["audit"]).intact

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nothing of the kind",
            "padstone-anchor",
            "padstone-anchor yesterday audit=1:" + "0" * 64,
            "padstone-anchor 2026-03-01T06:00:00Z audit=1:" + "0" * 63,
            "padstone-anchor 2026-03-01T06:00:00Z cellar=1:" + "0" * 64,
            "padstone-anchor 2026-03-01T06:00:00Z audit=x:" + "0" * 64,
        ],
    )
    def test_what_is_no_anchor_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            read_anchors(text)


def write_anew(file: Path) -> None:
    """Seal all audit lines again, as they are now, and their head."""
    with closing(sqlite3.connect(file)) as books:
        guard = books.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'audit_auditline_no_update'"
        ).fetchone()[0]
        books.execute("DROP TRIGGER audit_auditline_no_update")
        columns = [row[1] for row in books.execute("PRAGMA table_info(audit_auditline)") if row[1] != "seal"]
        seal = FIRST
        for row in books.execute(f"SELECT {', '.join(columns)} FROM audit_auditline ORDER BY id").fetchall():
            values = dict(zip(columns, row, strict=True))
            seal = seal_of_row(seal, {name: spelled(value) for name, value in values.items()})
            books.execute("UPDATE audit_auditline SET seal = ? WHERE id = ?", [seal, values["id"]])
        books.execute("UPDATE journal_head SET seal = ? WHERE name = 'audit'", [seal])
        books.execute(guard)
        books.commit()


def cut_off(file: Path, chain: str) -> None:
    """Remove what is newest of a chain, and let its head say that the one before it is the newest."""
    if chain == "journal":
        cut_off_journal(file)
        return
    table = {"audit": "audit_auditline", "signatures": "signatures_signature", "inbox": "ingest_batch"}[chain]
    newest = f"(SELECT seal FROM {table} ORDER BY id DESC LIMIT 1)"
    its_messages = (
        "DELETE FROM ingest_flag",
        "DELETE FROM ingest_message WHERE batch_id = (SELECT MAX(id) FROM ingest_batch)",
    )
    harm(
        file,
        *(its_messages if chain == "inbox" else ()),
        f"DELETE FROM {table} WHERE id = (SELECT MAX(id) FROM {table})",
        f"UPDATE journal_head SET number = number - 1, seal = {newest} WHERE name = '{chain}'",
    )


def cut_off_journal(file: Path) -> None:
    on_books = Message.objects.exclude(journal_no=None).order_by("journal_no")
    seal = FIRST
    for pk, at in list(on_books.values_list("pk", "recorded_at"))[:-1]:
        seal = seal_of_entry(seal, spelled(pk), spelled(at))
    harm(
        file,
        "UPDATE ingest_message SET state = 'received', journal_no = NULL, recorded_at = NULL "
        "WHERE journal_no = (SELECT MAX(journal_no) FROM ingest_message)",
        f"UPDATE journal_head SET number = number - 1, seal = X'{seal.hex()}' WHERE name = 'journal'",
    )


@pytest.mark.django_db
class TestTheChains:
    """On whichever database the suite runs."""

    def test_every_way_in_leaves_an_intact_inbox(self) -> None:
        messages = [body for _, body in run(Settings(units=4, panel_up=2)).messages][:60]
        build([*messages[:30], b"no envelope", b"", b" \n ", b"[1, {}]", b"\xff\xfe"])
        deliver([b"[" + b",".join(messages[30:]) + b"]", b"\n".join(messages[:40])])
        refuse("http", "gate\x00way", "It was too large.")
        build([])
        assert [str(check.broken) for check in (check_inbox(connection), check_journal(connection))] == [
            "None",
            "None",
        ]
        assert check_inbox(connection).links == Batch.objects.count()
        assert check_journal(connection).links == Message.objects.filter(state="done").count() > 30

    def test_lines_of_all_kinds_make_an_intact_chain(self) -> None:
        with clock_at(datetime(2026, 3, 1, 6, tzinfo=UTC)):  # an instant without a fraction
            first = record(ADA, "look", "Bestückautomat µ 元器件", why="nul \x00 and half \ud800", number=1)
        record(INTERPRETER, "look", "x" * 600, before={"a": 1}, after={"a": None}, corrects=first)
        assert [check_audit(connection).broken, check_audit(connection).links] == [None, 2]

    def test_nothing_at_all_is_intact(self) -> None:
        checks = [check_audit(connection), check_inbox(connection), check_journal(connection)]
        assert [(check.broken, check.links) for check in checks] == [(None, 0)] * 3

    def test_the_head_and_the_newest_line_go_together(self) -> None:
        record(ADA, "look", "evidence")
        record(ADA, "look", "evidence")
        head = Head.objects.get(name="audit")
        assert (head.number, bytes(head.seal)) == (2, bytes(AuditLine.objects.get(pk=2).seal))

    def test_messages_that_change_places_in_the_journal_are_found(self) -> None:
        build([body for _, body in run(Settings(units=4, panel_up=2)).messages][:30])
        with connection.cursor() as cursor:
            for before, after in ((5, -1), (9, 5), (-1, 9)):
                cursor.execute(
                    "UPDATE ingest_message SET journal_no = %s WHERE journal_no = %s", [after, before]
                )
        broken = check_journal(connection).broken
        assert broken is not None
        assert (broken.table, broken.row) == ("journal_head", "journal")

    def test_a_message_on_the_books_without_a_number_is_found(self) -> None:
        build([body for _, body in run(Settings(units=4, panel_up=2)).messages][:30])
        Message.objects.filter(journal_no=30).update(state="waiting")
        broken = check_inbox(connection).broken
        assert broken is not None
        assert "it has a number and is not on the books" in broken.what


def test_one_text_for_one_value() -> None:
    when = datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert (
        canonical_json({"b": 1, "a": [when, {"z", "y"}]}) == '{"a":["2026-03-01T06:00:00Z",["y","z"]],"b":1}'
    )
    assert canonical_json({}) == canonical_json(None) == ""
    with pytest.raises(TypeError):
        canonical_json({"secret": object()})
