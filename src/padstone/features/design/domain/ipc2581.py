"""IPC-2581 (revisions A, B and C): bill, approved vendors, placement, packages, outline, panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from xml.etree.ElementTree import Element

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.designators import joined, natural_key, read_designators
from padstone.features.design.domain.doubts import Doubt, Doubts, Place
from padstone.features.design.domain.ipc2581_elements import (
    OPENED,
    TAKEN,
    Component,
    Elements,
    Outline,
    Repeat,
    Vendor,
)
from padstone.features.design.domain.limits import (
    LONGEST_NUMBER,
    LONGEST_TEXT,
)
from padstone.features.design.domain.numbers import plain, read_number
from padstone.features.design.domain.packages import Package
from padstone.features.design.domain.placement import (
    BottomTurn,
    BottomX,
    Conventions,
    Placement,
    Side,
    Unit,
)
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.vocabulary import Meaning, meaning_of
from padstone.features.design.domain.xmlfiles import events, local
from padstone.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Design:
    """All that a file says of one board. ``outlines`` holds the edge of each step by its name."""

    file: str
    revision: str
    step: str
    bill: Bill
    placement: Placement
    packages: Mapping[str, Package]
    outlines: Mapping[str, Outline]
    panels: tuple[Repeat, ...]
    avl: tuple[Vendor, ...]
    doubts: tuple[Doubt, ...]

    @property
    def outline(self) -> Outline:
        """The board's own edge; empty where the file has none."""
        return self.outlines.get(self.step, Outline())


def read_ipc2581(source: Source) -> Design:
    """The design. Refuses entities, broken XML, other XML, and a file without a bill and without components.

    Components that no bill names, and designators of the bill that no component has, are doubts.
    """
    reading = _Reading(source.name, Doubts(source.name))
    inside = 0
    first = True
    for event, element in events(source):
        name = local(element)
        if first:
            reading.root(element)
            first = False
        if event == "start":
            inside += name in TAKEN
            if name in OPENED:
                OPENED[name](reading, element)
            continue
        if name in TAKEN:
            inside -= 1
            if inside == 0:
                TAKEN[name](reading, element)
        if inside == 0:
            element.clear()
    return reading.design()


