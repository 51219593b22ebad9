"""Building a product from files as people keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from padstone.simulator.bom_files import (
    FileRefused,
    product_from_files,
    read_bom,
    read_placements,
    split_designators,
)
from padstone.simulator.design import heart_monitor
from padstone.simulator.export import export_design
from padstone.simulator.feeders import plan_setup
from padstone.simulator.line import pulse_line
from padstone.simulator.world import Settings, run

BOM = """\
Title of the board,,,,
QTY,REFERENCE,DESCRIPTION,MANU,PART NUMBER
1,,Cable,Maker,CAB-1
2,"R1, R2",RES 10K,Ohm & Co,R10K
,,,Other,R-10K-B
3,C1-C3,CAP 1UF,Cap Co,C1U
1,R2,RES 1K,Ohm & Co,R1K
5,"R16 1,R7",RES 1M,Ohm & Co,R1M
1,U9,IC,Chips,IC9
,DO NOT INSTALL COMPONENTS BELOW.,,,
,"R8,C9",,,
"""
SPOTS = """\
Units used: mil
Ref,Val,Package,PosX,PosY,Rot,Side
R1,10k,0402,1000,2000,90,top
R2,10k,0402,100,200,0,B
C1,1u,0402,1,2,0,top
C2,1u,0402,1,2,0,top
C3,1u,0402,NaN,2,0,top
R161,1M,0402,5,5,0,
R7,1M,402,5,5,0,top
R8,1M,0402,5,5,0,top
T1,x,0402,5,5,0,top
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    bom, spots = tmp_path / "bom.csv", tmp_path / "spots.csv"
    bom.write_text(BOM)
    spots.write_text(SPOTS)
    return bom, spots


def test_alternates_ranges_and_texts_are_read_by_rule(files: tuple[Path, Path]) -> None:
    bom = read_bom(files[0])
    assert [line.designators for line in bom.lines] == [
        ["R1", "R2"], ["C1", "C2", "C3"], [], ["R161", "R7"], ["U9"]
    ]  # fmt: skip
    assert bom.lines[0].sources == [("Ohm & Co", "R10K"), ("Other", "R-10K-B")]
    assert bom.not_installed == {"R8", "C9"}


def test_what_does_not_fit_is_found_and_not_guessed(files: tuple[Path, Path]) -> None:
    product, findings = product_from_files(*files, name="Test board")
    assert [p.designator for p in product.placements] == ["R1", "R2", "C1", "C2", "R161", "R7"]
    said = {(finding.subject, finding.text.split(":")[0]) for finding in findings}
    assert said == {
        ("Cable", "has no designator"),
        ("R2", "is on two lines, R10K and R1K"),
        ("R1M", "says quantity 5 and lists 2 designators"),
        ("DO NOT INSTALL COMPONENTS BELOW.", "is a line of text, not of parts"),
        ("R8", "is listed as not to be installed"),
        ("C9", "is listed as not to be installed"),
        ("C3", "has a position or rotation that is no number"),
        ("C3", "is in the bill of material and has no placement"),
        ("U9", "is in the bill of material and has no placement"),
        ("R8", "has a placement and is not to be installed"),
        ("T1", "has a placement and is not in the bill of material"),
    }


def test_mils_become_millimetres_and_b_the_bottom(files: tuple[Path, Path]) -> None:
    product, _ = product_from_files(*files)
    r1, r2 = (product.placement_by_designator[d] for d in ("R1", "R2"))
    assert (r1.x_mm, r1.y_mm, r1.rotation) == pytest.approx((25.4, 50.8, 90.0))
    assert (r1.side, r2.side) == ("top", "bottom")
    assert product.part_by_number["R1M"].package == "0402"


