"""A day in which people err: the messages of a run, changed as if they had, and what a handler does that day.

Ten and more faults, each at packages of its own: a splice nobody told of, the wrong reel scanned, a reel on
the wrong feeder ... What really happened stays as the run's ledger has it; ``left`` is what a count of each
package finds.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from padstone.simulator.ledger import Ledger, PackageRecord

Json = dict[str, Any]

ENOUGH = 30
"""Pieces: fewer might be what a mounting costs."""
SPARE = 500
"""What a package holds that no machine ever gets."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, and at which packages."""

    cause: str
    packages: tuple[str, ...]


@dataclass(slots=True)
class Day:
    """The messages as the house hears them; at ``middle`` of them the handler scraps ``scrapped`` and puts
    ``held`` in quarantine. At the end he splits, and counts what is ``left``: ``mistyped`` first wrongly.
    """

    messages: list[bytes]
    middle: int
    middle_at: str = ""
    received: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    scrapped: str = ""
    held: str = ""
    split: tuple[str, str, int] = ("", "", 0)
    mistyped: tuple[str, int] = ("", 0)
    faults: list[Fault] = field(default_factory=list)


class NoCandidate(ValueError):
    """The run is too short for a fault: no package fits it."""


def erring(messages: Sequence[tuple[str, bytes]], ledger: Ledger) -> Day:
    """The run with every fault in it. Raises NoCandidate for a run that is too short."""
    return _Seeding(messages, ledger).day()


