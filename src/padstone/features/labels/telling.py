"""A label, or why it is none, as programs get it: one JSON object."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from padstone.features.labels.domain.label import Ambiguous, Label, Value
from padstone.features.labels.domain.merging import Package
from padstone.kernel.errors import Refusal


def plain(value: Value) -> str | int | bool:
    """Whole amounts are integers, others texts, so that nothing is rounded on the way."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


def told(label: Label) -> dict[str, Any]:
    """All that a label says, with where each element stood in the payload."""
    return {
        "form": label.form,
        "symbology": label.symbology,
        "asks": label.asks,
        "fields": fields(label),
        "identifiers": label.identifiers,
        "elements": [
            {
                "identifier": one.identifier,
                "name": one.name,
                "text": one.text,
                "value": plain(one.value),
                "unit": one.unit,
                "at": one.at,
                "length": one.length,
            }
            for one in label.elements
        ],
        "doubts": [
            {
                "code": one.code,
                "severity": str(one.severity),
                "reason": one.reason,
                "identifier": one.identifier,
            }
            for one in label.doubts
        ],
    }


def fields(label: Label) -> dict[str, str | int | bool]:
    return {name: plain(value) for name, value in label.fields.items()}


def refused(refusal: Refusal) -> dict[str, Any]:
    """Why a payload is no label, what to do, and where it is ambiguous the fields of each reading."""
    answer: dict[str, Any] = {"code": refusal.code, "reason": refusal.reason, "way_out": refusal.way_out}
    if isinstance(refusal, Ambiguous):
        answer["readings"] = [fields(one) for one in refusal.readings]
    return {"refusal": answer}


def package_told(package: Package) -> dict[str, Any]:
    """What the labels of a package say together, with who says it, as one JSON object."""
    return {
        "asks": package.asks,
        "fields": {name: plain(value) for name, value in package.fields.items()},
        "origins": {
            name: [{"label": one.label, "identifier": one.identifier, "text": one.text} for one in said]
            for name, said in package.origins.items()
        },
        "conflicts": [
            {
                "name": conflict.name,
                "reason": conflict.reason,
                "values": [{"label": one.label, "value": plain(one.value)} for one in conflict.origins],
            }
            for conflict in package.conflicts
        ],
    }


def line(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)
