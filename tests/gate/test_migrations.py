"""The migrations say what the models say, on the embedded database and on the server's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.long
def test_all_that_touches_the_database_passes_on_postgresql(require_service: Callable[[str], str]) -> None:
    """The books' own tests once more, in a run of their own with PostgreSQL below."""
    require_service("postgresql")
    # Named here, the settings would be read before that run has chosen its database.
    surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-m",
                "django_db",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
            ),
            *(
                "tests/ingest",
                "tests/features",
                "tests/evidence/test_guards.py",
                "tests/evidence/test_verify.py",
                "--ignore=tests/features/history/test_export.py",  # many exports, of a minute there
            ),
        ],
        cwd=ROOT,
        env={**surroundings, "PADSTONE_TESTS_ON": "postgresql", "HYPOTHESIS_PROFILE": "other-database"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:]
