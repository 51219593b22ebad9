"""Boards as they are shown: which colour each part has, and what the colours mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, gettext_noop

from padstone.features.design.domain.board import PanelView, Spot, View, body_of, panel, shades, view
from padstone.features.design.domain.content import designators_of
from padstone.features.design.domain.placement import seen_from_top

if TYPE_CHECKING:
    from padstone.features.design.domain.content import Content
    from padstone.features.design.shown import LineShown

COLOURS: Final = {
    "part": gettext_noop("Part"),
    "value": gettext_noop("Value"),
    "moisture": gettext_noop("Moisture level"),
    "source": gettext_noop("Approved source"),
    "bill": gettext_noop("In the bill"),
}
"""By what a board can be coloured, and what people call it."""

SIDES: Final = ("top", "bottom")
MOST_IN_LEGEND: Final = 24


@dataclass(frozen=True, slots=True)
class Shade:
    """A line of the legend: a colour's class, what it means, and how many parts have it."""

    css: str
    meaning: str
    parts: int


@dataclass(frozen=True, slots=True)
class Board:
    """A board's sides that carry anything, the meaning of its colours, and what cannot be drawn."""

    views: tuple[View, ...]
    legend: tuple[Shade, ...]
    panel: PanelView | None
    not_placed: tuple[str, ...]


def board(
    content: Content, lines: Sequence[LineShown], colour: str, marked: Mapping[str, str] | None = None
) -> Board | None:
    """The board of a revision; None where no file says where its parts lie.

    ``marked``: designators that get a shade of their own, whatever the colour says, and no legend.
    """
    if content.placement is None or not content.placement.placed:
        return None
    owner = designators_of(content.bill.lines)
    meaning = _meanings(lines, colour)
    values = [meaning(owner.get(one.designator)) for one in content.placement.placed]
    css = _fixed(colour) or shades(values)
    spots = []
    for written, value in zip(content.placement.placed, values, strict=True):
        one = seen_from_top(written, content.placement.conventions)
        index = owner.get(one.designator)
        package = one.package or (content.bill.lines[index].footprint if index is not None else "")
        width, height = body_of(package, content.packages)
        spots.append(
            Spot(
                designator=one.designator,
                x=one.x,
                y=one.y,
                rotation=one.rotation,
                side=one.side.value,
                width=width,
                height=height,
                line=lines[index].number if index is not None else 0,
                label=_label(one.designator, lines[index] if index is not None else None),
                shade=(
                    css.get(value, "shade-odd")
                    if marked is None
                    else marked.get(one.designator, "shade-plain")
                ),
            )
        )
    outline = [[(float(x), float(y)) for x, y in polygon] for polygon in content.outline]
    cutouts = [[(float(x), float(y)) for x, y in polygon] for polygon in content.cutouts]
    views = tuple(
        view(side, spots, outline, cutouts) for side in SIDES if any(spot.side == side for spot in spots)
    )
    return Board(
        views=views,
        legend=_legend(values, css) if marked is None else (),
        panel=_panel(content, outline, spots),
        not_placed=_not_placed(content, {one.designator for one in content.placement.placed}),
    )


def _meanings(lines: Sequence[LineShown], colour: str) -> Callable[[int | None], str]:
    def of_part(line: LineShown) -> str:
        return line.part or line.said or gettext("no part")

    def of_value(line: LineShown) -> str:
        return line.value or line.description or gettext("no value")

    def of_moisture(line: LineShown) -> str:
        return line.moisture_level or gettext("not known")

    def of_source(line: LineShown) -> str:
        return gettext("approved") if line.approved else gettext("no approved source")

    def of_bill(line: LineShown) -> str:
        return gettext("fitted") if line.fitted else gettext("not to be fitted")

    say = {"value": of_value, "moisture": of_moisture, "source": of_source, "bill": of_bill}.get(
        colour, of_part
    )
    return lambda index: gettext("not in the bill") if index is None else say(lines[index])


def _fixed(colour: str) -> dict[str, str]:
    """Where a colour has a meaning of its own."""
    if colour == "source":
        return {gettext("approved"): "shade-good", gettext("no approved source"): "shade-bad"}
    if colour == "bill":
        return {gettext("fitted"): "shade-good", gettext("not to be fitted"): "shade-idle"}
    return {}


def _legend(values: Collection[str], css: Mapping[str, str]) -> tuple[Shade, ...]:
    counted = Counter(values)
    return tuple(
        Shade(css.get(value, "shade-odd"), value, count)
        for value, count in counted.most_common(MOST_IN_LEGEND)
    )


def _label(designator: str, line: LineShown | None) -> str:
    if line is None:
        return f"{designator}: {gettext('not in the bill')}"
    told = (line.part or line.said, line.value or line.description)
    return f"{designator}: {' · '.join(one for one in told if one)}"


def _panel(
    content: Content, outline: Sequence[Sequence[tuple[float, float]]], spots: Sequence[Spot]
) -> PanelView | None:
    if not content.panel:
        return None
    points = [point for polygon in outline for point in polygon] or [(float(s.x), float(s.y)) for s in spots]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    places = [
        (float(step.x + column * step.dx), float(step.y + row * step.dy), float(step.rotation))
        for step in content.panel
        for row in range(step.rows)
        for column in range(step.columns)
    ]
    return panel(width, height, places)


def _not_placed(content: Content, placed: Collection[str]) -> tuple[str, ...]:
    return tuple(
        name for line in content.bill.lines if line.fitted for name in line.designators if name not in placed
    )
