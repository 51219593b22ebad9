from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from padstone.kernel.errors import NotFound
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import Instant, say_facts


@click.command(short_help="Write the history as Parquet, for other engines")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--tables", default="", metavar="A,B,...", help="These tables alone.")
@click.option("--since", type=Instant(), help="Of the large tables, what happened at or after this instant.")
@click.option("--until", type=Instant(), help="Of the large tables, what happened before this instant.")
def export(directory: Path, tables: str, since: datetime | None, until: datetime | None) -> None:
    """Write the history into DIRECTORY as Parquet: the first time all of it, then what came since.

    An export that was interrupted goes on where it was. docs/reference/history.md lists tables and columns.
    """
    _must_have_pyarrow()
    from padstone.features.history.commands import export_history  # noqa: PLC0415 - needs pyarrow
    from padstone.features.history.export import Window  # noqa: PLC0415

    began = time.monotonic()
    names = [name.strip() for name in tables.split(",") if name.strip()]
    with _telling() as tell:
        manifest = export_history(
            operator_of_this_machine(), directory, tables=names, window=Window(since, until), tell=tell
        )
    installations = sum(file.rows for file in manifest.files("installations"))
    say_facts(
        f"History in {directory}",
        (
            ("as of message", manifest.cut.journal_no),
            ("installations", installations),
            ("rows of all tables", manifest.rows),
            ("bytes", manifest.bytes),
            ("seconds", round(time.monotonic() - began, 1)),
        ),
    )


def _must_have_pyarrow() -> None:
    if find_spec("pyarrow") is None:
        raise NotFound(
            "pyarrow_missing",
            "To write Parquet, Padstone needs the package pyarrow.",
            way_out="Install it: make history, or pip install 'padstone[history]'.",
        )


@contextmanager
def _telling() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each table on a terminal; nothing in a file or a log."""
    console = Console(stderr=True)
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = progress.add_task(table, total=total)
            progress.update(tasks[table], completed=done)

        yield tell
