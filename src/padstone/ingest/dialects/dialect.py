"""What is known of one way in which senders leave the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RULES = {
    "seen": "bytes of a real sender are at hand, and a test reads them",
    "placed": "the flag names the place: line and column of the text, or the path of the value",
    "certain": "what could mean two things is refused, and a test says so",
    "kept": "written again it is as it was sent",
}
"""What a dialect is judged by. Each rule is done, to do, or does not apply, and says why."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One deviation: who has it, what is made of it, and how well.

    ``example`` is a whole delivery in it, ``says`` a part of what is noted when it is read; "" where nothing
    is. Where ``refused`` is true the example is refused, and ``says`` is a part of the reason. ``done_in``
    names the code. ``quality`` has a mark for each of RULES: "done", "todo: why" or "exempt: why".
    """

    code: str
    title: str
    seen: str
    repair: str
    done_in: str
    example: bytes
    says: str
    quality: Mapping[str, str]
    refused: bool = False