@dataclass(slots=True)
class _Reading(Elements):
    """The design that the elements make together."""

    billed: set[str] = field(default_factory=set)

    def design(self) -> Design:
        placed = self._placed()
        avl = self._vendors()
        lines = self._lines(avl, {entry.placed.designator: entry for entry in placed})
        if not lines and not placed:
            raise Invalid(
                "design_empty",
                "{file} has neither a bill nor components (its parts: {steps} steps, {packages} packages).",
                field="file",
                way_out="Export the design again, with BOM and assembly data (function mode ASSEMBLY).",
                file=self.file,
                steps=len(self.outlines),
                packages=len(self.packages),
            )
        self._compare(lines, placed)
        bottom = any(entry.placed.side is Side.BOTTOM for entry in placed)
        conventions = Conventions(
            self.unit or Unit.MILLIMETRE,
            BottomX.AS_SEEN_FROM_TOP if bottom else BottomX.NONE_THERE,
            BottomTurn.UNKNOWN if bottom else BottomTurn.NONE_THERE,
            ("IPC-2581 has one system of coordinates for both sides",),
        )
        if bottom:
            self.doubts.ask(
                "bottom_rotation",
                "Tools differ in how IPC-2581 turns mirrored components. The turns are kept as written.",
                "Say whether they are seen from the top or from the bottom.",
            )
        doubts = tuple(self.doubts.found)
        return Design(
            self.file,
            self.revision,
            self.step,
            Bill(self.file, tuple(lines), doubts, title=self.title),
            Placement(self.file, tuple(entry.placed for entry in placed), conventions, doubts),
            self.packages,
            self.outlines,
            tuple(self.panels),
            tuple(avl),
            doubts,
        )

    def _placed(self) -> list[Component]:
        """The components of the step that the file is about; a panel has copies and none of its own."""
        with_parts = [step for step, components in self.components.items() if components]
        repeated = {repeat.step for repeat in self.panels}
        for candidate in (self.wanted, *sorted(repeated), *with_parts):
            if candidate in with_parts:
                self.step = candidate
                break
        others = [step for step in with_parts if step != self.step]
        if others:
            self.doubts.ask(
                "several_steps",
                f"The file has components on {len(with_parts)} steps; “{self.step}” is read,"
                f" not {', '.join(others)[:200]}.",
                "Export the single board.",
            )
        return self.components.get(self.step, [])

    def _vendors(self) -> list[Vendor]:
        found = []
        for number, entries in self.avl:
            for maker, mpn, qualified, chosen, rank in entries:
                name = self.enterprises.get(maker, maker)[:LONGEST_NUMBER]
                found.append(Vendor(number, MakerPart(name, mpn), qualified, chosen, rank))
        return found

    def _lines(self, avl: list[Vendor], placed: Mapping[str, Component]) -> list[BillLine]:
        name = self.wanted_bill if self.wanted_bill in self.bills else next(iter(self.bills), "")
        others = [other for other, items in self.bills.items() if other != name and items]
        if others:
            self.doubts.ask(
                "several_bills",
                f"The file has {len(others) + 1} bills; “{name}” is read, not {', '.join(others)[:200]}.",
                "Export the bill that is meant alone.",
            )
        approved: dict[str, list[Vendor]] = {}
        for vendor in avl:
            approved.setdefault(vendor.design_number, []).append(vendor)
        lines: list[BillLine] = []
        for row, item in enumerate(self.bills.get(name, []), start=1):
            lines += self._item(row, item, approved, placed)
        return lines

    def _item(
        self, row: int, item: Element, approved: Mapping[str, list[Vendor]], placed: Mapping[str, Component]
    ) -> list[BillLine]:
        number = plain(item.get("OEMDesignNumberRef") or "")[:LONGEST_NUMBER]
        references = [entry for entry in item if local(entry) == "RefDes"]
        fitted: list[str] = []
        left_off: list[str] = []
        for entry in references:
            names = left_off if _is_false(entry.get("populate")) else fitted
            names += self._names(entry, number)
        if (item.get("category") or "").upper() == "DOCUMENT" and not self._is_part(number, fitted):
            return []
        self._claim(fitted + left_off)
        texts = _characteristics(item)
        vendors = self._approved(number, approved)
        makers = tuple(vendor.maker for vendor in vendors)
        package = plain(
            (references[0].get("packageRef") if references else "") or item.get("packageRef") or ""
        )
        self._check_pins(item, number, package)
        own = plain(item.get("internalPartNumber") or "")[:LONGEST_NUMBER]
        line = BillLine(
            row=row,
            part_number=own or number,
            description=(plain(item.get("description") or "") or texts.get("DESCRIPTION", ""))[:LONGEST_TEXT],
            value=texts.get("VALUE", "")[:LONGEST_TEXT],
            footprint=package[:LONGEST_TEXT],
            manufacturer=makers[0].manufacturer if makers else _of(texts, Meaning.MANUFACTURER),
            mpn=makers[0].number if makers else _of(texts, Meaning.MPN),
            quantity=self._quantity(item, number, len(fitted) + len(left_off), len(fitted)),
            designators=tuple(sorted(fitted, key=natural_key)),
            alternates=makers[1:],
            extra=(("OEMDesignNumber", number),) if own and own != number else (),
        )
        return _split(line, left_off, populated=bool(fitted or not references))

    def _names(self, entry: Element, number: str) -> list[str]:
        """The designators of one reference: one, but for tools that write all of them into one."""
        name = plain(entry.get("name") or "")
        if "," not in name and ";" not in name:
            return [name[:LONGEST_NUMBER]] if name else []
        names = read_designators(name).names
        self.doubts.ask(
            "designators_joined",
            f"{number}: “{name[:60]}” is read as {len(names)} designators.",
            "Confirm it, or export the design again.",
            self._place(number),
            said=name,
        )
        return list(names)

    def _is_part(self, number: str, names: list[str]) -> bool:
        """Whether an item of the category “document” is a part all the same, as it stands somewhere."""
        if names:
            self.doubts.ask(
                "document_item",
                f"{number} is a document by its category, and stands at {joined(names)}: read as a line.",
                "Confirm it, or mark the line as not fitted.",
                self._place(number),
            )
        else:
            self.doubts.note("document_item", f"{number} is a document and no part.", self._place(number))
        return bool(names)

    def _claim(self, names: list[str]) -> None:
        for name in names:
            if name.casefold() in self.billed:
                self.doubts.ask(
                    "designator_twice",
                    f"{name} stands on two items of the bill.",
                    "A designator takes one part: correct one of the two.",
                    said=name,
                )
            self.billed.add(name.casefold())

    def _approved(self, number: str, approved: Mapping[str, list[Vendor]]) -> list[Vendor]:
        """The vendors of a number, the chosen one first; the not qualified only where none is."""
        there = sorted(approved.get(number, []), key=lambda vendor: (not vendor.chosen, vendor.rank))
        taken = [vendor for vendor in there if vendor.chosen or vendor.qualified is not False]
        if there and not taken:
            self.doubts.ask(
                "vendor_not_qualified",
                f"{number}: none of its {len(there)} parts in the AVL is qualified; all are read.",
                "Confirm them, or choose the parts in the draft.",
                self._place(number),
            )
            return there
        if len(taken) < len(there):
            self.doubts.note(
                "vendor_not_qualified",
                f"{number}: {len(there) - len(taken)} parts of the AVL are not qualified: no alternates.",
                self._place(number),
            )
        return taken

    def _quantity(self, item: Element, number: str, named: int, fitted: int) -> Decimal:
        stated = read_number(item.get("quantity") or "")
        if stated is None:
            return Decimal(named or 1)
        if named and stated not in {named, fitted}:
            self.doubts.ask(
                "quantity_differs",
                f"{number}: quantity {stated:f}, and {named} designators.",
                "Correct the quantity or the designators.",
                self._place(number),
            )
        return stated

    def _check_pins(self, item: Element, number: str, package: str) -> None:
        stated = read_number(item.get("pinCount") or item.get("numberIO") or "")
        known = self.packages.get(package)
        if stated is not None and known is not None and stated != known.pins:
            self.doubts.ask(
                "pin_count",
                f"{number} has {stated:f} pins by the bill, and its package {package} {known.pins}.",
                "Compare the part with its package.",
                self._place(number),
            )

    def _place(self, number: str) -> Place:
        return Place(self.file, "", 0, 0, number)

    def _compare(self, lines: list[BillLine], placed: list[Component]) -> None:
        billed = {name for line in lines for name in line.designators}
        there = {entry.placed.designator for entry in placed}
        if lines and placed:
            if orphans := there - billed:
                self.doubts.ask(
                    "placed_without_line",
                    f"No line of the bill names {joined(orphans)}.",
                    "Add the part to the bill, or confirm that it is no part.",
                )
            if missing := {name for line in lines if line.fitted for name in line.designators} - there:
                self.doubts.ask(
                    "line_without_place",
                    f"No component stands at {joined(missing)}.",
                    "Compare bill and layout.",
                )


def _characteristics(item: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in item:
        if local(group) != "Characteristics":
            continue
        for entry in group:
            name = (
                entry.get("textualCharacteristicName") or entry.get("measuredCharacteristicName") or ""
            ).upper()
            text = entry.get("textualCharacteristicValue") or entry.get("measuredCharacteristicValue") or ""
            if name:
                found.setdefault(name, plain(text))
    return found


def _of(texts: Mapping[str, str], meaning: Meaning) -> str:
    """What the characteristics say under any name that means this: all there is where the AVL is silent."""
    return next((text for name, text in texts.items() if meaning_of(name)[0] is meaning), "")[:LONGEST_NUMBER]


def _is_false(said: str | None) -> bool:
    return (said or "").strip().casefold() in {"false", "0", "no"}


def _split(line: BillLine, left_off: list[str], *, populated: bool) -> list[BillLine]:
    """A line for what is populated, and one for what is not."""
    if not left_off:
        return [line]
    off = replace(
        line,
        designators=tuple(sorted(left_off, key=natural_key)),
        quantity=Decimal(len(left_off)),
        fitted=False,
    )
    if not populated:
        return [off]
    return [replace(line, quantity=Decimal(len(line.designators))), off]
