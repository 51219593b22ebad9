"""Anchors: what the chains' heads were at an instant, on one line to be kept where nobody here can write.

Who could rewrite every row, every seal and every head still could not rewrite a line that was printed, mailed
or given to an auditor; a chain that does not hold what the line says is another chain.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from padstone.kernel import clock
from padstone.kernel.errors import Invalid
from padstone.kernel.seal import FIRST, SEAL_BYTES
from padstone.platform.audit.verify import Anchored
from padstone.platform.journal.models import Head

CHAINS = ("audit", "signatures", "inbox", "journal")
_FIRST_WORD = "padstone-anchor"
_LINK = re.compile(r"(?P<chain>[a-z]+)=(?P<number>\d{1,18}):(?P<seal>[0-9a-f]{64})")


def anchor_line() -> str:
    """The heads of all chains as they are now."""
    heads = {head.name: head for head in Head.objects.filter(name__in=CHAINS)}
    at = clock.now().astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    links = (f"{name}={_link(heads.get(name))}" for name in CHAINS)
    return " ".join((_FIRST_WORD, at, *links))


def _link(head: Head | None) -> str:
    seal = bytes(head.seal) if head and head.seal else FIRST
    return f"{head.number if head else 0}:{seal.hex()}"


def read_anchors(text: str) -> dict[str, list[Anchored]]:
    """What the anchors in a text say of each chain; other lines are passed over. Raises Invalid for an anchor
    that cannot be read, and for a text without any.
    """
    anchors: dict[str, list[Anchored]] = {name: [] for name in CHAINS}
    found = 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if words[:1] == [_FIRST_WORD]:
            found += 1
            at = _instant(words, number)
            for word in words[2:]:
                chain, anchor = _anchor(word, at, number)
                anchors[chain].append(anchor)
    if not found:
        raise Invalid(
            "no_anchor",
            "There is no anchor in the file.",
            way_out="Give the lines that padstone audit anchor printed.",
        )
    return anchors


def _instant(words: list[str], number: int) -> str:
    try:
        return datetime.fromisoformat(words[1]).isoformat()
    except (IndexError, ValueError) as error:
        raise _unreadable(number) from error


def _anchor(word: str, at: str, number: int) -> tuple[str, Anchored]:
    match = _LINK.fullmatch(word)
    if match is None or match["chain"] not in CHAINS or len(match["seal"]) != 2 * SEAL_BYTES:
        raise _unreadable(number)
    return match["chain"], Anchored(at, int(match["number"]), bytes.fromhex(match["seal"]))


def _unreadable(number: int) -> Invalid:
    return Invalid(
        "anchor_unreadable",
        "Line {number} is no whole anchor.",
        way_out="Give the line as padstone audit anchor printed it.",
        number=number,
    )
