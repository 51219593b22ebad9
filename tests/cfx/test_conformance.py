"""The structures against the catalogue of the standard's reference implementation, and each other."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

import pytest

from padstone import cfx
from padstone.cfx import KNOWN_MESSAGES, MESSAGE_TYPES, Message, Structure, Word
from padstone.cfx.shapes import Leaf, Many, One, Shape, Table, folded, plan_of
from padstone.cfx.vocabulary import family

EXPORTED = {name: getattr(cfx, name) for name in cfx.__all__ if isinstance(getattr(cfx, name), type)}
STRUCTURES: list[type[Structure]] = [
    kind
    for kind in EXPORTED.values()
    if issubclass(kind, Structure) and kind not in (Structure, cfx.Family, Message)
]
WORDS: list[type[Enum]] = [kind for kind in EXPORTED.values() if issubclass(kind, Enum) and kind is not Word]

# Classes of the standard that share their last name with another, or with one of our own words.
FULL_NAMES = {
    "HandSolderingComponent": "CFX.Structures.HandSoldering.Component",
    "PCBInspectionComponent": "CFX.Structures.PCBInspection.Component",
    "ConsumptionDetail": "CFX.Structures.ConsumptionDetail",
    "ResourcePerformanceConsumptionDetail": "CFX.ResourcePerformance.ConsumptionDetail",
    "MachineHead": "CFX.Structures.Head",
}
NOT_LISTED = {
    "RejectionDetails": "an interface, which the catalogue does not list",
    "EnergyReadings": "ours: the readings that the standard repeats in four classes",
    "Vector3": "a structure of .NET itself",
}
NOT_TYPED = {
    "CFX.CFXEnvelope": "it is cfx.Envelope",
    "CFX.CFXMessage": "it is cfx.Message",
    "CFX.Transport.": "the reference implementation's own AMQP client; no message holds it",
    "CFX.Utilities.": "the reference implementation's own tools; no message holds them",
}
# Public fields and the items of typed lists: the catalogue lists properties only.
BEYOND_PROPERTIES = {
    "ActiveRecipe": {"RecipeIdentifier"},
    "BadVisionAnalysisTestRejectionDetails": {"$values"},
    "BadVisionTestRejectionDetails": {"$values"},
}

INT32, INT64, UINT32 = (-(2**31), 2**31 - 1), (-(2**63), 2**63 - 1), (0, 2**32 - 1)
TYPES: dict[str, Leaf] = {
    "string": Leaf(str),
    "bool": Leaf(bool),
    "boolean": Leaf(bool),
    "double": Leaf(float),
    "float": Leaf(float),
    "single": Leaf(float),
    "decimal": Leaf(Decimal),
    "int": Leaf(int, None, *INT32),
    "uint": Leaf(int, None, *UINT32),
    "int64": Leaf(int, None, *INT64),
    "datetime": Leaf(str),
    "timespan": Leaf(str),
    "guid": Leaf(str),
    "byte[]": Leaf(str),
}
# A double that counts things or money is exact here.
COUNTS = {
    "ConsumedMaterial": {"QuantityUsed", "QuantitySpoiled", "RemainingQuantity"},
    "InstalledMaterial": {"QuantityInstalled", "QuantityNonInstalled"},
    "ItemRemovalLocalRecipeChange": {"NumberOfComponentsPerUnit"},
    "MaterialPackage": {"Quantity", "GreyZone"},
    "MaterialPackageDetail": {"InitialQuantity", "Quantity", "GreyZone", "PartPrice"},
    "MaterialsSplit": {"SourceMaterialPackageRemainingQuantity", "NewMaterialPackageQuantity"},
    "Recipe": {"ExpectedUnitsPerWorkTransaction"},
    "RecipeActivated": {"ExpectedUnitsPerWorkTransaction", "NumberOfComponentsPerUnit", "TargetQuantity"},
    "RecipeStageInformation": {"NumberOfComponentsPerUnit"},
    "SamplingInformation": {"LotSize", "SampleSize"},
    "UninstalledMaterial": {"QuantityUninstalled"},
    "WorkOrder": {"Quantity"},
    "WorkOrderActionExecuted": {"ExpectedUnitsPerBoard"},
    "WorkOrderQuantityUpdated": {"NewQuantity", "PreviousQuantity"},
}
# Enumerations whose number is on the wire, in the samples of the standard.
NUMBERED = {"LocalRecipeChangeState", "LocalRecipeChangeType", "ResourceState", "TransportPriority"}
DEVIATIONS = {
    # A whole number of 32 bits holds every one of 16.
    "ushort": f"int {INT32[0]} to {INT32[1]}",
    "Dictionary<string,string>": "table of str",
}


@pytest.fixture(scope="module")
def catalogue(reference_data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((reference_data / "cfx/catalogue.json").read_text())
    return loaded


def full_name(kind: type, catalogue: dict[str, Any]) -> str:
    if issubclass(kind, Message):
        return kind.name
    known = FULL_NAMES.get(kind.__name__)
    (found,) = (
        [known]
        if known
        else [
            name
            for section in ("structures", "enums")
            for name in catalogue[section]
            if name.rsplit(".", 1)[1] == kind.__name__
        ]
    )
    return found


def listed(catalogue: dict[str, Any]) -> dict[str, type[Structure]]:
    """Our structures by the full name that the catalogue has for them."""
    return {full_name(kind, catalogue): kind for kind in STRUCTURES if kind.__name__ not in NOT_LISTED}


def properties(name: str, catalogue: dict[str, Any]) -> dict[str, str]:
    """The properties of a class, with those of its bases, and their types in C#."""
    entry = catalogue["messages"].get(name) or catalogue["structures"][name]
    found: dict[str, str] = {}
    for base in re.findall(r"\w+", re.sub(r"List<\w+>", "", entry["base"])):
        for section in ("messages", "structures"):
            for other in catalogue[section]:
                if other.rsplit(".", 1)[1] == base and base != "CFXMessage":
                    found |= properties(other, catalogue)
    found |= entry["properties"]
    return found


