"""IPC-2581 as tools differ in writing it: namespaces, units, categories, vendors, steps and slips."""

from __future__ import annotations

import pytest

from padstone.features.design.domain.doubts import Severity
from padstone.features.design.domain.ipc2581 import Design
from padstone.features.design.domain.reading import What, read_design, what_is_it
from padstone.features.design.domain.sources import Source
from padstone.kernel.errors import Invalid
from tests.features.design.wild import tell_line, tell_place

PROFILE = '<Profile><Polygon><PolyBegin x="0" y="0"/><PolyStepSegment x="50" y="40"/></Polygon></Profile>'
PACKAGE = '<Package name="C0402"><Pin number="1"/><Pin number="2"/></Package>'
LAYERS = '<Layer name="TOP" side="TOP"/><Layer name="BOTTOM" side="BOTTOM"/>'
LINES = ("2 C1 C2 GRM155", "1 R1 RC0402")
PLACES = ("C1 1.5 2.5 90 top", "C2 5.5 2.5 0 top", "R1 3.5 2.5 0 bottom")


def component(ref: str, place: str = 'x="1" y="2"', turn: str = 'rotation="0"', layer: str = "TOP") -> str:
    return (
        f'<Component refDes="{ref}" packageRef="C0402" part="X" layerRef="{layer}">'
        f"<Xform {turn}/><Location {place}/></Component>"
    )


COMPONENTS = (
    component("C1", 'x="1.5" y="2.5"', 'rotation="90"')
    + component("C2", 'x="5.5" y="2.5"')
    + component("R1", 'x="3.5" y="2.5"', 'rotation="0" mirror="true"', "BOTTOM")
)


def step(components: str = COMPONENTS, name: str = "board", repeat: str = "") -> str:
    return f'<Step name="{name}">{PROFILE}{PACKAGE}{repeat}{components}</Step>'


def repeat(of: str) -> str:
    return f'<StepRepeat stepRef="{of}" x="5" y="5" nx="2" ny="3" dx="55" dy="45" angle="0" mirror="false"/>'


def item(number: str, refs: str, attributes: str = "", inside: str = "") -> str:
    names = "".join(f'<RefDes name="{name}" populate="true"/>' for name in refs.split())
    attributes = attributes or f'quantity="{len(refs.split())}" category="ELECTRICAL"'
    return f'<BomItem OEMDesignNumberRef="{number}" {attributes}>{names}{inside}</BomItem>'


ITEMS = item("GRM155", "C1 C2") + item("RC0402", "R1")


def bill(items: str = ITEMS, name: str = "bom") -> str:
    return f'<Bom name="{name}"><BomHeader assembly="board" revision="A"/>{items}</Bom>'


def vendors(*parts: str) -> str:
    inside = "".join(
        f'<AvlVmpn {attributes}><AvlMpn name="{number}"/><AvlVendor enterpriseRef="mur"/></AvlVmpn>'
        for number, _, attributes in (part.partition(" ") for part in parts)
    )
    return f'<Avl name="avl"><AvlItem OEMDesignNumber="GRM155">{inside}</AvlItem></Avl>'


def design(
    bills: str = bill(),
    steps: str = step(),
    *,
    root: str = 'revision="C" xmlns="http://webstds.ipc.org/2581"',
    units: str = "MILLIMETER",
    layers: str = LAYERS,
    behind: str = "",
    content: str = '<StepRef name="board"/><BomRef name="bom"/>',
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<IPC-2581 {root}><Content>{content}</Content>'
        f'<LogisticHeader><Enterprise id="mur" name="Murata"/></LogisticHeader>{bills}'
        f'<Ecad><CadHeader units="{units}"/><CadData>{layers}{steps}</CadData></Ecad>{behind}</IPC-2581>'
    )


def prefixed(text: str) -> str:
    """The same with a prefix before each element, and no declaration above."""
    text = text.partition("\n")[2].replace("</", "\x00").replace("<", "<d:").replace("\x00", "</d:")
    return text.replace("xmlns=", "xmlns:d=")


def read(text: str | bytes) -> Design:
    return read_design(Source("board.xml", text if isinstance(text, bytes) else text.encode()))


def asked(found: Design) -> list[str]:
    ignored = {"bottom_rotation", "line_without_place"}
    codes = [doubt.code for doubt in found.doubts if doubt.severity is not Severity.NOTE]
    return sorted(code for code in codes if code not in ignored)


PLAIN: dict[str, str | bytes] = {
    "revision A": design(root='revision="A" xmlns="http://webstds.ipc.org/2581"'),
    "revision B1": design(root='revision="b1"'),
    "no namespace": design(root='revision="C"'),
    "another namespace": design(root='revision="C" xmlns="urn:other"'),
    "a prefix": prefixed(design()),
    "UTF-16": design().replace("UTF-8", "UTF-16").encode("utf-16"),
    "a long comment before it": design().replace("<IPC", f"<!--{'x' * 6000}--><IPC", 1),
    "units in small letters": design(units="millimeter"),
    "a panel first": design(
        steps=step("", "panel", repeat("board")) + step(), content='<StepRef name="panel"/>'
    ),
    "a document among the items": design(bill(ITEMS + item("D", "", 'quantity="1" category="DOCUMENT"'))),
}


@pytest.mark.parametrize("how", PLAIN)
def test_a_design_is_the_same_however_it_is_wrapped(how: str) -> None:
    text = PLAIN[how]
    found = read(text)

    assert tuple(map(tell_line, found.bill.lines)) == LINES
    assert tuple(map(tell_place, found.placement.placed)) == PLACES
    assert asked(found) == []
    content = text if isinstance(text, bytes) else text.encode()
    assert what_is_it(Source("board.xml", content)).purpose is What.IPC2581


