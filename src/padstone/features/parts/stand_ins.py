"""What may stand where a bill names a part: the same part under another number, or an approved alternate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from django.db.models import Q

from padstone.features.parts.lookups import revision_by_id
from padstone.features.parts.models import Alternate, BomDesignator, Part

K = TypeVar("K", int, str)
MERGED: Final = "merged"
ALTERNATE: Final = "alternate"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Why a part may stand where the bill names another one.

    ``why`` is *merged*: the two numbers are one part; or *alternate*: somebody has approved it, within
    ``scope`` (everywhere, or for a client, product, revision or line), and it holds from ``valid_from`` until
    ``valid_until`` and until it was withdrawn.
    """

    why: str
    reason: str = ""
    approved_by: str = ""
    scope: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    withdrawn_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Whether a part that was fitted on that day stands there rightly."""
        began = self.valid_from is None or self.valid_from <= day
        lasts = self.valid_until is None or day <= self.valid_until
        return began and lasts and (self.withdrawn_at is None or day <= self.withdrawn_at.date())


@dataclass(frozen=True, slots=True)
class _Known:
    """Parts with all numbers of each: by id the numbers, and by id the part that counts today."""

    numbers: Mapping[int, tuple[str, ...]]
    roots: Mapping[int, int]


def stand_ins(revision_id: int, wanted: Mapping[str, str]) -> dict[str, dict[str, StandIn]]:
    """By designator the numbers that may stand there instead of the one that ``wanted`` names.

    Validity is for the asker to judge, by the day on which a part was fitted. In at most six statements,
    however many designators are asked for.
    """
    return _allowed(revision_id, wanted, lambda: _lines(revision_id, wanted))


def stand_ins_of_lines(revision_id: int, wanted: Mapping[int, str]) -> dict[int, dict[str, StandIn]]:
    """The same by number of a line of the bill, for lines that name no designators, too."""
    return _allowed(revision_id, wanted, lambda: {line: line for line in wanted})


def _allowed(
    revision_id: int, wanted: Mapping[K, str], lines_of: Callable[[], Mapping[K, int]]
) -> dict[K, dict[str, StandIn]]:
    """By place what may stand there. ``lines_of`` tells the places' lines of the bill; it is asked only where
    an approval is of one line alone.
    """
    revision = revision_by_id(revision_id)
    if revision is None or not wanted:
        return {}
    bills = _family(Part.objects.filter(number__in=set(wanted.values())))
    rows = list(
        Alternate.objects.filter(part_id__in=bills.roots, approval="approved")
        .filter(Q(client="") | Q(client=revision.product.client))
        .filter(Q(product__isnull=True) | Q(product_id=revision.product_id))
        .filter(Q(revision__isnull=True) | Q(revision_id=revision.pk))
        .select_related("product", "revision")
        .order_by("id")
    )
    others = _family(Part.objects.filter(pk__in={row.other_id for row in rows})) if rows else _Known({}, {})
    lines = lines_of() if any(row.line_number is not None for row in rows) else {}
    by_root: dict[int, list[Alternate]] = defaultdict(list)
    for row in rows:
        by_root[bills.roots[row.part_id]].append(row)
    root_of = {number: bills.roots[pk] for pk, names in bills.numbers.items() for number in names}
    found: dict[K, dict[str, StandIn]] = {}
    for key, number in wanted.items():
        root = root_of.get(number)
        if root is None:
            continue
        allowed = {name: StandIn(why=MERGED) for name in bills.numbers[root] if name != number}
        for row in by_root[root]:
            if row.line_number in {None, lines.get(key)}:
                for name in others.numbers[others.roots[row.other_id]]:
                    allowed.setdefault(name, _approved(row))
        found[key] = allowed
    return found


def _family(parts: Iterable[Part]) -> _Known:
    """These parts and all that were merged into the same, with every number of each."""
    counting = {part.merged_into_id or part.pk for part in parts}
    numbers: dict[int, list[str]] = defaultdict(list)
    roots: dict[int, int] = {}
    rows = Part.objects.filter(Q(pk__in=counting) | Q(merged_into__in=counting)).order_by("id")
    for pk, number, merged_into in rows.values_list("pk", "number", "merged_into_id"):
        roots[pk] = merged_into or pk
        numbers[roots[pk]].append(number)
    return _Known({root: tuple(names) for root, names in numbers.items()}, roots)


def _lines(revision_id: int, designators: Collection[str]) -> dict[str, int]:
    rows = BomDesignator.objects.filter(revision_id=revision_id, designator__in=designators)
    return dict(rows.values_list("designator", "bom_line__line_number"))


def _approved(row: Alternate) -> StandIn:
    places = (
        f"client {row.client}" if row.client else "",
        row.product.number if row.product else "",
        row.revision.label if row.revision else "",
        f"line {row.line_number}" if row.line_number is not None else "",
    )
    return StandIn(
        why=ALTERNATE,
        reason=row.reason,
        approved_by=row.decided_by,
        scope=" ".join(filter(None, places)),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        withdrawn_at=row.withdrawn_at,
    )
