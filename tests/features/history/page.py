"""The reference of the exported tables, made from the tables themselves."""

from __future__ import annotations

from padstone.features.history.tables import (
    BY_ROW,
    DERIVED_STATES,
    INSTALLATIONS,
    PASSES,
    STATES,
    Kind,
    Table,
)

IN_WORDS: dict[Kind, str] = {
    "id": "int64",
    "int": "int32",
    "text": "string",
    "instant": "timestamp",
    "flag": "boolean",
    "decimal": "decimal(18, 6)",
    "ints": "list of int32",
    "texts": "list of string",
}


def tables() -> str:
    """From the first heading of a table to the end of the page."""
    chapters = (
        ("Facts", (INSTALLATIONS, PASSES, *BY_ROW)),
        ("States", (*STATES, *DERIVED_STATES)),
    )
    return "\n".join(
        f"## {title}\n\n" + "\n".join(_chapter(table) for table in chapter) for title, chapter in chapters
    )


def _chapter(table: Table) -> str:
    lines = [
        f"### `{table.name}`",
        "",
        f"{table.holds[0].upper()}{table.holds[1:]}. {_divided(table)}".strip(),
        "",
    ]
    lines += ["| Column | Type | |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {IN_WORDS[column.kind]} | {column.meaning} |" for column in table.columns]
    return "\n".join(lines) + "\n"


def _divided(table: Table) -> str:
    if not table.at:
        return ""
    station = " and station" if table.by_station else ""
    window = " `--since` and `--until` limit it." if table.in_window else ""
    return f"Divided by the month of `{table.at}`{station}.{window}"
