"""Several labels of one package: what they agree in is one, what they differ in is shown with its origins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from padstone.features.labels.domain.dates import days_of_date_code
from padstone.features.labels.domain.elements import words
from padstone.features.labels.domain.label import Doubt, Label, Severity, Value


@dataclass(frozen=True, slots=True)
class Origin:
    """Which of the labels says it (from 0), under which identifier, and in which words."""

    label: int
    identifier: str
    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in which labels differ: every value with its origins. A person decides."""

    name: str
    origins: tuple[Origin, ...]

    @property
    def reason(self) -> str:
        said = "; ".join(
            f"label {one.label + 1} says “{one.text}” ({one.identifier})" for one in self.origins
        )
        return f"The labels differ in {words(self.name)}: {said}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What the labels of one package say together. ``fields`` has nothing that is in ``conflicts``."""

    fields: Mapping[str, Value]
    origins: Mapping[str, tuple[Origin, ...]]
    conflicts: tuple[Conflict, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.conflicts) or any(doubt.severity is Severity.ASK for doubt in self.doubts)


_EACH_ITS_OWN: Final = frozenset(
    {
        "serial",
        "package_id",
        "logistic_id",
        "mixed_id",
        "license_plate",
        "part_id",
        "load_id",
        "label_type",
        "url",
    }
    | {
        "supplier_data",
        "label_version",
        "order",
        "sales_order",
        "invoice",
        "packing_list",
        "delivery_note",
        "asn",
    }
    | {
        "order_code",
        "supplier_id",
        "manufacturer_id",
        "batch_counter",
        "customer_po",
        "po_line",
        "package_count",
    }
)
"""Numbers that distributor and maker each assign: two of them contradict nothing, and both are kept."""

_COUNTED: Final = frozenset({"quantity"})


def merged(labels: Sequence[Label]) -> Package:
    """The labels of one package taken together. No label wins over another: what two say differently is a
    conflict, except for numbers that each assigns for itself, of which the first is the field and all are
    origins.

    Alike are part numbers that differ in case and punctuation alone, and date codes that mean the same days.
    """
    origins: dict[str, list[Origin]] = {}
    doubts: list[Doubt] = []
    for number, label in enumerate(labels):
        doubts += (doubt for doubt in label.doubts if doubt not in doubts)
        for name, value in label.fields.items():
            origins.setdefault(name, []).append(_origin(number, label, name, value))
    fields: dict[str, Value] = {}
    conflicts: list[Conflict] = []
    for name, said in origins.items():
        differing = [one for one in said if not _alike(name, one.value, said[0].value)]
        if differing and name not in _EACH_ITS_OWN:
            conflicts.append(Conflict(name, tuple(said)))
        else:
            fields[name] = said[0].value
    return Package(
        fields=fields,
        origins={name: tuple(said) for name, said in origins.items()},
        conflicts=tuple(conflicts),
        doubts=tuple(doubts),
    )


def _origin(number: int, label: Label, name: str, value: Value) -> Origin:
    for element in label.elements:
        if element.name == name:
            return Origin(number, element.identifier, element.text, value)
    return Origin(number, label.form, str(value), value)


def _alike(name: str, one: Value, other: Value) -> bool:
    if one == other:
        return True
    if name in _COUNTED or not isinstance(one, str) or not isinstance(other, str):
        return False
    if name == "date_code":
        days = days_of_date_code(one)
        return days is not None and days == days_of_date_code(other)
    if name == "lot":
        return one.strip().upper() == other.strip().upper()
    return _key(one) == _key(other)


def _key(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
