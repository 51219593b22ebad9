"""The rules of the clocks as the fields of a form, and back: hours where the policy has seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext, gettext_noop

from padstone.features.clocks.domain.policy import LONGER, ON_UNFIT_LOAD
from padstone.features.clocks.domain.tables import BAKE_TABLES, BANDS, DERATING_REVISION, FLOOR_LIFE_SOURCE
from padstone.kernel.errors import Invalid

_HOURS, _MINUTES, _YES = "h", "min", "yes"
_SECONDS = {_HOURS: 3600, _MINUTES: 60}
_FIELDS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("longer_life", gettext_noop("Drier or cooler air makes the floor life longer"), "", LONGER),
    ("cabinet_percent", gettext_noop("Humidity of a dry cabinet that nobody measures"), "% RH", ()),
    ("pauses_percent", gettext_noop("Dry storage stops the clock up to"), "% RH", ()),
    ("pause_exposed_s", gettext_noop("… unless exposed before for more than (empty: no limit)"), _HOURS, ()),
    (
        "resets_short_exposure",
        gettext_noop("Short exposure is set back by drying 5 or 10 times as long"),
        _YES,
        (),
    ),
    ("believes_restored", gettext_noop("A machine's word that it was baked counts"), _YES, ()),
    ("bake_table", gettext_noop("Table of bakes"), "", tuple(BAKE_TABLES)),
    ("hot_bake_s", gettext_noop("Longest baking above 90 °C, all together"), _HOURS, ()),
    ("dry_pack_months", gettext_noop("A dry pack keeps for"), gettext_noop("months"), ()),
    ("warn_s", gettext_noop("Warn before the end"), _HOURS, ()),
    ("contradiction_s", gettext_noop("A machine's figure may differ by"), _MINUTES, ()),
    ("on_unfit_load", gettext_noop("When a machine loads what must not be used"), "", ON_UNFIT_LOAD),
)
_PASTE_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("fridge_min", gettext_noop("fridge, lowest"), "°C"),
    ("fridge_max", gettext_noop("fridge, highest"), "°C"),
    ("excursion_s", gettext_noop("fridge too warm for at most"), _HOURS),
    ("thaw_s", gettext_noop("thaws for"), _HOURS),
    ("warm_s", gettext_noop("unopened out of the fridge (empty: no limit)"), _HOURS),
    ("open_s", gettext_noop("open (empty: no limit)"), _HOURS),
    ("stencil_s", gettext_noop("on the stencil (empty: no limit)"), _HOURS),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A field: its name, title, unit, value as text, and the words to choose from, if any."""

    name: str
    title: str
    unit: str
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table that ships with Padstone: where it came from, and whether that was checked."""

    name: str
    source: str
    verified: bool


def rows(policy: Mapping[str, Any]) -> Iterator[Row]:
    """The fields of a policy as a JSON object tells it."""
    for name, title, unit, choices in _FIELDS:
        yield _row(name, gettext(title), unit, policy[name], choices)
    for kind, rules in policy["pastes"].items():
        for name, title, unit in _PASTE_FIELDS:
            words = f"{kind.replace('_', ' ').capitalize()}: {gettext(title)}"
            yield _row(f"pastes.{kind}.{name}", words, unit, rules[name], ())


def _row(name: str, title: str, unit: str, value: Any, choices: tuple[str, ...]) -> Row:
    if unit == _YES:
        return Row(name, title, "", "yes" if value else "no", ("yes", "no"))
    if unit in _SECONDS and value is not None:
        return Row(name, title, unit, f"{(Decimal(value) / _SECONDS[unit]).normalize():f}")
    return Row(name, title, gettext(unit) if unit else "", "" if value is None else str(value), choices)


def policy_from(form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The policy that a form tells; what the form does not have is as before. Raises Invalid for what is no
    number.
    """
    told: dict[str, Any] = {
        **before,
        "pastes": {kind: dict(rules) for kind, rules in before["pastes"].items()},
    }
    for row in rows(before):
        if row.name not in form:
            continue
        value = _value(row, form[row.name].strip())
        if row.name.startswith("pastes."):
            _, kind, name = row.name.split(".")
            told["pastes"][kind][name] = value
        else:
            told[row.name] = value
    return told


def _value(row: Row, text: str) -> Any:
    if row.choices == ("yes", "no"):
        return text == "yes"
    if row.choices:
        return text
    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "."))
        if row.unit in _SECONDS:
            return int(number * _SECONDS[row.unit])
        return text.replace(",", ".") if row.unit in {"% RH", "°C"} else int(number)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Invalid("not_a_number", "“{text}” is no number.", field=row.name, text=text[:40]) from error


def tables() -> list[TableLine]:
    derating = [TableLine(f"{DERATING_REVISION}: {band.name}", band.source, band.verified) for band in BANDS]
    bakes = [TableLine(f"Bakes: {one.name}", one.source, one.verified) for one in BAKE_TABLES.values()]
    return [TableLine("Floor life by level", FLOOR_LIFE_SOURCE, verified=True), *derating, *bakes]
