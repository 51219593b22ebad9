"""The table of what becomes of each CFX message is made from the code: it never says what is not so.

If it changed on purpose: ``PADSTONE_WRITE_GOLDEN=1 pytest tests/gate/test_coverage.py``.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path

from padstone import cfx
from padstone.ingest.deciding import DECIDERS
from padstone.ingest.interpreters import INTERPRETERS
from padstone.ingest.requests import Desk

PAGE = Path(__file__).parents[2] / "docs/reference/cfx-coverage.md"
BEGIN, END = "<!-- table begin -->\n", "<!-- table end -->\n"
FACTS_OF = {
    "applied": "genealogy",
    "assembly": "genealogy",
    "endpoint": "sites",
    "equipment": "equipment",
    "materials": "materials",
    "moisture": "materials",
    "orders": "production",
    "production": "production",
    "quality": "quality",
    "stages": "production",
    "stock": "materials",
    "units": "production",
}
"""By the module of interpreters."""
DESK = Desk("Padstone", DECIDERS)


def became(name: str) -> str:
    words = []
    interpreter = INTERPRETERS.get(name)
    if interpreter is not None:
        words.append(f"facts of {FACTS_OF[interpreter.__module__.rpartition('.')[2]]}")
    if DESK.supports(name):
        words.append("answered")
    return ", ".join(words) or "kept"


def table() -> str:
    lines = ["| Message | What Padstone makes of it |", "|---|---|"]
    lines += [f"| `{name.removeprefix('CFX.')}` | {became(name)} |" for name in sorted(cfx.KNOWN_MESSAGES)]
    made = [became(name) for name in cfx.KNOWN_MESSAGES]
    events = [n for n in cfx.KNOWN_MESSAGES if not n.endswith(("Request", "Response"))]
    known = sum(name in INTERPRETERS for name in events)
    summary = (
        f"Of {len(made)} messages {len(events)} are events, and {known} of these become facts; "
        f"{made.count('kept')} messages are kept."
    )
    return "\n".join([summary, "", *lines]) + "\n"


def test_the_page_says_what_becomes_of_every_message() -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    page = before + BEGIN + table() + END + after
    if os.environ.get("PADSTONE_WRITE_GOLDEN") == "1":
        PAGE.write_text(page)
    assert PAGE.read_text() == page


def test_an_interpreter_reads_the_message_that_it_stands_for() -> None:
    wrong = []
    for name, interpreter in INTERPRETERS.items():
        (first, *_) = inspect.signature(interpreter).parameters.values()
        if cfx.MESSAGE_TYPES[name].__name__ not in str(first.annotation):
            wrong.append(name)
    assert wrong == []


def test_what_is_interpreted_is_a_message_of_the_standard() -> None:
    assert INTERPRETERS.keys() <= cfx.KNOWN_MESSAGES
