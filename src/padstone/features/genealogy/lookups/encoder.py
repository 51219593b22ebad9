"""The state of a station's encoder: what feeds a station now, and which templates it repeats."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Exists, Max, OuterRef

from padstone.features.genealogy.domain.grey import Zone
from padstone.features.genealogy.domain.placement import Entry, Template
from padstone.features.genealogy.domain.times import ticks_of
from padstone.features.genealogy.models import OPEN, GreyZone, MaterialSpan, Pass, TemplateEntry

RECENT_TEMPLATES = 16
_RECENT_PASSES = 400


@dataclass(slots=True)
class StationFeeds:
    """The state of a station's encoder. Whoever's transaction fails must forget it.

    ``zones`` holds each location's newest grey zone in the machine's time, ``newest_ticks`` the time of the
    newest placement.
    """

    station_id: int
    last_sequence: int
    feeding: dict[int, int] = field(default_factory=dict)
    open_spans: dict[int, MaterialSpan] = field(default_factory=dict)
    templates: list[Template] = field(default_factory=list)
    zones: dict[int, Zone] = field(default_factory=dict)
    newest_ticks: int = 0

    def use(self, template: Template) -> None:
        """Remember the template as the most recent one."""
        if not self.templates or self.templates[0].digest != template.digest:
            others = (known for known in self.templates if known.digest != template.digest)
            self.templates = [template, *others][:RECENT_TEMPLATES]


def station_feeds(station_id: int) -> StationFeeds:
    newest = Pass.objects.filter(station_id=station_id).aggregate(last=Max("sequence"), at=Max("last_at"))
    last = newest["last"] or 0
    spans = {s.location_id: s for s in MaterialSpan.objects.filter(station_id=station_id, last_sequence=OPEN)}
    recent = (
        Pass.objects.filter(station_id=station_id, sequence__gt=last - _RECENT_PASSES)
        .values("template_id", "template__digest")
        .annotate(last=Max("sequence"))
        .order_by("-last")[:RECENT_TEMPLATES]
    )
    return StationFeeds(
        station_id=station_id,
        last_sequence=last,
        feeding={location: span.package_id for location, span in spans.items()},
        open_spans=spans,
        templates=[template(row["template_id"], bytes(row["template__digest"])) for row in recent],
        zones=_newest_zones(station_id),
        newest_ticks=ticks_of(newest["at"]) if newest["at"] else 0,
    )


def template(template_id: int, digest: bytes) -> Template:
    """A template by its id; ``digest`` is its content's address, by which it is kept in memory."""
    return Template(_entries(template_id, digest), template_id)


@lru_cache(maxsize=1024)
def _entries(template_id: int, digest: bytes) -> tuple[Entry, ...]:
    """Content never changes under its digest. The id alone would not do: a transaction that was rolled back
    may have lent it to other content.
    """
    rows = TemplateEntry.objects.filter(template_id=template_id).order_by("index")
    return tuple(
        Entry(*row) for row in rows.values_list("position", "designator", "location_id", "head", "nozzle")
    )


def _newest_zones(station_id: int) -> dict[int, Zone]:
    newer = GreyZone.objects.filter(location=OuterRef("location"), at_ticks__gt=OuterRef("at_ticks"))
    rows = GreyZone.objects.filter(~Exists(newer), location__station_id=station_id).order_by("journal_no")
    return {row.location_id: _zone(row) for row in rows}


def zones_between(location_id: int, first: int, last: int) -> list[Zone]:
    """The location's zone before ``first`` (ticks) and all stated from then until ``last``, in the machine's
    time.
    """
    rows = GreyZone.objects.filter(location_id=location_id)
    before = rows.filter(at_ticks__lt=first).order_by("-at_ticks", "-journal_no", "-pk")[:1]
    since = rows.filter(at_ticks__gte=first, at_ticks__lte=last).order_by("at_ticks", "journal_no", "pk")
    return [_zone(row) for row in (*before, *since)]


def next_zone_at(location_id: int, after: int) -> int | None:
    """When the next zone of the location was stated."""
    rows = GreyZone.objects.filter(location_id=location_id, at_ticks__gt=after).order_by("at_ticks")
    return rows.values_list("at_ticks", flat=True).first()


def _zone(row: GreyZone) -> Zone:
    return Zone(row.old_package_id, row.new_package_id, row.remaining, row.at_ticks)
