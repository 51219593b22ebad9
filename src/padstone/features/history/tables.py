"""What is in an exported history: its tables, their columns, what each holds.

*Facts* only grow, and are exported once each. *States* may change, and are exported again where they did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from padstone.features.genealogy.lookups import whole as genealogy
from padstone.features.materials import whole as materials
from padstone.features.production import whole as production
from padstone.features.quality import whole as quality
from padstone.features.sites import whole as sites

if TYPE_CHECKING:
    from django.db.models import QuerySet

FORMAT = 1
"""Raised where a reader of the format before would read something wrong."""

Kind = Literal["id", "int", "text", "instant", "flag", "decimal", "ints", "texts"]


@dataclass(frozen=True, slots=True)
class Column:
    """``path`` is where Django finds it, from the row; "" where the export works it out."""

    name: str
    kind: Kind
    meaning: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` gives the whole table; None where the export derives it. ``at`` is the column by whose month a
    table of facts is divided, "" where it is not; ``in_window``: ``--since`` and ``--until`` limit it by that
    column.
    """

    name: str
    holds: str
    columns: tuple[Column, ...]
    rows: Callable[[], QuerySet[Any]] | None = None
    at: str = ""
    by_station: bool = False
    in_window: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))


def _id(name: str, meaning: str, path: str = "") -> Column:
    return Column(name, "id", meaning, path or name)


def _int(name: str, meaning: str, path: str = "") -> Column:
    return Column(name, "int", meaning, path or name)


def _text(name: str, meaning: str, path: str = "") -> Column:
    return Column(name, "text", meaning, path or name)


def _instant(name: str, meaning: str, path: str = "") -> Column:
    return Column(name, "instant", meaning, path or name)


ID = _id("id", "the row's number in Padstone", "pk")
JOURNAL_NO = _id("journal_no", "the message by which it is known")
STATION = _id("station_id", "stations.id")
UNIT = _id("unit_id", "units.id")
PACKAGE = _id("package_id", "packages.id; null where none was named")
LOCATION = _id("location_id", "locations.id; null without a feeder")
DESIGNATOR = _text("designator", "the place on the board; empty where none was told")
AT = _instant("at", "when the machine says it happened")

