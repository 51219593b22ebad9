"""The import contracts hold, and each of them really refuses what it says it refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = [
    ("Floors", "platform/planted.py", "import padstone.features"),
    ("Floors", "attic/__init__.py", ""),
    ("Features", "features/sites/lookups.py", "import padstone.features.recall"),
    ("Features", "features/shelf/__init__.py", ""),
    ("Rooms", "features/parts/domain.py", "import padstone.features.parts.models"),
    ("Doors", "features/recall/queries.py", "from padstone.features.parts import models"),
    ("Tables", "ingest/planted.py", "from padstone.features.parts.models import Part"),
    ("kernel", "kernel/planted.py", "import msgspec"),
    ("cfx", "cfx/planted.py", "import padstone.kernel"),
    ("simulator", "simulator/planted.py", "from django.utils import timezone"),
    ("domain", "features/parts/domain.py", "from django.db import models"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the source in which a test may misbehave."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "tests/gate", tmp_path / "tests/gate", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(house: Path) -> list[str]:
    """The first words of the contracts that lint-imports finds broken in a copy."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line.split(":")[0] for line in run.stdout.splitlines() if line.endswith("BROKEN")]
    assert run.returncode == (1 if broken else 0), run.stdout + run.stderr
    return broken


def test_the_house_stands(house: Path) -> None:
    assert broken_contracts(house) == []


@pytest.mark.parametrize(("contract", "path", "line"), PLANTED, ids=lambda value: str(value) or "new")
def test_a_planted_import_breaks_its_contract(house: Path, contract: str, path: str, line: str) -> None:
    file = house / "src/padstone" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as source:
        source.write(f"\n{line}\n")
    assert contract in broken_contracts(house)
