from __future__ import annotations

from datetime import datetime

import click

from padstone.features.recall.queries import AffectedUnit, RecallReport, Suspect, recall
from padstone.features.recall.tables import report_csv
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import Instant, as_of_option, format_option, say_facts, say_json, say_table


@click.command("recall", short_help="Which boards hold suspect parts")
@click.option("--lot", default="", help="The lot code on the suspect packages.")
@click.option("--date-code", default="", help="Their date code.")
@click.option("--package", default="", help="The identifier of one package.")
@click.option("--supplier", default="", help="Who delivered them.")
@click.option("--part", default="", help="The internal part number.")
@click.option("--station", default="", help="Installed at this station.")
@click.option(
    "--since", type=Instant(), help="Installed at or after this instant, such as 2026-03-01T08:00:00Z."
)
@click.option("--until", type=Instant(), help="Installed before this instant.")
@as_of_option
@format_option("table", "json", "csv")
def recall_units(  # noqa: PLR0913 - a parameter for each option
    *,
    lot: str,
    date_code: str,
    package: str,
    supplier: str,
    part: str,
    station: str,
    since: datetime | None,
    until: datetime | None,
    as_of: int | None,
    output: str,
) -> None:
    """The units that hold suspect parts: the certain ones and, set apart, the possible ones.

    All conditions given must hold of a part. The same question as of the same message number gives the same
    bytes for ever.
    """
    suspect = Suspect(
        lot=lot,
        date_code=date_code,
        package=package,
        supplier=supplier,
        part=part,
        station=station,
        since=since,
        until=until,
    )
    report = recall(operator_of_this_machine(), suspect, as_of=as_of)
    if output == "json":
        say_json(report)
    elif output == "csv":
        click.echo(report_csv(report), nl=False)
    else:
        _say(report)


def _say(report: RecallReport) -> None:
    say_facts(
        "Recall",
        (
            ("certain", f"{len(report.certain)} of {report.units_built} units"),
            ("possible", f"{len(report.possible)} of {report.units_built} units"),
            ("packages", report.packages),
            ("as of message", report.as_of),
        ),
    )
    _units("Certain: these units hold, or held, suspect parts", report.certain)
    _units("Possible: the machine could not tell which of two packages it was", report.possible)


def _units(title: str, units: tuple[AffectedUnit, ...]) -> None:
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
