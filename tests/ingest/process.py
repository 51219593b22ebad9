"""One process among several that work on the same database: ``python process.py <role>``.

It says ``ready``, begins once it is sent a line, and says what came of it as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

PANELS = 12
MESSAGES = 1 + 4 * PANELS


def messages(factory: Factory) -> list[bytes]:
    """What a placer and a desk tell in the making of some panels; the same in every process."""
    from tests.ingest import factory as told  # noqa: PLC0415 - after Django is set up

    def tell(name: str, body: Any, source: str = told.PLACER) -> bytes:
        return factory.envelope(name, body, Source=source, TimeStamp="2026-05-04T12:00:00Z")

    bodies = [tell(told.INITIALIZED, told.received("R1"), told.RECEIPT)]
    for number in range(1, PANELS + 1):
        panel = f"P{number}"
        arrived = {"PrimaryIdentifier": panel, "Units": [{"UnitIdentifier": panel, "PositionNumber": 1}]}
        bodies += [
            tell(told.ARRIVED, arrived),
            tell(told.STARTED, told.started(number, panel)),
            tell(told.INSTALLED, told.installed(number, told.placed(panel, 1, "R1", "C1", "C2"))),
            tell(told.COMPLETED, told.completed(number)),
        ]
    return bodies


def deliver() -> Counter[str]:
    """All messages, one by one, as fast as the database takes them."""
    from tests.ingest.factory import Factory  # noqa: PLC0415 - as above

    factory = Factory()
    bodies = messages(factory)
    start()
    receipts: Counter[str] = Counter()
    for body in bodies:
        factory.deliver(body, door="file")
        receipts.update(
            received=factory.receipt.received,
            repeated=factory.receipt.repeated,
            rejected=factory.receipt.rejected,
        )
    return receipts


def interpret() -> dict[str, int]:
    """A few messages at a time, until all are on the books."""
    from padstone.ingest.interpret import Interpreter  # noqa: PLC0415 - as above
    from padstone.platform.journal.known import newest_journal_no  # noqa: PLC0415 - as above

    interpreter = Interpreter()
    start()
    taken = 0
    while newest_journal_no() < MESSAGES:
        taken += interpreter.some(limit=3)
    return {"taken": taken}


def look() -> dict[str, Any]:
    """What the books hold, and whether the chains of the inbox and of the journal are whole."""
    from django.db import connection  # noqa: PLC0415 - as above

    from padstone.ingest.archive.checking import check_archive  # noqa: PLC0415 - as above
    from padstone.ingest.models import Message  # noqa: PLC0415 - as above
    from padstone.ingest.verify import check_inbox, check_journal  # noqa: PLC0415 - as above
    from tests.ingest.factory import Factory, books, placements  # noqa: PLC0415 - as above

    factory = Factory()
    start()
    numbers = Message.objects.exclude(journal_no=None).order_by("journal_no")
    checks = (
        check_inbox(connection, deep=True),
        check_archive(connection, deep=True),
        check_journal(connection),
    )
    return {
        "states": Counter(Message.objects.values_list("state", flat=True)),
        "journal": list(numbers.values_list("journal_no", flat=True)),
        "broken": [str(one.broken) for one in checks if not one.intact],
        "books": books(),
        "placements": [placements(factory, f"P{number}") for number in range(1, PANELS + 1)],
    }


def read() -> dict[str, Any]:
    """What people ask, over and over, until all is on the books: no answer knows less than the one before."""
    from padstone.ingest.queries import counts  # noqa: PLC0415 - as above
    from padstone.kernel.errors import NotFound  # noqa: PLC0415 - as above
    from padstone.platform.journal.known import newest_journal_no  # noqa: PLC0415 - as above
    from tests.ingest.factory import AUDITOR, Factory, placements  # noqa: PLC0415 - as above

    factory = Factory()
    start()
    known, answers, went_back = 0, 0, 0
    while known < MESSAGES:
        before, known = known, newest_journal_no()
        done = counts(AUDITOR)["done"]
        try:
            parts = len(placements(factory, "P1"))
        except NotFound:
            parts = 0
        went_back += known < before or done < known or parts not in {0, 2}
        answers += 1
    return {"answers": answers, "went_back": went_back}


def archive() -> dict[str, int]:
    """Move bytes away under the eyes of all others, until all is on the books."""
    from datetime import timedelta  # noqa: PLC0415 - as above

    from padstone.ingest.archive import moving  # noqa: PLC0415 - as above
    from padstone.platform.journal.known import newest_journal_no  # noqa: PLC0415 - as above
    from tests.ingest.factory import AUDITOR  # noqa: PLC0415 - as above

    start()
    batches, is_last = 0, False
    while not is_last:
        is_last = newest_journal_no() >= MESSAGES
        batches += moving.archive(AUDITOR, older_than=timedelta(0)).batches
    return {"batches": batches}


ROLES: dict[str, Callable[[], Any]] = {
    "deliver": deliver,
    "interpret": interpret,
    "look": look,
    "read": read,
    "archive": archive,
}


def start() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(ROLES[sys.argv[1]]()), flush=True)