INSTALLATIONS = Table(
    "installations",
    "every part that was ever put onto a board, one row for each package that it may be of",
    (
        Column(
            "source", "text", "pass: a machine placed it; hand: placed without a feeder; applied: paste, glue"
        ),
        Column("source_id", "id", "passes.id, replacements.id or applications.id"),
        Column("station_id", "id", "stations.id"),
        Column("panel_id", "id", "of a pass: the panel; with the position it leads to the unit"),
        Column("position", "int", "of a pass: the panel position"),
        Column("unit_id", "id", "units.id; null for a pass"),
        Column("designator", "text", "the place on the board; empty: the board as a whole"),
        Column("package_id", "id", "packages.id; null where none was named"),
        Column("location_id", "id", "locations.id; null without a feeder"),
        Column("head", "text", "the machine's head"),
        Column("nozzle", "text", "the machine's nozzle"),
        Column("installed_at", "instant", "when the machine says it was placed"),
        Column("candidates", "int", "1: certain; more: of how many packages it may be"),
        Column("revision", "id", "the message that told of it otherwise than the pass; 0: none did"),
        Column("journal_no", "id", "the message that reported it"),
    ),
    at="installed_at",
    by_station=True,
    in_window=True,
)
PASSES = Table(
    "passes",
    "one report of placements of a panel at a station",
    (
        ID,
        STATION,
        _int("sequence", "the how-manieth of its station"),
        _id("work_transaction_id", "work_transactions.id"),
        _id("panel_id", "the panel"),
        _id("template_id", "template_entries.template_id"),
        _instant("base_at", "about when it began"),
        _instant("last_at", "its last placement"),
        JOURNAL_NO,
    ),
    genealogy.passes,
    at="base_at",
    by_station=True,
    in_window=True,
)
BY_ROW = (
    Table(
        "template_entries",
        "which designators each location places; immutable",
        (
            ID,
            _id("template_id", "the template"),
            _int("index", "its place in the machine's order"),
            _int("position", "the panel position"),
            DESIGNATOR,
            LOCATION,
            _text("head", "the machine's head"),
            _text("nozzle", "the machine's nozzle"),
        ),
        genealogy.template_entries,
    ),
    Table(
        "deviations",
        "what one pass did otherwise than its template and spans say",
        (
            ID,
            _id("pass_id", "passes.id", "of_pass_id"),
            _text("kind", "position_skipped, not_placed, placed_otherwise or doubted"),
            _int("position", "the panel position"),
            DESIGNATOR,
            PACKAGE,
            LOCATION,
            _text("head", "the machine's head"),
            _text("nozzle", "the machine's nozzle"),
            _text("certainty", "certain or possible"),
            _instant("pass_at", "when its pass began", "of_pass__base_at"),
            JOURNAL_NO,
        ),
        genealogy.deviations,
        at="pass_at",
    ),
    Table(
        "replacements",
        "a designator came to hold a package, or nothing, outside any feeder",
        (
            ID,
            UNIT,
            DESIGNATOR,
            AT,
            Column("removed", "flag", "the part was taken off", "removed"),
            PACKAGE,
            _id("station_id", "stations.id", "work_transaction__station_id"),
            _text("reason", "why, in the standard's words"),
            _text("certainty", "certain or possible"),
            JOURNAL_NO,
        ),
        genealogy.replacements,
        at="at",
    ),
    Table(
        "applications",
        "paste, glue and the like came onto a unit, or off it",
        (
            ID,
            UNIT,
            STATION,
            PACKAGE,
            LOCATION,
            Column("designators", "texts", "where; null: the unit as a whole", "designators__designators"),
            Column("removed", "flag", "it was taken off", "removed"),
            _int("candidates", "of how many packages it may be"),
            _text("quantity", "how much, as it was told"),
            _text("reason", "why, in the standard's words"),
            AT,
            JOURNAL_NO,
        ),
        genealogy.applications,
        at="at",
    ),
    Table(
        "rejections",
        "a part was picked and not placed",
        (
            ID,
            UNIT,
            _id("station_id", "stations.id", "work_transaction__station_id"),
            DESIGNATOR,
            PACKAGE,
            LOCATION,
            _text("reason", "why, in the standard's words"),
            AT,
            JOURNAL_NO,
        ),
        genealogy.rejections,
        at="at",
        in_window=True,
    ),
    Table(
        "package_events",
        "what became of a package, but for its comings and goings at feeders",
        (
            ID,
            _id("package_id", "packages.id"),
            _text("kind", "what happened"),
            STATION,
            LOCATION,
            _id("other_package_id", "packages.id of the other one"),
            Column("quantity", "decimal", "what is in it afterwards", "quantity"),
            _text("lot", "the corrected lot", "lot__code"),
            _text("supplier", "of the corrected lot", "lot__supplier__name"),
            _text("date_code", "the corrected date code"),
            _text("reason", "why, in the standard's words"),
            AT,
            JOURNAL_NO,
        ),
        materials.package_events,
        at="at",
    ),
    Table(
        "unit_statuses",
        "what a station said of a unit as it took it in",
        (
            ID,
            UNIT,
            _id("work_transaction_id", "work_transactions.id"),
            _text("status", "in the standard's words"),
            JOURNAL_NO,
        ),
        production.unit_statuses,
    ),
    Table(
        "inspections",
        "one inspection of a unit; its measurements stay in Padstone",
        (
            ID,
            UNIT,
            STATION,
            _text("name", "of the inspection"),
            _text("method", "SPI, AOI, AXI, Human ..."),
            _text("recipe_name", "the program"),
            _text("inspector", "who or what inspected"),
            _text("result", "in the standard's words"),
            _text("verification", "in the standard's words"),
            AT,
            JOURNAL_NO,
        ),
        quality.inspections,
        at="at",
        in_window=True,
    ),
    Table(
        "tests",
        "one test of a unit; its measurements stay in Padstone",
        (
            ID,
            UNIT,
            STATION,
            _text("name", "of the test"),
            _text("method", "in the standard's words"),
            _text("recipe_name", "the program"),
            _text("tester", "who or what tested"),
            _text("result", "in the standard's words"),
            AT,
            JOURNAL_NO,
        ),
        quality.tests,
        at="at",
        in_window=True,
    ),
    Table(
        "defects",
        "what an inspection or a test found; of neither: a repairer's later word",
        (
            ID,
            UNIT,
            _id("inspection_id", "inspections.id"),
            _id("test_id", "tests.id"),
            _text("identifier", "the defect's name"),
            _text("code", "of the defect"),
            _text("category", "of the defect"),
            DESIGNATOR,
            _text("description", "in words"),
            _text("verification", "DefectRejected is a false call"),
            JOURNAL_NO,
        ),
        quality.defects,
    ),
    Table(
        "repairs",
        "what was done about defects",
        (
            ID,
            UNIT,
            STATION,
            _text("name", "of the repair"),
            DESIGNATOR,
            _text("result", "in the standard's words"),
            _text("comments", "in words"),
            _text("repairer", "who repaired"),
            AT,
            JOURNAL_NO,
        ),
        quality.repairs,
        at="at",
    ),
)
"""Facts that are exported row by row, in the order of their numbers."""

