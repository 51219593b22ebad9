"""KiCad's XML export (netlist and bill alike): its components, grouped to lines as KiCad groups them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.designators import joined, natural_key, write_designators
from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.fitting import (
    is_yes,
    marks_client,
)
from padstone.features.design.domain.kicad_fields import Component, Fields, said
from padstone.features.design.domain.limits import LONGEST_NUMBER, LONGEST_TEXT, MOST_DESIGNATORS
from padstone.features.design.domain.numbers import plain, read_number
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.vocabulary import Meaning
from padstone.features.design.domain.xmlfiles import local, parse
from padstone.kernel.errors import Invalid

_EXPORTS: Final = {
    "": "In KiCad's schematic editor choose Tools, Generate Legacy Bill of Materials (XML).",
    "workbook": "Open it in a spreadsheet, save it as .xlsx or CSV, and import that file.",
    "eagle": "In Eagle run bom.ulp for the bill, and mountsmd.ulp for the placement; import what they write.",
}
"""What to do instead, by the first element of a file that is no KiCad export."""

_PREFIXED: Final = re.compile(r"(?:kicost|kibom)(?:\.([^:]+))?:(.+)", re.IGNORECASE)


def read_kicad_xml(source: Source, *, variant: str = "") -> Bill:
    """The bill of a KiCad export.

    One line for the components that agree in the kind of designator, value, footprint, symbol, part numbers,
    suppliers and whether they are fitted. Several parts in one field (``A; 2:B``) become lines of their own
    that belong to the component. ``variant`` applies its fields. Refuses XML that is no KiCad export.
    """
    doubts = Doubts(source.name)
    root = parse(source, doubts)
    if local(root) != "export" or root.find("components") is None:
        raise Invalid(
            "xml_of_other_kind",
            "{name} is XML, and no KiCad export: its first element is {root}.",
            field="file",
            way_out=_EXPORTS.get(local(root).casefold(), _EXPORTS[""]),
            name=source.name,
            root=local(root)[:60],
        )
    reading = _Reading(source.name, doubts, variant)
    components = [reading.component(element) for element in root.iterfind("components/comp")]
    kept = reading.kept(components)
    lines = reading.lines(kept)
    if not lines:
        raise Invalid(
            "bill_empty",
            "{file} is a KiCad export without a component.",
            field="file",
            way_out="Export the design again.",
            file=source.name,
        )
    return Bill(
        source.name,
        tuple(lines),
        tuple(doubts.found),
        variants=tuple(sorted(reading.variants)),
        variant=variant,
        title=_title(root),
    )


def _title(root: Element) -> dict[str, str]:
    found = {}
    for path in (
        "date",
        "tool",
        "sheet/title_block/title",
        "sheet/title_block/company",
        "sheet/title_block/rev",
    ):
        text = plain(root.findtext(f"design/{path}") or "")
        if text:
            found[path.rpartition("/")[2]] = text
    return found


@dataclass(slots=True)
class _Reading:
    file: str
    doubts: Doubts
    variant: str
    variants: set[str] = field(default_factory=set)

    def component(self, element: Element) -> Component:
        source = element.find("libsource")
        properties = {
            (entry.get("name") or "").casefold(): entry.get("value") for entry in element.iterfind("property")
        }
        found = Component(
            ref=plain(element.get("ref") or ""),
            value=said(element.findtext("value")),
            footprint=said(element.findtext("footprint")),
            library=plain(source.get("lib") or "") if source is not None else "",
            part=plain(source.get("part") or "") if source is not None else "",
            description=said(element.findtext("description"))
            or (said(source.get("description")) if source is not None else ""),
            fields={},
            excluded="exclude_from_bom" in properties,
            dnp="dnp" in properties and is_yes(properties["dnp"] or "yes") is not False,
        )
        for variant in element.iterfind("variants/variant"):
            self._variant(found, variant)
        for entry in element.iterfind("fields/field"):
            self._field(found, plain(entry.get("name") or ""), said(entry.text))
        return found

    def _variant(self, component: Component, variant: Element) -> None:
        """A variant of the design, as KiCad itself writes it: whether the component is fitted in it."""
        name = plain(variant.get("name") or "")
        self.variants.update({name} - {""})
        if not name or name.casefold() != self.variant.casefold():
            return
        for entry in variant.iterfind("property"):
            if (entry.get("name") or "").casefold() == "dnp":
                component.dnp = is_yes(entry.get("value") or "yes") is not False

    def _field(self, component: Component, name: str, text: str) -> None:
        match = _PREFIXED.fullmatch(name)
        if not match:
            if name.casefold() in {"variant", "variants"}:
                component.variants = tuple(filter(None, map(plain, re.split(r"[,;|]", text))))
                self.variants.update(component.variants)
            else:
                component.fields.setdefault(name, text)
            return
        variant, bare = match[1] or "", match[2].strip()
        if variant:
            self.variants.add(variant)
        if not variant or variant.casefold() == self.variant.casefold():
            component.overriding[bare] = text

    def kept(self, components: Iterable[Component]) -> list[Component]:
        seen: set[str] = set()
        kept: list[Component] = []
        virtual: list[str] = []
        excluded: list[str] = []
        for component in components:
            if not component.ref:
                self.doubts.leave_out(
                    "designator_missing", "A component without a reference.", "Annotate the design."
                )
            elif component.ref.startswith("#"):
                virtual.append(component.ref)
            elif component.excluded:
                excluded.append(component.ref)
            elif component.ref in seen:
                self.doubts.leave_out(
                    "designator_twice",
                    f"{component.ref} stands twice; the first is read.",
                    "Annotate the design.",
                )
            else:
                seen.add(component.ref)
                kept.append(component)
        if virtual:
            self.doubts.note("virtual_parts", f"Power symbols and flags, and no parts: {joined(virtual)}.")
        if excluded:
            self.doubts.note(
                "excluded_from_bom", f"The design itself leaves these off its bill: {joined(excluded)}."
            )
        if self.variants and not self.variant:
            names = ", ".join(sorted(self.variants))
            self.doubts.ask(
                "variants_there",
                f"The file has variants ({names}); it is read as it stands, and lines name theirs.",
                "Choose a variant to read the bill of that one.",
            )
        if len(kept) > MOST_DESIGNATORS:
            raise Invalid(
                "bill_too_long",
                "{file} has more than {designators} components.",
                field="file",
                way_out="Is it the right file?",
                file=self.file,
                designators=MOST_DESIGNATORS,
            )
        return kept

    def lines(self, components: Iterable[Component]) -> list[BillLine]:
        groups: dict[tuple[object, ...], list[BillLine]] = {}
        also: dict[tuple[object, ...], list[tuple[MakerPart, Decimal]]] = {}
        for component in components:
            line, parts = self._line(component)
            symbol = (_kind(component.ref), component.library, component.part)
            key: tuple[object, ...] = (*symbol, identity(line), tuple(parts))
            groups.setdefault(key, []).append(line)
            also[key] = parts
        result: list[BillLine] = []
        for group, lines in groups.items():
            whole = _together(lines)
            result.append(whole)
            result += [_belonging(whole, part, times, len(lines)) for part, times in also[group]]
        return [replace(line, row=number) for number, line in enumerate(result, start=1)]

    def _line(self, component: Component) -> tuple[BillLine, list[tuple[MakerPart, Decimal]]]:
        fields = Fields(component, self.doubts, self.file, self.variant)
        fitted = fields.fitted()
        numbers = fields.numbers()
        first, times = numbers[0] if numbers else (MakerPart(), Decimal(1))
        line = BillLine(
            part_number=fields.text(Meaning.PART_NUMBER, LONGEST_NUMBER),
            description=fields.text(Meaning.DESCRIPTION) or component.description[:LONGEST_TEXT],
            value=component.value[:LONGEST_TEXT],
            footprint=component.footprint[:LONGEST_TEXT],
            manufacturer=first.manufacturer,
            mpn=first.number,
            quantity=times,
            designators=(component.ref,),
            fitted=fitted,
            client_supplied=bool(marks_client(fields.text(Meaning.CLIENT_SUPPLIED))),
            attrition=read_number(fields.text(Meaning.ATTRITION).rstrip("% ")),
            variants=component.variants,
            comment=fields.text(Meaning.COMMENT),
            alternates=fields.alternates(),
            suppliers=fields.suppliers(),
            extra=fields.extra(),
        )
        return line, numbers[1:]


def _kind(ref: str) -> str:
    return ref.rstrip("0123456789?*")


def identity(line: BillLine) -> tuple[object, ...]:
    """What components must agree in to be one line."""
    return (
        line.part_number,
        line.value,
        line.footprint,
        line.manufacturer,
        line.mpn,
        line.alternates,
        line.suppliers,
        line.fitted,
        line.client_supplied,
        line.attrition,
        line.variants,
        line.quantity,
    )


def _together(lines: list[BillLine]) -> BillLine:
    """One line for equal components: designators in natural order, what differs in text said once each."""
    names = sorted((name for line in lines for name in line.designators), key=natural_key)
    comments = dict.fromkeys(line.comment for line in lines if line.comment)
    extra = set(lines[0].extra).intersection(*(line.extra for line in lines[1:]))
    return replace(
        lines[0],
        designators=tuple(names),
        quantity=lines[0].quantity * len(names),
        description=next((line.description for line in lines if line.description), ""),
        comment="; ".join(comments)[:LONGEST_TEXT],
        extra=tuple(entry for entry in lines[0].extra if entry in extra),
    )


def _belonging(whole: BillLine, part: MakerPart, times: Decimal, count: int) -> BillLine:
    """A further part that each component of a line takes: a line without designators that belongs to them."""
    return BillLine(
        description=f"Goes with {joined(whole.designators, 5)}",
        manufacturer=part.manufacturer,
        mpn=part.number,
        quantity=times * count,
        fitted=whole.fitted,
        client_supplied=whole.client_supplied,
        variants=whole.variants,
        assembly=write_designators(whole.designators)[:LONGEST_NUMBER],
    )
