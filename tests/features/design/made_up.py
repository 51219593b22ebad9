"""Bills and placements made up by Hypothesis, as any reader could have returned them."""

from __future__ import annotations

from hypothesis import strategies as st

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart, SupplierPart
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.placement import Placed, Placement, Side, normalised

NASTY = st.sampled_from(
    [
        "=1+1",
        "+SUM(A1)",
        "-2+3",
        "@cmd",
        "=cmd|' /C calc'!A0",
        "'=quoted",
        "''",
        "a;=b",
        "x,'=y",
        "DNP",
        "NC",
        "Total",
        "do not install",
        "<script>alert(1)</script>",
        "not used: R1",
        "_x0041_",
        "0402",
        "402",
        "1,5",
        "10k 1%",
        "µΩ°±",
        "数量",
        "部品",
        'a "quoted" one',
        "R1-R5",
        "TRUE",
        "1E+10",
        "#comment",
        "line",
        "alternate",
        "＝1",
        "sep=;",
    ]
)
TEXT = st.one_of(st.just(""), NASTY, st.text(max_size=12)).map(plain)
NAME = st.one_of(
    st.builds(
        lambda letter, number: f"{letter}{number}", st.sampled_from("R C U J FB".split()), st.integers(1, 40)
    ),
    st.sampled_from(
        [
            "U1-2",
            "J1-P2",
            "R1.C2",
            "Scanned_AI&AO1301",
            "R01",
            "OR_0000020B161A9090",
            "X 1",
            "A,B",
            "=1",
            "'a",
        ]
    ),
)
NUMBER = st.decimals(-9999, 9999, places=4)
SUPPLIERS = st.lists(
    st.builds(SupplierPart, TEXT, TEXT).filter(lambda part: bool(part.supplier or part.number)), max_size=2
).map(tuple)
MAKERS = st.lists(st.builds(MakerPart, TEXT, TEXT, TEXT, TEXT, SUPPLIERS), max_size=2).map(tuple)
VARIANTS = st.lists(
    TEXT.map(lambda text: text.replace("|", "")).map(plain).filter(bool), max_size=2, unique=True
)
EXTRA = st.dictionaries(TEXT.filter(bool), TEXT.filter(bool), max_size=2).map(
    lambda extra: tuple(extra.items())
)
LINES = st.builds(
    BillLine,
    item=TEXT,
    part_number=TEXT,
    description=TEXT,
    value=TEXT,
    footprint=TEXT,
    manufacturer=TEXT,
    mpn=TEXT,
    quantity=st.decimals(0, 100_000, places=3),
    designators=st.lists(NAME, max_size=6, unique=True).map(tuple),
    fitted=st.booleans(),
    client_supplied=st.booleans(),
    attrition=st.none() | st.decimals(0, 100, places=2),
    variants=VARIANTS.map(tuple),
    assembly=TEXT,
    level=st.integers(0, 9),
    comment=TEXT,
    alternates=MAKERS,
    suppliers=SUPPLIERS,
    extra=EXTRA,
)
BILLS = st.builds(
    Bill,
    file=st.just("made up"),
    lines=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    not_used=st.lists(NAME, max_size=3, unique=True).map(tuple),
)
PLACES = st.builds(
    Placed,
    row=st.just(0),
    designator=TEXT.filter(bool),
    x=NUMBER,
    y=NUMBER,
    rotation=NUMBER.map(normalised),
    side=st.sampled_from(Side),
    value=TEXT,
    package=TEXT,
    part=TEXT,
    fiducial=st.booleans(),
    fitted=st.booleans(),
    stated_rotation=st.decimals(-720, 720, places=1),
)
PLACEMENTS = st.builds(Placement, st.just("made up"), st.lists(PLACES, min_size=1, max_size=5).map(tuple))
