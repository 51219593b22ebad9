"""The export itself: only what is new, whole after any interruption, as the manifest says, and on record."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from padstone.features.history import export, manifest, placed
from padstone.features.history.commands import export_history
from padstone.features.history.export import Window
from padstone.features.history.manifest import MANIFEST, Manifest
from padstone.features.history.packages import Lineage
from padstone.features.history.tables import BY_ROW, DERIVED_STATES, INSTALLATIONS, PASSES, STATES, TABLES
from padstone.features.materials.lookups import package_names, with_descendants
from padstone.features.materials.models import MaterialPackage
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid
from padstone.platform.accounts.roles import permissions_of
from padstone.platform.audit.models import AuditLine
from padstone.platform.journal.known import newest_journal_no
from tests.features.history.asked import eventful_shop, exported, moment, shuffled
from tests.properties.shop import Shop
from tests.shop_floor import build

pytestmark = pytest.mark.django_db
FACTS = (INSTALLATIONS, PASSES, *BY_ROW)


def rows_of(folder: Path, now: Manifest, table: str) -> Counter[tuple[object, ...]]:
    """What the manifest says is there, as often as it is there."""
    found: Counter[tuple[object, ...]] = Counter()
    for file in now.files(table):
        content = pq.ParquetFile(folder / file.path).read()
        assert content.num_rows == file.rows
        found.update(
            tuple(tuple(value) if isinstance(value, list) else value for value in row.values())
            for row in content.to_pylist()
        )
    return found


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def messages() -> list[bytes]:
    chance = Random(11)
    return shuffled(eventful_shop(chance), chance)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the books were large."""
    monkeypatch.setattr(export, "INSTALLATIONS_OF_A_STEP", 5)
    monkeypatch.setattr(export, "INSTALLATIONS_AT_ONCE", 3)
    monkeypatch.setattr(export, "ROWS_OF_A_STEP", 7)
    monkeypatch.setattr(export, "ROWS_OF_A_PART", 4)
    monkeypatch.setattr(placed, "_AT_ONCE", 2)


@pytest.mark.usefixtures("small_steps")
def test_what_grew_is_what_one_export_of_all_would_be(messages: list[bytes], tmp_path: Path) -> None:
    """But for what was exported before it was known otherwise: that stays, and its revision is older."""
    third = len(messages) // 3
    for some in (messages[:third], messages[third : 2 * third]):
        build(some)
        exported(tmp_path / "grown")
    build(messages[2 * third :])
    grown = exported(tmp_path / "grown")
    whole = exported(tmp_path / "whole")
    assert grown.cut == whole.cut
    for name in TABLES:
        in_steps, at_once = rows_of(tmp_path / "grown", grown, name), rows_of(tmp_path / "whole", whole, name)
        assert at_once - in_steps == Counter()
        more = in_steps - at_once
        assert name == "installations" or not more
        assert all(row[INSTALLATIONS.names.index("revision")] == 0 for row in more)


def test_nothing_new_writes_nothing(messages: list[bytes], tmp_path: Path) -> None:
    build(messages)
    first = exported(tmp_path)
    times = {path: (tmp_path / path).stat().st_mtime_ns for path in first.paths()}
    second = exported(tmp_path)
    assert second.paths() == first.paths()
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in second.paths()} == times
    assert files_in(tmp_path) == second.paths() | {MANIFEST}


class Killed(BaseException):
    """No handler may catch it, as none catches SIGKILL."""


