"""``padstone part``: parts from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from padstone.features.parts.cards import part_card, parts, substitutes
from padstone.features.parts.commands import import_parts, merge_parts
from padstone.features.parts.commands.importing import MOST_BYTES
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.progress import telling
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

LINE = ("number", "description", "category", "manufacturer", "manufacturer_part_number", "lifecycle")

EXAMPLE = """\
part_number,description,category,manufacturer,mpn,lifecycle,resistance,tolerance,package
100-0100,Resistor 10k 1% 0402,resistor,Yageo,RC0402FR-0710KL,active,10k,1 %,0402
100-0101,Resistor 10k 0.5% 0402,resistor,Vishay,CRCW040210K0DHED,active,10 kΩ,0.5 %,0402
"""


@click.group()
def part() -> None:
    """Parts: found, looked at, imported, merged."""


@part.command("list")
@click.argument("words", nargs=-1)
@click.option("--category", default="", help="Of this category alone.")
@click.option("--lifecycle", default="", help="In this state of life alone.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 100_000))
@format_option("table", "json")
def list_(*, words: tuple[str, ...], category: str, lifecycle: str, most: int, output: str) -> None:
    """Parts of which a number or a word begins with each of WORDS; all of them without."""
    found = parts(
        operator_of_this_machine(), " ".join(words), category=category, lifecycle=lifecycle, most=most
    )
    if output == "json":
        say_json(found)
        return
    say_table("Parts", LINE, [[getattr(row, name) for name in LINE] for row in found])


@part.command()
@click.argument("number")
@format_option("table", "json")
def show(number: str, output: str) -> None:
    """One part, by its number or an older one: what it can do, its sources, and where it is used."""
    actor = operator_of_this_machine()
    card = part_card(actor, number)
    if output == "json":
        say_json(card)
        return
    say_facts(
        card.number,
        (
            ("also known as", card.other_numbers),
            ("description", card.description),
            ("category", card.category),
            ("lifecycle", card.lifecycle),
            ("moisture level", card.moisture_level),
            ("lead time, days", card.lead_time_days),
            *((one.title, f"{one.value} {one.unit}".strip()) for one in card.parameters),
        ),
    )
    say_table(
        "Makers",
        ("manufacturer", "number", "approval", "tier"),
        [(one.manufacturer, one.number, one.approval, one.tier) for one in card.sources],
    )
    say_table(
        "Used in",
        ("product", "revision", "state", "line", "quantity"),
        [(one.product, one.revision, one.state, one.line_number, one.quantity) for one in card.used_in],
    )
    if found := substitutes(actor, card.number):
        say_table(
            "Equal or better",
            ("number", "description", "differs"),
            [
                (
                    one.part.number,
                    one.part.description,
                    [f"{d.title}: {d.wanted} → {d.offered}" for d in one.differences if d.verdict != "same"],
                )
                for one in found
            ],
        )


@part.command()
def example() -> None:
    """Print a small table of parts, to begin from."""
    click.echo(EXAMPLE, nl=False)


@part.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option("table", "json")
def import_file(file: Path, output: str) -> None:
    """Register the parts of the CSV FILE, and say what it says of them.

    The first row names the columns: part_number, description, category, manufacturer, mpn, approval,
    lifecycle, moisture_level, shelf_life_days, storage, criticality, lead_time_days, and parameters such as
    resistance, tolerance or package. A row that breaks a rule is left out and told.
    """
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    with telling({"read": "Importing"}) as progress:
        report = import_parts(
            operator_of_this_machine(),
            content=content,
            file_name=file.name,
            progress=lambda done, total: progress("read", done, total),
        )
    if output == "json":
        say_json(report)
        return
    if report.refused:
        say_table("Left out", ("row", "column", "reason"), report.refused)
    if report.columns_not_read:
        click.echo(f"Columns that were not read: {', '.join(report.columns_not_read)}")
    click.echo(f"Parts: {report.parts}, new: {report.new}, left out: {report.left_out}.")


@part.command()
@click.argument("duplicate")
@click.argument("into")
@click.option("--why", required=True, help="For the record.")
def merge(duplicate: str, into: str, why: str) -> None:
    """Say that DUPLICATE is another number of the part INTO. Nothing is moved or lost."""
    kept = merge_parts(operator_of_this_machine(), duplicate=duplicate, into=into, why=why)
    click.echo(f"{duplicate} leads to {kept.number}.")
