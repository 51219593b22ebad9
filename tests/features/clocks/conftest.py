from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.factory import Factory


@pytest.fixture
def factory(db: None) -> Factory:
    """A factory that nobody has told anything yet."""
    from tests.ingest.factory import Factory  # noqa: PLC0415  (Django is not up when pytest reads this file)

    return Factory()
