"""The surroundings of every test: a data folder of its own, fast passwords, services that may be absent."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import Phase
from pytest_django import DjangoDbBlocker

from tests import postgresql

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked as a proof is left to `make prove`: a quicker test of the same stands beside it. What is
    marked as long is begun first, each process of the run with its share: the rest fills the gaps.
    """
    if os.environ.get("HYPOTHESIS_PROFILE") != "prove":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("proof")])
        items[:] = [item for item in items if not item.get_closest_marker("proof")]
    for item in items:
        shares = "module_books" in getattr(item, "fixturenames", ())
        if shares and not item.get_closest_marker("django_db"):
            raise pytest.UsageError(
                f"{item.nodeid} shares its books: marked django_db, it undoes what it writes"
            )
    long = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if not item.get_closest_marker("long")]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first_share = max((len(long) + len(items)) // (4 * workers), 2)  # what xdist gives each to begin with
    for worker in range(workers):
        begin = worker * first_share
        items[begin:begin] = long[worker::workers]


def pytest_unconfigure() -> None:
    RUN_FOLDER.cleanup()
    if postgresql.BEGUN_HERE and (server := os.environ.get("PADSTONE_TEST_POSTGRES_URL")):
        postgresql.drop_migrated(server)


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
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A file of that name, made in a folder of its own by whichever process of a run wants it first, and
    shared by all. To be copied, never changed.
    """
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here

    def make_once(name: str, make: Callable[[Path], object]) -> Path:
        folder = shared / f"once-{name}"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                working = shared / f"once-{name}-in-the-making"
                working.mkdir(mode=0o700)
                make(working / name)
                working.rename(folder)
        return folder / name

    return make_once


@pytest.fixture(scope="session")
def empty_books(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """An SQLite database that is migrated and empty, to be copied: migrating takes many seconds."""

    def migrate(path: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "padstone.config.main", "migrate"],
            env={**os.environ, "PADSTONE_DATA": str(path.parent), "PADSTONE_DATABASE_URL": ""},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    return made_once("padstone.sqlite3", migrate)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Before pytest-django migrates the test database, it is filled with empty books: nothing is left to
    migrate. SQLite's is in memory.
    """
    from django.db import connection  # noqa: PLC0415 - Django is not set up yet when this is read

    if connection.vendor == "postgresql":
        template = postgresql.migrated(os.environ["PADSTONE_TEST_POSTGRES_URL"])
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        yield
        return
    empty_books: Path = request.getfixturevalue("empty_books")
    creation: Any = connection.creation
    name = creation._get_test_db_name()
    # The database is there for as long as anybody holds it open.
    with closing(sqlite3.connect(name, uri=True)) as there:
        with closing(sqlite3.connect(empty_books)) as books:
            books.backup(there)
        yield


@pytest.fixture(scope="module")
def module_books(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a module's fixtures write is there for all its tests, and gone after the last; what a test writes,
    marked django_db as any other, is gone after that test.
    """
    from django.db import transaction  # noqa: PLC0415 - Django is not set up yet when this is read

    around: Any = transaction.atomic()
    around._from_testcase = True  # commands, which must be outermost, may begin inside of it
    with django_db_blocker.unblock(), around:
        yield
        transaction.set_rollback(True)


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
