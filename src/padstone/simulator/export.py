"""The design and the line as files: what a factory would hand over before the first board is built."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from padstone.simulator.design import Product
from padstone.simulator.feeders import Slot, setup_to_csv
from padstone.simulator.line import Line


def export_design(folder: Path, product: Product, line: Line, slots: Iterable[Slot]) -> list[Path]:
    """Write ``bom.csv``, ``placements.csv``, ``setup.csv`` and ``line.json`` into the folder; returns their
    paths.

    The bill of material has the columns ``part_number,description,manufacturer,mpn,quantity,designators``,
    the designators of one part in one cell with commas between them. Of a part with several sources the first
    is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bom, placements = folder / "bom.csv", folder / "placements.csv"
    _write_csv(
        bom,
        ("part_number", "description", "manufacturer", "mpn", "quantity", "designators"),
        (
            (
                part.number,
                part.description,
                part.manufacturer,
                part.mpn,
                len(designators),
                ",".join(designators),
            )
            for part in product.parts
            if (designators := product.designators_by_part[part.number])
        ),
    )
    _write_csv(
        placements,
        ("designator", "side", "x_mm", "y_mm", "rotation", "package"),
        (
            (
                p.designator,
                p.side,
                f"{p.x_mm:.4f}",
                f"{p.y_mm:.4f}",
                f"{p.rotation:g}",
                _package(product, p.part_number),
            )
            for p in product.placements
        ),
    )
    setup, line_file = folder / "setup.csv", folder / "line.json"
    setup.write_text(setup_to_csv(slots), encoding="utf-8")
    line_file.write_text(line.to_json(), encoding="utf-8")
    return [bom, placements, setup, line_file]


def _package(product: Product, part_number: str) -> str:
    return product.part_by_number[part_number].package


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
