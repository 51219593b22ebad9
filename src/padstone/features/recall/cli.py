from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from padstone.features.genealogy.queries import CERTAIN, POSSIBLE
from padstone.features.recall.queries import Suspect, survey
from padstone.features.recall.tables import csv_of, json_lines_of, json_of
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import Instant, as_of_option, format_option, say_facts, say_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from padstone.features.recall.queries import AffectedUnit, Survey

MOST_SHOWN = 1_000
"""Units of a table for people; the other forms have all of them."""


@click.command("recall", short_help="Which boards hold suspect parts")
@click.option("--lot", default="", help="The lot code on the suspect packages.")
@click.option("--date-code", default="", help="Their date code.")
@click.option("--package", default="", help="The identifier of one package.")
@click.option("--supplier", default="", help="Who delivered them.")
@click.option("--part", default="", help="The internal part number.")
@click.option("--station", default="", help="Installed at this station.")
@click.option("--location", default="", help="Installed from this feeder location.")
@click.option("--feeder", default="", help="Installed from where this feeder was.")
@click.option("--head", default="", help="Installed by this head.")
@click.option("--nozzle", default="", help="Installed by this nozzle, as a certificate shows it.")
@click.option("--lane", type=click.IntRange(0, 32_767), help="Installed on this lane of the line.")
@click.option(
    "--since", type=Instant(), help="Installed at or after this instant, such as 2026-03-01T08:00:00Z."
)
@click.option("--until", type=Instant(), help="Installed before this instant.")
@as_of_option
@format_option("table", "json", "csv", "jsonl")
def recall_units(  # noqa: PLR0913 - a parameter for each option
    *,
    lot: str,
    date_code: str,
    package: str,
    supplier: str,
    part: str,
    station: str,
    location: str,
    feeder: str,
    head: str,
    nozzle: str,
    lane: int | None,
    since: datetime | None,
    until: datetime | None,
    as_of: int | None,
    output: str,
) -> None:
    """The units that hold suspect parts: the certain ones and, set apart, the possible ones.

    All conditions given must hold of a part. The same question as of the same message number gives the same
    bytes for ever. json, csv and jsonl are written as they are found, however long.
    """
    suspect = Suspect(
        lot=lot,
        date_code=date_code,
        package=package,
        supplier=supplier,
        part=part,
        station=station,
        location=location,
        feeder=feeder,
        head=head,
        nozzle=nozzle,
        lane=lane,
        since=since,
        until=until,
    )
    found = survey(operator_of_this_machine(), suspect, as_of=as_of)
    if output == "table":
        _say(found)
        return
    pieces: Iterable[str | bytes]
    match output:
        case "json":
            pieces = json_of(found)
        case "csv":
            pieces = csv_of(found)
        case _:
            pieces = json_lines_of(found)
    for piece in pieces:
        click.echo(piece, nl=False)


def _say(found: Survey) -> None:
    built = found.units_built
    say_facts(
        "Recall",
        (
            ("certain", f"{found.certain} of {built} units"),
            ("possible", f"{found.possible} of {built} units"),
            ("packages", found.packages),
            ("as of message", found.as_of),
        ),
    )
    _units("Certain: these units hold, or held, suspect parts", found, CERTAIN, found.certain)
    _units(
        "Possible: the machine could not tell which of two packages it was", found, POSSIBLE, found.possible
    )


def _units(title: str, found: Survey, certainty: str, count: int) -> None:
    if count > MOST_SHOWN:
        title = f"{title} (the first {MOST_SHOWN}; --format csv has all)"
    units: Iterable[AffectedUnit] = islice(found.units(certainty), MOST_SHOWN)
    say_table(
        title,
        ("unit", "panel", "position", "work_order", "designators", "packages", "taken_off_again"),
        (
            (
                unit.unit,
                unit.panel,
                unit.position,
                unit.work_order,
                [installation.designator for installation in unit.installations],
                sorted({installation.package for installation in unit.installations}),
                "yes" if unit.removed else "",
            )
            for unit in units
        ),
    )
