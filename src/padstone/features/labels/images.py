"""Photos and screenshots: every symbol that is on them, as bytes and as labels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from padstone.kernel.errors import Invalid

MOST_BYTES: Final = 30_000_000
MOST_PIXELS: Final = 60_000_000
"""A phone's camera makes 12 to 50 million. A picture of a few bytes can claim more than memory holds."""

MOST_SYMBOLS: Final = 40
_ENOUGH_PIXELS: Final = 12_000_000
_SMALL: Final = 900
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_ANGLES: Final = (45, 22, 68)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol that was found: its kind, its AIM identifier, its bytes, its corners in the picture."""

    kind: str
    symbology: str
    payload: bytes
    corners: tuple[tuple[int, int], ...] = ()


def symbols(content: bytes, name: str = "the picture") -> tuple[Symbol, ...]:
    """The symbols on a picture, from top to bottom; each only once, however often it is printed.

    Refuses (Invalid) what is no picture, is too large to be one of a label, or shows no symbol that is
    readable. What is not found at once is looked for enlarged, sharpened, turned and inverted.
    """
    picture = _opened(content, name)
    for attempt in _attempts(picture):
        found = zxingcpp.read_barcodes(attempt)
        if found:
            return _once(found)
    raise Invalid(
        "picture_without_symbol",
        "No symbol can be read on {name}.",
        field="image",
        way_out="Take it again from nearer, straight from above, without glare; or scan the symbol.",
        name=name,
    )


def _opened(content: bytes, name: str) -> Image.Image:
    if len(content) > MOST_BYTES:
        raise _too_large(name, f"{len(content)} bytes", f"{MOST_BYTES} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_large(name, f"{picture.width} × {picture.height} pixels", f"{MOST_PIXELS} pixels")
        picture.draft(
            "L", (picture.width // 2, picture.height // 2) if picture.width > 5000 else picture.size
        )
        return _grey(picture)
    except Image.DecompressionBombError as error:
        raise _too_large(name, "a size beyond all limits", f"{MOST_PIXELS} pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Invalid(
            "picture_unreadable",
            "{name} is no picture that can be read: PNG, JPEG, WebP, GIF and BMP are.",
            field="image",
            way_out="Let the phone save photos as JPEG (“most compatible”), and send the file as it is.",
            name=name,
        ) from error


def _too_large(name: str, size: str, most: str) -> Invalid:
    return Invalid(
        "picture_too_large",
        "{name} has {size}; at most {most} are read.",
        field="image",
        way_out="Send a photo of one package, as a phone takes it.",
        name=name,
        size=size,
        most=most,
    )


def _grey(picture: Image.Image) -> Image.Image:
    """In shades of grey, with what is transparent on white."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        on_white = Image.new("RGBA", coloured.size, "white")
        on_white.alpha_composite(coloured)
        picture = on_white
    return picture.convert("L")


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, and then in ways that make a poor symbol readable."""
    yield picture
    if picture.width * picture.height > _ENOUGH_PIXELS:
        picture = ImageOps.contain(picture, (4000, 3000))
        yield picture
    framed = ImageOps.expand(picture, border=max(picture.size) // 10 + 4, fill="white")
    yield framed
    yield ImageOps.autocontrast(picture, cutoff=2)
    if max(picture.size) < _SMALL:
        for times in (2, 3, 4):
            larger = framed.resize((framed.width * times, framed.height * times), Image.Resampling.BICUBIC)
            yield larger
            yield larger.filter(ImageFilter.UnsharpMask(radius=2 * times, percent=250, threshold=0))
    yield picture.filter(ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0))
    yield picture.filter(ImageFilter.MedianFilter(3))
    for angle in _ANGLES:
        yield framed.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def _once(found: list[zxingcpp.Barcode]) -> tuple[Symbol, ...]:
    kept: dict[bytes, Symbol] = {}
    for one in found[:MOST_SYMBOLS]:
        where = one.position
        corners = tuple(
            (corner.x, corner.y)
            for corner in (where.top_left, where.top_right, where.bottom_right, where.bottom_left)
        )
        content = bytes(one.bytes)
        kept.setdefault(
            content, Symbol(str(one.format), one.symbology_identifier.lstrip("]"), content, corners)
        )
    return tuple(sorted(kept.values(), key=lambda symbol: (symbol.corners[0][1], symbol.corners[0][0])))