def test_a_workbook_is_read_like_a_text(files: tuple[Path, Path], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Component Report"])
    sheet.append(["REFDES", "SYM_X", "SYM_Y", "SYM_ROTATE", "SYM_MIRROR"])
    sheet.append(["R1", 550, 6750, 270, "NO"])
    sheet.append(["R2", 100, 200, 0, "YES"])
    path = tmp_path / "spots.xlsx"
    book.save(path)
    spots = read_placements(path)
    assert [(s.designator, s.side) for s in spots.rows] == [("R1", "top"), ("R2", "bottom")]
    assert spots.rows[0].y_mm == pytest.approx(171.45)
    assert [f.subject for f in spots.findings] == ["unit of length"]
    assert read_placements(path, "mil").findings == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R1 R2", ["R1", "R2"]),
        ("C27-C29;C31", ["C27", "C28", "C29", "C31"]),
        ("R 154", ["R154"]),
        ("R16 1", ["R161"]),
        ("", []),
        ("DO NOT INSTALL", []),
        ("NOT USED: P7,FB6", []),
    ],
)
def test_designators(text: str, expected: list[str]) -> None:
    assert split_designators(text) == expected


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prose.csv"
    path.write_text("Dear all,\nplease find the board attached.\n")
    with pytest.raises(FileRefused):
        read_bom(path)
    with pytest.raises(FileRefused):
        read_placements(path)


def test_what_is_exported_can_be_built_again(tmp_path: Path) -> None:
    product = heart_monitor()
    placers = pulse_line().of_kind("placer")
    export_design(tmp_path, product, pulse_line(), plan_setup(product, placers))
    again, findings = product_from_files(tmp_path / "bom.csv", tmp_path / "placements.csv", product.name)
    assert findings == []
    assert {p.designator: (p.part_number, p.side) for p in again.placements} == {
        p.designator: (p.part_number, p.side) for p in product.placements
    }
    assert len(run(Settings(units=4, product=again)).ledger.units) == 4


def placement_vectors(folder: Path) -> dict[str, dict[str, Any]]:
    lines = (folder / "placement" / "vectors.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines) if row["kind"] == "placement"}


BEYOND_THIS_READER = {"altium-fixed-width"}
"""A table whose columns only their width tells apart."""


def test_public_placement_files(reference_data: Path, tmp_path: Path) -> None:
    vectors = placement_vectors(reference_data)
    assert len(vectors) > 10
    for name, vector in vectors.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(vector["text"], encoding=vector["encoding"])
        if name in BEYOND_THIS_READER:
            assert read_placements(path).rows == []
            continue
        spots = {spot.designator: spot for spot in read_placements(path).rows}
        if isinstance(vector["expected"], dict):
            assert list(spots) == vector["expected"]["kept"], name
            continue
        assert len(spots) == len(vector["expected"]), name
        for row in vector["expected"]:
            spot = spots[row["ref"]]
            assert spot.x_mm == pytest.approx(row.get("x_mm", spot.x_mm)), name
            assert spot.y_mm == pytest.approx(row.get("y_mm", spot.y_mm)), name
            assert spot.rotation == row.get("rot", spot.rotation), name
            assert spot.side == row.get("side", spot.side), name


def test_a_real_board_in_five_revisions(reference_data: Path) -> None:
    folder = reference_data / "bom" / "beaglebone"
    placement = next(folder.glob("*.xlsx"))
    boms = sorted(folder.glob("*.csv"))
    assert len(boms) == 5
    for bom in boms:
        product, findings = product_from_files(bom, placement, "Real board")
        assert 300 < len(product.placements) < 400, bom.name
        assert product.sides == ("bottom", "top")
        assert any("no placement" in f.text or "not in the bill" in f.text for f in findings)
        assert max(abs(p.x_mm) for p in product.placements) < 120
    product, _ = product_from_files(boms[-1], placement, "Real board")
    done = run(Settings(units=8, product=product))
    good = [unit.unit for unit in done.ledger.units.values() if unit.state == "good"]
    active = [i for i in done.ledger.installations if i.is_active and i.unit in good]
    assert len(active) == len(good) * len(product.placements)
    assert len({i.manufacturer for i in active}) > 20
