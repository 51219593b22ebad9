"""How far the books go, and what was on them at an earlier point."""

from __future__ import annotations

from django.db.models import Q

from padstone.platform.journal.models import Head


def newest_journal_no() -> int:
    return Head.objects.filter(name="journal").values_list("number", flat=True).first() or 0


def known_by(as_of: int | None, field: str = "journal_no") -> Q:
    """Rows that were on the books at that journal number; all rows for None."""
    return Q() if as_of is None else Q(**{f"{field}__lte": as_of})
