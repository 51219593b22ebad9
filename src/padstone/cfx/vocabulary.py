"""The words every structure is written in: what a field may hold and what the bases promise.

A field that the sender did not write is UNSET and is not written back; an explicit null stays None. `given`
folds both into None for readers who do not care which it was.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias, TypeVar, Union

from msgspec import UNSET, Meta, Struct, UnsetType, field

T = TypeVar("T")

Maybe: TypeAlias = Union[T, UnsetType, None]  # noqa: UP007 - subscripted while running
"""A value, an explicit null, or not sent at all."""

InstantText: TypeAlias = str
"""A point in time exactly as sent, .NET style with up to seven digits: see `parse_instant`."""

SpanText: TypeAlias = str
"""A length of time exactly as sent, e.g. `00:01:25` or `6.00:00:00`: see `parse_span`."""

Base64Text: TypeAlias = str
"""Bytes as base64 text, exactly as sent."""

Quantity: TypeAlias = Decimal
"""An exact number: parts, units of a lot, money. A JSON number on the wire; written as text it is read."""

Whole: TypeAlias = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""A whole number of 32 bits, the standard's `int`."""

Unsigned: TypeAlias = Annotated[int, Meta(ge=0, le=2**32 - 1)]
"""A whole number of 32 bits that is not negative, the standard's `uint`."""

Long: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""A whole number of 64 bits."""

OTHER_PROPERTIES = "\x7fother"
"""Name under which the codec keeps `other_properties` between its own steps. It never reaches the wire: DEL
can be spelled in JSON in two ways only, and the codec looks for both in what it reads.
"""

AS_SENT = "\x7fsent"
"""The same for `as_sent`."""


def given(value: T | UnsetType | None) -> T | None:
    """The value, or None where it was null or not sent."""
    return None if isinstance(value, UnsetType) else value


def check_quantities(*values: Decimal | UnsetType | None) -> None:
    """Refuse quantities that are not numbers or that no counting of things could reach (1E+30 and beyond).

    Raises ValueError, which the decoder turns into a refusal that names the place.
    """
    for value in values:
        if isinstance(value, Decimal) and not (value.is_finite() and -30 < value.adjusted() < 30):
            raise ValueError("the quantity is not a number within reason")


class Word(StrEnum):
    """Base of the standard's enumerations: members and values are the standard's words.

    `number` is what stands for the word where a sender writes numbers: its place, unless the standard says.
    """

    # Some of the standard's names begin with "Test"; test runners must not take them for test classes.
    __test__ = False

    number: int

    def __new__(cls, value: str, number: int | None = None) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.number = len(cls.__members__) if number is None else number
        return word


class Structure(Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True, repr_omit_defaults=True):
    """Base of the standard's structures. Attributes are snake_case, the wire has the standard's names.

    `other_properties` holds what the sender wrote and the standard does not name (vendor extensions, later
    versions), as plain JSON values with exact numbers (Decimal where there is a fraction). It is written back
    where it was.

    `as_sent` holds values and names that were put right when they were read (a number written as text, say),
    by the name as sent. They are written back so, as long as the field has the value that was read from them.
    """

    __test__: ClassVar[bool] = False

    other_properties: dict[str, Any] | UnsetType = field(default=UNSET, name=OTHER_PROPERTIES)
    as_sent: dict[str, Any] | UnsetType = field(default=UNSET, name=AS_SENT)


class Family(Structure, kw_only=True, tag="", tag_field="$type"):
    """Base of a structure that has subclasses, which the wire tells apart by `$type`.

    A subclass gives its own `tag`. The base has the empty tag, which is never written: on the wire a
    structure without `$type` is the one its place declares.
    """


class Message(Structure, kw_only=True):
    """Base of the message bodies. `name` is the full name, e.g. `CFX.Production.WorkStarted`."""

    name: ClassVar[str] = ""


if TYPE_CHECKING:
    AnyOf: TypeAlias = Annotated[T, "or one of its subclasses"]
else:

    class AnyOf:
        """Marks a place that usually holds a subclass: `AnyOf[MaterialCarrier]` is read by its `$type` at
        full speed.

        A plain `Stage` may hold a subclass too; that, and the base itself in a place marked AnyOf, takes the
        decoder's longer way. The union is made when the first decoder is, so every subclass is known by then.
        """

        def __class_getitem__(cls, base: type) -> Any:
            return Union[tuple(family(base))]  # noqa: UP007 - the members are only known at run time


def family(base: type) -> list[type]:
    """The structure and all its subclasses, each once, the base first."""
    found: list[type] = [base]
    child: type
    for child in base.__subclasses__():
        found += [kind for kind in family(child) if kind not in found]
    return found
