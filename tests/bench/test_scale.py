"""The proof of scale, on a small scale: it loads what ingest would write, and every answer is right."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from padstone.features.certificate.queries import certificate
from padstone.features.genealogy.models import Deviation, MaterialSpan, Pass, Replacement
from padstone.features.recall.queries import Suspect, recall
from padstone.ingest.models import Message, State
from tests.shop_floor import AUDITOR, build

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCH = Path(__file__).parents[2] / "bench/scale"
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="numpy is not installed")
needs_duckdb = pytest.mark.skipif(find_spec("duckdb") is None, reason="duckdb is not installed")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Its modules are found by their short names, as when it runs."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(BENCH)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCH)):
            del sys.modules[name]


def plan(prefix: str, placements: int = 8_000) -> Any:
    return import_module("factory").Plan(
        placements,
        prefix=prefix,
        designators=80,
        products=3,
        slots=(20, 24),
        orders=(8, 20),
        reels=(300, 700),
        replaced=0.01,
        crossed_out=0.05,
        skipped=0.001,
        two_lanes=0.5,
    )


def told_of(made: Any) -> dict[str, list[tuple[str, ...]]]:
    """What the certificates of all units say, with neither prefix nor journal number."""
    factory, prefix = import_module("factory"), made.prefix
    found: dict[str, list[tuple[str, ...]]] = {}
    for number in range(made.panels * factory.BOARDS):
        unit = factory.unit_name(made, number)
        answer = certificate(AUDITOR, unit)
        found[unit.removeprefix(prefix)] = sorted(
            (
                one.designator,
                one.package.removeprefix(prefix),
                one.part.removeprefix(prefix),
                one.lot.removeprefix(prefix),
                one.station.removeprefix(prefix),
                one.location,
                one.head,
                one.nozzle,
                str(one.installed_at),
                str(one.removed_at),
                one.certainty,
            )
            for one in (*answer.installations, *answer.removed)
        )
    return found


def in_windows(made: Any, asked: Any) -> list[Any]:
    """What the product says of the windows, first those of slots."""
    factory, ours = import_module("factory"), import_module("ours").Ours(made, Path())
    checked = import_module("questions").checked
    suspects = [
        *(Suspect(location=factory.slot_words(one.slot)[1], **ours._where(one)) for one in asked.slots),
        *(Suspect(nozzle=factory.nozzle_words(one.nozzle)[1], **ours._where(one)) for one in asked.nozzles),
    ]
    reports = [recall(AUDITOR, suspect) for suspect in suspects]
    assert not any(report.possible for report in reports)
    return [checked(unit.unit for unit in report.certain) for report in reports]


@needs_numpy
@pytest.mark.django_db
@pytest.mark.parametrize(("placements", "with_times"), [(5_000, True), (2_000, False)])
def test_the_loader_writes_what_ingest_would_have_written(
    bench: None, placements: int, *, with_times: bool
) -> None:
    """And windows hold what lies in them. Parts that were told without a time are dated by their report."""
    first, second = plan("A-", placements), plan("B-", placements)
    history = import_module("history").History(first)
    teller = import_module("messages").Teller(history, with_times=with_times)
    build([message for block in history.blocks() for message in teller.messages(block)])
    assert set(Message.objects.values_list("state", flat=True)) == {State.DONE}
    by_ingest = (MaterialSpan, Pass, Deviation, Replacement)
    assert min(model._default_manager.count() for model in by_ingest) > 0
    import_module("loading").load(second, with_times=with_times)
    told = told_of(first)
    assert told == told_of(second)
    assert sum(map(len, told.values())) > placements * 7 // 8
    differing = 0
    for made in (first, second):
        asked = import_module("questions").questions_of(made, 16)
        timed = [*asked.units_of_slots, *asked.units_of_nozzles]
        untimed = [*asked.units_of_slots_untimed, *asked.units_of_nozzles_untimed]
        assert in_windows(made, asked) == (timed if with_times else untimed)
        differing += sum(one != other for one, other in zip(timed, untimed, strict=True))
    assert differing, "no window begins or ends within a panel: they prove nothing"


@needs_numpy
@needs_duckdb
@pytest.mark.parametrize("named", ["part.number", "station.name", "location.name"])
def test_a_wrong_name_is_a_wrong_answer(bench: None, tmp_path: Path, named: str) -> None:
    made = plan("", 2_000)
    store = import_module("rowstores").InDuckdb(made, tmp_path / "rows.duckdb")
    store.load(progress=lambda panels: None)
    questions = import_module("questions").questions_of(made)

    def wrong() -> list[int]:
        measured = import_module("asking").check(store, questions, cold=False)["measured"]
        return [measured[kind]["wrong"] for kind in ("lot → placements", "certificate")]

    assert wrong() == [0, 0]
    table, name = named.split(".")
    store.rows(f"UPDATE {table} SET {name} = {name} || '?'", ())
    assert wrong() == [len(questions.lots), len(questions.units)]


@needs_numpy
@pytest.mark.parametrize(
    ("option", "said", "way_out"),
    [
        ("--placements", "many", "write it like 200K, 10M or 1B"),
        ("--placements", "10M,", "write it like 200K, 10M or 1B"),
        ("--only", "sqlite,oracle", "oracle: the engines are sqlite, sqlite-bare, postgresql"),
    ],
)
def test_what_is_not_understood_is_refused(option: str, said: str, way_out: str) -> None:
    command = [sys.executable, str(BENCH), option, said]
    refused = subprocess.run(command, check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert way_out in " ".join(refused.stderr.split())


@needs_numpy
@needs_duckdb
def test_every_engine_gives_the_right_answers(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, str(BENCH), "--placements", "0.1M", "--only", "sqlite,duckdb-rows"]
    subprocess.run([*command, "--as-json", str(figures)], check=True, stdout=subprocess.DEVNULL)
    found = {one["engine"]: one for one in json.loads(figures.read_text())}
    assert set(found) == {"sqlite", "duckdb-rows"}
    for one in found.values():
        measured = one["measured"]
        bare_fetch = measured.pop("bare fetch", None)
        assert (bare_fetch is None) == one["engine"].startswith("duckdb")
        assert {kind: asked["wrong"] for kind, asked in measured.items()} == dict.fromkeys(measured, 0)
        assert min(asked["rows"] for asked in measured.values()) > 0
        assert all(0 < asked["warm"] <= asked["worst"] for asked in measured.values())
        assert len(measured) == 5
    assert found["sqlite"]["loaded"]["bytes of times"] > 0
