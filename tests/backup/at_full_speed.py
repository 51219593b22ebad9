"""Run as a program in a data folder of its own: ``at_full_speed.py MESSAGES STOP WAITS`` stores and
interprets the messages of a file without a pause, a few to a commit, until there is a file STOP. It says
"at work" when the first are on the books, and "out of work" should it come to the end of the messages. WAITS
gets a line for every commit: when it was begun (the machine's monotonic clock) and how many seconds it took.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import TextIO

import django

django.setup()

from padstone.ingest.interpret import Interpreter  # noqa: E402 - Django comes first
from tests.shop_floor import deliver  # noqa: E402 - as above

A_FEW, SOME = 10, 200


def work(messages: list[bytes], stop: Path, waits: TextIO) -> None:
    interpreter = Interpreter()
    for first in range(0, len(messages), A_FEW):
        if stop.exists():
            return
        for commit in (partial(deliver, messages[first : first + A_FEW]), interpreter.some):
            begun = time.monotonic()
            commit()
            waits.write(f"{begun} {time.monotonic() - begun}\n")
        if first == SOME:
            print("at work", flush=True)
    print("out of work", flush=True)


if __name__ == "__main__":
    with Path(sys.argv[3]).open("w") as waited:
        work(Path(sys.argv[1]).read_bytes().splitlines(), Path(sys.argv[2]), waited)
