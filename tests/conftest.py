"""The surroundings of every test: a data folder of its own, fast passwords, services that may be absent."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from hypothesis import Phase

# Before Django reads its settings: a run leaves nothing behind and keeps off the data of a Padstone in use.
RUN_FOLDER = tempfile.TemporaryDirectory(prefix="padstone-tests-")
os.environ["PADSTONE_DATA"] = RUN_FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "padstone.config.settings"
os.environ.pop("PADSTONE_DATABASE_URL", None)
if os.environ.get("PADSTONE_TESTS_ON") == "postgresql":
    os.environ["PADSTONE_DATABASE_URL"] = os.environ["PADSTONE_TEST_POSTGRES_URL"]

NO_SHRINKING = [Phase.explicit, Phase.generate]
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True)
hypothesis.settings.register_profile("prove", deadline=None, max_examples=5_000)
hypothesis.settings.register_profile(
    "other-database", deadline=None, derandomize=True, max_examples=20, phases=NO_SHRINKING
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

SERVICES: dict[str, tuple[str, Callable[[], str | None]]] = {
    "chromium": ("install Debian's package chromium", lambda: shutil.which("chromium")),
    "postgresql": (
        "set PADSTONE_TEST_POSTGRES_URL to a database whose owner may create others",
        lambda: os.environ.get("PADSTONE_TEST_POSTGRES_URL"),
    ),
    "proton": (
        "make amqp says which Debian packages build it",
        lambda: found.origin if (found := importlib.util.find_spec("proton")) else None,
    ),
    "rabbitmq": (
        "install Debian's package rabbitmq-server; each test starts a broker of its own",
        lambda: next(
            map(str, Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server")), None
        ),
    ),
    "spark": (
        "make spark installs it; Java 17 is Debian's package openjdk-17-jre-headless",
        lambda: (
            found.origin if (found := importlib.util.find_spec("pyspark")) and shutil.which("java") else None
        ),
    ),
    "node": (
        "install Debian's packages nodejs and npm",
        lambda: shutil.which("node") if shutil.which("npm") else None,
    ),
}


def pytest_configure() -> None:
    from django.conf import settings  # noqa: PLC0415  (the environment above comes first)
    from django.db import connection  # noqa: PLC0415

    wanted = os.environ.get("PADSTONE_TESTS_ON", "sqlite")
    if connection.vendor != wanted:
        raise pytest.UsageError(
            f"PADSTONE_TESTS_ON={wanted}, but Django's settings were read before, from elsewhere"
        )
    settings.WHITENOISE_AUTOREFRESH = True  # or every client of a test looks at all static files first
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked as a proof is left to `make prove`: a quicker test of the same stands beside it."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "prove":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("proof")])
        items[:] = [item for item in items if not item.get_closest_marker("proof")]


def pytest_unconfigure() -> None:
    RUN_FOLDER.cleanup()


@pytest.fixture(scope="session")
def require_service() -> Callable[[str], str]:
    """Where a named service is (a path or an address), or the test skips, saying how to get it.

    With ``PADSTONE_REQUIRE_SERVICES=1`` an absent service is a failure: the gate must not pass by skipping.
    """

    def require(name: str) -> str:
        remedy, find = SERVICES[name]
        if found := find():
            return found
        reason = f"{name} is absent: {remedy}"
        if os.environ.get("PADSTONE_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    return require


@pytest.fixture(scope="session")
def proving() -> bool:
    """Whether this is `make prove`: full numbers instead of a sample."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "prove"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of real material that nobody on the project wrote; where it is absent, the test skips."""
    folder = os.environ.get("PADSTONE_REFERENCE_DATA")
    if not folder:
        pytest.skip("PADSTONE_REFERENCE_DATA names no folder of reference data")
    return Path(folder)


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that is migrated and empty, to be copied: migrating takes seconds. All the
    processes of a run share one.
    """
    here = tmp_path_factory.getbasetemp()
    folder = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    made = folder / "empty-books" / "padstone.sqlite3"
    with (folder / "empty-books.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            working = folder / "empty-books-in-the-making"
            subprocess.run(
                [sys.executable, "-m", "padstone.config.main", "migrate"],
                env={**os.environ, "PADSTONE_DATA": str(working), "PADSTONE_DATABASE_URL": ""},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            working.rename(made.parent)
    return made


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a measured figure: it stands at the end of the run, whoever ran the test. It is never asserted."""
    return lambda said: record_property("figure", said)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said = [
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == "figure"
    ]
    if said:
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.line(line)
