"""Rules against counterfeits: what a maker could not have written on a label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from padstone.features.receiving.domain.facts import Arrived, Finding, Known, finding
from padstone.features.receiving.domain.lot_forms import fits, form_of
from padstone.features.receiving.domain.policy import Policy
from padstone.kernel.months import months_after

_ENDING: Final = ("obsolete", "last_time_buy")


def date_is_plausible(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if arrived.made is None:
        return
    first, last = arrived.made
    if first > known.today:
        yield finding(
            "made_in_the_future",
            "counterfeit",
            f"Date code {arrived.date_code} is {first} at the earliest: still to come.",
            "Compare it with the maker's marking. Suspect parts are not returned.",
            date_code=arrived.date_code,
            made_from=first,
        )
    ended = known.last_buy_on if known.lifecycle in _ENDING else None
    if ended is not None and first > months_after(ended, policy.end_months):
        yield finding(
            "made_after_the_end",
            "counterfeit",
            f"Date code {arrived.date_code} is {first} at the earliest; the last day to buy was {ended}.",
            "Ask the maker whether it still made the part. Suspect parts are not returned.",
            date_code=arrived.date_code,
            last_buy_on=ended,
        )
    if policy.oldest_months is not None and months_after(last, policy.oldest_months) < known.today:
        yield finding(
            "too_old",
            "date_code",
            f"Date code {arrived.date_code} is older than {policy.oldest_months} months.",
            "Have its solderability tested, and release it.",
            date_code=arrived.date_code,
            oldest_months=policy.oldest_months,
        )


def lot_is_of_the_makers_form(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if not arrived.lot:
        return
    if known.declared_lots:
        if not any(fits(pattern, arrived.lot) for pattern in known.declared_lots):
            yield finding(
                "lot_of_another_form",
                "counterfeit",
                f"{arrived.maker} writes lots as {' or '.join(known.declared_lots)}; this is {arrived.lot}.",
                "Compare label and marking with a reel that is known to be good.",
                lot=arrived.lot,
                declared=", ".join(known.declared_lots),
            )
    elif _is_regular(known, policy) and form_of(arrived.lot) not in known.lot_forms:
        yield finding(
            "lot_of_a_new_form",
            "counterfeit",
            f"None of the {known.lots} lots of {arrived.maker} so far looks like {arrived.lot}.",
            "Compare label and marking with a reel that is known to be good, and release it if it is.",
            lot=arrived.lot,
            form=form_of(arrived.lot),
            forms=", ".join(sorted(known.lot_forms)),
        )


def _is_regular(known: Known, policy: Policy) -> bool:
    """Whether so many lots came, in so few forms, that another form is strange."""
    return 0 < policy.learn_after <= known.lots and len(known.lot_forms) * 4 <= known.lots


def country_is_the_makers(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if arrived.country and known.declared_countries and arrived.country not in known.declared_countries:
        yield finding(
            "country_not_the_makers",
            "counterfeit",
            f"{arrived.maker} makes in {', '.join(known.declared_countries)}; this says {arrived.country}.",
            "Ask the maker whether it has a plant there.",
            country=arrived.country,
            declared=", ".join(known.declared_countries),
        )


def number_is_its_own(arrived: Arrived, known: Known, policy: Policy) -> Iterator[Finding]:
    if known.elsewhere:
        yield finding(
            "number_known_elsewhere",
            "counterfeit",
            f"Its package number is on the books already: {known.elsewhere}.",
            "Compare both packages: labels are copied, or one was received under another part or supplier.",
            package=known.elsewhere,
        )
