"""The state of a station's encoder: what feeds a station now, and which templates it repeats."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Max

from padstone.features.genealogy.domain.encoding import Proof
from padstone.features.genealogy.domain.placement import Template
from padstone.features.genealogy.domain.times import ticks_of
from padstone.features.genealogy.lookups.passes import newest_end
from padstone.features.genealogy.lookups.splices import OpenZone, newest_zones
from padstone.features.genealogy.lookups.templates import template
from padstone.features.genealogy.models import OPEN, MaterialSpan, Pass

RECENT_TEMPLATES = 16
_RECENT_PASSES = 400


@dataclass(slots=True)
class StationFeeds:
    """The state of a station's encoder. Whoever's transaction fails must forget it.

    ``zones`` holds each location's newest grey zone in the machine's time, ``newest_ticks`` the time of the
    newest placement. ``proof``: what the last ordinary pass was seen to be made of.
    """

    station_id: int
    last_sequence: int
    feeding: dict[int, int] = field(default_factory=dict)
    open_spans: dict[int, MaterialSpan] = field(default_factory=dict)
    templates: list[Template] = field(default_factory=list)
    zones: dict[int, OpenZone] = field(default_factory=dict)
    newest_ticks: int = 0
    proof: Proof | None = None

    def passed(self, template: Template, last_ticks: int) -> None:
        """A pass more: it repeats the template, and its last placement was then."""
        self.last_sequence += 1
        self.newest_ticks = max(self.newest_ticks, last_ticks)
        if not self.templates or self.templates[0] is not template:
            others = (known for known in self.templates if known.digest != template.digest)
            self.templates = [template, *others][:RECENT_TEMPLATES]

    def fed(self, location: int, span: MaterialSpan) -> None:
        """From now on the location is fed by this span."""
        self.open_spans[location] = span
        self.feeding[location] = span.package_id
        self.proof = None


def station_feeds(station_id: int) -> StationFeeds:
    last, newest_at = newest_end(station_id)
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
        zones=newest_zones(station_id),
        newest_ticks=ticks_of(newest_at) if newest_at else 0,
    )
