"""What an IPC-2581 file consists of, taken element by element as it streams by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from padstone.features.design.domain.bill import MakerPart
from padstone.features.design.domain.ipc2581_lengths import Lengths, is_true
from padstone.features.design.domain.limits import (
    LONGEST_NUMBER,
    LONGEST_TEXT,
    MOST_DESIGNATORS,
    MOST_LINES,
    MOST_TURN,
)
from padstone.features.design.domain.numbers import plain, read_number
from padstone.features.design.domain.packages import Package
from padstone.features.design.domain.placement import (
    Placed,
    Side,
    Unit,
    normalised,
)
from padstone.features.design.domain.placement_words import is_fiducial, side_word
from padstone.features.design.domain.polygons import Points, extent
from padstone.features.design.domain.xmlfiles import local
from padstone.kernel.errors import Invalid

_UNITS: Final = {
    "MILLIMETER": Unit.MILLIMETRE,
    "MILLIMETRE": Unit.MILLIMETRE,
    "MM": Unit.MILLIMETRE,
    "MICRON": Unit.MICROMETRE,
    "INCH": Unit.INCH,
    "INCHES": Unit.INCH,
    "MILS": Unit.MIL,
    "MIL": Unit.MIL,
    "THOU": Unit.MIL,
    "MICROMETER": Unit.MICROMETRE,
    "UM": Unit.MICROMETRE,
}


@dataclass(frozen=True, slots=True)
class Outline:
    """The edge of a board in millimetres: closed polygons, and the holes in them. Arcs are given as short
    chords.
    """

    points: tuple[Points, ...] = ()
    cutouts: tuple[Points, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Copies of a step on a panel: the first at (x, y), ``nx`` by ``ny``, ``dx`` and ``dy`` mm apart."""

    panel: str
    step: str
    x: Decimal
    y: Decimal
    nx: int
    ny: int
    dx: Decimal
    dy: Decimal
    rotation: Decimal
    mirror: bool


@dataclass(frozen=True, slots=True)
class Vendor:
    """A manufacturer's part of one of the designer's numbers, as the file's AVL has it.

    ``qualified`` is None where the file does not say.
    """

    design_number: str
    maker: MakerPart
    qualified: bool | None
    chosen: bool
    rank: int


@dataclass(slots=True)
class Component:
    placed: Placed
    number: str
    package: str


