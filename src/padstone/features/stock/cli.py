"""``padstone stock``: what is in store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from padstone.features.design.domain.sources import Source
from padstone.features.stock.at_hand import COMMANDS
from padstone.features.stock.opening.importing import Opened, Wishes, import_opening
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.progress import telling
from padstone.platform.terminal import format_option, say_json, say_table


@click.group()
def stock() -> None:
    """What is in store, and where."""


for _one in COMMANDS:
    stock.add_command(_one)


EXAMPLE = """package,part,description,quantity,location,lot,supplier,expires
R1,100-0100,Resistor 10k 1% 0402,4000,A-01,L7,TME,
R2,900-0001,Solder paste SAC305,0.5,FRIDGE,77,,2027-01-31
"""


@stock.command("example")
def example() -> None:
    """Print a small opening stock, as import takes it."""
    click.echo(EXAMPLE, nl=False)


@stock.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", "columns", multiple=True, metavar="NAME=MEANING", help="What a column says.")
@click.option("--register", is_flag=True, help="Put parts and locations that nobody knows on the books.")
@click.option(
    "--name-rows", default="", metavar="PREFIX", help="Name packages without a name PREFIX and row."
)
@click.option("--location", default="", help="Where packages are whose row says not where.")
@format_option("table", "json")
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    columns: Sequence[str],
    *,
    register: bool,
    name_rows: str,
    location: str,
    output: str,
) -> None:
    """Book the opening stock in FILE in: a package in each row of a spreadsheet or of InvenTree's export.

    Cut off, it is run again with the same file: what is in store is not booked in twice. Ends with 1 if rows
    were left out; each is told with its cell and with what to do.
    """
    wishes = Wishes(columns=_meanings(columns), register=register, name_rows=name_rows, location=location)
    with telling({"rows": "Booking in"}) as tell:
        opened = import_opening(
            operator_of_this_machine(), source=Source.from_path(file), wishes=wishes, tell=tell
        )
    if output == "json":
        say_json(opened)
    else:
        _say(file, opened)
    if opened.left_out:
        ctx.exit(1)


def _meanings(columns: Sequence[str]) -> dict[str, str]:
    found = {}
    for column in columns:
        name, is_given, meaning = column.rpartition("=")
        if not is_given:
            raise click.UsageError(f"--column {column}: write NAME=MEANING.")
        found[name] = meaning
    return found


def _say(file: Path, opened: Opened) -> None:
    if opened.doubts:
        say_table(
            "Doubts",
            ("place", "reason", "way_out"),
            [(one.place.text, one.reason, one.way_out) for one in opened.doubts],
        )
    click.echo(
        f"{file.name}: {opened.added} packages booked in, {opened.known} were in store before, "
        f"{opened.left_out} rows left out."
    )
