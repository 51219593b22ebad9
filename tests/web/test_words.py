"""How pages write states, instants and numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from padstone.entrypoints.web.templatetags.padstone import (
    ago,
    badge,
    grouped,
    measured,
    quantity,
    resource_state,
    shape,
    spaced,
    when,
    window,
)
from padstone.kernel.clock import clock_at

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def test_an_instant_is_shown_in_the_sites_zone_with_its_offset_at_hand() -> None:
    with timezone.override("Asia/Shanghai"):
        shown = when(NOON)
    assert ">2026-03-02 20:00:00<" in shown
    assert 'title="2026-03-02 20:00:00.250+08:00"' in shown
    assert 'datetime="2026-03-02T12:00:00.250000+00:00"' in shown
    assert when(None) == ""


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (timedelta(seconds=-5), "0 s ago"),
        (timedelta(seconds=59), "59 s ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(hours=48), "2 days ago"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(back: timedelta, text: str) -> None:
    with clock_at(NOON):
        assert f">{text}</time>" in ago(NOON - back)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1234567, "1\u202f234\u202f567"),
        (0, "0"),
        (None, ""),
        (Decimal("4000.000000"), "4\u202f000"),
        (Decimal("0.500000"), "0.5"),
        (Decimal(0), "0"),
    ],
)
def test_thousands_stand_apart(number: Decimal | int | None, text: str) -> None:
    assert grouped(number) == text


def test_a_quantity_never_goes_without_its_unit() -> None:
    assert quantity(Decimal("12.500000"), "m") == "12.5\u00a0m"
    assert quantity(None, "m") == ""


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("NotVerifiedYet", "Not verified yet"),
        ("DefectRejected", "Defect rejected"),
        ("", ""),
        ("bad_pick", "Bad pick"),
    ],
)
def test_the_standards_words_are_written_as_people_do(word: str, text: str) -> None:
    assert spaced(word) == text


def test_a_state_is_a_word_a_colour_and_a_shape() -> None:
    failed, passed = badge("Failed"), badge("Passed")
    assert "Failed</span>" in failed
    assert 'class="badge bad"' in failed
    assert shape("bad") in failed
    assert shape("good") in passed
    assert len({shape(tone) for tone in ("good", "warn", "bad", "info", "idle", "off")}) == 6
    assert badge("") == ""
    assert "&lt;b&gt;" in badge("<b>")


def test_a_machine_that_told_no_state_says_so() -> None:
    assert resource_state(None).word == "No state told"
    assert (resource_state(1100).word, resource_state(1100).tone) == ("Producing", "good")
    assert resource_state(5300).tone == "bad"


def test_a_measurement_stands_with_its_unit_and_window() -> None:
    one = {
        "type": "NumericMeasurement",
        "name": "I",
        "value": 11.7,
        "unit": "mA",
        "low": 9.0,
        "low_unit": "mA",
        "high": 15.0,
    }
    assert measured(one) == "11.7\u00a0mA"
    assert window(one) == "9.0\u00a0mA – 15.0"
    assert window({"high": 3}) == "≤ 3"
    assert window({"low": 3}) == "≥ 3"
    assert window({}) == ""
    assert measured({"type": "SolderPasteMeasurement", "Vol": 97.2, "result": "Passed"}) == "Vol 97.2"
