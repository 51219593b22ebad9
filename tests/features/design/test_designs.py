"""Design files that name their own parts: KiCad's XML and IPC-2581."""

from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.design.domain.bill import Bill
from padstone.features.design.domain.ipc2581 import Design
from padstone.features.design.domain.placement import BottomX, Side
from padstone.features.design.domain.reading import read_bill, read_design
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid


def component(ref: str, value: str, inside: str = "", **fields: str) -> str:
    listed = "".join(
        f'<field name="{name.replace("__", "#")}">{text}</field>' for name, text in fields.items()
    )
    return f'<comp ref="{ref}"><value>{value}</value>{inside}<fields>{listed}</fields></comp>'


def kicad(*components: str, variant: str = "") -> Bill:
    text = f'<?xml version="1.0"?><export version="E"><components>{"".join(components)}</components></export>'
    return read_bill(Source("board.xml", text.encode()), variant=variant)


def groups(bill: Bill) -> list[tuple[str, ...]]:
    return [line.designators for line in bill.lines]


def test_components_that_are_the_same_are_one_line() -> None:
    bill = kicad(
        component("R10", "10k", manf__="A1"),
        component("R2", "10k", manf__="A1", comment="near U1"),
        component("R3", "10k", manf__="B1"),
        component("R4", "4k7", manf__="A1"),
        component("C1", "10k", manf__="A1"),
    )

    assert groups(bill) == [("R2", "R10"), ("R3",), ("R4",), ("C1",)]
    assert (bill.lines[0].quantity, bill.lines[0].mpn, bill.lines[0].comment) == (
        Decimal(2),
        "A1",
        "near U1",
    )


def test_what_the_design_leaves_off() -> None:
    bill = kicad(
        component("R1", "10k", '<property name="dnp"/>'),
        component("R2", "10k", DNP="1"),
        component("R3", "DNP"),
        component("R4", "10k", INSTALL="N"),
        component("R5", "10k"),
        component("H1", "Hole", '<property name="exclude_from_bom"/>'),
        component("#PWR01", "GND"),
    )

    assert [line.designators for line in bill.fitted()] == [("R5",)]
    assert {name for line in bill.lines for name in line.designators} == {"R1", "R2", "R3", "R4", "R5"}
    assert [doubt.code for doubt in bill.doubts] == ["virtual_parts", "excluded_from_bom"]


def test_several_parts_in_one_field_are_lines_that_belong_to_it() -> None:
    bill = kicad(
        component("F1", "6A", manf="Wurth|Bel", manf__="6961|2:5MF 6-R"),
        component("Q1", "FET", manf__="2N7002P\\,215"),
    )

    assert [(line.mpn, line.manufacturer, int(line.quantity), line.assembly) for line in bill.lines] == [
        ("6961", "Wurth", 1, ""),
        ("5MF 6-R", "Bel", 2, "F1"),
        ("2N7002P,215", "", 1, ""),
    ]


def test_fields_of_a_variant_apply_when_it_is_chosen() -> None:
    components = (
        component("C1", "1n", manf__="A1", **{"kicost.eu:manf__": "B1"}),
        component("C2", "2n", dnp="1", **{"kicost.eu:dnp": ""}),
        component("C3", "3n", variant="us"),
    )

    assert [(line.mpn, line.fitted) for line in kicad(*components).lines] == [
        ("A1", True),
        ("", False),
        ("", True),
    ]
    assert [(line.mpn, line.fitted) for line in kicad(*components, variant="eu").lines] == [
        ("B1", True),
        ("", True),
        ("", False),
    ]
    assert kicad(*components).variants == ("eu", "us")


def test_a_wrong_end_tag_is_put_right_with_a_doubt() -> None:
    text = (
        '<export version="D"><components>\n<comp ref="R1"><value>10k</valve></comp>\n</components></export>'
    )

    bill = read_bill(Source("board.xml", text.encode()))
    assert (bill.lines[0].value, bill.doubts[0].code) == ("10k", "xml_end_tag")
    assert bill.doubts[0].reason == "Line 2: </valve> closes <value>; it is read as </value>."