@pytest.mark.parametrize(
    ("units", "place"),
    [
        ("INCH", "C1 38.1 63.5 90 top"),
        ("MICRON", "C1 0.0015 0.0025 90 top"),
        ("MILS", "C1 0.0381 0.0635 90 top"),
    ],
)
def test_units(units: str, place: str) -> None:
    assert tell_place(read(design(units=units)).placement.placed[0]) == place


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (design(units="FURLONG"), "unit_unknown"),
        (design("", "<Step/>"), "design_empty"),
        (design().replace("<IPC", '<!DOCTYPE x [<!ENTITY a "b">]><IPC', 1), "xml_entities"),
        (design()[:-100], "xml_broken"),
    ],
    ids=["unit", "empty", "entities", "cut"],
)
def test_what_is_no_design_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.code == code


MPN = (
    '<Characteristics><Textual textualCharacteristicName="MPN" textualCharacteristicValue="XQ7"/>'
    '<Textual textualCharacteristicName="Mfr" textualCharacteristicValue="Murata"/></Characteristics>'
)
POPULATED = '<RefDes name="C1" populate="TRUE"/><RefDes name="C2" populate="FALSE"/>'
BILLS = {
    "categories": (
        design(bill(item("S", "", 'quantity="4" category="MECHANICAL"') + item("G", "", 'quantity="0.5"'))),
        ["4 S", "0.5 G"],
        ["placed_without_line"],
    ),
    "a document that stands somewhere": (
        design(bill(item("TP", "C1", 'quantity="1" category="DOCUMENT"'))),
        ["1 C1 TP"],
        ["document_item", "placed_without_line"],
    ),
    "populate in capitals": (
        design(bill(item("G", "", 'quantity="2"', POPULATED) + item("R", "R1"))),
        ["1 C1 G", "!1 C2 G", "1 R1 R"],
        [],
    ),
    "the quantity of what is populated": (
        design(bill(item("G", "", 'quantity="1"', POPULATED) + item("R", "R1"))),
        ["1 C1 G", "!1 C2 G", "1 R1 R"],
        [],
    ),
    "all designators in one name": (
        design(bill(item("G", "", 'quantity="2"', '<RefDes name="C1,C2"/>') + item("R", "R1"))),
        ["2 C1 C2 G", "1 R1 R"],
        ["designators_joined"],
    ),
    "a designator on two items": (
        design(bill(ITEMS + item("X", "R1"))),
        [*LINES, "1 R1 X"],
        ["designator_twice"],
    ),
    "chosen and qualified": (
        design(
            behind=vendors('CL05 qualified="1"', 'G71 qualified="TRUE" chosen="TRUE"', 'NO qualified="0"')
        ),
        ["2 C1 C2 GRM155=G71 + Murata CL05", LINES[1]],
        [],
    ),
    "qualified by nobody": (
        design(behind=vendors('G71 qualified="false" chosen="false"')),
        ["2 C1 C2 GRM155=G71", LINES[1]],
        ["vendor_not_qualified"],
    ),
    "nothing said of being qualified": (
        design(behind=vendors("G71", "CL05")),
        ["2 C1 C2 GRM155=G71 + Murata CL05", LINES[1]],
        [],
    ),
    "the maker's number among the characteristics": (
        design(bill(item("100-1", "C1 C2", "", MPN) + item("R", "R1"))),
        ["2 C1 C2 100-1=XQ7", "1 R1 R"],
        [],
    ),
    "two bills": (design(bill() + bill(item("Z", "Z1"), "other")), [*LINES], ["several_bills"]),
}


@pytest.mark.parametrize("how", BILLS)
def test_bills(how: str) -> None:
    text, told, asks = BILLS[how]
    found = read(text)

    assert ([tell_line(line) for line in found.bill.lines], asked(found)) == (told, asks)


STEPS = {
    "no layer": (component("C1", layer="", turn='mirror="true"'), ["C1 1 2 0 bottom"], ["side_assumed"]),
    "mirrored on the top": (component("C1", turn='mirror="TRUE"'), ["C1 1 2 0 top"], ["side_contradicts"]),
    "an offset": (component("C1", turn='xOffset="10" rotation="9"'), ["C1 1 2 9 top"], ["component_offset"]),
    "no place": (component("C1", "") + component("C2"), ["C2 1 2 0 top"], ["coordinate"]),
    "too far": (component("C1", 'x="1e9" y="0"') + component("C2"), ["C2 1 2 0 top"], ["coordinate"]),
    "a turn in words": (component("C1", turn='rotation="left"'), [], ["rotation"]),
    "a turn backwards": (component("C1", turn='rotation="-90"'), ["C1 1 2 270 top"], []),
    "twice": (component("C1") * 2, ["C1 1 2 0 top"] * 2, ["designator_twice"]),
}


@pytest.mark.parametrize("how", STEPS)
def test_components(how: str) -> None:
    components, told, asks = STEPS[how]
    found = read(design(steps=step(components)))

    assert ([tell_place(placed) for placed in found.placement.placed], asked(found)) == (told, asks)


def test_of_several_boards_one_is_read_and_the_others_are_told() -> None:
    found = read(design(steps=step(component("C1"), "left") + step(component("R1"), "right"), content=""))

    assert (found.step, asked(found)) == ("left", ["several_steps"])


def test_a_panel_of_panels_keeps_how_it_repeats() -> None:
    steps = step("", "array", repeat("panel")) + step("", "panel", repeat("board")) + step()
    found = read(design(steps=steps, content='<StepRef name="array"/>'))

    assert [(each.panel, each.step, each.nx, each.ny) for each in found.panels] == [
        ("array", "panel", 2, 3),
        ("panel", "board", 2, 3),
    ]
    assert tuple(map(tell_place, found.placement.placed)) == PLACES
