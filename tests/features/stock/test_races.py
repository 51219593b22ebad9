"""Of two people who take the same reel at the same moment one wins and one is told; nothing counts twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).parents[3]
SAID = {
    "split, unseen": "too_few_pieces",
    "scrap, unseen": "too_few_pieces",
    "reserve": "reserved_already",
    "release": "package_not_held",
    "dispose": "package_not_held",
    "book_in": "in_store_already",
}
"""What the second one is told; where nothing stands, that it has changed since it was seen."""
ONCE = ("hold", "same key", "same place", "first move")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.proof)])
def surroundings(
    request: pytest.FixtureRequest, tmp_path: Path, require_service: Callable[[str], str]
) -> Iterator[dict[str, str]]:
    here = {
        **os.environ,
        "PADSTONE_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    here.pop("PADSTONE_DATABASE_URL", None)
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_books"), tmp_path)
        yield here
        return
    url = require_service("postgresql")
    name = f"padstone_{uuid4().hex}"
    here["PADSTONE_DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        python(here, "padstone.config.main", "migrate")
        yield here
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def python(surroundings: dict[str, str], *module: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", *module],
        env=surroundings,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    ).stdout


def test_one_wins_and_one_is_told_at_each_command(surroundings: dict[str, str]) -> None:
    found: dict[str, Any] = json.loads(python(surroundings, "tests.features.stock.racers"))
    assert found["broken"] == []
    for name, (first, second) in found["told"].items():
        if name in ONCE:
            assert sorted([first[1], second[1]]) == [False, True], (name, first, second)
            assert found["moved"][name] <= 1, name
            continue
        lost = [one for one in (first, second) if not one[0]]
        if name == "unreserve":
            assert len(lost) <= 1
            continue
        assert len(lost) == 1, (name, first, second)
        assert lost[0][1] == SAID.get(name, "package_changed"), (name, lost)
        assert "changed in the meantime" in lost[0][2] or name in SAID, (name, lost)