def test_every_class_of_the_standard_is_there(catalogue: dict[str, Any]) -> None:
    wanted = {
        name
        for section in ("messages", "structures", "enums")
        for name in catalogue[section]
        if not name.startswith(tuple(NOT_TYPED))
    }
    ours = set(listed(catalogue)) | {full_name(kind, catalogue) for kind in WORDS}
    assert ours == wanted
    assert len(wanted & set(catalogue["messages"])) == 182
    assert len(wanted & set(catalogue["structures"])) == 266
    assert len(wanted & set(catalogue["enums"])) == 101


def test_every_structure_has_the_fields_of_the_standard(catalogue: dict[str, Any]) -> None:
    for name, kind in listed(catalogue).items():
        beyond = BEYOND_PROPERTIES.get(kind.__name__, set())
        assert (name, set(plan_of(kind).attributes)) == (name, set(properties(name, catalogue)) | beyond)


def test_every_field_has_the_type_of_the_standard(catalogue: dict[str, Any]) -> None:
    compared = 0
    for name, kind in listed(catalogue).items():
        shapes = plan_of(kind).shapes
        counts = {field for base in kind.__mro__ for field in COUNTS.get(base.__name__, ())}
        for field, csharp in properties(name, catalogue).items():
            wanted = "decimal" if field in counts else csharp
            assert (name, field, said(shapes[field])) == (name, field, meant(wanted, name, catalogue))
            compared += 1
    assert compared > 1900


def said(shape: Shape) -> str:
    """A place in words."""
    match shape:
        case Many(item=item):
            return f"list of {said(item)}"
        case Table(item=item):
            return f"table of {said(item)}"
        case One(plan=plan):
            return plan.cls.__name__
        case Leaf(words=None):
            return (
                f"{shape.python.__name__} {shape.least} to {shape.most}"
                if shape.python is int
                else (shape.python.__name__)
            )
        case Leaf():
            return f"{shape.python.__name__} {shape.words.__name__}" if shape.words else ""


def meant(csharp: str, owner: str, catalogue: dict[str, Any]) -> str:
    """What a type of C# is here, in the same words."""
    plain = csharp.replace(" ", "").rstrip("?")
    many = re.fullmatch(r"List<(.*)>|(.*)\[\]", plain)
    if plain in DEVIATIONS:
        return DEVIATIONS[plain]
    if plain.lower() in TYPES:
        return said(TYPES[plain.lower()])
    if many:
        return f"list of {meant(many[1] or many[2], owner, catalogue)}"
    if any(name.rsplit(".", 1)[1] == plain for name in catalogue["enums"]):
        return f"{'int' if plain in NUMBERED else 'str'} {plain}"
    return of_name(plain, owner)


