"""What a revision holds, whole: its bill with the parts that its lines mean, its placement, its outline, and
the doubts of the files that it came from.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

import msgspec

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.doubts import Doubt, Severity
from padstone.features.design.domain.packages import Package
from padstone.features.design.domain.placement import Placement
from padstone.kernel.errors import Conflict, Invalid, NotFound

Polygon = tuple[tuple[Decimal, Decimal], ...]

ASSEMBLY: Final = "assembly"
_LARGEST: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pick:
    """Which part of the books a line means. ``how``: number, maker or chosen; "" while nobody knows; assembly
    for a line that means a product of the books.

    ``candidates`` are the parts that it may mean as well, where there are several.
    """

    part: str = ""
    how: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """How a doubt was resolved: ``accepted`` as it was read, or ``corrected``; by whom, and why."""

    how: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Boards on a panel: the first one's place, how many, how far apart (mm), and turned by how much."""

    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)
    columns: int = 1
    rows: int = 1
    dx: Decimal = Decimal(0)
    dy: Decimal = Decimal(0)
    rotation: Decimal = Decimal(0)
    mirrored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """``picks`` has one entry for each line of the bill, in its order."""

    bill: Bill
    picks: tuple[Pick, ...] = ()
    placement: Placement | None = None
    packages: Mapping[str, Package] = field(default_factory=dict)
    outline: tuple[Polygon, ...] = ()
    cutouts: tuple[Polygon, ...] = ()
    panel: tuple[Step, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    settled: Mapping[str, Settled] = field(default_factory=dict)

    def open_doubts(self) -> list[tuple[str, Doubt]]:
        """Those that ask for a person and have none yet, each with its key."""
        return [(key, doubt) for key, doubt in self.keyed_doubts() if asks(doubt) and key not in self.settled]

    def keyed_doubts(self) -> list[tuple[str, Doubt]]:
        """Each doubt with the key that names it for as long as the file says the same."""
        seen: dict[str, int] = {}
        keyed = []
        for doubt in self.doubts:
            key = _key(doubt)
            seen[key] = seen.get(key, 0) + 1
            keyed.append((key if seen[key] == 1 else f"{key}-{seen[key]}", doubt))
        return keyed

    def lines_without_part(self) -> list[int]:
        """Indexes of the fitted lines of which nobody knows what they mean."""
        return [
            index
            for index, (line, pick) in enumerate(zip(self.bill.lines, self.picks, strict=True))
            if line.fitted and not pick.part and pick.how != ASSEMBLY
        ]


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Content)


def asks(doubt: Doubt) -> bool:
    """Whether it holds up a release until somebody has looked at it."""
    return doubt.severity is not Severity.NOTE


def packed(content: Content) -> bytes:
    return zlib.compress(_ENCODER.encode(content), 6)


def unpacked(stored: bytes | memoryview) -> Content:
    return _DECODER.decode(_plain(stored))


def digest_of(stored: bytes | memoryview) -> bytes:
    """The SHA-256 of what is stored, as it is signed: of the content, not of its packing."""
    return hashlib.sha256(_plain(stored)).digest()


def _plain(stored: bytes | memoryview) -> bytes:
    inflating = zlib.decompressobj()
    return inflating.decompress(bytes(stored), _LARGEST)


def _key(doubt: Doubt) -> str:
    told = f"{doubt.code}\x1f{doubt.place.text}\x1f{doubt.said}\x1f{doubt.reason}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


# --- changes of a draft
# ------------------------------------------------------------------------------------------


def settle(content: Content, key: str, settled: Settled) -> Content:
    """Raises NotFound for a doubt that there is not."""
    if key not in dict(content.keyed_doubts()):
        raise NotFound(
            "doubt_unknown", "There is no such doubt.", way_out="The file may have been read anew."
        )
    return replace(content, settled={**content.settled, key: settled})


def choose(content: Content, index: int, part: str) -> Content:
    """The line means that part."""
    _line(content, index)
    picks = list(content.picks)
    picks[index] = Pick(part, "chosen" if part else "", picks[index].candidates)
    return replace(content, picks=tuple(picks))


def change_line(
    content: Content,
    index: int,
    *,
    designators: tuple[str, ...],
    quantity: Decimal,
    fitted: bool,
    client_supplied: bool,
    attrition: Decimal | None,
) -> Content:
    """Say otherwise than the file what a line holds. Raises Invalid for an impossible number."""
    line = _line(content, index)
    if not 0 <= quantity <= 1_000_000:
        raise Invalid("quantity_impossible", "A quantity is a number from 0 to 1 000 000.", field="quantity")
    if attrition is not None and not 0 <= attrition <= 100:
        raise Invalid("attrition_impossible", "Attrition is from 0 to 100 %.", field="attrition")
    lines = list(content.bill.lines)
    lines[index] = replace(
        line,
        designators=designators,
        quantity=quantity,
        fitted=fitted,
        client_supplied=client_supplied,
        attrition=attrition,
    )
    return replace(content, bill=replace(content.bill, lines=tuple(lines)))


def substitute(content: Content, part: str, other: str) -> tuple[Content, tuple[int, ...]]:
    """Every line that means ``part`` means ``other``; answers their indexes too."""
    hits = tuple(index for index, pick in enumerate(content.picks) if pick.part == part)
    picks = list(content.picks)
    for index in hits:
        picks[index] = Pick(other, "chosen")
    return replace(content, picks=tuple(picks)), hits


def with_picks(content: Content, picks: Iterable[Pick]) -> Content:
    return replace(content, picks=tuple(picks))


def must_have_edition(present: int, expected: int | None) -> None:
    """Raises Conflict where somebody else changed the draft meanwhile."""
    if expected is not None and expected != present:
        raise Conflict(
            "draft_changed",
            "Somebody else has changed this draft meanwhile.",
            way_out="Look at it again, and do it once more.",
        )


def as_understood(content: Content) -> Bill:
    """The bill with the parts that its lines mean in place of the numbers that its file gives."""
    lines = (
        replace(line, part_number=pick.part) if pick.part else line
        for line, pick in zip(content.bill.lines, content.picks, strict=True)
    )
    return replace(content.bill, lines=tuple(lines))


def quantity_with_attrition(line: BillLine, boards: int) -> Decimal:
    """How many pieces so many boards need, with what is lost on the way."""
    lost = (line.attrition or Decimal(0)) / 100
    return line.quantity * boards * (1 + lost)


def designators_of(lines: Sequence[BillLine]) -> dict[str, int]:
    """By designator the index of its line; of two lines the first."""
    found: dict[str, int] = {}
    for index, line in enumerate(lines):
        for designator in line.designators:
            found.setdefault(designator, index)
    return found


def _line(content: Content, index: int) -> BillLine:
    if not 0 <= index < len(content.bill.lines):
        raise NotFound("line_unknown", "There is no such line.")
    return content.bill.lines[index]
