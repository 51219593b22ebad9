"""The distributor's label and the maker's on one package: together they say more; where they differ nobody
wins.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.features.labels.domain.dates import days_of_date_code
from padstone.features.labels.domain.decoding import decode
from padstone.features.labels.domain.encoding import encoded
from padstone.features.labels.domain.merging import merged


def label(**fields: str) -> str:
    codes = {
        "mpn": "1P",
        "quantity": "Q",
        "lot": "1T",
        "date": "9D",
        "country": "4L",
        "serial": "S",
        "po": "K",
        "part": "P",
    }
    return encoded((codes[name], text) for name, text in fields.items())


def test_what_they_say_adds_up() -> None:
    package = merged(
        [
            decode(label(mpn="RC0402FR-0710KL", quantity="10000", po="PO1")),
            decode(label(mpn="RC0402FR-0710KL", lot="T31E", date="2436")),
        ]
    )
    assert package.fields == {
        "mpn": "RC0402FR-0710KL",
        "quantity": Decimal(10_000),
        "customer_po": "PO1",
        "lot": "T31E",
        "date_code": "2436",
    }
    assert [one.label for one in package.origins["mpn"]] == [0, 1]
    assert package.origins["lot"][0].identifier == "1T"
    assert not package.asks


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ({"quantity": "100"}, {"quantity": "90"}, "quantity"),
        ({"lot": "A1"}, {"lot": "A2"}, "lot"),
        ({"lot": "A-1"}, {"lot": "A1"}, "lot"),
        ({"mpn": "BC847A"}, {"mpn": "BC847B"}, "mpn"),
        ({"country": "CN"}, {"country": "TW"}, "country"),
        ({"date": "2436"}, {"date": "2437"}, "date_code"),
    ],
)
def test_where_they_differ_both_are_shown(one: dict[str, str], other: dict[str, str], name: str) -> None:
    package = merged([decode(label(**one)), decode(label(**other))])
    assert name not in package.fields
    [conflict] = package.conflicts
    assert conflict.name == name
    assert [origin.label for origin in conflict.origins] == [0, 1]
    assert "label 1 says" in conflict.reason
    assert "label 2 says" in conflict.reason
    assert package.asks


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mpn": "RC0402FR-0710KL"}, {"mpn": "rc0402fr 0710kl"}),
        ({"date": "2436"}, {"date": "202436"}),
        ({"serial": "1"}, {"serial": "2"}),
    ],
)
def test_what_means_the_same_or_is_each_ones_own_is_no_conflict(
    one: dict[str, str], other: dict[str, str]
) -> None:
    package = merged([decode(label(**one)), decode(label(**other))])
    assert package.conflicts == ()
    assert all(len(said) == 2 for said in package.origins.values())


texts = st.fixed_dictionaries(
    {},
    optional={
        "mpn": st.sampled_from(["A1", "A2"]),
        "quantity": st.sampled_from(["1", "2"]),
        "lot": st.sampled_from(["L1", "L2"]),
        "part": st.sampled_from(["P1", "P2"]),
    },
).filter(bool)


@given(st.lists(texts, min_size=1, max_size=4))
def test_nothing_is_lost_and_nothing_is_made_up(said: list[dict[str, str]]) -> None:
    labels = [decode(label(**one)) for one in said]
    package = merged(labels)
    for name, origins in package.origins.items():
        values = {one.fields[name] for one in labels if name in one.fields}
        assert {one.value for one in origins} == values
        assert (name in package.fields) == (len(values) == 1)
    assert {one.name for one in package.conflicts} == package.origins.keys() - package.fields.keys()
    assert merged(labels[::-1]).fields == package.fields


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2436", "2024-09-02", "2024-09-08"),
        ("202436", "2024-09-02", "2024-09-08"),
        ("2024.36", "2024-09-02", "2024-09-08"),
        ("231013", "2023-10-13", "2023-10-13"),
        ("20231013", "2023-10-13", "2023-10-13"),
        ("D20190115", "2019-01-15", "2019-01-15"),
        ("W201936", "2019-09-02", "2019-09-08"),
        ("9901", "1999-01-04", "1999-01-10"),
    ],
)
def test_a_date_code_means_days(code: str, first: str, last: str) -> None:
    days = days_of_date_code(code)
    assert days is not None
    assert [day.isoformat() for day in days] == [first, last]


@pytest.mark.parametrize("code", ["", "2499", "ABCD", "1829(20)", "201012", "24", "2460"])
def test_what_says_nothing_certain_means_no_day(code: str) -> None:
    assert days_of_date_code(code) is None
