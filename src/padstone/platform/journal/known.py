"""How far the books go, and what was on them at an earlier point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from padstone.platform.journal.models import Head
from padstone.platform.prepared import prepared
from padstone.platform.together import alone

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.platform.together import Asks


@prepared()
def _head() -> QuerySet[Any, tuple[Any, ...]]:
    return Head.objects.filter(name="journal").values_list("number")


def newest_journal_no() -> int:
    return alone(asking_newest())


def asking_newest() -> Asks[int]:
    (rows,) = yield [_head.asked()]
    return next((int(number) for (number,) in rows), 0)


def known_by(as_of: int | None, field: str = "journal_no") -> Q:
    """Rows that were on the books at that journal number; all rows for None."""
    return Q() if as_of is None else Q(**{f"{field}__lte": as_of})
