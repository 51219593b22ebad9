"""Real files that nobody on the project wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

from padstone.features.design.domain.bill import Bill
from padstone.features.design.domain.difference import compare_bills
from padstone.features.design.domain.doubts import Severity
from padstone.features.design.domain.placement import Placed, Unit
from padstone.features.design.domain.reading import read_bill, read_design, read_placement
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid


def designators(bill: Bill) -> list[str]:
    return [name for line in bill.lines for name in line.designators]


def test_every_kicad_export_keeps_the_files_own_references(reference_data: Path) -> None:
    refused = {}
    for file in sorted((reference_data / "bom/kicad_xml").glob("*.xml")):
        own = [unescape(ref) for ref in re.findall(r'<comp ref="([^"]*)"', file.read_text(encoding="utf-8"))]
        try:
            bill = read_bill(Source.from_path(file))
        except Invalid as refusal:
            refused[file.name] = (refusal.code, own)
            continue
        assert sorted(designators(bill)) == sorted(own), file.name
        for line in bill.lines:
            assert len({same_in_file(file, name) for name in line.designators}) <= 1, (file.name, line)
    # The folder holds the European Central Bank's exchange rates beside the exports: no component, so no
    # bill.
    assert refused == {"currency_rates.xml": ("xml_of_other_kind", [])}


def same_in_file(file: Path, ref: str) -> tuple[str, ...]:
    """What makes a component the same as another by the export itself: value, footprint, symbol."""
    if file not in _KNOWN:
        text = file.read_text(encoding="utf-8")
        _KNOWN[file] = {
            unescape(match[1]): tuple(
                unescape(found[1]) if (found := re.search(pattern, match[2], re.DOTALL)) else ""
                for pattern in (
                    r"<value>(.*?)</value>",
                    r"<footprint>(.*?)</footprint>",
                    r"<libsource (.*?)/>",
                )
            )
            for match in re.finditer(r'<comp ref="([^"]*)">(.*?)</comp>', text, re.DOTALL)
        }
    return _KNOWN[file][ref]


_KNOWN: dict[Path, dict[str, tuple[str, ...]]] = {}


def beaglebone(reference_data: Path, name: str) -> Bill:
    return read_bill(Source.from_path(reference_data / "bom/beaglebone" / name))


def test_beaglebone_alternates_and_rows_that_are_not_installed(reference_data: Path) -> None:
    bill = beaglebone(reference_data, "BBB_BOM.csv")

    (first,) = (line for line in bill.lines if "C1" in line.designators)
    assert [maker.number for maker in first.makers] == [
        "C2012Y5V1A106Z",
        "GRM21BR71A106KE51L",
        "CC0805ZKY5V6BB106",
        "CL21A106KOQNNNE",
    ]
    (off,) = (line for line in bill.lines if not line.fitted)
    assert (len(off.designators), off.designators[:3]) == (23, ("P2", "C24", "FB8"))
    assert bill.not_used == ("P7", "FB6")


def test_beaglebone_revisions_differ_as_engineers_would_say_it(reference_data: Path) -> None:
    oldest, *_ = names = [
        "2017-08-18_075dadd_BBB_BOM.csv",
        "2021-08-24_f87d1a8_BBB_BOM.csv",
        "2023-04-27_cc8647a_BBB_BOM.csv",
        "BBB_BOM.csv",
    ]
    bills = [beaglebone(reference_data, name) for name in names]
    assert {line.designators for line in bills[0].lines if "R11" in line.designators} == {("R11",)}, oldest

    told = [{change.text for change in compare_bills(*pair)} for pair in pairwise(bills)]
    assert "R12 moved from RMCF0402FT4K75 to ERJ-2GEJ471X." in told[0]
    assert "R71, R72, R73, R74 moved from RMCF0402FT4K75 to RC0402JR-072K2L." in told[0]
    assert "U2: TI TPS65217C → TI TPS65217CRSLR." in told[0]
    assert "P10: ALPS SCHA5B0200 → YU LIANG YL004-030-001." in told[1]
    assert "C106 removed from C1005X5R0J104K." in told[1]
    assert any(
        text.startswith("C137, C138, C139, C140 moved from") and "now fitted" in text for text in told[1]
    )
    assert any(text.startswith("C24 moved from") and "no longer fitted" in text for text in told[1])
    assert told[2] == {"FMD FT24C32A-ELRT added as an alternate to 24LC32AT-I/OT (U7)."}


def test_beaglebones_industrial_bill_has_designators_that_a_line_wrap_cut(reference_data: Path) -> None:
    bill = beaglebone(reference_data, "2020-05-22_dde88f2_BBB_Industrial_BOM.csv")

    assert {"R161", "R119", "R154", "C163"} <= set(designators(bill))
    cut = [doubt for doubt in bill.doubts if doubt.code == "designator_cut"]
    assert all(doubt.severity is Severity.ASK and doubt.place.row for doubt in cut)
    assert len(cut) == 13


def test_beaglebones_placement_in_mils_joins_its_bill(reference_data: Path) -> None:
    bill = beaglebone(reference_data, "BBB_BOM.csv")
    placement = read_placement(
        Source.from_path(reference_data / "bom/beaglebone/BeagleBone_Black_RevC_ASSY_XY_210222.xlsx")
    )
    placed = {entry.designator for entry in placement.placed}
    fitted = {name for line in bill.fitted() for name in line.designators}
    left_off = {name for line in bill.lines if not line.fitted for name in line.designators}

    assert (len(placement.placed), placement.conventions.unit) == (413, Unit.MIL)
    assert fitted - placed == {"PCB1"}
    test_points = {f"TP{n}" for n in range(1, 10)} | {f"MTG{n}" for n in range(1, 5)}
    assert placed - fitted - left_off == {"C5", "C175"} | test_points
    assert left_off - placed == {"FB8"}


def test_placement_vectors_give_the_stated_values_or_the_stated_refusal(reference_data: Path) -> None:
    lines = (reference_data / "placement/vectors.jsonl").read_text(encoding="utf-8").splitlines()
    vectors = [json.loads(line) for line in lines]
    for vector in vectors:
        assert CHECKS[vector["kind"]](vector), vector["id"]
    assert len(vectors) == 18


def placement_is_as_stated(vector: Mapping[str, Any]) -> bool:
    placement = read_placement(Source(f"{vector['id']}.csv", vector["text"].encode(vector["encoding"])))
    found = {entry.designator: entry for entry in placement.placed}
    expected = vector["expected"]
    if isinstance(expected, dict):
        refused = [doubt for doubt in placement.doubts if doubt.severity is Severity.LEFT_OUT]
        return bool(sorted(found) == expected["kept"]) and len(refused) == len(expected["rejected"])
    return len(found) == len(expected) and all(
        stated(found[wanted["ref"]], name) == value_of(value)
        for wanted in expected
        for name, value in wanted.items()
    )


def stated(entry: Placed, name: str) -> object:
    return {
        "ref": entry.designator,
        "x_mm": entry.x,
        "y_mm": entry.y,
        "rot": entry.stated_rotation,
        "side": entry.side.value,
        "value": entry.value,
        "footprint": entry.package,
    }[name]


def value_of(value: object) -> object:
    return value if isinstance(value, str) else Decimal(str(value))


def bill_is_as_stated(vector: Mapping[str, Any]) -> bool:
    bill = read_bill(Source(f"{vector['id']}.csv", vector["text"].encode(vector["encoding"])))
    expected = vector["expected"]
    return bool(
        designators(bill) == expected["designators"]
        and [line.quantity for line in bill.lines] == expected["qty"]
        and expected.get("footprints", [line.footprint for line in bill.lines])
        == [line.footprint for line in bill.lines]
        and expected.get("mpn", bill.lines[0].mpn) == bill.lines[0].mpn
    )


def join_is_as_stated(vector: Mapping[str, Any]) -> bool:
    texts = json.loads(vector["text"])
    billed = set(designators(read_bill(Source("bom.csv", texts["bom"].encode()))))
    placed = {
        entry.designator for entry in read_placement(Source("xy.csv", texts["coordinates"].encode())).placed
    }
    expected = vector["expected"]
    return bool(
        sorted(billed - placed) == expected["bom_without_placement"]
        and sorted(placed - billed) == expected["placement_without_bom"]
    )


CHECKS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "placement": placement_is_as_stated,
    "bom": bill_is_as_stated,
    "join": join_is_as_stated,
}


def test_position_files_of_openpnp(reference_data: Path) -> None:
    folder = reference_data / "placement/openpnp"
    counts = {
        file.name: len(read_placement(Source.from_path(file)).placed) for file in sorted(folder.iterdir())
    }

    assert counts == {"EAT001.mnt": 16, "altium-example.csv": 29, "kicad-example-F.Cu.pos": 95}


def test_the_consortiums_test_case_3(reference_data: Path) -> None:
    design = read_design(Source.from_path(reference_data / "ipc2581/testcase3-RevC-Assembly.xml"))

    assert (len(design.placement.placed), len(design.bill.lines)) == (42, 25)
    assert len(designators(design.bill)) == 41
    (orphan,) = (doubt for doubt in design.doubts if doubt.code == "placed_without_line")
    assert orphan.reason == "No line of the bill names OR_0000020B161A9090."
    assert {name: package.pins for name, package in design.packages.items()} == {
        "ELECTROMECH": 12,
        "SHIELD": 6,
        "1206T": 2,
        "SOIC14": 14,
        "SOIC8": 8,
        "SOIC16": 16,
        "PLCC28": 28,
        "SIP9": 9,
    }
    assert len(design.outline.cutouts) == 11