@pytest.mark.usefixtures("small_steps")
def test_killed_anywhere_it_goes_on_and_doubles_nothing(
    messages: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proving: bool
) -> None:
    build(messages[: len(messages) // 2])
    exported(tmp_path / "killed")
    published = (tmp_path / "killed" / MANIFEST).read_bytes()
    build(messages[len(messages) // 2 :])
    rename, renames, kill_at = Path.rename, 0, 3

    def killing(path: Path, target: Path) -> Path:
        nonlocal renames
        renames += 1
        if renames == kill_at:
            raise Killed
        return rename(path, target)

    kills, killed = 0, None
    while killed is None:
        monkeypatch.setattr(Path, "rename", killing)
        try:
            killed = exported(tmp_path / "killed")
        except Killed:
            kills += 1
            kill_at = renames + kills * (1 if proving else 8)
            now = (tmp_path / "killed" / MANIFEST).read_bytes()
            assert now == published or json.loads(now)["number"] > 1
        finally:
            monkeypatch.setattr(Path, "rename", rename)
    assert kills > 3
    whole = exported(tmp_path / "whole")
    for table in (*FACTS, *STATES, *DERIVED_STATES):
        rows = rows_of(tmp_path / "killed", killed, table.name)
        assert rows_of(tmp_path / "whole", whole, table.name) - rows == Counter()
        if table is not INSTALLATIONS:
            assert sum(rows.values()) == sum(file.rows for file in whole.files(table.name))
        assert table in {*STATES, *DERIVED_STATES} or max(rows.values(), default=1) == 1
    assert files_in(tmp_path / "killed") == killed.paths() | {MANIFEST}


def test_each_file_is_what_the_manifest_says_and_says_what_it_holds(
    messages: list[bytes], tmp_path: Path
) -> None:
    build(messages)
    now = exported(tmp_path)
    for name, table in TABLES.items():
        for file in now.files(name):
            content = (tmp_path / file.path).read_bytes()
            assert (len(content), sha256(content).hexdigest()) == (file.bytes, file.sha256)
            schema = pq.read_schema(tmp_path / file.path)
            assert schema.metadata[b"padstone.format"] == b"1"
            assert schema.metadata[b"padstone.holds"].decode() == table.holds
            assert schema.names == list(table.names)
            assert schema.field(0).metadata[b"meaning"].decode() == table.columns[0].meaning
    assert now.cut.journal_no == newest_journal_no()
    assert any(
        file.path.startswith("installations/month=2026-03/station=") for file in now.files("installations")
    )


def test_names_and_descent_of_packages_are_those_of_the_books(messages: list[bytes], proving: bool) -> None:
    build(messages)
    lineage = Lineage()
    named: dict[int, list[tuple[int, Any]]] = {}
    for package, known_from, said in lineage.names():
        named.setdefault(package, []).append((known_from, said))
    pairs = list(lineage.ancestors())
    assert named
    assert pairs
    ids = list(MaterialPackage.objects.values_list("pk", flat=True))
    own = package_names(ids, 0)
    for as_of in range(0, newest_journal_no() + 1, 1 if proving else 7):
        for pk, name in package_names(ids, as_of).items():
            then = [said for known_from, said in named.get(pk, ()) if known_from <= as_of]
            mine = then[-1] if then else own[pk]
            assert (mine.lot, mine.supplier, mine.date_code) == (name.lot, name.supplier, name.date_code)
        for ancestor in {ancestor for _, ancestor, _ in pairs}:
            below = {package for package, above, since in pairs if above == ancestor and since <= as_of}
            assert {*below, ancestor} == with_descendants({ancestor}, as_of)


class TestScope:
    def test_some_tables_of_some_time(self, messages: list[bytes], tmp_path: Path) -> None:
        build(messages)
        everything = exported(tmp_path / "all")
        at = PASSES.names.index("base_at")
        times = sorted({row[at] for row in rows_of(tmp_path / "all", everything, "passes")}, key=str)
        since = times[len(times) // 2]
        assert isinstance(since, datetime)
        some = exported(tmp_path / "some", tables=["passes", "units"], window=Window(since=since))
        assert {path.partition("/")[0] for path in some.paths()} == {"passes", "units"}
        kept = rows_of(tmp_path / "some", some, "passes")
        assert {row[at] for row in kept} == set(times[len(times) // 2 :])

    def test_a_folder_keeps_its_scope(self, tmp_path: Path) -> None:
        exported(tmp_path, tables=["units"])
        with pytest.raises(Conflict) as refusal:
            exported(tmp_path)
        assert refusal.value.code == "other_scope"

    def test_a_folder_with_other_things_is_not_touched(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.parquet").write_text("mine")
        with pytest.raises(Conflict) as refusal:
            exported(tmp_path)
        assert refusal.value.code == "not_an_export"
        assert files_in(tmp_path) == {"thesis.parquet"}

    def test_two_do_not_write_into_one_folder(self, tmp_path: Path) -> None:
        with manifest.alone(tmp_path), pytest.raises(Conflict) as refusal:
            exported(tmp_path)
        assert refusal.value.code == "export_runs"

    def test_what_cannot_be_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="no_such"):
            exported(tmp_path, tables=["no_such"])
        at = moment(Shop().now)
        with pytest.raises(Invalid):
            exported(tmp_path, window=Window(since=at, until=at))
        assert files_in(tmp_path) == set()

    def test_a_manifest_of_another_format_is_refused(self, tmp_path: Path) -> None:
        exported(tmp_path)
        content = json.loads((tmp_path / MANIFEST).read_bytes())
        (tmp_path / MANIFEST).write_text(json.dumps({**content, "format": 99}))
        with pytest.raises(Conflict) as refusal:
            exported(tmp_path)
        assert refusal.value.code == "other_format"
        (tmp_path / MANIFEST).write_text("{}")
        with pytest.raises(Conflict) as refusal:
            manifest.published(tmp_path)
        assert refusal.value.code == "manifest_unreadable"


class TestWho:
    @pytest.mark.parametrize("role", ["operator", "quality", "manager", "client"])
    def test_the_history_does_not_leave_with_everybody(self, role: str, tmp_path: Path) -> None:
        somebody = Actor(
            ActorKind.PERSON, "somebody", permissions_of([role]), client="ACME" * (role == "client")
        )
        with pytest.raises(Forbidden):
            export_history(somebody, tmp_path / "out", window=Window(), tell=lambda *_: None)
        assert not (tmp_path / "out").exists()

    def test_it_is_on_record_before_it_begins_and_when_it_is_done(self, tmp_path: Path) -> None:
        auditor = Actor(ActorKind.PERSON, "ada", permissions_of(["auditor"]))
        seen: list[int] = []
        export_history(
            auditor, tmp_path, window=Window(), tell=lambda *_: seen.append(AuditLine.objects.count())
        )
        lines = list(AuditLine.objects.filter(subject="history").order_by("pk").values_list("actor", "verb"))
        assert lines == [("ada", "export_history"), ("ada", "exported_history")]