class _Seeding:
    def __init__(self, messages: Sequence[tuple[str, bytes]], ledger: Ledger) -> None:
        self._heard: list[Json] = [json.loads(body) for _, body in messages]
        self._ledger = ledger
        self._spent: set[str] = set()
        """Parts that have their fault: another one of the same part would blur both."""
        self._doubtful = {name for one in self._heard for name in _in_chains(one)}
        self._passes = Counter[str]()
        """In how many messages each package was placed."""
        self._first, self._last = self._uses()
        records = ledger.packages.values()
        self._day = Day([], len(self._heard) // 2)
        self._day.received = {one.package: one.announced for one in records}
        self._day.left = {one.package: one.held - one.placed - one.rejected for one in records}
        self._spares = 0

    def day(self) -> Day:
        day = self._day
        self._in_two_places()
        self._unlogged_splice()
        self._wrong_feeder()
        self._lost_at_machine()
        self._used_when_gone()
        self._used_in_quarantine()
        self._wrong_reel()
        self._more_than_received()
        self._pieces_taken()
        self._double_receipt()
        self._wrong_split()
        self._wrong_count()
        day.middle_at = self._heard[day.middle]["TimeStamp"]
        day.messages = [json.dumps(one, separators=(",", ":")).encode() for one in self._heard]
        return day

    # --- faults at a machine --------------------------------------------------------------------------------

    def _unlogged_splice(self) -> None:
        """The next reel is spliced on, and the machine goes on counting the old one."""
        for one in list(self._heard):
            if not one["MessageName"].endswith("SplicePointDetected"):
                continue
            body = one["MessageBody"]
            old = _package_of(body["DepletedMaterial"])
            new = _package_of(body["NewlyActiveMaterial"])
            if self._is_plain(new) and old not in self._doubtful and self._given(new) >= ENOUGH:
                self._spend(new)
                self._heard = [
                    said for said in self._heard if said is not one and not _tells_of_splice(said, new)
                ]
                self._rename(new, old)
                self._note("unlogged_splice", old, new)
                return
        raise NoCandidate("no reel is spliced whose border is exact")

    def _wrong_reel(self) -> None:
        """Two reels of a part lie there; one is scanned, and the other one put on."""
        used = self._candidate(least=ENOUGH)
        scanned = self._spare(used)
        self._rename(used, scanned)
        self._note("wrong_reel", scanned, used)

    def _wrong_feeder(self) -> None:
        """A reel of another part hangs on a feeder for a while; the machine says so, and nobody reads it."""
        for record in self._records():
            ends = {self._first[record.package], self._last[record.package]}
            rest = sum(
                self._passes[one.package]
                for one in self._ledger.packages.values()
                if one.places == record.places and one is not record
            )
            if rest > 2 * self._passes[record.package] and len(ends) == 2:
                other = next(one for one in self._records() if one.part_number != record.part_number)
                wrong = self._spare(other.package)
                self._spend(record.package)
                self._rename(record.package, wrong, other.part_number)
                used = self._given(record.package)
                self._day.left[wrong] = self._day.received[wrong] - used
                self._day.left[record.package] = self._day.received[record.package]
                self._note("wrong_feeder", wrong)
                return
        raise NoCandidate("no location has a package that fed in fewer passes than the others there")

    def _in_two_places(self) -> None:
        """Two reels have one label, and both are on."""
        records = list(self._records())
        for one in records:
            for other in records:
                apart = one.places[0].split("/")[0] != other.places[0].split("/")[0]
                together = (
                    self._first[one.package] < self._last[other.package]
                    and self._first[other.package] < self._last[one.package]
                )
                if one is not other and one.part_number == other.part_number and apart and together:
                    self._spend(one.package)
                    self._rename(other.package, one.package)
                    self._note("in_two_places", one.package, other.package)
                    return
        raise NoCandidate("no part is fed at two stations at once")

    def _used_when_gone(self) -> None:
        """A reel is booked as scrapped, and the machine goes on with it."""
        self._day.scrapped = self._at_work_in_the_middle()
        self._day.left.pop(self._day.scrapped)
        self._note("used_when_gone", self._day.scrapped)

    def _used_in_quarantine(self) -> None:
        self._day.held = self._at_work_in_the_middle()
        self._note("used_in_quarantine", self._day.held)

    def _lost_at_machine(self) -> None:
        """Pieces fall, and the machine does not tell."""
        name = self._candidate(left=ENOUGH)
        self._day.left[name] -= ENOUGH
        self._note("lost_at_machine", name)

    # --- faults in the store --------------------------------------------------------------------------------

    def _more_than_received(self) -> None:
        """A label says too few."""
        name = self._candidate(least=ENOUGH)
        told = self._given(name) - ENOUGH
        self._day.received[name] = told
        for detail in _details(self._heard):
            if detail["UniqueIdentifier"] == name:
                detail["InitialQuantity"] = detail["Quantity"] = told
        self._note("more_than_received", name)

    def _pieces_taken(self) -> None:
        name = self._spare(self._candidate())
        self._day.left[name] -= ENOUGH
        self._note("pieces_taken", name)

    def _double_receipt(self) -> None:
        """One reel got two labels, and was booked in twice."""
        there = self._spare(self._candidate())
        twice = self._spare(there)
        self._day.left[twice] = 0
        self._note("double_receipt", twice, there)

    def _wrong_split(self) -> None:
        """Sixty pieces were cut off, and twenty written down."""
        name = self._spare(self._candidate())
        new = f"{name}S"
        self._day.split = (name, new, 20)
        self._day.left[name] = SPARE - 60
        self._day.left[new] = 60
        self._note("wrong_split", new, name)

    def _wrong_count(self) -> None:
        """A digit too few is typed, and put right the next time."""
        name = self._spare(self._candidate())
        self._day.mistyped = (name, SPARE // 10)
        self._note("wrong_count", name)

    # --- small things ---------------------------------------------------------------------------------------

    def _note(self, cause: str, *packages: str) -> None:
        self._day.faults.append(Fault(cause, packages))

    def _spend(self, package: str) -> None:
        self._spent.add(self._ledger.packages[package].part_number)

    def _given(self, package: str) -> int:
        record = self._ledger.packages[package]
        return record.placed + record.rejected

    def _is_plain(self, package: str) -> bool:
        record = self._ledger.packages[package]
        is_fed = len(record.places) == 1 and "/" in record.places[0]
        return is_fed and package not in self._doubtful and record.part_number not in self._spent

    def _records(self) -> Iterator[PackageRecord]:
        """Packages that fed one location, without a doubt, and of whose part none has a fault yet."""
        for record in self._ledger.packages.values():
            if self._is_plain(record.package) and record.package in self._first:
                yield record

    def _candidate(self, *, least: int = 1, left: int = 0) -> str:
        for record in self._records():
            if self._given(record.package) >= least and self._day.left[record.package] >= left:
                self._spend(record.package)
                return record.package
        raise NoCandidate(f"no package gave {least} pieces and has {left} left")

    def _at_work_in_the_middle(self) -> str:
        for record in self._records():
            if self._first[record.package] < self._day.middle - 20 and (
                self._last[record.package] > self._day.middle + 20
            ):
                self._spend(record.package)
                return record.package
        raise NoCandidate("no package is at work in the middle of the run")

    def _uses(self) -> tuple[dict[str, int], dict[str, int]]:
        """The first and the last message in which each package was placed."""
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for number, one in enumerate(self._heard):
            if one["MessageName"].endswith("MaterialsInstalled"):
                materials = one["MessageBody"]["InstalledMaterials"]
                names = {material["Material"].get("UniqueIdentifier") for material in materials} - {None, ""}
                self._passes.update(names)
                for name in names:
                    first.setdefault(name, number)
                    last[name] = number
        return first, last

    def _spare(self, like: str) -> str:
        """Another package like that one, which no machine gets."""
        self._spares += 1
        name = f"{like}X{self._spares}"
        for number, one in enumerate(self._heard):
            for detail in _details([one]):
                if detail["UniqueIdentifier"] == like:
                    said = copy.deepcopy(one)
                    said["UniqueID"] = f"spare-{self._spares}"
                    said["MessageBody"]["Materials"] = [
                        {**detail, "UniqueIdentifier": name, "InitialQuantity": SPARE, "Quantity": SPARE}
                    ]
                    self._heard.insert(number + 1, said)
                    self._day.received[name] = self._day.left[name] = SPARE
                    return name
        raise NoCandidate(f"{like} was never announced")

    def _rename(self, old: str, new: str, part: str = "") -> None:
        """The machines name the one package where they named the other."""
        for one in self._heard:
            if not one["MessageName"].endswith("MaterialsInitialized"):
                _renamed(one["MessageBody"], old, new, part)


def _renamed(value: Any, old: str, new: str, part: str) -> None:
    if isinstance(value, dict):
        if value.get("UniqueIdentifier") == old:
            value["UniqueIdentifier"] = new
            if part:
                value["InternalPartNumber"] = part
        names = value.get("MaterialPackageIdentifiers")
        if names and old in names:
            value["MaterialPackageIdentifiers"] = [new if name == old else name for name in names]
        for inner in value.values():
            _renamed(inner, old, new, part)
    elif isinstance(value, list):
        for inner in value:
            _renamed(inner, old, new, part)


def _package_of(place: Json) -> str:
    return str(place["MaterialPackage"]["UniqueIdentifier"])


def _tells_of_splice(one: Json, new: str) -> bool:
    """Whether the message says that the package was stuck behind another."""
    if not one["MessageName"].endswith("MaterialsLoaded"):
        return False
    places = one["MessageBody"]["Materials"]
    return any(
        _package_of(place) == new and place["MaterialPackage"].get("LeadingMaterialPackage")
        for place in places
    )


def _in_chains(one: Json) -> Iterator[str]:
    """Packages of which a placement names another as well: only a splice with an exact border has none."""
    if not one["MessageName"].endswith("MaterialsInstalled"):
        return
    for material in one["MessageBody"]["InstalledMaterials"]:
        named = material["Material"]
        leading = named.get("LeadingMaterialPackage")
        if leading or named.get("GreyZone"):
            yield named["UniqueIdentifier"]
            if leading:
                yield leading["UniqueIdentifier"]


def _details(messages: Sequence[Json]) -> Iterator[Json]:
    for one in messages:
        if one["MessageName"].endswith("MaterialsInitialized"):
            yield from one["MessageBody"]["Materials"]
