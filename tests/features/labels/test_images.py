"""Photos: turned, small, blurred, inverted, with several symbols; and files that are out to do harm."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from padstone.features.labels import drawing, images
from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.merging import merged
from padstone.features.labels.domain.our_labels import PackageLabel
from padstone.features.labels.domain.sizes import SIZES
from padstone.features.labels.images import symbols
from padstone.kernel.errors import Invalid, Refusal

LABEL = PackageLabel(package="XP0000001Q", part="100-0100", mpn="RC0402FR-0710KL", lot="T31E")
MAKERS = "[)>\x1e06\x1d1PRC0402FR-0710KL\x1dQ10000\x1d1TT31E\x1d4LTW\x1e\x04"


def picture() -> Image.Image:
    return Image.open(io.BytesIO(drawing.png(LABEL, SIZES["57x32"])))


def file(drawn: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    drawn.save(out, kind)
    return out.getvalue()


def turned(angle: float) -> Callable[[Image.Image], Image.Image]:
    return lambda drawn: drawn.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    "change",
    [
        turned(90),
        turned(180),
        turned(8),
        turned(33),
        lambda drawn: drawn.resize((drawn.width // 2, drawn.height // 2), Image.Resampling.LANCZOS),
        lambda drawn: drawn.resize((drawn.width * 3, drawn.height * 3)).filter(ImageFilter.GaussianBlur(4)),
        ImageOps.invert,
        lambda drawn: ImageEnhance.Contrast(drawn).enhance(0.15),
        lambda drawn: drawn.convert("RGBA"),
        lambda drawn: drawn.convert("1"),
        lambda drawn: drawn.crop((36, 36, drawn.width, drawn.height)),
    ],
    ids=["90", "180", "8", "33", "small", "blurred", "inverted", "pale", "rgba", "black", "no-quiet-zone"],
)
def test_a_poor_photo_is_read(change: Callable[[Image.Image], Image.Image]) -> None:
    [symbol] = symbols(file(change(picture())))
    assert symbol.payload.decode() == LABEL.payload


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "BMP"])
def test_photos_of_other_kinds_are_read(kind: str) -> None:
    [symbol] = symbols(file(picture(), kind))
    assert symbol.payload.decode() == LABEL.payload


def test_several_symbols_are_the_labels_of_one_package() -> None:
    other = zxingcpp.create_barcode(MAKERS.encode(), zxingcpp.BarcodeFormat.QRCode)
    bars = zxingcpp.create_barcode("Q10000", zxingcpp.BarcodeFormat.Code128)
    photo = Image.new("L", (1600, 1200), 190)
    photo.paste(picture(), (60, 40))
    photo.paste(Image.fromarray(other.to_image(scale=5)), (800, 500))
    photo.paste(Image.fromarray(bars.to_image(scale=3)), (100, 900))
    photo.paste(Image.fromarray(bars.to_image(scale=3)), (100, 1100))
    found = symbols(file(photo, "JPEG"))
    assert [one.kind for one in found] == ["Data Matrix", "QR Code", "Code 128"]
    assert [one.symbology[0] for one in found] == ["d", "Q", "C"]
    package = merged([decode(one.payload, one.symbology) for one in found])
    assert package.conflicts == ()
    assert package.fields["package"] == "XP0000001Q"
    assert package.fields["country"] == "TW"
    assert [one.label for one in package.origins["quantity"]] == [1, 2]


def test_a_picture_without_a_symbol_says_what_to_do() -> None:
    with pytest.raises(Invalid, match="from nearer"):
        symbols(file(Image.new("L", (300, 200), 255)), "photo.jpg")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2_000_000_000, 1)])
def test_a_picture_that_would_fill_memory_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid) as refusal:
        symbols(bomb(*size))
    assert refusal.value.code == "picture_too_large"


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_BYTES", 10)
    with pytest.raises(Invalid, match="at most 10 bytes"):
        symbols(file(picture()))


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\0" * 50]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        symbols(content, "x.png")
    assert refusal.value.code == "picture_unreadable"


WHOLE = file(Image.new("L", (40, 40), 255))


@given(st.binary(max_size=60), st.integers(0, len(WHOLE) - 1))
def test_damaged_pictures_are_refused_and_nothing_else(junk: bytes, at: int) -> None:
    with suppress(Refusal):
        symbols(WHOLE[:at] + junk + WHOLE[at + len(junk) :])
