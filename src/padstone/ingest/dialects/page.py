"""The page docs/reference/dialects.md, made from the registry: `python -m padstone.ingest.dialects.page`."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

from padstone.ingest.dialects import DIALECTS
from padstone.ingest.dialects.dialect import RULES, Dialect

_WIDTH = 115


def page() -> str:
    """The text of the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# How machines leave the standard"
    yield ""
    yield from _wrapped(
        "Machines do not all keep to IPC-2591, and IPC's own samples do not all keep to JSON. What has only "
        "one meaning is read, and the message carries the flag `repaired`, which says what was put right and "
        "where. Whatever could mean two things is refused, with its place. In every case the exact bytes "
        "stay in the inbox. This page is made from `padstone.ingest.dialects`; a test compares the two."
    )
    yield ""
    yield "Each way is judged by four rules, which are done, to do, or do not apply:"
    yield ""
    for rule, meaning in RULES.items():
        yield f"- **{rule}**: {meaning}."
    for dialect in DIALECTS:
        yield ""
        yield from _section(dialect)


def _section(dialect: Dialect) -> Iterator[str]:
    yield f"## {dialect.title}"
    yield ""
    yield from _wrapped(f"Seen: {dialect.seen}")
    yield ""
    yield from _wrapped(dialect.repair)
    yield ""
    yield "| rule | |"
    yield "|---|---|"
    for rule, mark in dialect.quality.items():
        yield f"| {rule} | {mark} |"
    yield ""
    yield f"`{dialect.code}`, done in {', '.join(f'`{name}`' for name in dialect.done_in.split(', '))}."


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.stdout.write(page())
