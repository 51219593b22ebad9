"""The page that lists the exported tables lists them as they are."""

from __future__ import annotations

from pathlib import Path

from tests.features.history.page import tables

PAGE = Path(__file__).parents[3] / "docs/reference/history.md"


def test_the_reference_has_each_table_with_its_columns() -> None:
    assert PAGE.read_text().endswith(tables())
