"""Whatever a scanner does to a label: the decoder reads the same fields, or asks. Never other fields."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.encoding import encoded
from padstone.features.labels.domain.label import Ambiguous, Label, Unreadable

Fields = list[tuple[str, str]]
GS, RS, EOT = "\x1d", "\x1e", "\x04"

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
part = st.text(LETTERS + DIGITS + "-./+#_(),", min_size=1, max_size=18)
spaced = st.text(LETTERS + DIGITS + "- ", min_size=1, max_size=14).map(str.strip).filter(bool)
number = st.integers(1, 999_999).map(str)
TEXTS: dict[str, st.SearchStrategy[str]] = {
    "P": spaced | part,
    "1P": part,
    "30P": part | part.map(lambda text: text + "-ND"),
    "2P": part,
    "K": spaced,
    "1K": number,
    "4K": number,
    "10K": number,
    "11K": number,
    "14K": st.integers(1, 999).map("{:03}".format),
    "Q": number,
    "1T": part,
    "T": part,
    "9D": st.integers(0, 99).flatmap(lambda y: st.integers(1, 52).map(lambda w: f"{y:02}{w:02}")),
    "6D": st.dates().map(lambda day: f"{max(day.year, 1990):04}{day.month:02}{min(day.day, 28):02}"),
    "4L": st.sampled_from(["CN", "TW", "US", "DE", "MY", "PH"]),
    "1V": spaced,
    "V": part,
    "S": part,
    "3S": part,
    "L": part,
    "Z": part,
    "31T": part,
}


def bearing(texts: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[Fields]:
    """Labels with these identifiers, in this order."""
    return st.tuples(*texts.values()).map(lambda said: list(zip(texts, said, strict=True)))


any_label = st.lists(st.sampled_from(sorted(TEXTS)), min_size=1, max_size=9, unique=True).flatmap(
    lambda codes: bearing({code: TEXTS[code] for code in codes})
)
digi_key = bearing(
    {
        "P": st.just("") | spaced | part,
        "1P": part,
        "30P": part.map(lambda text: text + "-ND"),
        "K": st.just("") | spaced,
        "1K": st.integers(10**7, 10**8).map(str),
        "10K": st.integers(10**8, 10**9 - 1).map(str),
        "9D": TEXTS["9D"],
        "1T": part,
        "11K": st.just("1"),
        "4L": TEXTS["4L"],
        "Q": number,
        "11Z": st.just("PICK"),
        "12Z": st.integers(10**6, 10**8).map(str),
        "13Z": st.just("999999"),
        "20Z": st.just("0" * 40),
    }
)
mouser = bearing(
    {
        "K": st.integers(10**7, 10**8).map(str) | spaced,
        "14K": TEXTS["14K"],
        "1P": part,
        "Q": number,
        "11K": st.integers(0, 10**8 - 1).map("0{:08}".format),
        "4L": TEXTS["4L"],
        "1V": spaced,
    }
)
label_fields = any_label | digi_key | mouser


def written(fields: Fields) -> str:
    return f"[)>{RS}06{GS}" + GS.join(code + text for code, text in fields) + RS + EOT


def spelled(gs: str, rs: str, eot: str) -> Callable[[str], str]:
    def damage(payload: str) -> str:
        return payload.replace(GS, gs).replace(RS, rs).replace(EOT, eot)

    return damage


def without_end(payload: str) -> str:
    return payload.removesuffix(RS + EOT)


SPELLINGS = [
    ("{GS}", "{RS}", "{EOT}"),
    ("<GS>", "<RS>", "<EOT>"),
    ("[GS]", "[RS]", "[EOT]"),
    ("\\x1d", "\\x1e", "\\x04"),
    ("\\x1D", "\\x1E", "\\x04"),
    ("\\u001d", "\\u001e", "\\u0004"),
    ("^]", "^^", "^D"),
    ("]", "^", "D"),
    ("␝", "␞", "␄"),
    ("↔", "▲", "♦"),
    ("â\x90\x9d", "â\x90\x9e", "â\x90\x84"),
    ("\uf70b", "\uf70c", ""),
    ("ï\x9c\x8b", "ï\x9c\x8c", ""),
    ("@", "@", "@"),
    ("|", "", ""),
    ("~", "", ""),
    ("~029", "~030", "~004"),
    ("\x1e", "\x1e", "\x04"),
    ("\t", "", ""),
    ("\r\n", "\r\n", ""),
    (" ", " ", ""),
    (" ", "", ""),
    (",", ",", ""),
    (";", "", ""),
    ("/", "/", ""),
    ("-", "", ""),
    ("", "", ""),
    ("", "\x1e", "\x04"),
    ("\x1d", "", ""),
]
HEADERS: list[Callable[[str], str]] = [
    lambda payload: payload,
    lambda payload: payload.replace("[)>" + RS, ">[)>", 1),
    lambda payload: payload.replace("[)>" + RS, "[)>", 1),
    lambda payload: payload.replace("[)>", "[)", 1),
    lambda payload: payload.replace("[)>", ")>", 1),
    lambda payload: payload.replace("[)>", "]d1[)>", 1),
    lambda payload: payload.replace(f"[)>{RS}06{GS}", f"[)>{RS}06", 1),
    lambda payload: payload.replace(f"[)>{RS}06{GS}", "", 1),
    lambda payload: payload.replace(f"[)>{RS}06{GS}", f"06{GS}", 1),
]
ENDS: list[Callable[[str], str]] = [
    lambda payload: payload,
    without_end,
    lambda payload: payload + " QR",
    lambda payload: payload + "\r\n",
    lambda payload: "  " + payload,
]
damages = st.tuples(st.sampled_from(HEADERS), st.sampled_from(ENDS), st.sampled_from(SPELLINGS))


def read(payload: str) -> Label | None:
    """None where it asks."""
    try:
        label = decode(payload)
    except (Ambiguous, Unreadable):
        return None
    return None if label.asks else label


@example([("V", "0"), ("1P", "-0")], (HEADERS[0], ENDS[0], ("-", "", "")))
@given(label_fields, damages)
def test_a_damaged_label_gives_the_same_fields_or_asks(
    fields: Fields, damage: tuple[Callable[[str], str], Callable[[str], str], tuple[str, str, str]]
) -> None:
    whole = written(fields)
    truth = read(whole)
    assume(truth is not None)
    assert truth is not None
    header, end, spelling = damage
    damaged = spelled(*spelling)(header(whole))
    # what a scanner puts behind a label whose end it has taken away is part of the last text for every reader
    damaged = end(damaged) if spelling[2] else end(damaged).removesuffix(" QR")
    got = read(damaged)
    assert got is None or got.fields == truth.fields


@given(label_fields)
def test_what_is_whole_is_read_whole(fields: Fields) -> None:
    label = decode(written(fields))
    assert label.identifiers == dict(fields)
    kept = {code: text.strip() for code, text in fields if text.strip()}
    if kept:
        assert decode(encoded(fields)).identifiers == kept


@given(label_fields, st.sampled_from(["lower", "swapcase"]))
def test_changed_letters_are_asked_about(fields: Fields, change: str) -> None:
    whole = written(fields)
    truth = read(whole)
    assume(truth is not None and len(fields) > 1)
    assert truth is not None
    got = read(getattr(whole, change)())
    assert got is None or got.fields == truth.fields


@given(label_fields, st.integers(1, 3))
def test_zeros_before_identifiers_are_left_out(fields: Fields, zeros: int) -> None:
    whole, padded = written(fields), written([("0" * zeros + code, text) for code, text in fields])
    truth = read(whole)
    assume(truth is not None)
    got = read(padded)
    assert got is None or truth is None or got.fields == truth.fields


@given(digi_key)
def test_of_packed_labels_of_digi_key_most_are_read(fields: Fields) -> None:
    """That they may be refused would be no use: a plain one is read."""
    plain = list(fields)
    plain[1] = ("1P", "CC0402BPNPO9BN8R2")
    plain[0], plain[2], plain[3], plain[7] = ("P", ""), ("30P", "13-XCT-ND"), ("K", ""), ("1T", "A1B2C3")
    packed = written(plain).translate({ord(sign): None for sign in GS + RS + EOT})
    assert decode(packed).identifiers == dict(plain)


@given(st.text(max_size=120) | st.binary(max_size=120))
def test_whatever_is_scanned_is_read_or_refused(scanned: str | bytes) -> None:
    try:
        label = decode(scanned)
    except (Ambiguous, Unreadable):
        return
    raw = scanned if isinstance(scanned, str) else scanned.decode("latin-1")
    assert all(0 <= one.at <= one.at + one.length <= len(raw) for one in label.elements)


PIECES = [
    "1P",
    "Q",
    "30P",
    "K",
    "10K",
    "1K",
    "4L",
    "9D",
    "P",
    "14K",
    "-ND",
    "0",
    "1",
    "A",
    "TW",
    " ",
    "11Z",
    "]",
    "{GS}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=150))
def test_a_tangle_is_refused_soon(pieces: list[str]) -> None:
    for text in ("[)>06" + "".join(pieces), "".join(pieces)):
        with suppress(Ambiguous, Unreadable):
            decode(text)


AIS = ["01", "04012345678901", "10", "21", "17271231", "30", "A", "7", "Z", "91", GS]


@given(st.lists(st.sampled_from(AIS), max_size=200), st.sampled_from(["]C1", "]d2", "", "(01)"]))
def test_a_tangle_of_gs1_is_refused_soon(pieces: list[str], symbology: str) -> None:
    with suppress(Ambiguous, Unreadable):
        decode(symbology + "".join(pieces))


@pytest.mark.parametrize("text", ["]C1" + "10" * 240 + "\x7f", "]C1" + "20" * 4000, "]C1" + "1" * 499])
def test_the_longest_tangles_end(text: str) -> None:
    with pytest.raises((Ambiguous, Unreadable)):
        decode(text)
