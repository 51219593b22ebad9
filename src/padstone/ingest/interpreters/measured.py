"""What machines measured, as plain objects: the standard's structures without their classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, cast

import msgspec

from padstone import cfx
from padstone.cfx import given
from padstone.features.quality.domain import Plain

_BASE: Final = frozenset(
    {
        "$type",
        "UniqueIdentifier",
        "MeasurementName",
        "TimeRecorded",
        "Sequence",
        "Result",
        "CRDs",
        "MeasuredValue",
    }
)
_LONGEST_NAME: Final = 100
_BYTES: Final = {"ImageData", "FileData"}
"""Pictures and files stay in the stored message: a row of the books tells only how long they are."""


def measurements(told: Sequence[cfx.Measurement] | None) -> list[Plain]:
    """``type`` and what else was reported, in the shape that ``quality.queries.TestLine`` promises."""
    return [_measurement(one) for one in told or ()]


def _measurement(told: cfx.Measurement) -> Plain:
    said = plain_structure(told)
    common = {
        "type": kind_of(told),
        "name": said.get("MeasurementName"),
        "designator": said.get("CRDs"),
        "result": said.get("Result"),
        "identifier": said.get("UniqueIdentifier"),
        "sequence": said.get("Sequence"),
        "at": said.get("TimeRecorded"),
    }
    number = given(told.measured_value) if isinstance(told, cfx.NumericMeasurement) else None
    own = {name: value for name, value in said.items() if name not in _BASE}
    return _without_gaps({**common, **(_number(number) if number is not None else {}), **own})


def _number(told: cfx.NumericValue) -> dict[str, object]:
    return {
        "value": given(told.value),
        "unit": given(told.value_units),
        "expected": given(told.expected_value),
        "expected_unit": given(told.expected_value_units),
        "low": given(told.minimum_acceptable_value),
        "low_unit": given(told.minimum_acceptable_value_units),
        "high": given(told.maximum_acceptable_value),
        "high_unit": given(told.maximum_acceptable_value_units),
    }


def related(defects: Sequence[cfx.Defect] | None, told: Sequence[cfx.Measurement] | None) -> list[Plain]:
    """The measurements that defects rest on, as far as they are not among those that were told anyhow."""
    known = {given(one.unique_identifier) for one in told or ()} - {None}
    return measurements(
        [
            one
            for defect in defects or ()
            for one in given(defect.related_measurements) or ()
            if given(one.unique_identifier) not in known
        ]
    )


def symptoms(told: Sequence[cfx.Symptom] | None) -> list[Plain]:
    """Each symptom, and after it the measurements that it rests on."""
    found: list[Plain] = []
    for symptom in told or ():
        said = plain_structure(symptom)
        said.pop("RelatedMeasurements", None)
        found += [{"type": "Symptom", **said}, *measurements(given(symptom.related_measurements))]
    return found


def conditions(told: Sequence[cfx.EnvironmentalCondition] | None) -> list[Plain]:
    return [{"type": kind_of(one), **plain_structure(one)} for one in told or ()]


def kind_of(told: cfx.Structure) -> str:
    """The name of the structure's class; of a vendor's own class, the name by which the vendor sent it."""
    foreign = (given(told.other_properties) or {}).get("$type")
    name = foreign.partition(",")[0].rpartition(".")[2].strip() if isinstance(foreign, str) else ""
    return name[:_LONGEST_NAME] or type(told).__name__


def remark(kind: str, text: str | None) -> Iterable[Plain]:
    """A sentence that came with a report: its ``Comments``, its ``Error``."""
    return ({"type": kind, "text": text.replace("\x00", "")},) if text else ()


def plain_structure(told: cfx.Structure) -> dict[str, Any]:
    """A structure as plain JSON values, just as it was on the wire, without what was null or empty there.

    Vendor's own properties stand beside the standard's. Base64 content is replaced by its length.
    """
    said = _decoder.decode(cfx.encode_body(cast("cfx.Message", told)))  # it writes any structure
    said.pop("$type", None)
    return _object(said)


def _exact(digits: str) -> float | str:
    """A JSON number where Python has it exactly, else the digits as text."""
    number = float(digits)
    return number if Decimal(repr(number)) == Decimal(digits) else digits


_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=_exact)


def _object(said: dict[str, Any]) -> dict[str, Any]:
    return _without_gaps(
        {
            name: f"{len(item)} characters in the message" if name in _BYTES and item else _plain(item)
            for name, item in said.items()
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


def _without_gaps(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None and value != []}
