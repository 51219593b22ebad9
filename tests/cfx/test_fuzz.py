"""Spoiled messages of every class are read or refused as they should be, and quickly."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from padstone.cfx import MESSAGE_TYPES
from tests.cfx.fuzz import SLOWEST, run

SLICES = 10
SAMPLE, PROVED = 200, 100_000
"""Messages of a slice: each has chances of its own, so that the slices may run side by side."""


@pytest.mark.parametrize("seed", range(1, SLICES + 1))
def test_spoiled_messages_are_read_or_refused_with_a_place(
    seed: int, proving: bool, figure: Callable[[str], None]
) -> None:
    count = PROVED if proving else SAMPLE
    outcome = run(count, seed=seed, seeds=samples())

    assert outcome.read + outcome.refused == outcome.tried == count
    assert min(outcome.read, outcome.refused, outcome.noted, outcome.heads) > count // 20
    if proving:
        figure(str(outcome))
        assert outcome.slowest < SLOWEST, outcome.slowest_of


def samples() -> list[tuple[str, bytes]]:
    """The standard's own samples too, where they are at hand."""
    folder = os.environ.get("PADSTONE_REFERENCE_DATA")
    if not folder:
        return []
    files = sorted((Path(folder) / "cfx/examples").glob("*.json"))
    named = [(re.sub(r"_\d+$", "", file.stem), file.read_bytes()) for file in files]
    return [(name, text) for name, text in named if name in MESSAGE_TYPES]
