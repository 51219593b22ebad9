"""The longer way to read a body: plain JSON first, settled into what the structures expect, then converted.

Settling puts three things right that the direct decoder refuses: properties the structure does not name are
moved into `other_properties`; a structure without `$type` where one is expected is its base, and so is one
whose `$type` nobody knows; a subclass in a place that usually holds the base is read on its own and put there
afterwards. Only when that is not enough are the single values looked at (`repairing`).
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from padstone.cfx import lenient, repairing
from padstone.cfx.errors import BadMessage
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, folded, plan_of
from padstone.cfx.vocabulary import AS_SENT, OTHER_PROPERTIES, Structure

S = TypeVar("S", bound=Structure)

Path = tuple["Path", str | int] | None
"""Where we are: the way so far and the last step. None is the body itself."""

# Numbers stay exact. One beyond a double's reach (or of absurd length) raises, and the values are then looked
# at one by one, so that a float never silently becomes infinite.
_EXACT = Context(prec=1000, Emax=308, traps=[Overflow, Inexact, InvalidOperation])
_plain_decoder = msgspec.json.Decoder(float_hook=_EXACT.create_decimal)
_careful_decoder = msgspec.json.Decoder(float_hook=Decimal)
_TYPED_LIST = {"$id", "$type", "$values"}
_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class _Graft(NamedTuple):
    path: Path
    plan: Plan
    value: dict[str, Any]


class _Settler:
    def __init__(self) -> None:
        self.grafts: list[_Graft] = []
        self.notes: list[str] = []

    def settle(self, value: Any, shape: Shape, path: Path) -> Any:
        """Settle one value in place; returns what is to stand in its place."""
        if type(value) is dict:
            if type(shape) is One:
                return self._structure(value, shape, path)
            if type(shape) is Table:
                for key, item in value.items():
                    value[key] = self.settle(item, shape.item, (path, key))
            elif type(shape) is Many and value.keys() <= _TYPED_LIST and type(value.get("$values")) is list:
                self.notes.append(f"{wire_path(path)}: the list was inside $values")
                return self.settle(value["$values"], shape, path)
        elif type(value) is list and type(shape) is Many:
            self._items(value, shape.item, path)
        return value

    def _items(self, items: list[Any], shape: Shape, path: Path) -> None:
        # Long lists are mostly of structures that hold nothing to settle: those pass without a further call.
        plain: frozenset[str] = shape.plan.plain if type(shape) is One else frozenset()
        is_open = type(shape) is One and shape.open
        for index, item in enumerate(items):
            if type(item) is dict and plain.issuperset(item) and "$type" not in item:
                if is_open:
                    item["$type"] = ""
            else:
                items[index] = self.settle(item, shape, (path, index))

    def _structure(self, value: dict[str, Any], shape: One, path: Path) -> Any:
        plan = shape.plan
        strange: dict[str, Any] = {}
        if "$type" in value:
            tag = value["$type"]
            kind = plan.kinds.get(tag) if type(tag) is str else None
            if kind is None and tag and tag != plan.tag:
                kind = plan.kind_meant(tag)
                if kind is not None:
                    self.notes.append(f"{wire_path((path, '$type'))}: {tag!r} read as {kind.cls.__name__}")
                    strange = {"$type": tag}
            if kind is not None:
                if not shape.open:
                    return self._graft(value, kind, path, strange)
                value["$type"] = kind.tag
                plan = kind
            else:
                # The declared structure's own name is no news; any other stays on record, and so does that of
                # the whole, which nothing around it declares.
                if tag != plan.tag or path is None:
                    strange = {"$type": tag}
                if shape.open:
                    value["$type"] = ""
                else:
                    del value["$type"]
        elif shape.open:
            value["$type"] = ""
        self._members(value, plan, path, strange)
        return value

    def _graft(
        self, value: dict[str, Any], kind: Plan, path: Path, strange: dict[str, Any]
    ) -> dict[str, Any]:
        del value["$type"]
        self.grafts.append(_Graft(path, kind, value))
        self._members(value, kind, path, strange)
        return {}

    def _members(self, value: dict[str, Any], plan: Plan, path: Path, strange: dict[str, Any]) -> None:
        if not value.keys() <= plan.known:
            self._set_aside(value, plan, path)
        if strange:
            value[OTHER_PROPERTIES] = strange | value.get(OTHER_PROPERTIES, {})
        for name, shape in plan.branches:
            item = value.get(name)
            if item or type(item) is dict:  # an empty one may need its $type
                value[name] = self.settle(item, shape, (path, name))

    def _set_aside(self, value: dict[str, Any], plan: Plan, path: Path) -> None:
        other: dict[str, Any] = {}
        sent: dict[str, Any] = {}
        for name in [name for name in value if name not in plan.known]:
            item = value.pop(name)
            meant = plan.folded.get(folded(name))
            if meant is None or meant in value:
                other[name] = item
                continue
            value[meant] = item
            self.notes.append(f"{wire_path((path, name))}: read as {meant}")
            if is_plain(plan.shapes[meant]):
                sent[name] = list(item) if isinstance(item, list) else item
        if sent:
            value[AS_SENT] = sent
        if other:
            value[OTHER_PROPERTIES] = other


def is_plain(shape: Shape) -> bool:
    """Whether a place holds single values or a list of them."""
    return isinstance(shape, Leaf) or (isinstance(shape, Many) and isinstance(shape.item, Leaf))


def read(cls: type[S], body: bytes) -> tuple[S, tuple[str, ...]]:
    """Read a body the direct decoder refused. Raises BadMessage."""
    try:
        return _read(cls, body)
    except RecursionError:
        raise BadMessage("", "the document is nested too deeply") from None


def _read(cls: type[S], body: bytes) -> tuple[S, tuple[str, ...]]:
    if not body:
        raise BadMessage("", "there is no body")
    notes: list[str] = []
    plain, careful = _plain(body, notes)
    if isinstance(plain, str) and plain.lstrip()[:1] == "{":
        notes.append("the body was JSON inside a text")
        plain, careful = _plain(plain.encode(), notes)
    if not isinstance(plain, dict):
        raise BadMessage("", f"the body must be an object, not {repairing.describe(plain)}")
    plan, tag = plan_of(cls), plain.get("$type")
    if isinstance(tag, str) and tag in plan.kinds:
        plan = plan.kinds[tag]
    settler = _Settler()
    settler.settle(plain, One(plan, open=False), None)
    notes += settler.notes
    message = cast("S", _convert(plain, plan, None, notes, careful=careful))
    for graft in settler.grafts:
        _put(message, graft.path, _convert(graft.value, graft.plan, graft.path, notes, careful=careful))
    return message, tuple(notes)


def _plain(body: bytes, notes: list[str]) -> tuple[Any, bool]:
    """The document as plain objects, and whether it has numbers to be careful about."""
    try:
        return _strict(body)
    except (msgspec.DecodeError, ValueError, ArithmeticError) as error:
        refusal: Exception = error
    try:
        mended = lenient.mend(body)
    except BadMessage as error:
        raise BadMessage("", f"not JSON: {error.reason}") from None
    notes += mended.repairs
    try:
        return _strict(mended.data)
    except (msgspec.DecodeError, ValueError, ArithmeticError):
        raise BadMessage("", f"not JSON: line 1, column 1: {refusal}") from None


def _strict(body: bytes) -> tuple[Any, bool]:
    try:
        return _plain_decoder.decode(body), False
    except ArithmeticError:
        return _careful_decoder.decode(body), True


def _convert(value: dict[str, Any], plan: Plan, path: Path, notes: list[str], *, careful: bool) -> Structure:
    if not careful:
        try:
            return msgspec.convert(value, plan.cls)
        except msgspec.ValidationError:
            pass  # the single values are looked at next
    notes += repairing.repair(value, plan, wire_path(path))
    try:
        return msgspec.convert(value, plan.cls)
    except msgspec.ValidationError as error:
        text = str(error)
        where = _WHERE.search(text)
        inner = where.group(1) if where else ""
        outer = wire_path(path)
        raise BadMessage(
            f"{outer}.{inner}" if outer and inner else outer or inner, _WHERE.sub("", text)
        ) from None


def _put(message: Structure, path: Path, value: Structure) -> None:
    """Put a structure that was read on its own where it belongs."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    holder: Any = message
    for step in reversed(steps[1:]):
        holder = holder[step] if isinstance(step, int) else getattr(holder, _attribute(holder, step))
    last = steps[0]
    if isinstance(last, int):
        holder[last] = value
    else:
        setattr(holder, _attribute(holder, last), value)


def _attribute(holder: Structure, step: str) -> str:
    return plan_of(type(holder)).attributes[step]


def wire_path(path: Path) -> str:
    """A way as people read it: `InstalledMaterials[0].Material.Quantity`."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(steps)).removeprefix(".")
