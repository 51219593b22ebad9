"""Placers' reports that say again what one before them said: recognised by their form, and not decoded.

Nearly all reports of a placer name the same designators, locations, tools and packages as the one before. Of
such a report (see ``forms`` for what makes it certain) only the times, the units and the ids are read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from padstone import cfx
from padstone.features.genealogy.domain.encoding import PackedTimes
from padstone.features.genealogy.domain.placement import Columns
from padstone.ingest.forms import Form, cut
from padstone.ingest.instants import WIDTH, ticks_of_reports
from padstone.ingest.usual import Component, Envelope, MaterialsInstalled, decode_usual

if TYPE_CHECKING:
    from collections.abc import Callable

    from padstone.ingest.forms import Values

MOST_FORMS = 4
"""Of one endpoint. A placer with two lanes, or two stages, has as many."""
_TIMED_AT_ONCE = 16
"""Reports: more take longer each, since their numbers no longer fit near the processor."""
_UNIT, _TIME = "UnitIdentifier", "InstallationTime"
_PACKAGE = "UniqueIdentifier"
"""Of the package; a nozzle or a feeder may have one as well."""
_TEXTS = ("TimeStamp", "UniqueID", "TransactionId", _UNIT, _TIME)
_NUMBERS = ("Quantity",)


class ReadReport(NamedTuple):
    """A report as it was read: its placements, and the position of each material's unit on the panel."""

    columns: Columns
    positions: Sequence[int]


PackageNames: TypeAlias = tuple[bytes, bytes]
"""All names of a report's packages, together, and how long each is; nothing where its form has no place for
them. They are the same if both are.
"""


class NamedUnit(NamedTuple):
    """A unit that a report names: in which of its materials first, by what position number, and the position
    that it has on the panel.
    """

    material: int
    position_number: int | None
    position: int


@dataclass(slots=True)
class Meaning:
    """What a report was read as at its station. ``packages`` (see ``Repetition``) and their column are the
    latest. Of each material: the part that it names, how many it placed, and which of ``units`` it names.
    """

    version: str | None
    station_id: int
    columns: Columns
    packages: PackageNames
    parts: Sequence[str | None]
    sizes: Sequence[int]
    units: Sequence[NamedUnit]
    unit_of_each: Sequence[int]


class KnownReport(NamedTuple):
    """The form of a report that was decoded, and its meaning."""

    form: Form
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Repetition:
    """A report that has the form of a known one: an envelope and its body in one. ``packed``: its times,
    where they were read beforehand.
    """

    form: Form
    meaning: Meaning
    raw: bytes
    values: Values
    packed: PackedTimes | None = None

    @property
    def version(self) -> str | None:
        return self.meaning.version

    @property
    def time_stamp(self) -> str:
        return self.values["TimeStamp"].decode()

    @property
    def message_body(self) -> Repetition:
        return self

    @property
    def transaction_id(self) -> str:
        return self.values["TransactionId"].decode()

    def unit_names(self) -> list[str | None] | None:
        """The names of the known report's units in this one. None where materials that named the same one
        name others now.
        """
        units = self.meaning.units
        if _UNIT not in self.values:
            return [None] * len(units)
        together, widths = self.values[_UNIT], self.form.widths[_UNIT]
        stops = widths.cumsum()
        first = [unit.material for unit in units]
        edges = zip((stops - widths)[first].tolist(), stops[first].tolist(), strict=True)
        names = [together[start:stop] for start, stop in edges]
        unit_of_each = self.meaning.unit_of_each
        if (np.array([len(name) for name in names])[unit_of_each] != widths).any():
            return None
        if b"".join(map(names.__getitem__, unit_of_each)) != together:
            return None
        return [name.decode() for name in names]

    @property
    def packages(self) -> PackageNames:
        return _package_names(self.form, self.values)

    def package_names(self) -> list[str]:
        """Of each material; none where the form has no place for them: then they are the known report's."""
        if _PACKAGE not in self.values:
            return []
        return [name.decode() for name in cut(self.values[_PACKAGE], self.form.widths[_PACKAGE])]

    @property
    def has_times(self) -> bool:
        return _TIME in self.values

    def times_of(self, width: int) -> bytes:
        """Of each placement, together, if each has so many characters; else nothing."""
        return self.values[_TIME] if (self.form.widths[_TIME] == width).all() else b""

    def single_times(self) -> list[str]:
        return [time.decode() for time in cut(self.values[_TIME], self.form.widths[_TIME])]

    def decoded(self) -> MaterialsInstalled:
        """The same, read in full."""
        envelope = decode_usual(cfx.MaterialsInstalled.name, self.raw)
        if envelope is None:
            raise AssertionError("what has the form of a report in its usual form is one")
        return envelope.message_body


def timed(repetitions: Sequence[Repetition], hours: dict[bytes, int]) -> list[Repetition]:
    """The same with their times read and packed, where they are in their usual form. It takes most of the
    time that a report takes, least if it is done for many at once, and asks nobody.
    """
    found = list(repetitions)
    of_size: dict[int, list[tuple[int, bytes]]] = {}
    for at, repetition in enumerate(found):
        if repetition.has_times and (together := repetition.times_of(WIDTH)):
            of_size.setdefault(len(together), []).append((at, together))
    for reports in of_size.values():
        for first in range(0, len(reports), _TIMED_AT_ONCE):
            some = reports[first : first + _TIMED_AT_ONCE]
            for at, packed in _packed(some, hours):
                found[at] = replace(found[at], packed=packed)
    return found


