"""The figures as tables for people."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from asking import BARE_FETCH
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
        loaded = one["loaded"]
        count = loaded["placements"]
        busy = loaded.get("load s of this process")
        wrong = sum(measured.get("wrong", 0) for measured in one["measured"].values())
        table.add_row(
            names[one["engine"]],
            f"{loaded['bytes'] / 1e6:,.1f}",
            f"{loaded['bytes'] / count:.2f}",
            f"{count / loaded['load s'] / 1e6:.2f}",
            f"{count / busy / 1e6:.2f}" if busy else "",
            f"{one['peak memory MB']:.0f}",
            str(wrong),
        )
    return table


def _times(found: Sequence[Found], names: Mapping[str, str]) -> Table:
    table = Table(title="milliseconds: cold / warm (worst); rows of the answer")
    table.add_column("")
    for one in found:
        table.add_column(names[one["engine"]], justify="right")
    for kind in dict.fromkeys(kind for one in found for kind in one["measured"]):
        table.add_row(kind, *[_cell(one["measured"].get(kind)) for one in found])
    if any(BARE_FETCH in one["measured"] for one in found):
        table.add_row("certificate: bare fetch", *[_certificate_to_fetch(one["measured"]) for one in found])
    return table


def _cell(measured: Mapping[str, Any] | None) -> str:
    if measured is None:
        return ""
    cold = "–" if measured.get("cold") is None else f"{measured['cold']:.1f}"
    rows = f"; {measured['rows']:,}" if "rows" in measured else ""
    return f"{cold} / {measured['warm']:.1f} ({measured['worst']:.1f}){rows}"


def _certificate_to_fetch(measured: Mapping[str, Any]) -> str:
    if BARE_FETCH not in measured:
        return ""
    return f"{measured['certificate']['warm'] / measured[BARE_FETCH]['warm']:.1f}"


def _growth(found: Sequence[Found], names: Mapping[str, str]) -> Table:
    """Each question's time at a size, over that at the size before; and so for a unit of the answer."""
    table = Table(title="growth of the warm median, asked in turns")
    table.add_column("")
    table.add_column("question")
    sizes = sorted({one["size"] for one in found})
    for before, after in pairwise(sizes):
        table.add_column(f"{before:,} → {after:,}", justify="right")
    for engine in dict.fromkeys(one["engine"] for one in found):
        of_size = {one["size"]: one for one in found if one["engine"] == engine}
        for kind in next(iter(of_size.values()))["measured"]:
            if kind == BARE_FETCH:
                continue
            cells = []
            for before, after in pairwise(sizes):
                if before in of_size and after in of_size:
                    times = [of_size[size]["measured"][kind] for size in (before, after)]
                    units = [_units(of_size[size], kind) for size in (before, after)]
                    ratio = times[1]["warm"] / times[0]["warm"]
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
