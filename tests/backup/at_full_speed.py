"""Run as a program in a data folder of its own: ``at_full_speed.py MESSAGES STOP`` stores and interprets the
messages of a file without a pause, a few to a commit, until there is a file STOP. It says "at work" when the
first are on the books, and "out of work" should it come to the end of the messages.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django

django.setup()

from padstone.ingest.interpret import Interpreter  # noqa: E402 - Django comes first
from tests.shop_floor import deliver  # noqa: E402 - as above

A_FEW = 10


def work(messages: list[bytes], stop: Path) -> None:
    interpreter = Interpreter()
    for first in range(0, len(messages), A_FEW):
        if stop.exists():
            return
        deliver(messages[first : first + A_FEW])
        interpreter.some()
        if first == A_FEW:
            print("at work", flush=True)
    print("out of work", flush=True)


if __name__ == "__main__":
    work(Path(sys.argv[1]).read_bytes().splitlines(), Path(sys.argv[2]))
