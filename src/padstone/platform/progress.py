"""How far long work is, on a terminal; a file or a log gets no bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

Tell: TypeAlias = Callable[[str, int, int], None]
"""Is told how far a step has come: its name, how much is done, and of how much."""


def bars(*, percent: bool = False) -> Progress:
    """What is done is counted, or said in percent where nobody would count it."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn() if percent else MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


@contextmanager
def telling(words: Mapping[str, str] | None = None, *, percent: bool = False) -> Iterator[Tell]:
    """A bar for every step that is told of, under its name in ``words``."""
    tasks: dict[str, TaskID] = {}
    with bars(percent=percent) as bar:

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task((words or {}).get(step, step), total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield tell
