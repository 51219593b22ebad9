"""Templates as they were stored."""

from __future__ import annotations

from functools import lru_cache

from padstone.features.genealogy.domain.placement import Entry, Template
from padstone.features.genealogy.models import TemplateEntry


@lru_cache(maxsize=1024)
def template(template_id: int, digest: bytes) -> Template:
    """A template by its id; ``digest`` is its content's address, by which it is kept in memory.

    Content never changes under its digest. The id alone would not do: a transaction that was rolled back may
    have lent it to other content.
    """
    rows = TemplateEntry.objects.filter(template_id=template_id).order_by("index")
    values = rows.values_list("position", "designator", "location_id", "head", "nozzle")
    return Template(tuple(Entry(*row) for row in values), template_id)
