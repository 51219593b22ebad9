"""Rules of the house that no linter brings along."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/padstone"
SAYS_NOTHING = {"utils", "helpers", "common", "core", "misc", "manager"}


def overrides(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name in {"save", "delete"}:
                    yield f"{file.relative_to(SOURCE)}:{member.lineno} {node.name}.{member.name}"


def test_a_module_is_named_after_what_it_holds() -> None:
    assert [str(file) for file in SOURCE.rglob("*.py") if SAYS_NOTHING & set(file.stem.split("_"))] == []


def test_models_are_thin_and_hide_no_business_in_save() -> None:
    assert [found for file in SOURCE.rglob("models.py") for found in overrides(file)] == []
