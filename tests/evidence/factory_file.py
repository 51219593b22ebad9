"""A factory's whole database in one file, ready to be tampered with, and opened again for a look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import RequestFactory

from padstone.features.parts.commands import import_bom
from padstone.features.sites.commands import assign_station
from padstone.ingest.inbox import refuse
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.seal import digest
from padstone.platform.accounts.commands import create_admin, create_person, set_password
from padstone.platform.accounts.models import User
from padstone.platform.accounts.reauthentication import reauthenticate
from padstone.platform.audit.commands import correct_line
from padstone.platform.signatures.commands import sign
from padstone.simulator.world import Settings, run
from tests.evidence.told_events import tell_of_everything
from tests.shop_floor import build

PASSWORD = "kelp-harbour-94-lantern"
CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING, via="web 10.1.2.3")


def open_file(path: Path) -> DatabaseWrapper:
    settings: dict[str, Any] = {
        **connections[DEFAULT_DB_ALIAS].settings_dict,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {},
    }
    return DatabaseWrapper(settings, DEFAULT_DB_ALIAS)


@contextmanager
def as_default(path: Path) -> Iterator[DatabaseWrapper]:
    """Within the block, everybody works with the database in this file."""
    before = connections[DEFAULT_DB_ALIAS]
    there = open_file(path)
    connections[DEFAULT_DB_ALIAS] = there
    try:
        yield there
    finally:
        there.close()
        connections[DEFAULT_DB_ALIAS] = before


def make(path: Path, empty_books: Path, units: int = 4) -> None:
    """A factory in which machines have worked, and people decided and signed."""
    shutil.copy(empty_books, path)
    with as_default(path):
        create_admin(CHIEF, name="ada", password=PASSWORD)
        create_person(CHIEF, name="bob", password=PASSWORD, roles=["operator"])
        made = run(Settings(units=units, panel_up=2))
        messages = [body for _, body in made.messages]
        for first in range(0, len(messages), 20):  # small batches, so that there is a chain of them
            build(messages[first : first + 20])
        build([messages[0], b"no envelope", b'{"MessageName": "CFX.NoSuchMessage", "MessageBody": {}}'])
        tell_of_everything()
        refuse("http", "somebody", "It was too large.")
        ada = User.objects.get(username="ada")
        for number in range(12):
            set_password(CHIEF, name="bob", password=f"{PASSWORD}-{number}")
        correct_line(CHIEF, line=3, why="It was the other placer – Bestückautomat 2.")
        import_bom(
            CHIEF, product="P", revision="A", content=b"part_number,designators\n1,R1\n", file_name="bom.csv"
        )
        assign_station(CHIEF, handle="NEW.1", name="New", kind="other", line="L")
        actor = Actor(ActorKind.PERSON, "ada", EVERYTHING, f"user:{ada.pk}", "web 10.1.2.3")
        for number, unit in enumerate(made.ledger.units):
            sign(
                actor,
                subject_kind="unit",
                subject_id=unit,
                version=f"as_of={number}",
                version_digest=digest(unit.encode()),
                meaning="review",
                reason="All is well.",
                reauthenticated=recognised(ada),
            )
    with as_default(path) as there, there.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=DELETE")
        cursor.execute("VACUUM")


def recognised(user: User) -> Any:
    request = RequestFactory().post("/")
    request.user = user
    request.session = {}  # type: ignore[assignment]  # all that is asked of it
    return reauthenticate(request, name=user.username, password=PASSWORD)
