"""Placements of the usual tools: units, sides, turns and mirrors as found, and every row that is no place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.design.domain.doubts import Severity
from padstone.features.design.domain.placement import BottomTurn, BottomX, Conventions, Placement, Side, Unit
from padstone.features.design.domain.reading import What, read_placement, what_is_it
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid

KICAD = """### Footprint positions - created on a Friday ###
## Unit = {unit}, Angle = deg.
## Side : {side}
# Ref     Val       Package                PosX       PosY       Rot  Side
C1        100 nF    C_0402_1005Metric   {x}   -2.0000   90.0000  top
FID1      Fiducial  Fiducial_1mm         1.0000    1.0000    0.0000  top
## End
"""
ALTIUM = """Altium Designer Pick and Place Locations
C:\\Board.PcbDoc

========================================
Units used: {unit}

"Designator","Comment","Layer","Footprint","Center-X({unit})","Center-Y({unit})","Rotation"
"R1","10k 1%","BottomLayer","R0402","{x}","-50","-90"
"""
EAGLE = "R1 2.54 5.08 90 10k 0402\nIC1 10.00 3.00 0 ATMEGA 328 QFN32\nC1 1.00 1.00 360 100n 0402\n"
ALLEGRO = "REFDES,SYM_X,SYM_Y,SYM_ROTATE,SYM_MIRROR\nC1,100,50,90,YES\nC2,3500,1200,0,NO\n"
JLC = "Designator,Mid X,Mid Y,Layer,Rotation\nR1,1.5mm,2.5mm,Top,0\nR2,100mil,1in,B,0\n"


def read(text: str, name: str = "board.csv", conventions: Conventions | None = None) -> Placement:
    return read_placement(Source(name, text.encode()), conventions=conventions)


def codes(placement: Placement) -> list[str]:
    return [doubt.code for doubt in placement.doubts]


def spots(placement: Placement) -> list[tuple[object, ...]]:
    return [
        (placed.designator, placed.x, placed.y, placed.rotation, placed.side.value)
        for placed in placement.placed
    ]


def d(text: str) -> Decimal:
    return Decimal(text)


def test_kicad() -> None:
    for unit, x in (("mm", "25.4000"), ("inches", "1.0000")):
        placement = read(KICAD.format(unit=unit, x=x, side="All"), "board.pos")

        first, mark = placement.placed
        assert (first.x, first.rotation, first.value, first.package) == (
            d("25.4"),
            d("90"),
            "100 nF",
            "C_0402_1005Metric",
        )
        assert (first.fiducial, mark.fiducial) == (False, True)


def test_altium() -> None:
    for unit, x in (("mm", "25.4"), ("mil", "1000")):
        (placed,) = read(ALTIUM.format(unit=unit, x=x)).placed

        assert (placed.x, placed.rotation, placed.stated_rotation, placed.side) == (
            d("25.4"),
            d("270"),
            d("-90"),
            Side.BOTTOM,
        )


def test_eagle_says_the_side_by_its_ending() -> None:
    for ending, side in (("mnt", Side.TOP), ("mnb", Side.BOTTOM)):
        placement = read(EAGLE, f"board.{ending}")

        assert {placed.side for placed in placement.placed} == {side}
        assert (placement.placed[1].value, placement.placed[1].package) == ("ATMEGA 328", "QFN32")
        assert placement.placed[2].rotation == 0


def test_allegro_in_mils_that_nobody_named() -> None:
    placement = read(ALLEGRO)

    assert spots(placement) == [
        ("C1", d("2.54"), d("1.27"), 90, "bottom"),
        ("C2", d("88.9"), d("30.48"), 0, "top"),
    ]
    assert placement.conventions.unit is Unit.MIL
    assert "unit_assumed" in codes(placement)


def test_units_in_the_cells() -> None:
    assert spots(read(JLC)) == [
        ("R1", d("1.5"), d("2.5"), 0, "top"),
        ("R2", d("2.54"), d("25.4"), 0, "bottom"),
    ]


@pytest.mark.parametrize(
    ("word", "side"),
    [
        ("Top", "top"),
        ("T", "top"),
        ("F.Cu", "top"),
        ("TopLayer", "top"),
        ("Top Layer", "top"),
        ("Component Side", "top"),
        ("oben", "top"),
        ("顶层", "top"),
        ("表", "top"),
        ("bottom", "bottom"),
        ("BOT", "bottom"),
        ("B.Cu", "bottom"),
        ("Solder side", "bottom"),
        ("unten", "bottom"),
        ("底层", "bottom"),
        ("裏", "bottom"),
    ],
)
def test_sides_by_their_words(word: str, side: str) -> None:
    assert read(f"Ref,PosX,PosY,Rot,Side\nR1,1,2,0,{word}\n").placed[0].side.value == side


@pytest.mark.parametrize(("top", "bottom"), [("1", "2"), ("0", "1"), ("1", "16")])
def test_sides_by_numbers_are_a_doubt(top: str, bottom: str) -> None:
    placement = read(f"Ref,PosX,PosY,Rot,Layer\nR1,1,2,0,{top}\nR2,1,3,0,{bottom}\n")

    assert [placed.side.value for placed in placement.placed] == ["top", "bottom"]
    assert "side_code" in codes(placement)


def test_a_file_without_sides_is_named_after_one_or_in_doubt() -> None:
    text = "Ref,PosX,PosY,Rot\nR1,1,2,0\n"

    assert read(text, "board-bottom.csv").placed[0].side is Side.BOTTOM
    assert codes(read(text, "board.csv")) == ["side_assumed"]


def rows(tops: range, bottoms: range, sign: int) -> str:
    body = [f"R{n},{n},1,0,top" for n in tops] + [f"C{n},{sign * n},1,30,bottom" for n in bottoms]
    return "Ref,PosX,PosY,Rot,Side\n" + "\n".join(body) + "\n"


def test_a_negated_bottom_is_told_and_applied_only_when_a_person_says_so() -> None:
    text = rows(range(1, 9), range(1, 9), -1)

    found = read(text)
    assert found.conventions.bottom_x is BottomX.NEGATED
    assert {"bottom_x", "bottom_rotation"} <= set(codes(found))
    assert found.placed[8].x == -1

    given = Conventions(bottom_x=BottomX.NEGATED, bottom_turn=BottomTurn.SEEN_FROM_BOTTOM)
    settled = read(text, conventions=given)
    assert (settled.placed[8].x, settled.placed[8].rotation, settled.placed[8].stated_rotation) == (
        d("1"),
        d("150"),
        d("30"),
    )
    assert (settled.placed[0].x, codes(settled)) == (d("1"), [])


def test_a_bottom_as_seen_from_the_top_is_told_by_its_signs() -> None:
    assert read(rows(range(1, 9), range(1, 9), 1)).conventions.bottom_x is BottomX.AS_SEEN_FROM_TOP
    assert read(rows(range(1, 9), range(0), 1)).conventions.bottom_x is BottomX.NONE_THERE
    assert read(rows(range(1, 9), range(1, 2), -1)).conventions.bottom_x is BottomX.UNKNOWN


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("R2,abc,2,0,top", "coordinate"),
        ("R2,1e20,2,0,top", "coordinate"),
        ("R2,-1000000,2,0,top", "coordinate"),
        ("R2,5 furlong,2,0,top", "coordinate"),
        ("R2,1,2,NaN,top", "rotation"),
        ("R2,1,2,1000,top", "rotation"),
        ("R2,1,2,0,sideways", "side"),
        (",1,2,0,top", "row_not_read"),
    ],
)
def test_a_row_that_places_nothing_is_left_out_with_its_cell(row: str, code: str) -> None:
    placement = read(f"Ref,PosX,PosY,Rot,Side\nR1,1,2,0,top\n{row}\n")

    (doubt,) = placement.doubts
    assert (doubt.code, doubt.severity, doubt.place.row) == (code, Severity.LEFT_OUT, 3)
    assert [placed.designator for placed in placement.placed] == ["R1"]


def test_what_is_missing_is_told_once() -> None:
    placement = read("Ref,PosX,PosY,Rot,Side\nR1,1,2,,\nR2,1,3,,\n")

    assert codes(placement) == ["rotation_missing", "side_missing"]


def test_commas_for_decimals() -> None:
    assert spots(read("Ref;PosX;PosY;Rot;Side\nC1;12,70;-3,5;90,0;top\n")) == [
        ("C1", d("12.7"), d("-3.5"), 90, "top")
    ]


def test_inches_are_known_by_what_would_not_fit_in_millimetres() -> None:
    body = "\n".join(f"R{n},{n % 10 / 10},{n // 10 / 10},0,top" for n in range(60))

    placement = read(f"Ref,X,Y,Angle,Side\n{body}\n")
    assert (placement.conventions.unit, placement.placed[1].x) == (Unit.INCH, d("2.54"))


def test_a_file_that_places_nothing_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read("Ref,PosX,PosY,Rot,Side\nR1,north,south,0,top\n")
    assert refused.value.code == "placement_empty"

    with pytest.raises(Invalid) as refused:
        read("Qty,Ref,MPN\n1,R1,X1\n")
    assert refused.value.code == "columns_unknown"


def test_what_a_file_is_is_told_by_its_contents() -> None:
    assert what_is_it(Source("x", ALLEGRO.encode())).purpose is What.PLACEMENT
    assert what_is_it(Source("x", b"Qty,Ref,MPN\n1,R1,X1\n")).purpose is What.BILL
    assert what_is_it(Source("x", b"<export version='E'><components/></export>")).purpose is What.NETLIST
    assert what_is_it(Source("x", b"<IPC-2581 revision='C'/>")).purpose is What.IPC2581
