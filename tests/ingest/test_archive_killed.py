"""Whoever is killed while bytes move to the archive loses none and doubles none.

A child is killed by its own hand (SIGKILL) at every step of the move in turn; then another goes on. The books
are a file of their own: nothing of the child's but what was on the disk is seen again.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from padstone.ingest import queries
from padstone.ingest.archive import block, checking, moving, reading
from padstone.ingest.inbox import stored_bytes
from padstone.ingest.models import ArchiveBlock, ArchivedBatch, Batch, Message
from padstone.ingest.verify import check_inbox
from padstone.kernel.seal import digest
from padstone.platform.append_only import stand_guards
from padstone.platform.objects.directory import Directory
from tests.evidence.factory_file import as_default
from tests.shop_floor import AUDITOR, deliver

STEPS = ("put", "renamed", "stored", "read back", "block row", "rows", "bytes out", "recorded", "committed")


def killing(step: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill this process when it reaches that step for that time."""
    left = [times]

    def reached() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(owner: Any, name: str) -> None:
        done = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            answer = done(*args, **kwargs)
            reached()
            return answer

        monkeypatch.setattr(owner, name, wrapped)

    def before(owner: Any, name: str) -> None:
        do = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            reached()
            return do(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapped)

    ways: dict[str, Callable[[], None]] = {
        "put": lambda: before(Path, "replace"),
        "renamed": lambda: after(Path, "replace"),
        "stored": lambda: after(Directory, "put"),
        "read back": lambda: after(moving, "_store"),
        "block row": lambda: before(moving, "insert"),
        "rows": lambda: after(moving, "insert"),
        "bytes out": lambda: before(moving, "record"),
        "recorded": lambda: after(moving, "record"),
        "committed": lambda: after(moving.Moved, "note"),
    }
    ways[step]()


def move_until_killed(path: Path, step: str, times: int) -> bool:
    """In a process of its own; whether it was killed."""
    connections.close_all()
    child = os.fork()
    if not child:
        ended = 1
        try:
            with pytest.MonkeyPatch.context() as patch, as_default(path):
                killing(step, times, patch)
                moving.archive(AUDITOR, older_than=timedelta(0))
            ended = 0
        finally:
            os._exit(ended)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


def make_tables(there: BaseDatabaseWrapper) -> None:
    """As the migrations do, in a second."""
    with there.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    stand_guards(there)


@pytest.fixture
def inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """A file of books whose inbox makes a dozen blocks."""
    monkeypatch.setattr(settings, "ARCHIVE", tmp_path / "archive")
    monkeypatch.setattr(block, "FRAME_BYTES", 2_000)
    monkeypatch.setattr(moving, "BLOCK_BYTES", 1_500)
    chance = Random(1)
    path = tmp_path / "books.sqlite3"
    with django_db_blocker.unblock():
        with as_default(path) as there:
            make_tables(there)
            for _ in range(24):
                deliver([chance.randbytes(300).hex().encode() for _ in range(3)])
        yield path


def test_killed_at_every_step(inbox: Path, proving: bool, figure: Callable[[str], None]) -> None:
    with as_default(inbox):
        before = {pk: queries.bytes_of(AUDITOR, pk) for pk in Message.objects.values_list("pk", flat=True)}
        digests = {batch.pk: digest(stored_bytes(batch)) for batch in Batch.objects.all()}
    kills = 0
    for times in (1, 2, 3) if proving else (1,):
        for step in STEPS:
            kills += move_until_killed(inbox, step, times)
            with as_default(inbox):
                # What a row names is there; what no row names is still in the database.
                reading.forget_what_was_read()
                assert {b.pk: digest(stored_bytes(b)) for b in Batch.objects.all()} == digests
    with as_default(inbox) as there:
        moving.archive(AUDITOR, older_than=timedelta(0))
        seen = checking.look(there)
        assert seen.bad == ()
        assert seen.blocks == ArchiveBlock.objects.count()
        assert ArchivedBatch.objects.count() == Batch.objects.filter(compressed=None).count() == len(digests)
        assert check_inbox(there, deep=True).intact
        assert {pk: queries.bytes_of(AUDITOR, pk) for pk in before} == before
        left = checking.unknown_objects(there)
    assert kills >= len(STEPS)
    figure(f"killed {kills} times while {seen.blocks} blocks were made; {len(left)} objects left over")