def _packed(
    reports: Sequence[tuple[int, bytes]], hours: dict[bytes, int]
) -> Iterable[tuple[int, PackedTimes]]:
    ticks, is_usual = ticks_of_reports([together for _, together in reports], hours)
    try:
        packed = PackedTimes.of_rows(ticks[is_usual])
    except AssertionError:  # it is tried again, and said of the message, when its turn comes
        return ()
    return zip(compress([at for at, _ in reports], is_usual.tolist()), packed, strict=True)


@dataclass(slots=True)
class KnownReports:
    """What one endpoint reported, the latest first."""

    _reports: list[KnownReport] = field(default_factory=list)
    _read: deque[Columns] = field(default_factory=lambda: deque(maxlen=MOST_FORMS))

    def recognise(self, raw: bytes) -> Repetition | None:
        for known in self._reports:
            if (values := known.form.values(raw)) is not None:
                return self._repeated(known, known.form, raw, values)
        for known in self._reports:
            form = known.form.fitted(raw)
            if form is not None and (values := form.values(raw)) is not None:
                return self._repeated(known, form, raw, values)
        return None

    def _repeated(self, known: KnownReport, form: Form, raw: bytes, values: Values) -> Repetition:
        others = [other for other in self._reports if other is not known]
        self._reports = [KnownReport(form, known.meaning), *others]
        return Repetition(form, known.meaning, raw, values)

    def hold(self, repetition: Repetition) -> bool:
        """Whether what it repeats is known still."""
        return any(known.meaning is repetition.meaning for known in self._reports)

    def note(self, raw: bytes, envelope: Envelope, read: ReadReport, station_id: int) -> None:
        """A report was decoded and is on the books. It is known from the second on that places the same: what
        does not repeat is not worth a form.
        """
        is_repeated = any(read.columns[:5] == before[:5] for before in self._read)
        self._read.append(read.columns)
        if is_repeated and (known := _known_report(raw, envelope, read, station_id)) is not None:
            self._reports = [known, *self._reports][:MOST_FORMS]


class MayRepeat(NamedTuple):
    """A message, what is known of its endpoint, and the message's text."""

    message_id: int
    known: KnownReports
    text: bytes


_beside = ThreadPoolExecutor(1, "recognising")
_WORTH_A_THREAD = 8
"""Reports: fewer are recognised quicker than they are handed over."""


def recognising_all(
    reports: Sequence[MayRepeat], hours: dict[bytes, int]
) -> Callable[[], dict[int, Repetition]]:
    """Begin to see which reports repeat what is known, and to read their times; what is answered waits for
    that, and gives the repetitions by message.

    It asks nobody: it goes on beside the reading of what the messages speak of.
    """
    if len(reports) < _WORTH_A_THREAD:
        return partial(_recognised, reports, hours)
    return _beside.submit(_recognised, reports, hours).result


def _recognised(reports: Sequence[MayRepeat], hours: dict[bytes, int]) -> dict[int, Repetition]:
    found = {
        one.message_id: repetition
        for one in reports
        if (repetition := one.known.recognise(one.text)) is not None
    }
    return dict(zip(found, timed(list(found.values()), hours), strict=True))


def _known_report(raw: bytes, envelope: Envelope, read: ReadReport, station_id: int) -> KnownReport | None:
    for texts in ((*_TEXTS, _PACKAGE), _TEXTS):
        form = Form.of(raw, texts, _NUMBERS)
        values = form.values(raw) if form is not None else None
        if form is not None and values is not None and _are_those_decoded(form, values, envelope):
            break
    else:
        return None
    materials = envelope.message_body.installed_materials or ()
    keys = [(one.unit_identifier, one.unit_position_number) for one in materials]
    units = list(dict.fromkeys(keys))
    first = [keys.index(key) for key in units]
    meaning = Meaning(
        version=envelope.version,
        station_id=station_id,
        columns=read.columns,
        packages=_package_names(form, values),
        parts=[one.material.internal_part_number if one.material is not None else None for one in materials],
        sizes=[len(one.installed_components or ()) for one in materials],
        units=[NamedUnit(at, keys[at][1], read.positions[at]) for at in first],
        unit_of_each=[units.index(key) for key in keys],
    )
    return KnownReport(form, meaning)


def _package_names(form: Form, values: Values) -> PackageNames:
    return (values[_PACKAGE], form.widths[_PACKAGE].tobytes()) if _PACKAGE in values else (b"", b"")


def _are_those_decoded(form: Form, values: Values, envelope: Envelope) -> bool:
    """Whether the values by name are those that the decoder found, each once and in order.

    Every value that was decoded stands in the message under its name, so if there are as many of that name
    as were decoded, there are no others.
    """
    body = envelope.message_body
    materials = body.installed_materials or ()
    packages = [one.material.unique_identifier if one.material is not None else None for one in materials]
    decoded: dict[str, list[str | None] | list[int | None]] = {
        "TimeStamp": [envelope.time_stamp],
        "UniqueID": [envelope.unique_id],
        "TransactionId": [body.transaction_id],
        _UNIT: [one.unit_identifier for one in materials],
        _TIME: [
            component.installation_time
            for one in materials
            for component in one.installed_components or ()
            if isinstance(component, Component)
        ],
        **({_PACKAGE: packages} if _PACKAGE in values else {}),
        "Quantity": [one.material.quantity if one.material is not None else None for one in materials],
    }
    return all(
        [str(value) for value in those if value is not None]
        == [value.decode() for value in (cut(values[name], form.widths[name]) if name in values else ())]
        and (None not in those or all(value is None for value in those))
        for name, those in decoded.items()
    ) and None not in (envelope.time_stamp, envelope.unique_id, body.transaction_id)
