"""How much of work orders was placed, from the programs by which their panels were built."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count

from padstone.features.genealogy.models import Pass, TemplateEntry
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection

_AT_ONCE = 500


def placed_for(order_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """By work order, how many parts machines placed at each designator, over all its boards.

    Passes are counted, not looked at: what one of them did otherwise than its template counts as placed.
    """
    passes: dict[int, dict[int, int]] = defaultdict(dict)
    for some in in_parts(sorted(order_ids), _AT_ONCE):
        rows = Pass.objects.filter(panel__work_order__in=some).order_by()
        for order, template, count in rows.values_list("panel__work_order", "template").annotate(Count("pk")):
            if order is not None:
                passes[order][template] = count
    entries: dict[int, dict[str, int]] = defaultdict(dict)
    templates = {template for counts in passes.values() for template in counts}
    for some in in_parts(sorted(templates), _AT_ONCE):
        places = TemplateEntry.objects.filter(template__in=some).order_by()
        for template, name, count in places.values_list("template", "designator").annotate(Count("pk")):
            entries[template][name] = count
    found: dict[int, dict[str, int]] = {}
    for order, counts in passes.items():
        placed: dict[str, int] = defaultdict(int)
        for template, times in counts.items():
            for name, count in entries[template].items():
                placed[name] += times * count
        found[order] = dict(placed)
    return found