BOARD = """<?xml version="1.0"?>
<IPC-2581 revision="{revision}" xmlns="http://webstds.ipc.org/2581">
 <Content roleRef="Owner"><FunctionMode mode="ASSEMBLY"/><StepRef name="{ref}"/><BomRef name="bom"/></Content>
 <LogisticHeader><Enterprise id="E1" code="1" name="Yageo"/>
  <Enterprise id="E2" code="2" name="Vishay"/></LogisticHeader>
 <Bom name="bom"><BomHeader assembly="X" revision="2"><StepRef name="board"/></BomHeader>
  <BomItem OEMDesignNumberRef="RES10K" quantity="3" pinCount="2" category="ELECTRICAL" description="10k 1%">
   <RefDes name="R1" packageRef="R0402" populate="true" layerRef="TOP"/>
   <RefDes name="R2" packageRef="R0402" populate="true" layerRef="BOTTOM"/>
   <RefDes name="R3" packageRef="R0402" populate="false" layerRef="TOP"/>
   <Characteristics category="ELECTRICAL">
    <Textual textualCharacteristicName="VALUE" textualCharacteristicValue="10k"/></Characteristics></BomItem>
  <BomItem OEMDesignNumberRef="U" quantity="1" pinCount="8" category="ELECTRICAL">
   <RefDes name="U1" packageRef="SOT5" populate="true" layerRef="TOP"/></BomItem>
 </Bom>
 <Ecad name="D"><CadHeader units="{unit}"/><CadData>
  <Layer name="TOP" layerFunction="CONDUCTOR" side="TOP"/>
  <Layer name="BOTTOM" layerFunction="CONDUCTOR" side="BOTTOM"/>
  <Step name="panel"><Datum x="0" y="0"/><StepRepeat stepRef="board" x="5" y="5" nx="2" ny="3" dx="60" dy="40"
   angle="90" mirror="false"/></Step>
  <Step name="board"><Profile><Polygon><PolyBegin x="0" y="0"/><PolyStepSegment x="50" y="0"/>
    <PolyStepSegment x="50" y="20"/><PolyStepCurve x="40" y="30" centerX="40" centerY="20" clockwise="false"/>
    <PolyStepSegment x="0" y="30"/><PolyStepSegment x="0" y="0"/></Polygon>
    <Cutout><PolyBegin x="1" y="1"/>
     <PolyStepSegment x="2" y="1"/><PolyStepSegment x="2" y="2"/></Cutout></Profile>
   <Package name="R0402" type="CHIP" height="0.4"><Outline><Polygon><PolyBegin x="-0.5" y="-0.25"/>
    <PolyStepSegment x="0.5" y="-0.25"/><PolyStepSegment x="0.5" y="0.25"/></Polygon></Outline>
    <Pin number="1"/><Pin number="2"/></Package>
   <Package name="SOT5" type="SOT"><Pin number="1"/><Pin number="2"/></Package>
   <Component refDes="R1" packageRef="R0402" layerRef="TOP" part="RES10K"><Xform rotation="90"/>
    <Location x="1" y="2"/></Component>
   <Component refDes="R2" packageRef="R0402" layerRef="BOTTOM" part="RES10K"><Xform mirror="true"/>
    <Location x="3" y="2"/></Component>
   <Component refDes="R3" packageRef="R0402" layerRef="TOP" part="RES10K"><Location x="5" y="2"/></Component>
   <Component refDes="X9" packageRef="R0402" layerRef="TOP" part=""><Location x="7" y="2"/></Component>
  </Step></CadData></Ecad>
 <Avl name="avl"><AvlItem OEMDesignNumber="RES10K">
  <AvlVmpn qualified="true" chosen="false"><AvlMpn name="CRCW0402" rank="2"/>
   <AvlVendor enterpriseRef="E2"/></AvlVmpn>
  <AvlVmpn qualified="true" chosen="true"><AvlMpn name="RC0402" rank="3"/>
   <AvlVendor enterpriseRef="E1"/></AvlVmpn>
  <AvlVmpn qualified="false" chosen="false"><AvlMpn name="CHEAP"/><AvlVendor enterpriseRef="E3"/></AvlVmpn>
 </AvlItem></Avl>
</IPC-2581>"""


def board(revision: str = "C", unit: str = "MILLIMETER", namespace: str = "", ref: str = "board") -> Design:
    text = BOARD.format(revision=revision, unit=unit, ref=ref)
    return read_design(
        Source("board.xml", text.replace("http://webstds.ipc.org/2581", namespace or "urn:x").encode())
    )


@pytest.mark.parametrize(
    ("revision", "namespace"),
    [
        ("A", "http://webstds.ipc.org/2581"),
        ("B", "http://webstds.ipc.org/2581"),
        ("C", "http://webstds.ipc.org/2581"),
    ],
)
def test_each_revision_is_read(revision: str, namespace: str) -> None:
    design = board(revision, namespace=namespace)

    assert [(line.part_number, line.value, line.designators, line.fitted) for line in design.bill.lines] == [
        ("RES10K", "10k", ("R1", "R2"), True),
        ("RES10K", "10k", ("R3",), False),
        ("U", "", ("U1",), True),
    ]
    first = design.bill.lines[0]
    assert [(maker.manufacturer, maker.number) for maker in first.makers] == [
        ("Yageo", "RC0402"),
        ("Vishay", "CRCW0402"),
    ]
    assert [(p.designator, int(p.x), int(p.y), int(p.rotation), p.side) for p in design.placement.placed][
        :2
    ] == [
        ("R1", 1, 2, 90, Side.TOP),
        ("R2", 3, 2, 0, Side.BOTTOM),
    ]
    assert design.placement.conventions.bottom_x is BottomX.AS_SEEN_FROM_TOP


def test_outline_packages_and_panel() -> None:
    design = board(ref="panel")

    assert (design.packages["R0402"].pins, design.packages["R0402"].width, design.packages["R0402"].tall) == (
        2,
        Decimal("1.0"),
        Decimal("0.4"),
    )
    (edge,) = design.outline.points
    assert edge[0] == (Decimal(0), Decimal(0))
    assert max(x for x, _ in edge) == 50
    assert len(edge) > 10, "the arc has chords"
    assert len(design.outline.cutouts) == 1
    (panel,) = design.panels
    assert (panel.panel, panel.step, panel.nx, panel.ny, int(panel.dx), int(panel.rotation)) == (
        "panel",
        "board",
        2,
        3,
        60,
        90,
    )


def test_lengths_in_inches_and_microns() -> None:
    assert board(unit="INCH").placement.placed[0].x == Decimal("25.4")
    assert board(unit="MICRON").placement.placed[0].x == Decimal("0.001")
    with pytest.raises(Invalid) as refused:
        board(unit="FURLONG")
    assert refused.value.code == "unit_unknown"


def test_orphans_pins_and_vendors_are_told() -> None:
    told = {doubt.code: doubt.reason for doubt in board().doubts}

    assert told["placed_without_line"] == "No line of the bill names X9."
    assert told["line_without_place"] == "No component stands at U1."
    assert told["pin_count"] == "U has 8 pins by the bill, and its package SOT5 2."
    assert "vendor_not_qualified" in told


def test_a_design_with_nothing_to_build_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_design(Source("x.xml", b'<IPC-2581 revision="C"><Content/></IPC-2581>'))
    assert refused.value.code == "design_empty"
