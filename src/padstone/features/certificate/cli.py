from __future__ import annotations

import click

from padstone.features.certificate.panel import packages_on
from padstone.features.certificate.queries import (
    Certificate,
    PanelCertificate,
    StoodIn,
    Unexpected,
    certificate,
    panel_certificate,
)
from padstone.features.certificate.verdict import verdict_on
from padstone.features.genealogy.queries import Installation
from padstone.features.parts.stand_ins import MERGED
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.answers import csv_lines, csv_text
from padstone.platform.terminal import as_of_option, format_option, say_facts, say_json, say_table

INSTALLED = (
    "designator",
    "part",
    "package",
    "lot",
    "date_code",
    "supplier",
    "station",
    "location",
    "head",
    "nozzle",
    "installed_at",
    "certainty",
)
REMOVED = (*INSTALLED, "removed_at", "removal_reason")
PASSES = (
    "station",
    "kind",
    "recipe_name",
    "recipe_revision",
    "surface",
    "started_at",
    "completed_at",
    "result",
)


@click.command(short_help="What is in one board, and what happened to it")
@click.argument("serial")
@as_of_option
@format_option("table", "json", "csv")
def unit(serial: str, as_of: int | None, output: str) -> None:
    """What is known of the unit SERIAL: its parts with their reels and lots, what is missing, every pass and
    finding.

    SERIAL is the unit's serial number, or panel:position for a board that has none yet. csv lists its parts.
    """
    answer = certificate(operator_of_this_machine(), serial, as_of=as_of)
    if output == "json":
        say_json(answer)
    elif output == "csv":
        columns = Installation.__struct_fields__
        rows = (*answer.installations, *answer.removed)
        click.echo(csv_text(columns, ([getattr(row, name) for name in columns] for row in rows)), nl=False)
    else:
        _say(answer)


@click.command(short_help="All boards of one panel, and what is in them")
@click.argument("identifier")
@as_of_option
@format_option("table", "json", "csv")
def panel(identifier: str, as_of: int | None, output: str) -> None:
    """What is known of the panel IDENTIFIER: its boards, and the reels that their parts came from.

    json holds the whole certificate of each board, csv lists their parts.
    """
    answer = panel_certificate(operator_of_this_machine(), identifier, as_of=as_of)
    if output == "json":
        say_json(answer)
    elif output == "csv":
        columns = Installation.__struct_fields__
        rows = (row for unit in answer.units for row in (*unit.installations, *unit.removed))
        for piece in csv_lines(columns, ([getattr(row, name) for name in columns] for row in rows)):
            click.echo(piece, nl=False)
    else:
        _say_panel(answer)


def _say_panel(answer: PanelCertificate) -> None:
    say_facts(
        f"Panel {answer.panel}",
        (
            ("work order", answer.work_order),
            ("product", f"{answer.product} {answer.revision}".strip()),
            ("as of message", answer.as_of),
        ),
    )
    say_table(
        "Boards",
        ("position", "unit", "verdict", "parts", "missing", "taken_off_again"),
        [
            (
                unit.position,
                unit.unit,
                verdict_on(unit).word,
                len({one.designator for one in unit.installations}),
                len(unit.missing),
                len(unit.removed),
            )
            for unit in answer.units
        ],
    )
    columns = ("part", "package", "lot", "date_code", "supplier", "pieces", "doubtful", "positions")
    _rows("Reels", columns, packages_on(answer))


def _say(answer: Certificate) -> None:
    say_facts(
        f"Unit {answer.unit}",
        (
            ("panel", f"{answer.panel}, position {answer.position}"),
            ("work order", answer.work_order),
            ("product", f"{answer.product} {answer.revision}".strip()),
            ("missing", answer.missing),
            ("unexpected", [_in_words(found) for found in answer.unexpected]),
            ("rightly in place of the bill's", [_stood_in(found) for found in answer.stood_in]),
            ("as of message", answer.as_of),
        ),
    )
    _rows("Parts", INSTALLED, answer.installations)
    if answer.removed:
        _rows("Taken off again", REMOVED, answer.removed)
    _rows("Passes", PASSES, answer.passes)
    if answer.rejections:
        _rows(
            "Picked, not placed",
            ("at", "station", "designator", "package", "location", "reason"),
            answer.rejections,
        )
    _rows(
        "Inspections",
        ("at", "station", "method", "name", "inspector", "result", "verification"),
        answer.inspections,
    )
    _rows("Tests", ("at", "station", "method", "name", "tester", "result"), answer.tests)
    defects = [
        *(defect for inspection in answer.inspections for defect in inspection.defects),
        *(defect for test in answer.tests for defect in test.defects),
    ]
    if defects:
        _rows(
            "Defects",
            ("code", "category", "designator", "description", "verification", "identifier"),
            defects,
        )
    _rows("Process records", ("at", "station", "kind", "recipe_name", "result"), answer.process_records)
    if answer.repairs:
        _rows("Repairs", ("at", "station", "designator", "result", "comments", "repairer"), answer.repairs)


def _in_words(found: Unexpected) -> str:
    wanted = f"not {found.expected_part}" if found.expected_part else "where nothing belongs"
    return f"{found.designator}: {found.part}, {wanted}"


def _stood_in(found: StoodIn) -> str:
    why = "the same part" if found.why == MERGED else f"alternate approved by {found.approved_by}"
    return f"{found.designator}: {found.part} for {found.expected_part}, {why}"


def _rows(title: str, columns: tuple[str, ...], lines: object) -> None:
    assert isinstance(lines, tuple | list)  # noqa: S101 - every part of a certificate is one
    say_table(title, columns, [[getattr(line, name) for name in columns] for line in lines])
