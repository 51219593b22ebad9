"""Text files of tools that are no tables: KiCad's report of footprints, Allegro's extracts, mount lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from padstone.features.design.domain.rows import Row, trimmed

MOUNTED: Final = re.compile(r"\S*[A-Za-z]\S*(?:\s+[+-]?[0-9]*[.,]?[0-9]+){3}(?:\s.*)?")
"""A line of a mount list: name, x, y, turn, and what follows."""

_KICAD: Final = re.compile(r"(?m)^\$(?:MODULE|FOOTPRINT)\b")
_KICAD_NAMES: Final = ("Ref", "Val", "Package", "PosX", "PosY", "Rot", "Side")
_KICAD_LAYERS: Final = {"front": "top", "back": "bottom", "component": "top", "copper": "bottom"}
_KICAD_FIELD: Final = re.compile(r"(reference|value|footprint|position|orientation|layer)\s+(.*)")
_EXTRACT: Final = re.compile(r"(?m)\A(?:\s*\n)*A!\w+!.*!\s*$")
_LENGTHS: Final = re.compile(r"(?i)mils?|inch(?:es)?|mm|millimeters?|microns?|cm|centimeters?")
_MOUNT_NAMES: Final = ("Designator", "X", "Y", "Rotation", "Value", "Package")
_PLACE_NAMES: Final = ("Refdes", "X", "Y", "Rotation", "Mirror", "Symbol name")
_UUNITS: Final = re.compile(r"(?im)^\s*UUNITS\s*=")


@dataclass(frozen=True, slots=True)
class ToolForm:
    """The rows of a file, and the names of its columns where the tool and not the file gives them."""

    rows: list[Row]
    names: tuple[str, ...] = ()


def tool_form(file: str, text: str) -> ToolForm | None:
    """The rows of a tool's own form of text; None where it is another."""
    if _KICAD.search(text):
        return ToolForm(list(_footprint_report(text)), _KICAD_NAMES)
    if _EXTRACT.search(text):
        return ToolForm(list(_extract(text)))
    lines = [(number, line.expandtabs().rstrip()) for number, line in enumerate(text.splitlines(), start=1)]
    data = [line for _, line in lines if line.strip() and not line.lstrip().startswith("#")]
    allegro = bool(_UUNITS.search(text))
    mounted = sum(bool(MOUNTED.fullmatch(line.strip())) for line in data)
    if not mounted or mounted < (len(data) - 2 if allegro else len(data) * 0.9):
        return None
    told = file.casefold().endswith((".mnt", ".mnb"))
    take = _placed if allegro else _mounted
    rows = [Row(number, take(line)) for number, line in lines if line.strip()]
    return ToolForm(rows, _PLACE_NAMES if allegro else _MOUNT_NAMES if told else ())


def _footprint_report(text: str) -> Iterator[Row]:
    """One row for each footprint; the lines above the first stay, for the unit that they say."""
    found: dict[str, str] = {}
    inside = pad = False
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("##"):
            yield Row(number, (words,))
        elif _KICAD.match(words):
            found, inside = {}, True
        elif words.startswith(("$EndMODULE", "$EndFOOTPRINT")) and inside:
            inside = False
            yield Row(number, trimmed([found.get(name, "") for name in _KICAD_NAMES]))
        elif words.startswith(("$PAD", "$EndPAD")):
            pad = words.startswith("$PAD")
        elif inside and not pad:
            _take_field(words, found)


def _take_field(words: str, found: dict[str, str]) -> None:
    match = _KICAD_FIELD.fullmatch(words)
    if not match:
        return
    text = match[2].strip().strip('"')
    match match[1]:
        case "reference":
            found["Ref"] = text
        case "value":
            found["Val"] = text
        case "footprint":
            found["Package"] = text
        case "orientation":
            found["Rot"] = text
        case "layer":
            found["Side"] = _KICAD_LAYERS.get(text, text)
        case _:
            place, _, turn = text.partition("orientation")
            found["PosX"], _, found["PosY"] = (part.strip() for part in place.strip().partition(" "))
            if turn.strip():
                found["Rot"] = turn.strip()


def _extract(text: str) -> Iterator[Row]:
    """Of an extract the first table: its names (A), its unit (J), its rows (S)."""
    tables = 0
    for number, line in enumerate(text.splitlines(), start=1):
        kind, _, rest = line.partition("!")
        cells = [cell.strip() for cell in rest.split("!")]
        if kind == "A":
            tables += 1
        if tables > 1:
            return
        if kind == "J":
            unit = next((cell for cell in cells if _LENGTHS.fullmatch(cell)), "")
            yield Row(number, (f"# Units: {unit}",))
        elif kind in {"A", "S"}:
            yield Row(number, trimmed(cells))


def _mounted(line: str) -> tuple[str, ...]:
    """Eagle's mount list: name, x, y, turn, and of what follows the last word is the package."""
    words = line.split()
    if not MOUNTED.fullmatch(line.strip()):
        return (line.strip(),)
    return (*words[:4], " ".join(words[4:-1]), words[-1] if len(words) > 4 else "")


def _placed(line: str) -> tuple[str, ...]:
    """Allegro's: name, x, y, turn, “m” where it is mirrored, and the symbol."""
    words = line.split()
    if not MOUNTED.fullmatch(line.strip()):
        return (f"# {line.strip()}",)
    return (*words[:4], *_mirror_and_symbol(words[4:]))


def _mirror_and_symbol(words: Sequence[str]) -> tuple[str, str]:
    mirrored = bool(words) and words[0].casefold() == "m"
    return ("m" if mirrored else "", " ".join(words[mirrored:]))
