"""Spans are as exact as a row per placement: whatever is encoded decodes to the same placements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.features.genealogy.domain.encoding import EncodedPass, decode, encode
from padstone.features.genealogy.domain.placement import Entry, Otherwise, Placement, Template
from padstone.kernel.errors import Invalid

BASE = 639_000_000_000_000_000

locations = st.integers(1, 5)
packages = st.integers(1, 6)
candidates = st.one_of(
    packages.map(lambda one: (one,)),
    st.sets(packages, min_size=2, max_size=3).map(lambda some: tuple(sorted(some))),
)
ticks = st.none() | st.integers(0, 10**9).map(lambda offset: BASE + offset)
heads = st.sampled_from(["", "1", "2"])
nozzles = st.sampled_from(["", "1 0402", "7"])
keys = st.tuples(st.integers(1, 4), st.sampled_from([f"R{number}" for number in range(1, 13)]))
feedings = st.dictionaries(locations, packages)


@st.composite
def placed(draw: st.DrawFn) -> list[Placement]:
    where = draw(st.lists(keys, unique=True, min_size=1, max_size=24))
    return [
        Placement(*key, draw(locations), draw(heads), draw(nozzles), draw(candidates), draw(ticks))
        for key in where
    ]


@st.composite
def departed(draw: st.DrawFn, template: Template) -> list[Placement]:
    """A pass that follows a template but for what shop floors do: bad marks, missing parts, other feeders."""
    skipped = draw(
        st.sets(st.sampled_from(sorted(template.positions)), max_size=max(len(template.positions) - 1, 0))
    )
    feeding = draw(st.dictionaries(locations, packages))
    out: list[Placement] = []
    for entry in template.entries:
        if entry.position in skipped or (out and draw(st.integers(0, 9)) == 0):
            continue
        placement = Placement(*entry, (feeding.get(entry.location, 1),), draw(ticks))
        change = draw(st.integers(0, 19))
        if change == 0:
            placement = placement._replace(location=draw(locations), packages=draw(candidates))
        elif change == 1:
            placement = placement._replace(nozzle=draw(nozzles), head=draw(heads))
        elif change == 2:
            placement = placement._replace(packages=draw(candidates))
        out.append(placement)
    return out


def template_of(placements: list[Placement]) -> Template:
    return Template(tuple(Entry(*p[:5]) for p in placements))


def feeding_after(encoded: EncodedPass, feeding: dict[int, int]) -> dict[int, int]:
    return {**feeding, **encoded.feeds}


templates = placed().map(template_of)


@given(placed(), st.lists(templates, max_size=3), feedings)
def test_any_pass_with_any_templates_and_any_feeding(
    reported: list[Placement], known: list[Template], feeding: dict[int, int]
) -> None:
    encoded = encode(reported, known, feeding, BASE)
    decoded = decode(encoded, feeding_after(encoded, feeding))
    assert set(decoded) == set(reported)
    assert len(decoded) == len(reported)


@given(st.data(), templates, feedings)
def test_a_pass_that_departs_from_its_template(
    data: st.DataObject, known: Template, feeding: dict[int, int]
) -> None:
    reported = data.draw(departed(known)) or [Placement(*known.entries[0], (1,), None)]
    encoded = encode(reported, [known], feeding, BASE)
    assert set(decode(encoded, feeding_after(encoded, feeding))) == set(reported)


@given(placed(), feedings, st.sets(packages))
def test_only_some_packages_are_the_placements_that_may_be_of_them(
    reported: list[Placement], feeding: dict[int, int], wanted: set[int]
) -> None:
    encoded = encode(reported, [], feeding, BASE)
    decoded = decode(encoded, feeding_after(encoded, feeding), frozenset(wanted))
    assert set(decoded) == {p for p in reported if wanted.intersection(p.packages)}


@given(placed(), st.randoms(use_true_random=False))
def test_the_order_of_a_report_does_not_matter(reported: list[Placement], chance: object) -> None:
    known = template_of(reported)
    shuffled = reported[::-1]
    encoded = encode(shuffled, [known], {}, BASE)
    assert encoded.template is known
    assert set(decode(encoded, encoded.feeds)) == set(reported)


# --- what is kept, by example -----------------------------------------------------------------------------

R1 = Placement(1, "R1", 10, "1", "3", (100,), BASE)
R2 = Placement(1, "R2", 10, "1", "4", (100,), BASE + 5_000_000)
R3 = Placement(2, "R1", 10, "1", "3", (100,), BASE + 9_000_000)
R4 = Placement(2, "R2", 10, "1", "4", (100,), None)
PANEL = [R1, R2, R3, R4]
PROGRAM = template_of(PANEL)


def encoded_again(reported: list[Placement]) -> EncodedPass:
    """A later panel of the same product."""
    return encode(reported, [PROGRAM], {10: 100}, BASE)


def test_a_panel_like_the_one_before_costs_no_row_but_its_times() -> None:
    encoded = encoded_again(PANEL)
    assert encoded.template is PROGRAM
    assert (encoded.feeds, encoded.departures) == ({}, ())


def test_a_new_reel_is_one_feed() -> None:
    fresh = [p._replace(packages=(101,)) for p in PANEL]
    encoded = encoded_again(fresh)
    assert (encoded.feeds, encoded.departures) == ({10: 101}, ())


def test_a_splice_in_mid_panel_is_told_part_by_part_and_the_next_pass_feeds_on() -> None:
    mixed = [R1, R2, R3._replace(packages=(101,)), R4._replace(packages=(101,))]
    encoded = encoded_again(mixed)
    assert encoded.feeds == {}
    assert [(d.position, d.designator, d.packages) for d in encoded.departures] == [
        (2, "R1", (101,)),
        (2, "R2", (101,)),
    ]
    after = encoded_again([p._replace(packages=(101,)) for p in PANEL])
    assert after.feeds == {10: 101}


def test_a_bad_mark_is_one_departure_however_many_parts_the_unit_has() -> None:
    encoded = encoded_again([R1, R2])
    assert [(d.kind, d.position) for d in encoded.departures] == [(Otherwise.POSITION_SKIPPED, 2)]


def test_a_part_that_was_not_placed_is_named() -> None:
    encoded = encoded_again([R1, R3, R4])
    assert [(d.kind, d.position, d.designator) for d in encoded.departures] == [
        (Otherwise.NOT_PLACED, 1, "R2")
    ]


def test_a_part_from_another_location_does_not_change_what_feeds_the_first() -> None:
    encoded = encoded_again([R1, R2, R3, R4._replace(location=11, packages=(200,))])
    assert encoded.feeds == {}
    assert [(d.designator, d.location, d.packages) for d in encoded.departures] == [("R2", 11, (200,))]


def test_another_product_becomes_a_template_of_its_own() -> None:
    other = [Placement(1, f"C{n}", 12, "1", "1", (300,), None) for n in range(4)]
    encoded = encode(other, [PROGRAM], {10: 100}, BASE)
    assert encoded.template is not PROGRAM
    assert encoded.feeds == {12: 300}


def test_one_designator_twice_in_the_same_words_is_once() -> None:
    encoded = encode([R1, R1], [], {}, BASE)
    assert decode(encoded, encoded.feeds) == [R1]


def test_one_designator_twice_in_other_words_is_refused() -> None:
    with pytest.raises(Invalid, match="reported twice"):
        encode([R1, R1._replace(location=11)], [], {}, BASE)
