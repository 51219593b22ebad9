"""Our labels as pictures and as sheets to print on any printer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import reportlab
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from padstone.features.labels.domain.our_labels import LocationLabel, OurLabel
from padstone.features.labels.domain.sizes import Sheet, Size
from padstone.kernel.errors import Invalid

_MARGIN: Final = 2.0
_QUIET: Final = 2
_FONTS: Final = Path(reportlab.__file__).parent / "fonts"
_REGULAR, _BOLD = "Vera", "VeraBd"
_MODULE: Final = 0.45
"""Millimetres of a module, where the label has room: three dots of a printer with 203 dpi."""

MOST_LABELS: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Text:
    """A line of text: left edge and base line from the top in millimetres, its height, its room."""

    said: str
    left: float
    base: float
    height: float
    bold: bool
    room: float


def matrix(payload: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a Data Matrix (ISO/IEC 16022), rows from the top; true is black. Without quiet zone."""
    symbol = zxingcpp.create_barcode(
        payload.encode("ascii"), zxingcpp.BarcodeFormat.DataMatrix, force_square=True
    )
    picture: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    rows: list[list[int]] = memoryview(picture).tolist()  # type: ignore[assignment]  # it has two dimensions
    return tuple(tuple(dot == 0 for dot in row) for row in rows)


def png(label: OurLabel, size: Size, *, dpi: int = 300) -> bytes:
    """The label as a picture of that resolution."""
    per_mm = dpi / 25.4
    picture = Image.new("L", (round(size.width * per_mm), round(size.height * per_mm)), 255)
    pen = ImageDraw.Draw(picture)
    modules = matrix(label.payload)
    side = _side(label, size, len(modules))
    dots = max(int(side * per_mm) // (len(modules) + 2 * _QUIET), 1)
    left = top = round(_MARGIN * per_mm) + _QUIET * dots
    for row, values in enumerate(modules):
        for column, black in enumerate(values):
            if black:
                x, y = left + column * dots, top + row * dots
                pen.rectangle((x, y, x + dots - 1, y + dots - 1), fill=0)
    for line in _lines(label, size, side):
        font = ImageFont.truetype(str(_FONTS / f"{_face(line)}.ttf"), int(line.height * per_mm))
        said = _shortened(line.said, font.getlength, line.room * per_mm)
        pen.text((line.left * per_mm, line.base * per_mm), said, fill=0, font=font, anchor="ls")
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def pdf(labels: Sequence[OurLabel], sheet: Sheet, *, skip: int = 0) -> bytes:
    """The labels on sheets; ``skip`` leaves out the first places of a sheet that was begun.

    Refuses more than MOST_LABELS at once.
    """
    _must_be_few(labels)
    out = io.BytesIO()
    paper = (sheet.paper[0] * mm, sheet.paper[1] * mm)
    canvas = _canvas(out, paper)
    for number, label in enumerate(labels, start=skip):
        if number > skip and number % sheet.count == 0:
            canvas.showPage()
        left, top = sheet.place(number)
        _draw(canvas, label, sheet.label, left, sheet.paper[1] - top)
    canvas.save()
    return out.getvalue()


def roll(labels: Sequence[OurLabel], size: Size) -> bytes:
    """The labels as PDF, one on each page of the size of a label: for label printers with a driver."""
    _must_be_few(labels)
    out = io.BytesIO()
    canvas = _canvas(out, (size.width * mm, size.height * mm))
    for label in labels:
        _draw(canvas, label, size, 0, size.height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _must_be_few(labels: Sequence[OurLabel]) -> None:
    if not labels or len(labels) > MOST_LABELS:
        raise Invalid(
            "labels_too_many",
            "{count} labels cannot be printed at once; from 1 to {most} can.",
            field="labels",
            way_out="Print them in several files.",
            count=len(labels),
            most=MOST_LABELS,
        )


def _canvas(out: io.BytesIO, paper: tuple[float, float]) -> Canvas:
    _register_fonts()
    canvas = Canvas(out, pagesize=paper, invariant=1)
    canvas.setTitle("Labels")
    return canvas


@cache
def _register_fonts() -> None:
    for face in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(TTFont(face, str(_FONTS / f"{face}.ttf")))


def _draw(canvas: Canvas, label: OurLabel, size: Size, left: float, top: float) -> None:
    """One label; ``top`` counts from the foot of the page, in millimetres."""
    modules = matrix(label.payload)
    side = _side(label, size, len(modules))
    module = side / (len(modules) + 2 * _QUIET)
    corner = left + _MARGIN + _QUIET * module, top - _MARGIN - _QUIET * module
    path = canvas.beginPath()
    for row, values in enumerate(modules):
        for start, end in _runs(values):
            path.rect(
                (corner[0] + start * module) * mm,
                (corner[1] - (row + 1) * module) * mm,
                (end - start) * module * mm,
                module * mm,
            )
    canvas.drawPath(path, stroke=0, fill=1)
    for line in _lines(label, size, side):
        face = _face(line)
        points = line.height * mm
        said = _shortened(
            line.said, partial(pdfmetrics.stringWidth, fontName=face, fontSize=points), line.room * mm
        )
        canvas.setFont(face, points)
        canvas.drawString((left + line.left) * mm, (top - line.base) * mm, said)


def _runs(values: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for place, black in enumerate((*values, False)):
        if black and start is None:
            start = place
        elif not black and start is not None:
            yield start, place
            start = None


def _side(label: OurLabel, size: Size, modules: int) -> float:
    """The symbol's side, quiet zone included: as large as the label lets it, and no larger than it needs."""
    most = min(size.height - 2 * _MARGIN, size.width * 0.5)
    return min(most, (modules + 2 * _QUIET) * _MODULE * _large(label))


def _lines(label: OurLabel, size: Size, side: float) -> Iterator[_Text]:
    """Title and lines; a text that is too wide for its room is made smaller, down to two thirds."""
    left = _MARGIN + side + 0.8
    room = size.width - left - 1.0
    title = min(4.2, size.height / 7) * _large(label)
    base = _MARGIN + title
    yield _fitted(label.title, left, base, title, bold=True, room=room)
    height = min(title * 0.72, size.height / 8)
    for said in label.lines:
        base += height * 1.35
        if base > size.height - 1.0:
            return
        yield _fitted(said, left, base, height, bold=False, room=room)


def _large(label: OurLabel) -> float:
    """A location's label says little, and is read from further away."""
    return 1.8 if isinstance(label, LocationLabel) else 1.0


def _fitted(said: str, left: float, base: float, height: float, *, bold: bool, room: float) -> _Text:
    _register_fonts()
    width = pdfmetrics.stringWidth(said, _BOLD if bold else _REGULAR, height)
    smaller = height * max(min(room / width, 1.0), 2 / 3) if width else height
    return _Text(said, left, base, smaller, bold=bold, room=room)


def _face(line: _Text) -> str:
    return _BOLD if line.bold else _REGULAR


def _shortened(said: str, width: Callable[[str], float], room: float) -> str:
    if width(said) <= room:
        return said
    while said and width(said + "…") > room:
        said = said[:-1]
    return said + "…"
