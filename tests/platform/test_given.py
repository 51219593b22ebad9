"""What forms give: days, whole numbers, amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from padstone.kernel.errors import Invalid
from padstone.platform.given import amount_given, day_given, whole_given


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None),
        (" 12.5 ", "12.5"),
        ("12,5", "12.5"),
        ("0,018", "0.018"),
        ("1000", "1000"),
        ("-3", "-3"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_an_amount_is_read_with_a_point_or_a_comma(text: str, amount: str | None) -> None:
    assert amount_given(text, "price") == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("text", ["1,000", "12,345", "1,000,000", "+2,500"])
def test_an_amount_that_may_be_thousands_is_asked_again(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        amount_given(text, "price")
    assert refused.value.code == "number_ambiguous"
    assert refused.value.way_out


@pytest.mark.parametrize(
    "text",
    [
        "a few",
        "1,000.5.1",
        "NaN",
        "Infinity",
        "1e40",
        "1e3",
        "1_000",
        "\N{ARABIC-INDIC DIGIT THREE}",
        ".",
        "1" * 13,
    ],
)
def test_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        amount_given(text, "price")
    assert (refused.value.code, refused.value.field) == ("number_unreadable", "price")


def test_days_and_whole_numbers_are_read_or_refused_with_their_field() -> None:
    assert day_given(" 2026-03-01 ", "dated") == date(2026, 3, 1)
    assert day_given("", "dated") is None
    assert whole_given(" 12 ", "reels") == 12
    for text in ("", "-1", "1.5", "²", "1" * 10):
        with pytest.raises(Invalid) as refused:
            whole_given(text, "reels")
        assert refused.value.field == "reels"
    with pytest.raises(Invalid) as refused:
        day_given("01.03.2026", "dated")
    assert (refused.value.code, refused.value.field) == ("day_unreadable", "dated")
