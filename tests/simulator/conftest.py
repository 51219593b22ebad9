"""One run for many tests: a small order with some of everything."""

from __future__ import annotations

import pytest

from padstone.simulator.world import Run, Settings, run


@pytest.fixture(scope="session")
def small_run() -> Run:
    return run(Settings(units=48, seed=3))


@pytest.fixture(scope="session")
def reference_run() -> Run:
    """The reference scenario in full: 500 units, the seed and the start it has by default."""
    return run(Settings(scenario="heart-monitor-recall"))
