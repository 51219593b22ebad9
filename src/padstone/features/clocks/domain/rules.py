"""Rules that a house decides: told as a JSON object, and kept as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from padstone.kernel.errors import Invalid


class AsData(Protocol):
    """A dataclass whose fields are the rules, each with what holds without a decision."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Rules = TypeVar("Rules", bound=AsData)


def rules_of(kind: type[Rules], told: object) -> Rules:
    """The rules that a JSON object tells; what it leaves out is as in a new one of the kind. Raises Invalid
    for a name that the kind has not, and for what is none of its values.
    """
    known = {one.name for one in fields(kind)}
    if isinstance(told, Mapping) and (unknown := sorted(set(map(str, told)) - known)):
        raise impossible(unknown[0], f"A policy says: {', '.join(sorted(known))}.")
    try:
        return msgspec.convert(told, kind, strict=False)
    except (msgspec.ValidationError, ArithmeticError) as error:
        raise Invalid("policy_unreadable", "{error}", field="policy", error=error) from error


def as_told(rules: AsData) -> dict[str, Any]:
    """The rules as a JSON object; decimals are strings."""
    told: dict[str, Any] = msgspec.to_builtins(rules, builtin_types=())
    return told


def impossible(name: str, way_out: str) -> Invalid:
    """That a rule can't be so."""
    return Invalid("policy_impossible", "{name} can't be so.", field=name, way_out=way_out, name=name)
