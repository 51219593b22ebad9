"""What an export answers is what the product answers: on DuckDB, and on a Spark standalone cluster."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

import ibis
import pytest

from padstone.features.certificate.queries import certificate
from padstone.features.history import expressions
from padstone.features.history.reading import History, open_history
from padstone.features.production.models import Unit
from padstone.platform.journal.known import newest_journal_no
from tests.features.history.asked import (
    Question,
    Row,
    as_dict,
    counted,
    eventful_shop,
    export_says,
    exported,
    plain,
    product_says,
    questions,
    shuffled,
)
from tests.features.history.cluster import cluster, resident_mb, session
from tests.properties.books import clean_books
from tests.properties.shop import Placer, Shop, bench
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db

QUESTIONS = 200
OF_ONE_SHIFT = 25

Answered = tuple[Question, Counter[Row]]


def shifts(tmp_path: Path, seeds: Iterable[int], each: int) -> Iterator[tuple[Path, list[Answered]]]:
    """Exports that grew in three steps, each of a shift of its own, and what the product says of it."""
    for seed in seeds:
        chance = Random(seed)
        shop = eventful_shop(chance)
        folder = tmp_path / str(seed)
        with clean_books():
            grow(folder, shuffled(shop, chance), chance)
            asked = islice(questions(shop, newest_journal_no(), chance), each)
            yield folder, [(question, product_says(question)) for question in asked]


def grow(folder: Path, messages: list[bytes], chance: Random) -> None:
    """Three exports, with some messages before each."""
    cuts = sorted(chance.sample(range(1, len(messages)), 2))
    for start, end in zip([0, *cuts], [*cuts, len(messages)], strict=True):
        build(messages[start:end])
        exported(folder)


def on_all_units(as_of: int) -> Counter[Row]:
    """What the certificates say."""
    names = Unit.objects.filter(journal_no__lte=as_of).values_list("identifier", flat=True)
    answers = [certificate(AUDITOR, name, as_of=as_of) for name in names]
    said = [as_dict(i) for one in answers for i in (*one.installations, *one.removed, *one.applied)]
    return counted(said, expressions.INSTALLATION_COLUMNS)


def differing(history: History, answered: list[Answered]) -> list[object]:
    found: list[object] = []
    for question, product in answered:
        export = export_says(history, question)
        if export != product:
            found.append((question, product - export, export - product))
    return found


def test_every_installation_is_there_as_of_any_message(tmp_path: Path, proving: bool) -> None:
    """Of all units at once: what is late, doubted, corrected, brought home, taken off again."""
    engine = ibis.duckdb.connect()
    seen: Counter[str] = Counter()
    for seed in range(20) if proving else (6,):
        chance = Random(seed)
        shop = eventful_shop(chance)
        folder = tmp_path / str(seed)
        with clean_books():
            grow(folder, shuffled(shop, chance), chance)
            history = open_history(engine, folder)
            assert history.as_of == newest_journal_no()
            for as_of in (
                history.as_of,
                *(chance.randrange(history.as_of) for _ in range(3 if proving else 1)),
            ):
                product = on_all_units(as_of)
                export = plain(expressions.installations(history, as_of))
                assert counted(export, expressions.INSTALLATION_COLUMNS) == product
                seen.update(one["source"] for one in export)
                seen["possible"] += sum(one["candidates"] > 1 for one in export)
                seen["removed"] += sum(one["removed_at"] is not None for one in export)
    assert all(seen[one] for one in ("pass", "hand", "applied", "possible", "removed"))


def test_coarse_clocks_and_boards_that_find_their_panel(tmp_path: Path) -> None:
    shop = Shop()
    placer = Placer(shop, "Placer")
    placer.load("SLOT1", shop.receive("REEL1", "10K", "A1"))
    panel = shop.panel("P1", 2)
    alone = placer.start(panel.single(1))
    alone.place("R1", "SLOT1")
    alone.complete()
    together = placer.start(panel)
    together.place("R2", "SLOT1", 2)
    together.complete()
    repair = bench(shop, panel)
    new = shop.receive("REEL2", "10K")
    repair.take_off("R2", 2)
    repair.place_by_hand("R2", new, 2)
    build([at_nine(message) for message in shop.messages])
    exported(tmp_path)
    history = open_history(ibis.duckdb.connect(), tmp_path)
    product = on_all_units(history.as_of)
    assert counted(plain(expressions.installations(history)), expressions.INSTALLATION_COLUMNS) == product
    at, ended = map(expressions.INSTALLATION_COLUMNS.index, ("designator", "removed_at"))
    assert sorted((str(row[at]), row[ended] is not None) for row in product) == [
        ("R1", False),
        ("R2", False),
        ("R2", True),
    ]
    assert history["former_panels"].count().to_pyarrow().as_py() == 1


def at_nine(message: bytes) -> bytes:
    """What the bench did, and what was placed, happened in the same instant."""
    envelope = json.loads(message)
    if envelope["Source"] == "Bench":
        envelope["TimeStamp"] = "2026-03-02T09:00:00Z"
    for material in envelope["MessageBody"].get("InstalledMaterials", ()):
        for component in material["InstalledComponents"]:
            component["InstallationTime"] = "2026-03-02T09:00:00Z"
    return json.dumps(envelope).encode()


def test_duckdb_says_what_the_product_says(
    tmp_path: Path, proving: bool, figure: Callable[[str], None]
) -> None:
    began = time.perf_counter()
    engine = ibis.duckdb.connect()
    engine.raw_sql("SELECT 1")
    started = time.perf_counter() - began
    seeds, each = (range(QUESTIONS // OF_ONE_SHIFT), OF_ONE_SHIFT) if proving else ((2,), 4)
    asked = said = 0
    took = 0.0
    for folder, answered in shifts(tmp_path, seeds, each):
        before = time.perf_counter()
        assert differing(open_history(engine, folder), answered) == []
        took += time.perf_counter() - before
        asked += len(answered)
        said += sum(1 for _, product in answered if product)
    assert said > asked / 4, "most questions find nothing: they prove nothing"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure(
        f"DuckDB: {asked} questions ({said} with an answer) equal the product's; start {started:.2f} s, "
        f"{took / asked:.2f} s a question, {peak:.0f} MB for it and the product together"
    )


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_spark_says_what_the_product_says(
    tmp_path: Path,
    figure: Callable[[str], None],
    require_service: Callable[[str], str],
) -> None:
    require_service("spark")
    began = time.perf_counter()
    with cluster(tmp_path, workers=2) as (master, processes):
        up = time.perf_counter()
        spark = session(master)
        try:
            engine = ibis.pyspark.connect(spark)
            ready = time.perf_counter()
            asked = said = 0
            took = 0.0
            for folder, answered in shifts(tmp_path, range(QUESTIONS // OF_ONE_SHIFT), OF_ONE_SHIFT):
                before = time.perf_counter()
                assert differing(open_history(engine, folder), answered) == []
                took += time.perf_counter() - before
                asked += len(answered)
                said += sum(1 for _, product in answered if product)
            memory = resident_mb(processes)
        finally:
            spark.stop()
    assert asked == QUESTIONS
    figure(
        f"Spark, a master and 2 workers: {asked} questions ({said} with an answer) equal the product's; "
        f"cluster up in {up - began:.1f} s, session in {ready - up:.1f} s, {took / asked:.2f} s a question, "
        f"{memory:.0f} MB for master, workers and executors"
    )