@dataclass(slots=True)
class Elements(Lengths):
    revision: str = ""
    step: str = ""
    wanted: str = ""
    wanted_bill: str = ""
    bill_name: str = ""
    bills: dict[str, list[Element]] = field(default_factory=dict)
    layers: dict[str, Side] = field(default_factory=dict)
    components: dict[str, list[Component]] = field(default_factory=dict)
    packages: dict[str, Package] = field(default_factory=dict)
    outlines: dict[str, Outline] = field(default_factory=dict)
    panels: list[Repeat] = field(default_factory=list)
    enterprises: dict[str, str] = field(default_factory=dict)
    avl: list[tuple[str, list[tuple[str, str, bool | None, bool, int]]]] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def root(self, element: Element) -> None:
        if local(element) not in {"IPC-2581", "IPC2581"}:
            raise Invalid(
                "xml_of_other_kind",
                "{name} is XML, and no IPC-2581: its first element is {root}.",
                field="file",
                way_out="Export the design as IPC-2581 (revision A, B or C) and import that file.",
                name=self.file,
                root=local(element)[:60],
            )
        self.revision = plain(element.get("revision") or "").upper()
        if self.revision[:1] not in {"A", "B", "C"}:
            self.doubts.ask(
                "revision_unknown",
                f"The file says revision “{self.revision}”; it is read as A, B and C are.",
                "Compare the counts of lines and components with the design's.",
            )

    # --- what opens -----------------------------------------------------------------------------------------

    def opened_header(self, element: Element) -> None:
        said = (element.get("units") or "").upper()
        self.unit = _UNITS.get(said)
        if self.unit is None:
            raise Invalid(
                "unit_unknown",
                "{file} gives its lengths in “{unit}”.",
                field="file",
                way_out="Export the design in millimetres or inches.",
                file=self.file,
                unit=said,
            )

    def opened_step(self, element: Element) -> None:
        self.step = element.get("name") or ""

    def opened_bill(self, element: Element) -> None:
        self.bill_name = element.get("name") or ""
        self.bills.setdefault(self.bill_name, [])

    def opened_layer(self, element: Element) -> None:
        side = (element.get("side") or "").upper()
        if side in {"TOP", "BOTTOM"}:
            self.layers[element.get("name") or ""] = Side(side.lower())

    # --- what is taken --------------------------------------------------------------------------------------

    def took_content(self, element: Element) -> None:
        for entry in element:
            if local(entry) == "StepRef" and not self.wanted:
                self.wanted = entry.get("name") or ""
            if local(entry) == "BomRef" and not self.wanted_bill:
                self.wanted_bill = entry.get("name") or ""

    def took_enterprise(self, element: Element) -> None:
        self.enterprises[element.get("id") or ""] = plain(element.get("name") or element.get("code") or "")

    def took_bill_header(self, element: Element) -> None:
        for key in ("assembly", "revision"):
            if element.get(key):
                self.title.setdefault(key, plain(element.get(key) or ""))

    def took_item(self, element: Element) -> None:
        items = self.bills.setdefault(self.bill_name, [])
        copy = Element(element.tag, element.attrib)
        copy.extend(list(element))
        items.append(copy)
        if len(items) > MOST_LINES:
            raise self._too_long()

    def took_component(self, element: Element) -> None:
        name = plain(element.get("refDes") or "")[:LONGEST_NUMBER]
        found = self.components.setdefault(self.step, [])
        location, transform = child(element, "Location"), child(element, "Xform")
        x, y = (self._length(location, axis) for axis in ("x", "y"))
        if x is None or y is None or not name:
            self.doubts.leave_out(
                "coordinate",
                f"Component {name or '?'} has no location that can be.",
                "Export the design again.",
                said=name,
            )
            return
        turn = self._turn(name, transform)
        if turn is None:
            return
        self._tell_twice(name)
        package = plain(element.get("packageRef") or "")[:LONGEST_NUMBER]
        part = plain(element.get("part") or "")[:LONGEST_NUMBER]
        value = next(
            (
                plain(entry.get("value") or "")
                for entry in element
                if (entry.get("name") or "").upper() == "VALUE"
            ),
            "",
        )[:LONGEST_TEXT]
        side = self._side(element, transform)
        placed = Placed(
            row=len(found) + 1,
            designator=name,
            x=x,
            y=y,
            rotation=normalised(turn),
            side=side,
            value=value,
            package=package,
            part=part,
            fiducial=is_fiducial(name, value, package),
            stated_rotation=turn,
        )
        found.append(Component(placed, part, package))
        if len(found) > MOST_DESIGNATORS:
            raise self._too_long()

    def _turn(self, name: str, transform: Element | None) -> Decimal | None:
        """The turn in degrees; None, with a doubt, where what stands there is none."""
        if transform is None:
            return Decimal(0)
        said = transform.get("rotation") or "0"
        turn = read_number(said)
        if turn is None or abs(turn) > MOST_TURN:
            self.doubts.leave_out(
                "rotation",
                f"{name}: “{said}” is no turn in degrees; it is left out.",
                "Export again.",
                said=said,
            )
            return None
        if any(read_number(transform.get(axis) or "0") for axis in ("xOffset", "yOffset")):
            self.doubts.ask(
                "component_offset",
                f"{name} has an offset beside its location; its location alone is read.",
                "Compare its place with the layout.",
                said=name,
            )
        return turn

    def _side(self, element: Element, transform: Element | None) -> Side:
        mirrored = transform is not None and is_true(transform.get("mirror"))
        layer = element.get("layerRef") or ""
        side = self.layers.get(layer)
        if side is Side.TOP and mirrored and "mirrored" not in self.told:
            self.told.add("mirrored")
            self.doubts.ask(
                "side_contradicts",
                f"{element.get('refDes')} lies on “{layer}”, which is the top, and is mirrored; read as top.",
                "Compare its side, and that of others like it, with the layout.",
            )
        if side is None:
            side = side_word(layer) or (Side.BOTTOM if mirrored else Side.TOP)
            if layer not in self.told:
                self.told.add(layer)
                self.doubts.ask(
                    "side_assumed",
                    f"{element.get('refDes')} and what else lies on layer “{layer}”, which has no side, is"
                    f" read as {side.value}.",
                    "Confirm it, or export the design again.",
                )
        return side

    def _tell_twice(self, name: str) -> None:
        key = (self.step, name.casefold())
        if key in self.seen:
            self.doubts.ask(
                "designator_twice",
                f"The step “{self.step}” has a second component {name}.",
                "A designator takes one part: correct one of the two.",
                said=name,
            )
        self.seen.add(key)

    def took_package(self, element: Element) -> None:
        name = plain(element.get("name") or "")[:LONGEST_NUMBER]
        pins = {
            entry.get("number") or str(index) for index, entry in enumerate(element) if local(entry) == "Pin"
        }
        outline = child(element, "Outline")
        points = self._polygon(child(outline, "Polygon")) if outline is not None else ()
        width, height = extent(points)
        tall = read_number(element.get("height") or "")
        self.packages.setdefault(
            name,
            Package(
                name,
                len(pins),
                width if points else None,
                height if points else None,
                tall * self._unit().in_mm if tall is not None else None,
                points,
            ),
        )

    def took_profile(self, element: Element) -> None:
        edges = []
        cutouts = []
        for entry in element:
            if local(entry) == "Polygon":
                edges.append(self._polygon(entry))
            elif local(entry) == "Cutout":
                cutouts.append(self._polygon(entry))
        self.outlines.setdefault(self.step, Outline(tuple(edges), tuple(cutouts)))

    def took_repeat(self, element: Element) -> None:
        lengths = [self._length(element, name) or Decimal(0) for name in ("x", "y", "dx", "dy")]
        counts = [read_number(element.get(name) or "") or Decimal(0) for name in ("nx", "ny")]
        self.panels.append(
            Repeat(
                self.step,
                element.get("stepRef") or "",
                lengths[0],
                lengths[1],
                min(int(counts[0]), 1_000),
                min(int(counts[1]), 1_000),
                lengths[2],
                lengths[3],
                normalised(read_number(element.get("angle") or "") or Decimal(0)),
                is_true(element.get("mirror")),
            )
        )

    def took_avl_item(self, element: Element) -> None:
        entries = []
        for approved in element:
            part, vendor = child(approved, "AvlMpn"), child(approved, "AvlVendor")
            number = plain(part.get("name") or "") if part is not None else ""
            maker = (
                vendor.get("enterpriseRef") or "" if vendor is not None else approved.get("evplVendor") or ""
            )
            rank = read_number((part.get("rank") if part is not None else "") or "") or Decimal(999)
            number = number or plain(approved.get("evplMpn") or "")
            if number:
                entries.append(
                    (
                        maker,
                        number[:LONGEST_NUMBER],
                        is_true(approved.get("qualified")) if approved.get("qualified") else None,
                        is_true(approved.get("chosen")),
                        int(rank),
                    )
                )
        self.avl.append(
            (plain(element.get("OEMDesignNumber") or element.get("OEMDesignNumberRef") or ""), entries)
        )

    def _too_long(self) -> Invalid:
        return Invalid(
            "design_too_long",
            "{file} has more than {lines} lines or {designators} components.",
            field="file",
            way_out="Is it the right file?",
            file=self.file,
            lines=MOST_LINES,
            designators=MOST_DESIGNATORS,
        )


OPENED: Final[Mapping[str, Callable[[Elements, Element], None]]] = {
    "CadHeader": Elements.opened_header,
    "Step": Elements.opened_step,
    "Bom": Elements.opened_bill,
    "Layer": Elements.opened_layer,
}
TAKEN: Final[Mapping[str, Callable[[Elements, Element], None]]] = {
    "Content": Elements.took_content,
    "Enterprise": Elements.took_enterprise,
    "BomHeader": Elements.took_bill_header,
    "BomItem": Elements.took_item,
    "Component": Elements.took_component,
    "Package": Elements.took_package,
    "Profile": Elements.took_profile,
    "StepRepeat": Elements.took_repeat,
    "AvlItem": Elements.took_avl_item,
}


def child(element: Element | None, name: str) -> Element | None:
    return next((entry for entry in element if local(entry) == name), None) if element is not None else None
