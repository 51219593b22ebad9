"""What an interpreter may ask and say while it turns one message into facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from padstone import cfx
from padstone.features.genealogy.lookups.encoder import StationFeeds, station_feeds
from padstone.features.genealogy.lookups.passes import transactions_with_passes
from padstone.features.materials.lookups import packages
from padstone.features.production import lookups as production
from padstone.features.production.at_hand import WorkAtHand
from padstone.features.sites.commands import register_endpoint, register_feeder_location
from padstone.features.sites.lookups import endpoint, feeder_locations
from padstone.features.stock.fitness import beyond_doubt
from padstone.ingest.instants import WIDTH, ticks_of_one_hour
from padstone.ingest.zones import TWICE, Reading, Zones, as_if_zoned, may_lack_zones, read_in
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid, NotYetKnown

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from padstone.features.materials.models import MaterialPackage
    from padstone.features.production.models import Unit, WorkTransaction
    from padstone.features.sites.models import Endpoint, Station
    from padstone.ingest.repeating import KnownReports, ReadReport


MOST_AT_HAND = 10_000
MOST_PACKAGES = 10_000
MOST_WORDS = 10_000


@dataclass(slots=True)
class Memory:
    """What the interpreter has read and need not read again. Forgotten whole whenever a message's changes are
    undone, since some of it may never have been.

    ``unplaced`` are the ids of work transactions of which no pass is on the books. ``places`` (of each
    station), ``sources`` and ``tools`` are locations, packages and tools by the words that reports in the
    usual form have for them; ``hours`` are instants in ticks by all that is written of them but the minutes
    and seconds. ``reports`` are those of each endpoint that may be repeated. ``judged`` are the packages of
    which it was asked whether they may be used, and the stations where; of the ``blameless`` it need not be
    asked: nothing on the books speaks against them at any time. These, and the ``zones``
    of machines' clocks, hold for the messages at hand.
    """

    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    packages: dict[str, MaterialPackage] = field(default_factory=dict)
    locations: dict[int, dict[tuple[str, str, int], int]] = field(default_factory=dict)
    feeds: dict[int, StationFeeds] = field(default_factory=dict)
    work: WorkAtHand = field(default_factory=WorkAtHand)
    unplaced: set[int] = field(default_factory=set)
    places: dict[int, dict[Hashable, int]] = field(default_factory=dict)
    sources: dict[Hashable, tuple[int, ...]] = field(default_factory=dict)
    tools: dict[Hashable, tuple[str, str]] = field(default_factory=dict)
    hours: dict[bytes, int] = field(default_factory=dict)
    reports: dict[str, KnownReports] = field(default_factory=dict)
    judged: dict[int, set[int]] = field(default_factory=dict)
    blameless: set[int] = field(default_factory=set)
    zones: Zones = field(default_factory=Zones)

    def read_ahead(self, names: Iterable[str], uuids: Iterable[UUID], placed: Iterable[UUID]) -> None:
        """Read the panels, units and work that some messages speak of, in few statements for all of them.
        ``placed`` is the work that reports of placements are of.
        """
        self.work.read_ahead(names, {uuid for uuid in uuids if not self.work.knows(uuid)})
        ids = self.work.work_ids(placed) - self.unplaced
        self.unplaced |= ids - transactions_with_passes(ids)

    def read_packages(self, identifiers: Iterable[str]) -> None:
        """Read what is not known yet of these packages, all at once."""
        missing = {identifier for identifier in identifiers if identifier} - self.packages.keys()
        if missing:
            self.packages.update(packages(missing))

    def read_blameless(self, identifiers: Iterable[str]) -> None:
        """Read which of these packages need not be judged, of those that no station used before."""
        known = (self.packages.get(identifier) for identifier in identifiers)
        ids = {package.pk for package in known if package is not None}
        self.blameless = beyond_doubt(ids - self.judged.keys())

    def forget(self) -> None:
        self.judged.clear()
        self.blameless.clear()
        self.zones.forget()
        for remembered in (
            self.endpoints,
            self.packages,
            self.locations,
            self.feeds,
            self.places,
            self.sources,
            self.reports,
        ):
            remembered.clear()
        self.forget_work()

    def forget_endpoints(self, handles: Iterable[str], station_ids: Iterable[int]) -> None:
        """What messages of these endpoints may have changed, but for panels and the work on them."""
        for handle in handles:
            self.endpoints.pop(handle, None)
            self.reports.pop(handle, None)
        for station_id in station_ids:
            self.locations.pop(station_id, None)
            self.places.pop(station_id, None)
            self.feeds.pop(station_id, None)
        self.unplaced.clear()

    def forget_work(self) -> None:
        """Panels and transactions, which are many and soon left behind."""
        self.work.forget()
        self.unplaced.clear()

    def forget_old(self) -> None:
        """Keep the memory small over a long life."""
        if len(self.work) > MOST_AT_HAND:
            self.forget_work()
        if len(self.packages) > MOST_PACKAGES:
            self.packages.clear()
        if len(self.judged) > MOST_PACKAGES:
            self.judged.clear()
        spelled: list[dict[Any, Any]] = [
            self.sources,
            self.tools,
            self.hours,
            self.reports,
            *self.places.values(),
        ]
        for words in spelled:
            if len(words) > MOST_WORDS:
                words.clear()


@dataclass(frozen=True, slots=True)
class Doubted:
    code: str
    reason: str
    subject: str


@dataclass(slots=True)
class Context:
    """One message's surroundings. ``brought`` collects the keys that waiting messages may be waiting for;
    ``read`` is what a report of placements in its usual form was read as.
    """

    memory: Memory
    source: str
    happened_at: datetime
    happened_ticks: int
    journal_no: int
    flags: dict[Doubted, None] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    brought: list[str] = field(default_factory=list)
    read: ReadReport | None = None
    _zones: tuple[ZoneInfo | None, ...] = ()

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that speaks; it is registered when it speaks for the first time."""
        known = self.memory.endpoints.get(self.source)
        if known is None:
            if not self.source:
                raise Invalid(
                    "no_source",
                    "The message does not say which machine it is from.",
                    field="Source",
                    way_out="Set the machine's CFX handle, so that every envelope has a Source.",
                )
            known = endpoint(self.source)
            if known is None:
                known = register_endpoint.within(INTERPRETER, handle=self.source)
                self.memory.zones.forget_one(self.source)
                self.flag(
                    "endpoint_registered", f"{self.source} spoke for the first time; assign it to a station."
                )
            self.memory.endpoints[self.source] = known
        return known

    @property
    def station(self) -> Station:
        return self.endpoint.station

    def flag(self, code: str, reason: str, subject: str = "") -> None:
        """Accepted, but a person should see this. The same doubt twice is one doubt."""
        self.flags[Doubted(code, reason, subject)] = None

    def clear(self, subject: str) -> None:
        """What was doubtful about this subject has been settled."""
        self.cleared.append(subject)

    def bring(self, key: str) -> None:
        """Something is on the books now that other messages may be waiting for."""
        self.brought.append(key)

    def instant(self, text: str | None) -> cfx.Instant | None:
        """A time inside the message, None where none was given. Without a zone it is by its clock."""
        if not text:
            return None
        try:
            moment = cfx.parse_instant(text)
        except cfx.CfxValueError as error:
            raise Invalid(
                "not_a_time",
                "{text} is not a time: {error}",
                way_out="Send times as ISO 8601 with a zone.",
                text=text,
                error=error,
            ) from error
        return moment if moment.zoned else self.by_its_clock(moment, text, self.happened_at)

    def by_its_clock(self, moment: cfx.Instant, text: str, near: datetime | None) -> cfx.Instant:
        """A time without a zone, in the zone of the machine's clock, or else as UTC. ``near`` is about when
        it was, where that is known. What is assumed is flagged, once in a message.
        """
        zone = self._zone()
        if zone is None:
            self._flag_no_zone(text)
            return moment
        reading = read_in(zone, moment, near)
        if reading.doubt:
            self._flag_once(reading.doubt, _in_words(reading, text, zone))
        return reading.instant

    def _zone(self) -> ZoneInfo | None:
        """In which the machine's clock runs, if somebody has said so."""
        if not self._zones:
            self._zones = (self.memory.zones.at(self.endpoint.handle, self.journal_no),)
        return self._zones[0]

    def _flag_no_zone(self, text: str) -> None:
        self._flag_once(
            "time_without_zone",
            f"The time {text} has no zone; it was read as UTC. "
            "Say on the machine's page in which zone its clock runs.",
        )

    def _flag_once(self, code: str, reason: str) -> None:
        if not any(flag.code == code for flag in self.flags):
            self.flag(code, reason)

    def all_ticks(self, texts: Sequence[str | None]) -> tuple[int | None, ...]:
        """Times inside the message in ticks, as ``instant`` reads each."""
        usual = [text for text in texts if text and len(text) == WIDTH and text.isascii()]
        if len(usual) == len(texts) and (ticks := self.ticks_of_one_hour("".join(usual).encode())):
            return ticks
        if may_lack_zones(texts):
            zone = self._zone()
            if ticks := self.ticks_of_one_hour(as_if_zoned(texts, zone)):
                if zone is None:
                    self._flag_no_zone(texts[0])
                return ticks
        return tuple(map(self._ticks, texts))

    def ticks_of_one_hour(self, together: bytes) -> tuple[int, ...]:
        return ticks_of_one_hour(together, self.memory.hours)

    def _ticks(self, text: str | None) -> int | None:
        moment = self.instant(text)
        return moment.ticks if moment is not None else None

    def at(self, text: str | None) -> datetime:
        """A time inside the message, or else when the message says it happened."""
        moment = self.instant(text)
        return moment.utc if moment else self.happened_at

    def uuid(self, text: str | None, name: str) -> UUID:
        found = self.optional_uuid(text, name)
        if found is None or found.int == 0:  # .NET's empty GUID is none
            raise Invalid(
                "no_transaction",
                "{field_name} is missing.",
                field=name,
                way_out="The machine must give the TransactionID of the WorkStarted it belongs to.",
                field_name=name,
            )
        return found

    def optional_uuid(self, text: str | None, name: str) -> UUID | None:
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError as error:
            raise Invalid(
                "not_a_guid",
                "{field_name} is not a GUID: {text}",
                field=name,
                way_out="Send a GUID.",
                field_name=name,
                text=text,
            ) from error

    def transaction(self, uuid: UUID) -> WorkTransaction:
        found = self._transaction(uuid)
        if found is None:
            raise production.unknown_transaction(uuid)
        return found

    def _transaction(self, uuid: UUID) -> WorkTransaction | None:
        return self.memory.work.transaction(uuid)

    def unit(self, identifier: str | None, position: int | None, transaction: UUID | None) -> Unit:
        """The unit that the message names. Raises NotYetKnown while nobody has told of it: the message then
        waits.
        """
        row = self._transaction(transaction) if transaction else None
        if row is not None:
            there = self.units_of_panel(row.panel_id)
            if identifier in {None, "", row.panel.identifier}:
                if not identifier and len(row.positions) == 1 and position not in row.positions:
                    position = row.positions[0]  # one board alone: the station numbers what it has in it
                if position in there:
                    return there[position]
            else:
                for unit in there.values():
                    if unit.identifier == identifier:
                        return unit
        return production.must_unit(identifier or "", position, transaction)

    def units_of_panel(self, panel_id: int) -> dict[int, Unit]:
        """The units of a panel by position."""
        return self.memory.work.units_of_panel(panel_id)

    def units_of_transaction(self, uuid: UUID) -> list[Unit]:
        """The units that a work transaction has, by position."""
        row = self.transaction(uuid)
        there = self.units_of_panel(row.panel_id)
        return [unit for position, unit in there.items() if not row.positions or position in row.positions]

    def packages(self, identifiers: Collection[str]) -> dict[str, MaterialPackage]:
        """These packages. Raises NotYetKnown for the first that nobody has received."""
        self.memory.read_packages(identifiers)
        for identifier in identifiers:
            if identifier not in self.memory.packages:
                check_length(identifier, "UniqueIdentifier")
                raise NotYetKnown(
                    f"package:{identifier}",
                    "unknown_package",
                    "Package {package} was never received.",
                    way_out="Receive it (MaterialsInitialized); this message is then taken up by itself.",
                    package=identifier,
                )
        return {identifier: self.memory.packages[identifier] for identifier in identifiers}

    def location(self, identifier: str | None, name: str | None, feeder_lane: int | None) -> int:
        """The id of a feeder location of this station."""
        station_id = self.station.pk
        known = self.memory.locations.get(station_id)
        if known is None:
            known = self.memory.locations[station_id] = feeder_locations(station_id)
        key = (identifier or "", name or "", feeder_lane or 0)
        if key not in known:
            known[key] = register_feeder_location.within(
                INTERPRETER, station_id=station_id, identifier=key[0], name=key[1], feeder_lane=key[2]
            )
        return known[key]

    def feeds(self) -> StationFeeds:
        """The state of this station's encoder."""
        station_id = self.station.pk
        if station_id not in self.memory.feeds:
            self.memory.feeds[station_id] = station_feeds(station_id)
        return self.memory.feeds[station_id]


def _in_words(reading: Reading, text: str, zone: ZoneInfo) -> str:
    """What is doubtful about a time without a zone, and what was assumed."""
    assumed = f"it was read as {reading.instant.utc:%Y-%m-%d %H:%M:%S} UTC"
    if reading.doubt == TWICE:
        return (
            f"The time {text} came twice in {zone.key}, since clocks were put back; {assumed}, "
            f"and may have been {reading.other:%H:%M:%S} UTC. Have the machine send times with a zone."
        )
    return (
        f"The time {text} never came in {zone.key}, since clocks were put forward; {assumed}, "
        "by a clock that was not. Set the machine's clock."
    )
