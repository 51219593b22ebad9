from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.features.quality.line import Line


@pytest.fixture
def line(db: None) -> Line:
    """A line with panel P1 of two units at work."""
    from tests.features.quality.line import Line  # noqa: PLC0415  (Django is not up when pytest reads this file)

    line = Line()
    line.start("P1", 2)
    return line
