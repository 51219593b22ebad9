"""Which packages a list proposes: examples, and what holds of any list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.features.kitting.domain.needs import beyond, still_due, with_attrition
from padstone.features.kitting.domain.picking import (
    Allotted,
    Asker,
    From,
    Pack,
    Want,
    allot,
    by_part,
    picks,
    why_not,
)

D = Decimal
ITSELF = {"R": (0, ""), "R-OLD": (0, ""), "ALT": (1, "Approved by ada")}
ASKER = Asker(order="WO-1", client="Herzfeld")


def want(pieces: int = 100, **other: object) -> Want:
    told = {"lines": (1,), "part": "R", "wanted": D(pieces), "due": D(pieces), "allowed": ITSELF} | other
    return Want(**told)  # type: ignore[arg-type]  # of a table of values


def pack(name: str, pieces: int = 50, **other: object) -> Pack:
    told = {"id": sum(name.encode()) + 1000 * len(name), "package": name, "part": "R", "location": "A-1"}
    return Pack(**{**told, "walk": "A", "pieces": D(pieces), **other})  # type: ignore[arg-type]  # as above


def served(wants: list[Want], packs: list[Pack], asker: Asker = ASKER) -> tuple[Allotted, ...]:
    return allot(wants, by_part(packs), asker, {one.id: one.pieces for one in packs})


def proposed(wants: list[Want], packs: list[Pack], asker: Asker = ASKER) -> list[str]:
    return [one.package for one, _ in picks(served(wants, packs, asker))]


class TestThePolicy:
    def test_the_smallest_that_suffices_goes_before_a_full_reel(self) -> None:
        assert proposed([want(100)], [pack("full", 5000), pack("begun", 120), pack("rest", 60)]) == ["begun"]

    def test_where_none_suffices_as_few_as_may_be(self) -> None:
        assert sorted(proposed([want(100)], [pack("a", 30), pack("b", 80), pack("c", 25)])) == ["b", "c"]

    def test_what_must_be_used_first_goes_first_even_if_small(self) -> None:
        early = pack("early", 10, use_by=date(2026, 1, 1))
        late = pack("late", 500, use_by=date(2027, 1, 1))
        assert proposed([want(100)], [pack("never", 100), late, early]) == ["early", "late"]

    def test_an_alternate_only_where_the_part_itself_falls_short(self) -> None:
        alternate = pack("alt", 5000, part="ALT", use_by=date(2026, 1, 1))
        assert proposed([want(100)], [alternate, pack("r", 100)]) == ["r"]
        (line,) = served([want(100)], [alternate, pack("r", 60)])
        assert [(one.pack.package, one.pieces, one.why_instead) for one in line.taken] == [
            ("r", D(60), ""),
            ("alt", D(40), "Approved by ada"),
        ]

    def test_a_part_under_its_merged_number_is_the_part_itself(self) -> None:
        assert proposed([want(50)], [pack("old", 50, part="R-OLD")]) == ["old"]

    def test_what_is_at_hand_counts_and_is_not_fetched(self) -> None:
        here = Asker(order="WO-1", stations=frozenset({"Placer 1"}))
        packs = [
            pack("kit", 30, in_kit=True, reserved_for="WO-1"),
            pack("line", 30, at_station="Placer 1"),
            pack("store", 60),
        ]
        (line,) = served([want(100)], packs, here)
        assert {source: line.sum_from(source) for source in From} == {
            From.KIT: D(30),
            From.LINE: D(30),
            From.STORE: D(40),
        }

    def test_an_alternate_on_the_line_does_not_go_before_the_part_in_store(self) -> None:
        here = Asker(order="WO-1", stations=frozenset({"Placer 1"}))
        packs = [pack("alt", 500, part="ALT", at_station="Placer 1"), pack("r", 100)]
        assert proposed([want(100)], packs, here) == ["r"]

    def test_what_was_laid_aside_for_it_goes_first_then_the_clients_own(self) -> None:
        packs = [pack("house", 100), pack("own", 100, owner="Herzfeld")]
        assert proposed([want(100)], packs) == ["own"]
        assert proposed([want(100)], [*packs, pack("aside", 100, reserved_for="WO-1")]) == ["aside"]

    def test_one_package_serves_several_lines(self) -> None:
        wants = [want(30), want(30, lines=(2,), allowed={"R": (0, "")})]
        ((_, uses),) = picks(served(wants, [pack("r", 5000)]))
        assert [taken.pieces for _, taken in uses] == [D(30), D(30)]

    def test_the_part_itself_is_kept_for_its_own_line(self) -> None:
        """An alternate of one line that is the part of the next."""
        first = want(100, allowed={"Q": (0, ""), "R": (1, "Approved")}, part="Q")
        packs = [pack("q", 60, part="Q"), pack("r", 120)]
        lines = served([first, want(100)], packs)
        assert [line.short for line in lines] == [D(20), D(0)]

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            ({"unfit": ("It is in quarantine.",)}, "It is in quarantine."),
            ({"owner": "Brook"}, "It belongs to Brook."),
            ({"reserved_for": "WO-2"}, "It is reserved for WO-2."),
            ({"part": "X"}, "X is not R, and not approved in its place."),
            ({"at_station": "Placer 9"}, "Placer 9 had it last; nobody has brought it back since."),
            ({"at_station": "P", "empty": True}, "P said that it is empty; count it."),
        ],
    )
    def test_what_speaks_against_a_package_is_said(self, other: dict[str, object], why: str) -> None:
        one = pack("r", 100, **other)
        assert why_not(one, want(), ASKER) == why
        assert proposed([want()], [one]) == []

    def test_what_a_client_supplies_is_taken_of_the_clients_alone(self) -> None:
        supplied = want(50, client_supplied=True)
        assert proposed([supplied], [pack("house", 50)]) == []
        assert proposed([supplied], [pack("house", 50), pack("own", 50, owner="Herzfeld")]) == ["own"]

    def test_the_list_is_in_the_order_of_the_walk(self) -> None:
        packs = [pack("r", 60, walk="B/1"), pack("s", 60, walk="A/2")]
        assert proposed([want(100)], packs) == ["s", "r"]


def test_attrition_is_rounded_up_and_what_is_placed_is_not_needed_again() -> None:
    assert with_attrition(D(100), D("2.5")) == D(103)
    assert with_attrition(D("0.5"), D(10)) == D("0.55")
    assert still_due(D(100), D(40), D(10)) == D(66)
    assert still_due(D(100), D(140), D(10)) == D(0)


def test_a_count_within_what_the_books_expect_is_no_difference() -> None:
    assert [beyond(D(n), D(90), D(100)) for n in (80, 95, 107)] == [D(-10), D(0), D(7)]


# --- what holds of any list ---

PARTS = ("R", "R-OLD", "ALT", "Q", "X")
amounts = st.integers(0, 40).map(Decimal)


@st.composite
def any_packs(draw: st.DrawFn) -> list[Pack]:
    number = draw(st.integers(0, 9))
    return [
        Pack(
            id=n,
            package=f"P{n}",
            part=draw(st.sampled_from(PARTS)),
            location="A-1",
            walk=draw(st.sampled_from(("A", "B", "C"))),
            pieces=draw(amounts),
            owner=draw(st.sampled_from(("", "", "Herzfeld", "Brook"))),
            reserved_for=draw(st.sampled_from(("", "", "", "WO-1", "WO-2"))),
            use_by=draw(st.sampled_from((None, None, date(2026, 1, 1), date(2026, 2, 1)))),
            unfit=draw(st.sampled_from(((), (), ("Held.",)))),
            at_station=draw(st.sampled_from(("", "", "Placer 1", "Placer 9"))),
            empty=draw(st.sampled_from((False, False, False, True))),
            in_kit=draw(st.booleans()),
        )
        for n in range(number)
    ]


@st.composite
def any_wants(draw: st.DrawFn) -> list[Want]:
    return [
        want(
            lines=(n,),
            part=part,
            due=draw(amounts),
            allowed=allowed,
            client_supplied=draw(st.sampled_from((False, False, True))),
        )
        for n, (part, allowed) in enumerate(
            draw(
                st.lists(
                    st.sampled_from(
                        [
                            ("R", ITSELF),
                            ("R", {"R": (0, ""), "R-OLD": (0, "")}),
                            ("Q", {"Q": (0, ""), "R": (1, "Approved")}),
                        ]
                    ),
                    max_size=4,
                )
            )
        )
    ]


def tidy(packs: list[Pack]) -> list[Pack]:
    """What is in a kit is laid aside for its order; an empty one was on a machine."""
    return [
        replace(one, in_kit=one.in_kit and bool(one.reserved_for), empty=one.empty and bool(one.at_station))
        for one in packs
    ]


@given(any_packs().map(tidy), any_wants())
def test_no_list_proposes_what_may_not_be_taken_nor_more_than_there_is(
    packs: list[Pack], wants: list[Want]
) -> None:
    asker = Asker(order="WO-1", client="Herzfeld", stations=frozenset({"Placer 1"}))
    left = {one.id: one.pieces for one in packs}
    lines = allot(wants, by_part(packs), asker, left)
    taken: dict[int, Decimal] = {}
    for line in lines:
        assert sum(one.pieces for one in line.taken) <= line.want.due
        for one in line.taken:
            assert one.pieces > 0
            may_not = (
                one.pack.part not in line.want.allowed,
                one.pack.unfit,
                one.pack.owner not in {"", "Herzfeld"},
                line.want.client_supplied and one.pack.owner != "Herzfeld",
                one.pack.reserved_for not in {"", "WO-1"},
                one.pack.at_station == "Placer 9" and not one.pack.in_kit,
                one.pack.empty and not one.pack.in_kit,
            )
            assert not any(may_not)
            taken[one.pack.id] = taken.get(one.pack.id, D(0)) + one.pieces
    for pk, pieces in taken.items():
        assert pieces <= next(one.pieces for one in packs if one.id == pk)
        assert left[pk] == next(one.pieces for one in packs if one.id == pk) - pieces
    for line in lines:
        usable = [one for one in packs if not why_not(one, line.want, asker)]
        if line.short > 0:
            assert all(left[one.id] == 0 for one in usable)
        itself = [one for one in usable if line.want.allowed[one.part][0] == 0]
        if any(one.why_instead and one.source is not From.KIT for one in line.taken):
            assert all(left[one.id] == 0 for one in itself)


@given(any_packs().map(tidy), any_wants(), any_wants())
def test_what_an_earlier_order_takes_is_not_there_for_a_later_one(
    packs: list[Pack], first: list[Want], second: list[Want]
) -> None:
    left = {one.id: one.pieces for one in packs}
    one = allot(first, by_part(packs), Asker(order="WO-1", client="Herzfeld", stations=None), left)
    later = Asker(order="WO-2", client="", stations=None, before=frozenset({"WO-1"}))
    two = allot(second, by_part(packs), later, left)
    for pack_ in packs:
        sums = sum(
            (taken.pieces for line in (*one, *two) for taken in line.taken if taken.pack.id == pack_.id), D(0)
        )
        assert sums <= pack_.pieces
        assert left[pack_.id] == pack_.pieces - sums
