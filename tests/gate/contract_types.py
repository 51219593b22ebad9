"""Two kinds of import contract that import-linter does not bring: an allow-list, and private rooms.

``lint-imports`` loads them by name from pyproject.toml (``contract_types``).
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase

import grimp
from importlinter import Contract, ContractCheck, fields, output


class ImportsOnly(Contract):
    """Packages that may import themselves and what is listed, and nothing else.

    Options:
        source_modules: the packages that are watched; a ``*`` stands for one name.
        allowed_modules: packages they may import directly; ``stdlib`` stands for the standard library.
    """

    source_modules = fields.ListField(subfield=fields.StringField())
    allowed_modules = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        patterns = _names(self.source_modules)
        allowed = _names(self.allowed_modules)
        foreign = [
            f"{importer} imports {imported}"
            for importer, imported in _direct_imports(graph)
            if (source := _within(importer, patterns))
            and not _within(imported, [source])
            and not _within(imported, allowed)
            and not ("stdlib" in allowed and imported.partition(".")[0] in sys.stdlib_module_names)
        ]
        return ContractCheck(kept=not foreign, metadata={"imports": foreign})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_each(check)


class FeatureDoors(Contract):
    """A feature's private rooms are its own; who needs a row asks a command, a query or a lookup.

    Naming the type of a row that a lookup returned is no visit: imports for the type checker alone may pass.

    Options:
        features: the package whose children are the features.
        private_rooms: the rooms of a feature that only the feature itself may import.
        visitors: the packages that are held to it.
    """

    features = fields.StringField()
    private_rooms = fields.ListField(subfield=fields.StringField())
    visitors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        features = f"{self.features}.*"
        private = [f"{features}.{room}" for room in _names(self.private_rooms)]
        running = grimp.build_graph(
            features.partition(".")[0], exclude_type_checking_imports=True, cache_dir=None
        )
        through_the_wall = [
            f"{importer} imports {imported}"
            for importer, imported in _direct_imports(running)
            if _within(importer, _names(self.visitors))
            and _within(imported, private)
            and _within(importer, [features]) != _within(imported, [features])
        ]
        return ContractCheck(kept=not through_the_wall, metadata={"imports": through_the_wall})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_each(check)


def _names(option: object) -> list[str]:
    """The declared field as what a contract's instance really holds: the parsed list."""
    assert isinstance(option, list)
    return option


def _direct_imports(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    return sorted(
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )


def _within(module: str, patterns: list[str]) -> str | None:
    """The package among the patterns that the module is, or lies in; None when it lies in none."""
    parts = module.split(".")
    for pattern in patterns:
        package = ".".join(parts[: pattern.count(".") + 1])
        if fnmatchcase(package, pattern):
            return package
    return None


def _print_each(check: ContractCheck) -> None:
    for line in check.metadata["imports"]:
        output.print_error(f"- {line}", bold=False)
    output.new_line()
