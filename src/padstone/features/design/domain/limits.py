"""How much of a client's file is read. What is beyond is refused before it costs anything."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a file as it arrives."""

MOST_UNPACKED_BYTES: Final = 256 * 1024 * 1024
"""Of everything that a packed file (XLSX, an archive) says it unpacks to."""

MOST_RATIO: Final = 200
"""How many times larger than packed one member of an archive may be; a real sheet packs about 20 to 1."""

RATIO_FROM: Final = 1024 * 1024
"""Below this unpacked size the ratio is not looked at: a few repeated lines pack very well and hurt nobody.
"""

MOST_MEMBERS: Final = 2_000
MOST_SHEETS: Final = 100
MOST_ROWS: Final = 200_000
MOST_CELLS: Final = 5_000_000
"""Filled cells of one book; empty ones are not counted, and not kept."""

WIDEST: Final = 500
"""Columns that are read; a file may have 100,000 empty ones behind them."""

LONGEST_CELL: Final = 100_000
LONGEST_LINE: Final = 4_000_000
"""Characters in one line of text."""

HEADER_WITHIN: Final = 60
"""Rows in which a header is looked for."""

MOST_LINES: Final = 50_000
MOST_DESIGNATORS: Final = 200_000
MOST_IN_A_CELL: Final = 20_000
LONGEST_RANGE: Final = 5_000
LONGEST_DESIGNATOR: Final = 100
LONGEST_NUMBER: Final = 200
"""Of a part number or a name of a manufacturer."""

LONGEST_TEXT: Final = 2_000
MOST_DOUBTS: Final = 50_000
MOST_NOTES: Final = 500
"""Notes of one kind that are listed; the last of them says that there are more."""


FARTHEST: Final = Decimal(10_000)
"""Millimetres from the origin: no board is ten metres wide."""

MOST_TURN: Final = Decimal(720)
"""Degrees a tool may write for a rotation; what is beyond is no angle but a slip of columns."""

MOST_QUANTITY: Final = Decimal(1_000_000)
MOST_REPAIRS: Final = 20
"""End tags of a broken XML file that are put right before the file is given back."""

DEEPEST: Final = 100
"""Elements inside one another in an XML file."""
