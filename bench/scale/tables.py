"""The figures as tables for people."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Found = Mapping[str, Any]


def show(found: Sequence[Found], names: Mapping[str, str], console: Console | None = None) -> None:
    console = console or Console(width=140)
    for size in sorted({one["size"] for one in found}):
        here = [one for one in found if one["size"] == size]
        console.print(_sizes(size, here, names))
        for one in here:
            for relation, weighs in one["loaded"].get("largest", ()):
                share = weighs / one["loaded"]["bytes"]
                console.print(f"  {names[one['engine']]}: {relation} {weighs / 1e6:,.1f} MB, {share:.0%}")
        console.print(_times(here, names))
    if len({one["size"] for one in found}) > 1:
        console.print(_growth(found, names))


def _sizes(size: int, found: Sequence[Found], names: Mapping[str, str]) -> Table:
    table = Table(title=f"{size:,} placements")
    for heading in ("", "MB", "B/placement", "M placements/s", "of its processor time", "peak MB", "wrong"):
        table.add_column(heading, justify="right" if heading else "left")
    for one in found:
        loaded, more = one["loaded"], one["more"]
        count = loaded["placements"]
        busy = loaded.get("load s of this process")
        wrong = sum(measured["wrong"] for measured in one["measured"].values())
        table.add_row(
            names[one["engine"]],
            f"{loaded['bytes'] / 1e6:,.1f}",
            f"{loaded['bytes'] / count:.2f}",
            f"{count / loaded['load s'] / 1e6:.2f}",
            f"{count / busy / 1e6:.2f}" if busy else "",
            f"{more['peak memory MB']:.0f}" if more else "",
            str(wrong) if one["measured"] else "",
        )
    return table


def _times(found: Sequence[Found], names: Mapping[str, str]) -> Table:
    asked = [one for one in found if one["measured"]]
    table = Table(title="milliseconds: cold / warm (worst); rows of the answer")
    table.add_column("")
    for one in asked:
        table.add_column(names[one["engine"]], justify="right")
    for kind in asked[0]["measured"] if asked else ():
        cells = []
        for one in asked:
            measured = one["measured"][kind]
            cold = "–" if measured["cold"] is None else f"{measured['cold']:.1f}"
            cells.append(f"{cold} / {measured['warm']:.1f} ({measured['worst']:.1f}); {measured['rows']:,}")
        table.add_row(kind, *cells)
    if any("bare fetch ms" in one["more"] for one in asked):
        cells = [
            f"{one['more']['certificate ms'] / one['more']['bare fetch ms']:.1f}"
            if "bare fetch ms" in one["more"]
            else ""
            for one in asked
        ]
        table.add_row("certificate: fetch by keys", *cells)
    return table


def _growth(found: Sequence[Found], names: Mapping[str, str]) -> Table:
    """Each question's time at a size, over that at the size before; and so for a unit of the answer."""
    table = Table(title="growth of the warm median, by processor time where the engine is in the process")
    table.add_column("")
    table.add_column("question")
    sizes = sorted({one["size"] for one in found})
    for before, after in pairwise(sizes):
        table.add_column(f"{before:,} → {after:,}", justify="right")
    for engine in dict.fromkeys(one["engine"] for one in found):
        of_size = {one["size"]: one for one in found if one["engine"] == engine}
        column = "warm" if engine.startswith("postgresql") else "warm_busy"
        for kind in next(iter(of_size.values()))["measured"]:
            cells = []
            for before, after in pairwise(sizes):
                if before in of_size and after in of_size:
                    times = [of_size[size]["measured"][kind] for size in (before, after)]
                    units = [_units(of_size[size], kind) for size in (before, after)]
                    ratio = times[1][column] / times[0][column]
                    cells.append(f"{ratio:.2f} (a unit: {ratio * units[0] / units[1]:.2f})")
                else:
                    cells.append("")
            table.add_row(names[engine], kind, *cells)
    return table


def _units(found: Found, kind: str) -> int:
    """The units of an answer. Lots are chosen by their placements, which may be on more units or on fewer."""
    if kind == "certificate":
        return 1
    return max(found["measured"]["lot → units" if kind.startswith("lot") else kind]["rows"], 1)
