"""Text for a terminal: tables without lines, and nothing that a message said can paint or move it."""

from __future__ import annotations

from collections.abc import Sequence


def harmless(text: object) -> str:
    """Control characters are replaced, and not obeyed."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side; numbers stand to the right."""
    kept = [[harmless(cell) for cell in row] for row in rows]
    widths = [max(len(line[place]) for line in (list(columns), *kept)) for place in range(len(columns))]
    numbers = [bool(kept) and all(_is_number(line[place]) for line in kept) for place in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in (list(columns), *kept)
    )


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").isdigit()
