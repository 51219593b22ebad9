"""The command line's side of an answer: a table for people, or the very bytes the API gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from padstone.platform.answers import json_bytes, plain

F = TypeVar("F", bound=Callable[..., object])

WIDTH_OF_A_FILE = 240
"""Columns of a table that goes into a file or a pipe, where no terminal says how wide it is."""

as_of_option = click.option(
    "--as-of",
    type=click.IntRange(min=0),
    metavar="N",
    help="Answer from the messages up to journal number N alone.",
)


def format_option(*formats: str) -> Callable[[F], F]:
    """``--format``: the first is what people get."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to write the answer; json is what the API answers, byte for byte.",
    )


class Instant(click.ParamType[datetime]):
    """A date and time in ISO 8601. Without an offset it is meant in the site's time zone."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is None:
                instant = timezone.make_aware(instant)
            return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date and time; write 2026-03-01T08:00:00Z", param, ctx)


def console() -> Console:
    """Where tables go. Nothing that a machine or a label said can paint or move the terminal: see
    ``shown``.
    """
    fitting = Console(highlight=False, markup=False, emoji=False)
    return (
        fitting
        if fitting.is_terminal
        else Console(highlight=False, markup=False, emoji=False, width=WIDTH_OF_A_FILE)
    )


def shown(value: object) -> Text:
    """A value as short and harmless text.

    Instants to the second, decimals without empty places; control characters are replaced, and not obeyed.
    """
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
    elif isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    return Text(
        "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain(value))
    )


def say_json(answer: object) -> None:
    """The bytes that the API answers with."""
    click.echo(json_bytes(answer), nl=False)


def say_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A titled table, or the title and a dash where there is nothing to show. Empty columns are left out."""
    kept = [[shown(value) for value in row] for row in rows]
    filled = [index for index in range(len(columns)) if any(row[index].plain for row in kept)]
    table = Table(title=Text(title), title_justify="left", title_style="bold", header_style="bold", box=None)
    for index in filled:
        table.add_column(columns[index].replace("_", " "), overflow="fold")
    for row in kept:
        table.add_row(*(row[index] for index in filled))
    out = console()
    if kept:
        out.print(table)
    else:
        out.print(Text(f"{title}: none", style="bold"))
    out.print()


def say_facts(title: str, facts: Iterable[tuple[str, object]]) -> None:
    """A titled list of names and values; what is empty is left out."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=None, show_header=False)
    for name, value in facts:
        if text := shown(value).plain:
            table.add_row(Text(name, style="dim"), Text(text))
    out = console()
    out.print(table)
    out.print()
