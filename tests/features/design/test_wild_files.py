"""The forms in which design tools and people write bills and placements, each in a few rows of our own."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from padstone.features.design.domain.doubts import Doubt, Severity
from padstone.features.design.domain.reading import read_bill, read_placement
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid
from tests.features.design.wild import collection, tell_line, tell_place

WILD_BILLS = collection("wild_bills.txt")
WILD_PLACES = collection("wild_places.txt")

BILLS = {
    "KiCad, board": (
        '"Id";"Designator";"Footprint";"Quantity";"Designation";\n'
        '1;"C1,C2";"C_0402";2;"100n";\n'
        '2;"R1";"R_0402";1;"10k";\n'
    ),
    "KiCad, schematic": (
        '"Reference","Value","Datasheet","Footprint","Qty","DNP"\n'
        '"C1,C2","100n","~","C_0402","2",""\n'
        '"R1","10k","","R_0402","1","DNP"\n'
    ),
    "Altium": (
        "Comment,Description,Designator,Footprint,LibRef,Quantity\n"
        '100n,Cap,"C1, C2",\x1f0402,CAP,2\n'
        "10k,Res,R1,0402,RES,1\n"
    ),
    "Eagle, by value": (
        "Qty;Value;Device;Package;Parts;Description;\n"
        "2;100n;C-EU;C0402;C1, C2;CAP;\n"
        "1;10k;R-EU;R0402;R1;RES;\n"
    ),
    "Eagle, by part": (
        "Partlist\n"
        "\n"
        "EAGLE Version 7.7.0\n"
        "\n"
        "Part     Value    Device   Package   Sheet\n"
        "\n"
        "C1       100n     C-EU     C0402     1\n"
        "C2       100n     C-EU     C0402     1\n"
        "R1       10k      R-EU     R0402     1\n"
    ),
    "JLC": ('Comment,Designator,Footprint,LCSC Part #\n100n,"C1,C2",0402,C1525\n10k,R1,0402,C25744\n'),
    "OrCAD": (
        "Board X  Revised: Friday\n"
        "\n"
        "Bill Of Materials\tPage1\n"
        "\n"
        "Item\tQuantity\tReference\tPart\n"
        "______\n"
        "\n"
        "1\t2\tC1,\t100n\n"
        "\t\tC2\n"
        "2\t1\tR1\t10k\n"
    ),
    "Digi-Key": (
        "Quantity,Part Number,Manufacturer Part Number,Customer Reference\n"
        '2,399-1,GRM155,"C1,C2"\n'
        "1,311-1,RC0402,R1\n"
    ),
    "Chinese": (
        "序号,物料名称,规格型号,位号,数量,品牌,备注\n"
        '1,电容,CL05B104,"C1,C2",2,三星,\n'
        "2,电阻,RC0402,R1,1,国巨,不贴\n"
    ),
    "Japanese": (
        "項番,部品名,メーカー型番,数量,リファレンス,備考\n"
        '1,コンデンサ,GRM155,2,"C1,C2",\n'
        "2,抵抗,RK73H1,1,R1,未実装\n"
    ),
    "French": (
        "Repère;Qté;Désignation;Fabricant;Référence fabricant\n"
        "C1,C2;2;Condensateur;Murata;GRM155\n"
        "R1;1;Rés;Yageo;RC04\n"
    ),
    "German": (
        "Pos.;Menge;Bezeichnung;Bauteil;Hersteller-Nr.;Bestückung\n"
        "1;2;Kondensator;C1, C2;GRM155;ja\n"
        "2;1;Widerstand;R1;RC0402;nein\n"
    ),
}
PLACEMENTS = {
    "PADS": (
        'REFDES,"PartType","PartDecal","Pins","Layer","Orient.","X","Y"\n'
        "C1,CAP,0402,2,1,90,1.5mm,2.5mm\n"
        "R1,RES,0402,2,2,0,3.5mm,2.5mm\n"
    ),
    "Altium, aligned": (
        "Units used:   mm\n"
        "\n"
        "Designator Comment    Layer       Footprint   Center-X(mm) Center-Y(mm) Rotation Description\n"
        "C1         100nF      TopLayer    0402        1.5000       2.5000       90       Cap 100 nF\n"
        "R1         10k 1%     BottomLayer 0603        3.5000       2.5000       0        Res\n"
    ),
    "DipTrace": ("RefDes;Name;X (mm);Y (mm);Side;Rotate\nC1;CAP;1,5;2,5;Top;90\nR1;RES;3,5;2,5;Bottom;0\n"),
    "German": (
        "Bauteil;X-Koordinate [mm];Y-Koordinate [mm];Drehung;Seite\nC1;1,5;2,5;90;oben\nR1;3,5;2,5;0;unten\n"
    ),
    "Chinese": ("位号,中心X,中心Y,层,旋转\nC1,1.5mm,2.5mm,顶层,90\nR1,3.5mm,2.5mm,底层,0\n"),
    "Eagle, CAM": (
        "Designator,Value,X (mm),Y (mm),Rotation,Layer\nC1,100n,1.5,2.5,R90,Top\nR1,10k,3.5,2.5,R0,Bottom\n"
    ),
    "EasyEDA": (
        "Designator\tDevice\tMid X\tMid Y\tPins\tLayer\tRotation\n"
        "C1\tCAP\t1.5mm\t2.5mm\t2\tT\t90\n"
        "R1\tRES\t3.5mm\t2.5mm\t2\tB\t0\n"
    ),
    "Allegro": (
        "UUNITS = MILLIMETERS\n"
        "# refdes ! x ! y ! rotation ! mirror ! package\n"
        "C1 ! 1.5 ! 2.5 ! 90 ! ! 0402\n"
        "R1 ! 3.5 ! 2.5 ! 0 ! m ! 0402\n"
    ),
    "KiCad 8": (
        "Ref,Val,Package,PosX,PosY,Rot,Side\n"
        '"C1","100n","C_0402",1.5,2.5,90.0,top\n'
        '"R1","10k","R",3.5,2.5,0,bottom\n'
    ),
}


@pytest.mark.parametrize("tool", BILLS)
def test_a_bill_of_each_tool(tool: str) -> None:
    bill = read_bill(Source("bom.csv", BILLS[tool].encode()))

    assert {name for line in bill.lines for name in line.designators} == {"C1", "C2", "R1"}
    assert sum(line.quantity for line in bill.lines) == 3
    assert all(line.part for line in bill.lines)
    assert [line.fitted for line in bill.lines if "R1" in line.designators] == [
        tool not in {"KiCad, schematic", "Chinese", "Japanese", "German"}
    ]


@pytest.mark.parametrize("tool", PLACEMENTS)
def test_a_placement_of_each_tool(tool: str) -> None:
    placement = read_placement(Source("xy.csv", PLACEMENTS[tool].encode()))

    assert [
        (placed.designator, float(placed.x), float(placed.y), int(placed.rotation), placed.side.value)
        for placed in placement.placed
    ] == [("C1", 1.5, 2.5, 90, "top"), ("R1", 3.5, 2.5, 0, "bottom")]


def asked(doubts: Iterable[Doubt]) -> tuple[str, ...]:
    return tuple(sorted(doubt.code for doubt in doubts if doubt.severity is not Severity.NOTE))


@pytest.mark.parametrize("name", WILD_BILLS)
def test_a_wild_bill_is_read_rightly_or_doubted_or_refused(name: str) -> None:
    wild = WILD_BILLS[name]

    told: tuple[str, ...] = ()
    try:
        bill = read_bill(wild.source)
        told, asks = tuple(map(tell_line, bill.lines)), asked(bill.doubts)
    except Invalid as refusal:
        asks = (refusal.code,)

    assert (told, asks) == (wild.told, wild.asks)


@pytest.mark.parametrize("name", WILD_PLACES)
def test_a_wild_placement_is_read_rightly_or_doubted_or_refused(name: str) -> None:
    wild = WILD_PLACES[name]

    told: tuple[str, ...] = ()
    try:
        placement = read_placement(wild.source)
        told, asks = tuple(map(tell_place, placement.placed)), asked(placement.doubts)
    except Invalid as refusal:
        asks = (refusal.code,)

    assert (told, asks) == (wild.told, wild.asks)


def kicad(*fields: str, behind: str = "") -> str:
    inside = "".join(
        f'<field name="{name}">{text}</field>' for name, _, text in (one.partition("=") for one in fields)
    )
    return (
        '<?xml version="1.0"?><export version="E"><components><comp ref="R1"><value>10k</value>'
        f'<footprint>R_0402</footprint><fields>{inside}</fields>{behind}<libsource lib="Device" part="R"/>'
        "</comp></components></export>"
    )


VARIANT = '<variants><variant name="Lite"><property name="dnp" value="1"/></variant></variants>'
KICAD = {
    "a second maker": (
        kicad("MPN=RC0402", "MPN2=CRCW", "Manufacturer2=Vishay"),
        "1 R1 RC0402 + Vishay CRCW",
        [],
    ),
    "an alternate": (kicad("MPN=RC0402", "Alt MPN=CRCW"), "1 R1 RC0402 + CRCW", []),
    "alternates in one field": (
        kicad("MPN=RC0402", "Alternates=CRCW; ERJ2"),
        "1 R1 RC0402 + CRCW + ERJ2",
        [],
    ),
    "German fields": (kicad("Hersteller=Yageo", "Herstellernummer=RC0402"), "1 R1 RC0402", []),
    "a variant of KiCad's own": (kicad("MPN=RC0402", behind=VARIANT), "1 R1 RC0402", ["variants_there"]),
    "not to be fitted": (kicad(behind='<property name="dnp"/>'), "!1 R1 10k", []),
}


@pytest.mark.parametrize("how", KICAD)
def test_kicad_components_by_their_fields(how: str) -> None:
    text, told, asks = KICAD[how]
    bill = read_bill(Source("board.xml", text.encode()))

    assert ([tell_line(line) for line in bill.lines], list(asked(bill.doubts))) == ([told], asks)


def test_a_variant_of_kicads_own_leaves_off_what_it_says() -> None:
    source = Source("board.xml", kicad("MPN=RC0402", behind=VARIANT).encode())

    assert [tell_line(line) for line in read_bill(source, variant="lite").lines] == ["!1 R1 RC0402"]


@pytest.mark.parametrize(
    ("text", "code", "way_out"),
    [
        ("(kicad_pcb (version 20240108))", "file_of_other_kind", "Export the list"),
        ('(export (version "E") (components))', "file_of_other_kind", "Export the list"),
        ('<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "xml_of_other_kind", ".xlsx"),
        ('<?xml version="1.0"?><eagle version="9"/>', "xml_of_other_kind", "bom.ulp"),
    ],
    ids=["board", "netlist", "spreadsheet", "eagle"],
)
def test_a_design_in_a_tools_own_form_is_refused_with_what_to_export(
    text: str, code: str, way_out: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_bill(Source("board", text.encode()))

    assert refused.value.code == code
    assert way_out in refused.value.way_out
