"""The books, made once more from the messages alone.

What people decided (stations, parts, bills, orders, packages received by hand) is taken as it stands; then
every message that is on the books is interpreted in the order of the journal, in a scratch database. What
comes out must be what is on the books: see :mod:`padstone.ingest.comparison`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import zstandard
from django.db import connection

from padstone.ingest.archive.reading import BLOCKS, BytesUnavailable, archived_bytes
from padstone.ingest.comparison import (
    FACTS,
    Difference,
    cites_messages,
    compare_books,
    models_of_features,
    table_of,
)
from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Batch, Message, State
from padstone.platform.audit.stored import DAMAGE
from padstone.platform.audit.verify import Broken, BrokenLink, Checked, Progress, no_progress
from padstone.platform.scratch import BOOKS, scratch_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

AT_ONCE = 100
REBUILT = frozenset(
    {
        "production_panel",
        "genealogy_placementtemplate",
        "genealogy_templateentry",
        "genealogy_materialspan",
    }
)
"""Tables that only messages write, and whose rows cite none: what else cites none is what people decided."""


def check_facts(books: BaseDatabaseWrapper, *, progress: Progress = no_progress) -> Checked:
    """Replay all messages and compare every table of facts with the books, row by row.

    ``books`` must not change meanwhile: see ``platform.scratch.snapshot``. The inbox and the journal must be
    intact.
    """
    done = 0
    try:
        with told_again(books, progress=progress) as done:
            compare_books(done, progress)
    except BrokenLink as found:
        return Checked(FACTS, done, found.broken)
    except Difference as found:
        return Checked(FACTS, done, Broken(found.table, found.row, found.what))
    except BytesUnavailable as refusal:  # the archive gave them a moment ago
        return Checked(FACTS, done, Broken(BLOCKS, "", str(refusal)))
    except DAMAGE as error:
        return Checked(FACTS, done, Broken(FACTS, "", f"the database cannot read them: {error}"))
    return Checked(FACTS, done)


@contextmanager
def told_again(books: BaseDatabaseWrapper, *, progress: Progress = no_progress) -> Iterator[int]:
    """Within the block the default database of this thread is a scratch one with what the messages tell, and
    ``books`` is asked as ``using(BOOKS)``. Gives the last journal number. Raises BrokenLink.
    """
    with scratch_database(books):
        _take_what_people_decided()
        yield _replay(progress)


def _take_what_people_decided() -> None:
    for model in models_of_features():
        if model._meta.db_table in REBUILT:
            continue
        rows = table_of(model, BOOKS).order_by("pk")
        if cites_messages(model):
            rows = rows.filter(journal_no=None)
        some: list[Model] = []
        for row in rows.iterator(chunk_size=AT_ONCE):
            some.append(row)
            if len(some) == AT_ONCE:
                table_of(model).bulk_create(some)
                some.clear()
        table_of(model).bulk_create(some)


def _replay(progress: Progress) -> int:
    """Interpret the messages in the order of the journal; answers the last number. Raises BrokenLink for one
    that is on the books and would not come there again.
    """
    interpreter = Interpreter()
    on_books = Message.objects.using(BOOKS).filter(journal_no__gte=1)
    total = on_books.count()
    done = 0
    while messages := list(on_books.filter(journal_no__gt=done).order_by("journal_no")[:AT_ONCE]):
        ids = {message.journal_no: message.pk for message in messages}
        _put_into_inbox(messages)
        interpreter.some(AT_ONCE)
        for again in Message.objects.order_by("pk"):
            if again.state != State.DONE or again.journal_no != again.pk:
                what = f"it is on the books as number {again.pk}, and read again it is {again.state}"
                raise BrokenLink("ingest_message", ids[again.pk], f"{what}: {again.reason}".rstrip(": "))
        _empty_inbox()
        done += len(messages)
        progress(FACTS, done, 2 * total)
    return done


def _put_into_inbox(messages: list[Message]) -> None:
    """Messages get their journal numbers as ids, so that the interpreter takes them up in that order."""
    batches = list(Batch.objects.using(BOOKS).filter(pk__in={message.batch_id for message in messages}))
    for batch in batches:
        if batch.compressed is None:  # the scratch database knows no archive
            batch.compressed = zstandard.compress(archived_bytes(batch, using=BOOKS), 1)
    Batch.objects.bulk_create(batches)
    Message.objects.bulk_create(
        Message(
            id=message.journal_no,
            batch_id=message.batch_id,
            first_byte=message.first_byte,
            size_bytes=message.size_bytes,
            source=message.source,
            message_id=message.message_id,
            name=message.name,
            body_digest=message.body_digest,
            happened_at=message.happened_at,
            sent_at=message.sent_at,
        )
        for message in messages
    )


def _empty_inbox() -> None:
    """What was interpreted is not needed again: the scratch database holds the facts alone."""
    with connection.cursor() as cursor:
        for table in ("ingest_flag", "ingest_message", "ingest_batch"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
