"""Every condition of a recall reaches the question, and the certain stay apart from the possible in every
form.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from django.test import Client

from padstone.config.main import main
from padstone.features.genealogy.queries import Installation
from padstone.features.recall.queries import AffectedUnit, RecallReport, Suspect
from padstone.kernel.actor import Actor

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
WORDS = {
    "lot": "L 1",
    "date_code": "2609",
    "package": "R/1",
    "supplier": "Müller & Söhne",
    "part": "P-1",
    "station": "Placer 1",
}
ASKED = Suspect(**WORDS, since=AT, until=AT.replace(hour=9))


def affected(unit: str, certainty: str, *, removed: bool = False) -> AffectedUnit:
    part = Installation(
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
    return AffectedUnit(
        unit=unit, panel="PA", position=1, work_order="WO", removed=removed, installations=(part,)
    )


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Suspect, int | None]]:
    """What was asked; the answer is one certain unit, one certain and repaired, one possible."""
    asked: list[tuple[Suspect, int | None]] = []

    def recall(actor: Actor, suspect: Suspect, *, as_of: int | None = None) -> RecallReport:
        asked.append((suspect, as_of))
        return RecallReport(
            suspect=suspect,
            as_of=as_of or 9,
            units_built=3,
            packages=("R/1",),
            certain=(affected("SN-1", "certain"), affected("SN-2", "certain", removed=True)),
            possible=(affected("SN-3", "possible"),),
        )

    monkeypatch.setattr("padstone.features.recall.api.recall", recall)
    monkeypatch.setattr("padstone.features.recall.cli.recall", recall)
    return asked


def by_api(api: Client, output: str) -> bytes:
    window = {"since": "2026-03-01T09:00:00+01:00", "until": "2026-03-01T09:00:00Z"}
    response = api.get(f"/api/v1/recall?{urlencode({**WORDS, **window, 'as_of': 5, 'format': output})}")
    assert response.status_code == 200
    content: bytes = response.content
    return content


def by_cli(output: str) -> bytes:
    words = [text for name, word in WORDS.items() for text in (f"--{name.replace('_', '-')}", word)]
    window = ["--since", "2026-03-01T08:00:00", "--until", "2026-03-01T10:00:00+01:00"]
    result = CliRunner().invoke(main, ["recall", *words, *window, "--as-of", "5", "--format", output])
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_every_condition_reaches_the_question(questions: list[Any], api: Client) -> None:
    by_api(api, "json")
    by_cli("json")
    api.get("/api/v1/packages/R%2F1/units?as_of=5")
    assert questions == [(ASKED, 5), (ASKED, 5), (Suspect(package="R/1"), 5)]


@pytest.mark.parametrize("output", ["json", "csv"])
def test_both_doors_answer_with_the_same_bytes(questions: list[Any], api: Client, output: str) -> None:
    assert by_api(api, output) == by_cli(output)


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
