"""Spoiled messages of every class are read or refused as they should be, and quickly."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from padstone.cfx import MESSAGE_TYPES
from tests.cfx.fuzz import SLOWEST, run

SAMPLE = 2_000
PROVED = 1_000_000


def test_spoiled_messages_are_read_or_refused_with_a_place(
    proving: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run(PROVED if proving else SAMPLE, seed=1, seeds=samples())

    assert outcome.read + outcome.refused == outcome.tried == (PROVED if proving else SAMPLE)
    assert min(outcome.read, outcome.refused, outcome.noted, outcome.heads) > SAMPLE // 20
    if proving:
        with capsys.disabled():
            print(f"\n{outcome}\n{outcome.reasons.most_common(12)}")
        assert outcome.slowest < SLOWEST, outcome.slowest_of


def samples() -> list[tuple[str, bytes]]:
    """The standard's own samples too, where they are at hand."""
    folder = os.environ.get("PADSTONE_REFERENCE_DATA")
    if not folder:
        return []
    files = sorted((Path(folder) / "cfx/examples").glob("*.json"))
    named = [(re.sub(r"_\d+$", "", file.stem), file.read_bytes()) for file in files]
    return [(name, text) for name, text in named if name in MESSAGE_TYPES]
