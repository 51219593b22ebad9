"""Every condition of a recall reaches the question, and the certain stay apart from the possible in every
form.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from django.test import Client

from padstone.config.main import main
from padstone.features.genealogy.queries import CERTAIN, POSSIBLE, Installation
from padstone.features.production.lookups import UnitName
from padstone.features.recall.queries import RecallReport, Survey, Suspect
from padstone.kernel.actor import Actor
from padstone.platform.answers import json_bytes

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
WORDS = {
    "lot": "L 1",
    "date_code": "2609",
    "package": "R/1",
    "supplier": "Müller & Söhne",
    "part": "P-1",
    "station": "Placer 1",
    "location": "7 lane 1",
    "feeder": "F/1",
    "head": "1",
    "nozzle": "2 N0402",
}
ASKED = Suspect(**WORDS, lane=2, since=AT, until=AT.replace(hour=9))


def installation(unit: str, certainty: str, *, removed: bool = False) -> Installation:
    return Installation(
        unit=unit,
        panel="PA",
        position=1,
        designator="C1",
        package="R/1",
        part="P-1",
        lot="=L",
        date_code="2609",
        supplier="",
        manufacturer="",
        manufacturer_part_number="",
        station="Placer 1",
        location="7",
        head="",
        nozzle="",
        installed_at=AT,
        certainty=certainty,
        candidates=1 if certainty == "certain" else 2,
        removed_at=AT if removed else None,
        removal_reason="",
        journal_no=1,
    )


class Found:
    """One certain unit, one certain and repaired, one possible."""

    certain, possible = 2, 1
    parts: ClassVar = {
        1: installation("SN-1", CERTAIN),
        2: installation("SN-2", CERTAIN, removed=True),
        3: installation("SN-3", POSSIBLE),
    }

    def unit_ids(self, certainty: str, *, after: int = 0) -> Iterator[int]:
        return (pk for pk, one in self.parts.items() if one.certainty == certainty and pk > after)

    def units(self, ids: Iterable[int]) -> Iterator[tuple[int, UnitName, tuple[Installation, ...]]]:
        for pk in ids:
            one = self.parts[pk]
            yield pk, UnitName(one.unit, one.panel, one.position, "WO"), (one,)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Suspect, int | None]]:
    """What was asked."""
    asked: list[tuple[Suspect, int | None]] = []

    def survey(actor: Actor, suspect: Suspect, *, as_of: int | None = None) -> Survey:
        asked.append((suspect, as_of))
        return Survey(suspect, as_of or 9, ("R/1",), Found())  # type: ignore[arg-type]  # it walks like one

    monkeypatch.setattr("padstone.features.recall.api.survey", survey)
    monkeypatch.setattr("padstone.features.recall.cli.survey", survey)
    monkeypatch.setattr("padstone.features.recall.queries.units_built", lambda as_of: 3)
    return asked


def by_api(api: Client, output: str) -> bytes:
    window = {"since": "2026-03-01T09:00:00+01:00", "until": "2026-03-01T09:00:00Z"}
    response = api.get(
        f"/api/v1/recall?{urlencode({**WORDS, **window, 'lane': 2, 'as_of': 5, 'format': output})}"
    )
    assert response.status_code == 200
    content: bytes = response.content
    return content


def by_cli(output: str) -> bytes:
    words = [text for name, word in WORDS.items() for text in (f"--{name.replace('_', '-')}", word)]
    window = ["--since", "2026-03-01T08:00:00", "--until", "2026-03-01T10:00:00+01:00"]
    result = CliRunner().invoke(
        main, ["recall", *words, *window, "--lane", "2", "--as-of", "5", "--format", output]
    )
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_every_condition_reaches_the_question(questions: list[Any], api: Client) -> None:
    by_api(api, "json")
    by_cli("json")
    api.get("/api/v1/packages/R%2F1/units?as_of=5")
    assert questions == [(ASKED, 5), (ASKED, 5), (Suspect(package="R/1"), 5)]


@pytest.mark.parametrize("output", ["json", "csv", "jsonl"])
def test_both_doors_answer_with_the_same_bytes(questions: list[Any], api: Client, output: str) -> None:
    assert by_api(api, output) == by_cli(output)


def test_the_streamed_json_is_that_of_the_report_in_one_piece(questions: list[Any], api: Client) -> None:
    found = Survey(ASKED, 5, ("R/1",), Found())  # type: ignore[arg-type]  # it walks like one
    whole = RecallReport(
        suspect=ASKED,
        as_of=5,
        units_built=3,
        packages=("R/1",),
        certain=tuple(found.units(CERTAIN)),
        possible=tuple(found.units(POSSIBLE)),
    )
    assert by_api(api, "json") == json_bytes(whole)


def test_a_line_of_json_for_each_unit(questions: list[Any], api: Client) -> None:
    lines = [json.loads(line) for line in by_api(api, "jsonl").splitlines()]
    assert [(line["certainty"], line["unit"], len(line["installations"])) for line in lines] == [
        ("certain", "SN-1", 1),
        ("certain", "SN-2", 1),
        ("possible", "SN-3", 1),
    ]


def test_the_numbers_alone_and_page_by_page(questions: list[Any], api: Client) -> None:
    counts = api.get("/api/v1/recall/counts?lot=L").json()
    assert (counts["certain"], counts["possible"], counts["units_built"], counts["as_of"]) == (2, 1, 3, 9)
    first = api.get("/api/v1/recall/units?lot=L&limit=1").json()
    assert ([unit["unit"] for unit in first["units"]], first["next"]) == (["SN-1"], 1)
    second = api.get(f"/api/v1/recall/units?lot=L&limit=1&after={first['next']}").json()
    assert ([unit["unit"] for unit in second["units"]], second["next"]) == (["SN-2"], None)
    possible = api.get("/api/v1/recall/units?lot=L&certainty=possible").json()
    assert [unit["unit"] for unit in possible["units"]] == ["SN-3"]


def test_a_long_answer_is_sent_as_it_is_found(
    questions: list[Any], api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = by_api(api, "csv")
    monkeypatch.setattr("padstone.features.recall.api.MOST_IN_ONE_PIECE", 2)
    response = api.get(f"/api/v1/recall?{urlencode({**WORDS, 'format': 'csv'})}")
    assert response.streaming
    assert b"".join(response.streaming_content) == whole  # type: ignore[attr-defined]  # it streams


def test_csv_keeps_the_certain_and_the_possible_apart(questions: list[Any], api: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(by_api(api, "csv").decode())))
    assert [(row["certainty"], row["unit"], row["removed_at"]) for row in rows] == [
        ("certain", "SN-1", ""),
        ("certain", "SN-2", "2026-03-01T08:00:00Z"),
        ("possible", "SN-3", ""),
    ]
    assert {row["lot"] for row in rows} == {"'=L"}


def test_the_table_keeps_them_apart_and_says_what_was_taken_off(questions: list[Any]) -> None:
    certain, possible = by_cli("table").decode().split("Possible: ")
    assert "2 of 3 units" in certain
    assert "1 of 3 units" in certain
    assert certain.index("SN-1") < certain.index("SN-2") < certain.index("yes")
    assert "SN-3" not in certain
    assert "SN-3" in possible


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01"])
def test_an_instant_that_is_none_in_utc_is_refused_at_both_doors(
    questions: list[Any], api: Client, instant: str
) -> None:
    response = api.get(f"/api/v1/recall?{urlencode({'lot': 'L', 'since': instant})}")
    assert (response.status_code, response.json()["code"]) == (422, "instant_beyond_the_calendar")
    result = CliRunner().invoke(main, ["recall", "--lot", "L", "--since", instant])
    assert result.exit_code == 2
    assert questions == []