STATES = (
    Table(
        "stations",
        "where work is done",
        (
            ID,
            _text("name", "of the station"),
            _text("kind", "of the station"),
            _text("line", "its line", "line__name"),
            _text("site", "its site", "line__site__name"),
        ),
        sites.stations,
    ),
    Table(
        "locations",
        "feeder locations",
        (
            ID,
            STATION,
            _text("identifier", "as the machine names it"),
            _text("name", "as people name it"),
            _int("feeder_lane", "lane of a feeder with several; else 0"),
        ),
        sites.locations,
    ),
    Table(
        "packages",
        "reels, trays and sticks as they came onto the books",
        (
            ID,
            _text("identifier", "the package's own"),
            _text("part", "the internal part number", "part__number"),
            _text("lot", "the lot code", "lot__code"),
            _text("date_code", "the date code"),
            _text("supplier", "who delivered the lot", "lot__supplier__name"),
            _text("manufacturer", "the maker"),
            _text("manufacturer_part_number", "the maker's part number"),
            JOURNAL_NO,
        ),
        materials.packages,
    ),
    Table(
        "units",
        "boards, with their panels and work orders",
        (
            ID,
            _text("identifier", "the serial, or panel:position"),
            _id("panel_id", "the panel"),
            _text("panel", "the panel's identifier", "panel__identifier"),
            _int("position", "the panel position"),
            _text("work_order", "its number", "panel__work_order__number"),
            Column("order_known_from", "id", "the message that told of the order; null: none yet"),
            _text("product", "what is built", "panel__work_order__revision__product__number"),
            _text("product_revision", "in which state", "panel__work_order__revision__label"),
            JOURNAL_NO,
        ),
        production.units,
    ),
    Table(
        "work_transactions",
        "a panel's pass through a station, from WorkStarted to WorkCompleted",
        (
            ID,
            _text("uuid", "the machine's TransactionID"),
            STATION,
            _id("panel_id", "the panel"),
            _text("work_order", "the number that was told", "work_order__number"),
            Column("positions", "ints", "the panel positions that the station had; empty: all", "positions"),
            _int("lane", "of the station"),
            _text("recipe_name", "the program"),
            _text("recipe_revision", "its state"),
            _text("surface", "of the panel"),
            _instant("started_at", "the machine's time"),
            _instant("completed_at", "the machine's time; null: not yet"),
            _text("result", "in the standard's words"),
            JOURNAL_NO,
            _id("completed_journal_no", "the message by which the end is known"),
        ),
        production.work_transactions,
    ),
    Table(
        "spans",
        "one package fed one location from one pass of its station to another",
        (
            ID,
            STATION,
            LOCATION,
            _id("package_id", "packages.id"),
            _int("first_sequence", "passes.sequence"),
            _int("last_sequence", "passes.sequence; 2147483647: it still feeds"),
        ),
        genealogy.spans,
    ),
)
"""What may change; exported in parts of so many numbers, and a part again where it changed."""

DERIVED_STATES = (
    Table(
        "former_panels",
        "panels that boards were by themselves before anybody knew their panel",
        (
            Column("panel_id", "id", "the panel that installations and passes name"),
            Column("unit_id", "id", "units.id of the board that was at its position 1"),
        ),
    ),
    Table(
        "package_names",
        "lot, date code and maker of packages that were corrected or split off, from a message on",
        (
            Column("package_id", "id", "packages.id"),
            Column("known_from", "id", "the message; the newest row that is known counts"),
            Column("lot", "text", "the lot code"),
            Column("date_code", "text", "the date code"),
            Column("supplier", "text", "who delivered the lot"),
            Column("manufacturer", "text", "the maker"),
            Column("manufacturer_part_number", "text", "the maker's part number"),
        ),
    ),
    Table(
        "package_lineage",
        "which package came out of which, over however many splits",
        (
            Column("package_id", "id", "packages.id"),
            Column("ancestor_id", "id", "packages.id"),
            Column("known_from", "id", "the message by which the whole way is known"),
        ),
    ),
)
TABLES = {table.name: table for table in (INSTALLATIONS, PASSES, *BY_ROW, *STATES, *DERIVED_STATES)}
