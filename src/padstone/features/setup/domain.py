"""Rules of a station's setup (IPC-2591, StationSetupRequirements). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """The part that a position needs. ``alternates`` may stand in for it; ``maker_parts`` are the makers'
    numbers of which one must be there, where any are named.
    """

    position: str
    part: str
    alternates: tuple[str, ...] = ()
    maker_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mounted:
    """A package at a position; ``maker_part`` is "" where nobody has told it. ``unfit`` says, a sentence
    each, why it must not be used.
    """

    package: str
    part: str
    maker_part: str = ""
    unfit: tuple[str, ...] = ()


def setup_faults(
    required: Iterable[Requirement], mounted: Mapping[str, Sequence[Mounted]], waiting: Iterable[str] = ()
) -> tuple[str, ...]:
    """What is wrong with a setup, a sentence each; nothing where it is as it should be. ``mounted`` by
    position: of several packages there, spliced one behind the other, each must be right. What must not be
    used is wrong at any position, required or not. ``waiting`` are packages that were loaded and that nobody
    has told of.
    """
    faults = [why for one in required for why in _faults_at(one, mounted.get(one.position, ()))]
    there = {one.package: one for packages in mounted.values() for one in packages}
    faults += [
        f"{one.package} must not be used. {' '.join(one.unfit)}" for one in there.values() if one.unfit
    ]
    faults += [f"Package {package} was loaded and is not on the books." for package in waiting]
    return tuple(faults)


def _faults_at(wanted: Requirement, there: Sequence[Mounted]) -> list[str]:
    where = wanted.position
    if not there:
        return [f"{where}: {wanted.part} is missing."]
    faults = []
    for one in there:
        if one.part not in {wanted.part, *wanted.alternates}:
            faults.append(f"{where}: {one.package} holds {one.part} instead of {wanted.part}.")
        elif wanted.maker_parts and one.maker_part and one.maker_part not in wanted.maker_parts:
            faults.append(f"{where}: {one.package} holds the maker's {one.maker_part}, not approved.")
    return faults


def contradictions(asked: Iterable[Requirement], known: Iterable[Requirement]) -> tuple[str, ...]:
    """Where what a machine takes to be required is not what the bill wants there."""
    wanted = {one.position: one for one in known}
    return tuple(
        f"{one.position}: the machine wants {one.part}, the bill {wanted[one.position].part}."
        for one in asked
        if one.position in wanted and wanted[one.position].part not in {one.part, *one.alternates}
    )