def of_name(short: str, owner: str) -> str:
    """Our name for a class, as C# finds it from where it is used: the own name space comes first."""
    space = owner.rsplit(".", 1)[0]
    near = [name for name, full in FULL_NAMES.items() if full == f"{space}.{short}"]
    far = [name for name, full in FULL_NAMES.items() if full == f"CFX.Structures.{short}"]
    return (near or far or [short])[0]


def test_every_tag_is_the_name_of_its_class(catalogue: dict[str, Any]) -> None:
    tagged = {kind: kind.__struct_config__.tag for kind in STRUCTURES if kind.__struct_config__.tag}
    assert len(tagged) > 90
    for kind, tag in tagged.items():
        assert tag == f"{full_name(kind, catalogue)}, CFX"


def test_every_subclass_can_stand_where_its_base_is_declared(catalogue: dict[str, Any]) -> None:
    places = {shape.plan.cls for kind in STRUCTURES for shape in ones(kind)}
    for base in places:
        for kind in family(base)[1:]:
            assert f"{full_name(kind, catalogue)}, CFX" in plan_of(base).kinds


def ones(kind: type[Structure]) -> list[One]:
    found = []
    for _, shape in plan_of(kind).branches:
        inner = shape
        while isinstance(inner, Many | Table):
            inner = inner.item
        if isinstance(inner, One):
            found.append(inner)
    return found


def test_every_enumeration_has_the_members_of_the_standard(catalogue: dict[str, Any]) -> None:
    assert {kind.__name__ for kind in WORDS if issubclass(kind, IntEnum)} == NUMBERED
    for kind in WORDS:
        wanted = catalogue["enums"][full_name(kind, catalogue)]
        names = [name.partition("=")[0] for name in wanted]
        numbers = [int(name.partition("=")[2] or place) for place, name in enumerate(wanted)]
        assert [member.name.removesuffix("_") for member in kind] == names
        assert [member.value if isinstance(member, int) else number_of(member) for member in kind] == numbers
        if issubclass(kind, Word):
            assert [member.value for member in kind] == names


def number_of(member: Enum) -> int:
    assert isinstance(member, Word)
    return member.number


def test_the_names_of_the_messages(catalogue: dict[str, Any]) -> None:
    assert set(catalogue["messages"]) == KNOWN_MESSAGES


def test_every_message_is_found_by_its_name() -> None:
    assert set(MESSAGE_TYPES) == KNOWN_MESSAGES
    assert len(MESSAGE_TYPES) == 182
    assert all(name == kind.name for name, kind in MESSAGE_TYPES.items())
    assert set(family(Message)) - {Message} == set(MESSAGE_TYPES.values())


def test_a_message_is_in_the_module_of_its_topic() -> None:
    for name, kind in MESSAGE_TYPES.items():
        topic = name.rsplit(".", 1)[0].removeprefix("CFX").lower()
        module = kind.__module__.removeprefix("padstone.cfx").replace("_", "")
        assert module == (topic or ".endpoint")


def test_every_class_is_exported_and_says_what_it_is() -> None:
    for kind in [*family(Structure), *Word.__subclasses__()]:
        if kind.__module__.startswith("padstone.cfx"):
            assert EXPORTED[kind.__name__] is kind
    for structure in STRUCTURES:
        assert (structure, bool(structure.__doc__)) == (structure, True)


def test_no_two_properties_of_a_structure_are_taken_for_each_other() -> None:
    for kind in STRUCTURES:
        names = plan_of(kind).shapes
        assert len({folded(name) for name in names}) == len(names)


def test_every_structure_can_be_read_and_written_empty() -> None:
    for kind in STRUCTURES:
        assert cfx.encode_body(cfx.decode_structure(kind, b"{}")) == b"{}"


def test_structures_take_their_fields_by_name_only() -> None:
    for kind in STRUCTURES:
        with pytest.raises(TypeError):
            kind(*["positional"])


def test_the_structures_need_msgspec_and_nothing_else() -> None:
    folder = Path(cfx.__file__).parent
    imported = {
        line.split()[1].split(".")[0]
        for file in folder.rglob("*.py")
        for line in file.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imported - sys.stdlib_module_names == {"msgspec", "padstone"}
