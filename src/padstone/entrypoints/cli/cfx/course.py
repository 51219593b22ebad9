"""What a row of messages tells that none tells alone: what was said twice, what came before what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from padstone import cfx
from padstone.cfx import Head
from padstone.cfx.shapes import plan_of
from padstone.entrypoints.cli.cfx.places import Place
from padstone.entrypoints.cli.cfx.recording import moment_of

_WORK = ("CFX.Production.", "CFX.ResourcePerformance.")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a message in its row: where the message is, its name, and what is doubtful."""

    file: str
    place: Place
    name: str
    code: str
    text: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    file: str
    place: Place
    name: str

    @property
    def where(self) -> str:
        return f"{self.file}:{self.place.line}"


@dataclass(slots=True)
class _Source:
    """One endpoint's row."""

    last: datetime | None = None
    started: dict[str, _Seen] = field(default_factory=dict)
    completed: set[str] = field(default_factory=set)
    early: dict[str, list[_Seen]] = field(default_factory=dict)
    present: dict[str, _Seen] = field(default_factory=dict)
    begins_work: bool = False


class Course:
    """Follows each Source through its messages. `doubts` tells everything once all are taken."""

    def __init__(self) -> None:
        self._ids: dict[str, tuple[_Seen, int]] = {}
        self._sources: dict[str, _Source] = {}
        self._doubts: list[Doubt] = []

    def take(self, file: str, place: Place, head: Head, message: cfx.Message) -> None:
        seen = _Seen(file, place, head.message_name)
        source = self._sources.setdefault(head.source or "", _Source())
        self._repetition(seen, head)
        self._time(seen, source, head)
        self._transaction(seen, source, message)
        self._units(seen, source, message)

    def doubts(self) -> list[Doubt]:
        found = list(self._doubts)
        for source in self._sources.values():
            if source.begins_work:
                found += _order(source)
            found += [
                _doubt(seen, "never_departed", f"unit {unit} has arrived, and never departed")
                for unit, seen in source.present.items()
            ]
        return sorted(found, key=lambda doubt: (doubt.file, doubt.place))

    def _repetition(self, seen: _Seen, head: Head) -> None:
        unique_id = head.unique_id
        if not unique_id:
            return
        before = self._ids.setdefault(unique_id.casefold(), (seen, hash(head.raw)))
        if before[0] is seen:
            return
        if before[1] == hash(head.raw):
            text = f"it is {before[0].where} once more"
            self._doubts.append(_doubt(seen, "repeated", text))
        else:
            text = f"its UniqueID is that of another message, {before[0].where}"
            self._doubts.append(_doubt(seen, "unique_id_twice", text, "Send a new UUID with each message."))

    def _time(self, seen: _Seen, source: _Source, head: Head) -> None:
        at = moment_of(head)
        if at is None:
            return
        if source.last is not None and at < source.last:
            text = f"its TimeStamp is before that of the message ahead of it, by {source.last - at}"
            self._doubts.append(_doubt(seen, "back_in_time", text, "Send in the order in which it happened."))
        source.last = max(source.last or at, at)

    def _transaction(self, seen: _Seen, source: _Source, message: cfx.Message) -> None:
        transaction = transaction_of(message)
        if not transaction or not seen.name.startswith(_WORK):
            return
        if isinstance(message, cfx.WorkStarted):
            source.begins_work = True
            if transaction in source.started:
                text = f"its TransactionID has begun already, {source.started[transaction].where}"
                self._doubts.append(_doubt(seen, "begun_twice", text, "Begin each work with a new UUID."))
            source.started[transaction] = seen
        elif transaction not in source.started:
            source.early.setdefault(transaction, []).append(seen)
        elif isinstance(message, cfx.WorkCompleted):
            source.completed.add(transaction)

    def _units(self, seen: _Seen, source: _Source, message: cfx.Message) -> None:
        if isinstance(message, cfx.UnitsArrived):
            for unit in _units(message):
                source.present[unit] = seen
        elif isinstance(message, cfx.UnitsDeparted):
            for unit in _units(message):
                source.present.pop(unit, None)


def transaction_of(message: cfx.Message) -> str:
    """The transaction that a message names, "" for none."""
    attributes = plan_of(type(message)).attributes
    named = attributes.get("TransactionID") or attributes.get("TransactionId")
    value = cfx.given(getattr(message, named)) if named else None
    return value.casefold() if isinstance(value, str) else ""


def _order(source: _Source) -> Iterator[Doubt]:
    for transaction, seen_early in source.early.items():
        started = source.started.get(transaction)
        for seen in seen_early:
            if started is not None:
                yield _doubt(
                    seen,
                    "before_its_start",
                    f"it comes before the WorkStarted of its transaction, {started.where}",
                    "Send WorkStarted first.",
                )
            else:
                yield _doubt(
                    seen,
                    "never_started",
                    "no WorkStarted has its TransactionID",
                    "Send the TransactionID of WorkStarted in all that belongs to that work.",
                )
    for transaction, seen in source.started.items():
        if transaction not in source.completed and transaction not in source.early:
            yield _doubt(seen, "never_completed", "its work is never completed")


def _doubt(seen: _Seen, code: str, text: str, way_out: str = "") -> Doubt:
    return Doubt(seen.file, seen.place, seen.name, code, text, way_out)


def _units(message: cfx.UnitsArrived | cfx.UnitsDeparted) -> list[str]:
    units = [
        f"{unit}:{position}" if position is not None else unit
        for one in cfx.given(message.units) or ()
        if (unit := cfx.given(one.unit_identifier))
        for position in (cfx.given(one.position_number),)
    ]
    primary = cfx.given(message.primary_identifier)
    return units or ([primary] if primary else [])
