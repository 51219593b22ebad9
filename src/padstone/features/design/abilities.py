"""What each line can place and solder, as people have stated it; and the line that suits a board best."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from padstone.features.design.domain.crosscheck import LineAbility
from padstone.features.design.models import StatedAbility
from padstone.features.sites.lookups import line_names

if TYPE_CHECKING:
    from padstone.features.design.domain.findings import Finding
    from padstone.kernel.actor import Actor

SEE: Final = "view_bills"
GEOMETRY: Final = frozenset(
    {"too_close", "too_small", "too_tall", "fiducials_missing", "outside_board", "board_too_large"}
    | {"one_side_only"}
)
"""The rules that ask a line; a finding of one of them names the line that it was checked against."""

_WEIGHT: Final = {"blocker": 10_000, "major": 100, "minor": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class AbilityLine:
    """A line's ability in millimetres; ``stated_by`` is "" where nobody has stated it: the usual is shown."""

    line: str
    least_gap: Decimal
    smallest_length: Decimal
    smallest_width: Decimal
    tallest: Decimal
    board_length: Decimal
    board_width: Decimal
    fiducials: int
    sides: int
    stated_by: str


def abilities(actor: Actor) -> tuple[AbilityLine, ...]:
    """Every line of the house with what it can do."""
    actor.must(SEE)
    stated = {row.line_id: row for row in StatedAbility.objects.all()}
    usual = LineAbility()
    return tuple(
        AbilityLine(
            line=name,
            least_gap=row.least_gap if row else usual.least_gap,
            smallest_length=row.smallest_length if row else usual.smallest[0],
            smallest_width=row.smallest_width if row else usual.smallest[1],
            tallest=row.tallest if row else usual.tallest,
            board_length=row.board_length if row else usual.board[0],
            board_width=row.board_width if row else usual.board[1],
            fiducials=row.fiducials if row else usual.fiducials,
            sides=row.sides if row else usual.sides,
            stated_by=row.stated_by if row else "",
        )
        for pk, name in line_names().items()
        for row in (stated.get(pk),)
    )


def stated_abilities() -> dict[str, LineAbility]:
    """By the line's name what was stated of it; empty where nobody has stated anything."""
    return {
        row.line.name: LineAbility(
            least_gap=row.least_gap,
            smallest=(row.smallest_length, row.smallest_width),
            tallest=row.tallest,
            fiducials=row.fiducials,
            sides=row.sides,
            board=(row.board_length, row.board_width),
        )
        for row in StatedAbility.objects.select_related("line").order_by("line__name")
    }


def by_the_ablest(
    check: Callable[[LineAbility], Iterable[Finding]],
) -> tuple[str, tuple[Finding, ...]]:
    """The line that has least against a board, by the weight of its findings, and these findings.

    Where no line has stated its ability the usual one is taken, and the line is "".
    """
    lines = stated_abilities()
    if not lines:
        return "", tuple(check(LineAbility()))
    reports = [(line, tuple(check(ability))) for line, ability in lines.items()]
    return min(reports, key=lambda one: (sum(_WEIGHT.get(found.gravity, 0) for found in one[1]), one[0]))
