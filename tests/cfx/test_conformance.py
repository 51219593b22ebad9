"""The structures against the catalogue of the standard's reference implementation, and each other."""

from __future__ import annotations

import json
import re
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from padstone import cfx
from padstone.cfx import KNOWN_MESSAGES, MESSAGE_TYPES, Message, ResourceState, Structure, Word
from padstone.cfx.shapes import plan_of
from padstone.cfx.vocabulary import family

STRUCTURES: list[type[Structure]] = [
    kind
    for name in cfx.__all__
    if isinstance(kind := getattr(cfx, name), type)
    and issubclass(kind, Structure)
    and kind not in (Structure, cfx.Family, Message)
]
# A class of the standard that shares its last name with another, so that Python needs a name of its own.
FULL_NAMES = {"HandSolderingComponent": "CFX.Structures.HandSoldering.Component"}
# An interface, which the catalogue does not list.
NOT_LISTED = {"RejectionDetails"}
# Public fields and the items of typed lists: the catalogue lists properties only.
BEYOND_PROPERTIES = {
    "ActiveRecipe": {"RecipeIdentifier"},
    "BadVisionAnalysisTestRejectionDetails": {"$values"},
    "BadVisionTestRejectionDetails": {"$values"},
}


@pytest.fixture(scope="module")
def catalogue(reference_data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((reference_data / "cfx/catalogue.json").read_text())
    return loaded


def full_name(kind: type[Structure], catalogue: dict[str, Any]) -> str:
    if issubclass(kind, Message):
        return kind.name
    known = FULL_NAMES.get(kind.__name__)
    (found,) = (
        [known]
        if known
        else [name for name in catalogue["structures"] if name.rsplit(".", 1)[1] == kind.__name__]
    )
    return found


def properties(name: str, catalogue: dict[str, Any]) -> set[str]:
    """The properties of a class with those of its bases."""
    listed = catalogue["messages"].get(name) or catalogue["structures"][name]
    found = set(listed["properties"])
    for base in re.findall(r"\w+", re.sub(r"List<\w+>", "", listed["base"])):
        for other in catalogue["structures"]:
            if other.rsplit(".", 1)[1] == base and base != "CFXMessage":
                found |= properties(other, catalogue)
    return found


def test_every_structure_has_the_fields_of_the_standard(catalogue: dict[str, Any]) -> None:
    assert len(STRUCTURES) > 180
    for kind in STRUCTURES:
        if kind.__name__ in NOT_LISTED:
            continue
        wanted = properties(full_name(kind, catalogue), catalogue)
        beyond = BEYOND_PROPERTIES.get(kind.__name__, set())
        assert (kind, set(plan_of(kind).attributes)) == (kind, wanted | beyond)


def test_every_tag_is_the_name_of_its_class(catalogue: dict[str, Any]) -> None:
    tagged = {kind: kind.__struct_config__.tag for kind in STRUCTURES if kind.__struct_config__.tag}
    assert len(tagged) > 60
    for kind, tag in tagged.items():
        assert tag == f"{full_name(kind, catalogue)}, CFX"


def test_every_subclass_of_a_typed_structure_is_typed(catalogue: dict[str, Any]) -> None:
    typed = {full_name(kind, catalogue) for kind in STRUCTURES if kind.__name__ not in NOT_LISTED}
    names = {name.rsplit(".", 1)[1] for name in typed}
    families = {kind.__name__ for kind in STRUCTURES if issubclass(kind, cfx.Family)}
    for name, listed in catalogue["structures"].items():
        if listed["base"] in families & names:
            assert name in typed


def test_every_enumeration_has_the_members_of_the_standard(catalogue: dict[str, Any]) -> None:
    words = [
        kind
        for name in cfx.__all__
        if isinstance(kind := getattr(cfx, name), type) and issubclass(kind, Word) and kind is not Word
    ]
    assert len(words) > 60
    listed = {name.rsplit(".", 1)[1]: members for name, members in catalogue["enums"].items()}
    for kind in words:
        assert [member.value for member in kind] == [name.partition("=")[0] for name in listed[kind.__name__]]
    assert [f"{state.name}={state.value}" for state in ResourceState] == listed["ResourceState"]
    assert issubclass(ResourceState, IntEnum)


def test_the_names_of_the_messages(catalogue: dict[str, Any]) -> None:
    assert set(catalogue["messages"]) == KNOWN_MESSAGES
    assert len(KNOWN_MESSAGES) == 182


def test_every_typed_message_is_found_by_its_name() -> None:
    assert set(MESSAGE_TYPES) <= KNOWN_MESSAGES
    assert len(MESSAGE_TYPES) == 18
    assert all(name == kind.name for name, kind in MESSAGE_TYPES.items())
    assert set(family(Message)) - {Message} == set(MESSAGE_TYPES.values())


def test_every_structure_can_be_read_and_written_empty() -> None:
    for name in MESSAGE_TYPES:
        assert cfx.encode_body(cfx.decode_body(name, b"{}")) == b"{}"


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
