from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def factory_file(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Path:
    """A database file of a factory with all kinds of evidence. Copy it before you harm it."""
    from tests.evidence.factory_file import make  # noqa: PLC0415 - Django is not set up yet when this is read

    path = tmp_path_factory.mktemp("evidence") / "factory.sqlite3"
    with django_db_blocker.unblock():
        make(path)
    return path
