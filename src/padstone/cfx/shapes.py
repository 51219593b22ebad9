"""What each structure may hold, place by place: the map by which the codec walks a plain JSON document.

Derived from the structures themselves, once per structure, so that there is no second list to keep in step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cache
from threading import RLock
from typing import Any, cast

from msgspec import Struct, inspect

from padstone.cfx.vocabulary import AS_SENT, OTHER_PROPERTIES, Message, Structure, family


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value. `python` is str, bool, int, float or Decimal; `words` the enumeration it is one of;
    `least` and `most` bound a whole number.
    """

    python: type
    words: type[Enum] | None = None
    least: int = -(2**31)
    most: int = 2**31 - 1


@dataclass(frozen=True, slots=True)
class One:
    """A structure. `open` tells a place where `$type` is expected from one where the base itself is."""

    plan: Plan
    open: bool


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Table:
    """An object with free keys."""

    item: Shape


Shape = Leaf | One | Many | Table


@dataclass(eq=False, slots=True)
class Plan:
    """One structure, seen from the wire."""

    cls: type[Structure]
    tag: str | None
    """What `$type` says for it; None where it never has one, empty for the base of a family."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Wire name to attribute."""
    shapes: dict[str, Shape] = field(default_factory=dict)
    branches: tuple[tuple[str, Shape], ...] = ()
    """The fields that hold structures."""
    known: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    """Those of the known names that hold no structures."""
    folded: dict[str, str] = field(default_factory=dict)
    """Wire names by their `folded` form."""
    kinds: dict[str, Plan] = field(default_factory=dict)
    """The subclasses that may stand in its place, by tag."""

    def kind_meant(self, tag: object) -> Plan | None:
        """The subclass that a `$type` means which is not quite its tag: the assembly left out or told in full
        (`..., CFX, Version=1.7.0.0, ...`), or another name space of CFX than it is in now.
        """
        if not isinstance(tag, str) or not tag.startswith("CFX."):
            return None
        name, _, assembly = (part.strip() for part in tag.partition(","))
        if assembly and assembly.split(",", 1)[0] != "CFX":
            return None
        exact = self.kinds.get(f"{name}, CFX")
        last = name.rpartition(".")[2]
        near = [kind for own, kind in self.kinds.items() if own[:-5].rpartition(".")[2] == last]
        return exact or (near[0] if len(near) == 1 else None)


@cache
def plan_of(cls: type[Structure]) -> Plan:
    """The plan of a structure."""
    with _planning:
        return _planner.plan(cls)


class _Planner:
    """Structures may contain themselves, so plans refer to each other; each is made once."""

    def __init__(self) -> None:
        self.plans: dict[type[Struct], Plan] = {}

    def plan(self, cls: type[Struct]) -> Plan:
        made = self.plans.get(cls)
        if made is None:
            made = self.plans[cls] = Plan(cast("type[Structure]", cls), _tag(cls))
            self._fill(made)
        return made

    def _fill(self, plan: Plan) -> None:
        info = cast("inspect.StructType", inspect.type_info(plan.cls))
        for item in info.fields:
            if item.encode_name not in (OTHER_PROPERTIES, AS_SENT):
                plan.attributes[item.encode_name] = item.name
                plan.shapes[item.encode_name] = self._shape(item.type)
        plan.branches = tuple(
            (name, shape) for name, shape in plan.shapes.items() if _holds_structures(shape)
        )
        tagged = () if plan.tag is None else ("$type",)
        plan.known = frozenset((*plan.shapes, *tagged))
        plan.plain = plan.known - {name for name, _ in plan.branches}
        plan.folded = {folded(name): name for name in plan.shapes} | OLDER_NAMES.get(_name(plan.cls), {})
        for kind in family(plan.cls)[1:]:
            other = self.plan(kind)
            if other.tag:
                plan.kinds[other.tag] = other

    def _shape(self, info: inspect.Type) -> Shape:
        words: type[Enum] | None = None
        if isinstance(info, inspect.Metadata):
            words = (info.extra or {}).get("names")
            info = info.type
        match info:
            case inspect.UnionType(types=types):
                return self._one_of([kind for kind in types if not _is_nothing(kind)])
            case inspect.StructType(cls=cls):
                return One(self.plan(cls), open=False)
            case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
                return Many(self._shape(item))
            case inspect.DictType(value_type=item):
                return Table(self._shape(item))
            case inspect.EnumType(cls=enum):
                return Leaf(str, enum)
            case _:
                return self._leaf(info, words)

    def _leaf(self, info: inspect.Type, words: type[Enum] | None) -> Leaf:
        if isinstance(info, inspect.IntType) and info.ge is not None and info.le is not None:
            return Leaf(int, words, int(info.ge), int(info.le))
        return Leaf(_LEAVES[type(info)], words)

    def _one_of(self, types: list[inspect.Type]) -> Shape:
        if len(types) == 1:
            return self._shape(types[0])
        base = cast("inspect.StructType", types[0])
        return One(self.plan(base.cls), open=True)


OLDER_NAMES = {"CFX.Production.LocalRecipeChanged": {"productionchanges": "LocalRecipeChanges"}}
"""Names that IPC itself published for a property before it had its present one, folded, by message."""


def folded(name: str) -> str:
    """A property's name without what senders get wrong: letter case, and what joins the words."""
    return name.casefold().translate(_JOINTS)


_JOINTS = dict.fromkeys(map(ord, "_- "))


def _name(cls: type[Structure]) -> str:
    return str(getattr(cls, "name", "")) if issubclass(cls, Message) else ""


_planner = _Planner()
_planning = RLock()  # a plan is known before it is filled; nobody else may meet it then

_LEAVES: dict[type[inspect.Type], type] = {
    inspect.StrType: str,
    inspect.BoolType: bool,
    inspect.IntType: int,
    inspect.FloatType: float,
    inspect.DecimalType: Decimal,
}


def _is_nothing(info: inspect.Type) -> bool:
    return isinstance(info, inspect.NoneType)


def _holds_structures(shape: Shape) -> bool:
    match shape:
        case One():
            return True
        case Many(item=item) | Table(item=item):
            return _holds_structures(item)
        case _:
            return False


def _tag(cls: type[Struct]) -> str | None:
    tag: Any = cls.__struct_config__.tag
    return None if tag is None else str(tag)
