"""What does not add up, and its likely cause.

A shortage of one package and a surplus of another of the same part, of about the same size, have one cause;
so each is looked at together with its peers. What a mounting may cost is nobody's fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from padstone.features.stock.domain.sheet import NOTHING, Counted, Sheet, Stretch

RECEIVED_TOGETHER = timedelta(days=3)


class Cause(StrEnum):
    UNLOGGED_SPLICE = "unlogged_splice"
    WRONG_REEL = "wrong_reel"
    WRONG_FEEDER = "wrong_feeder"
    WRONG_SPLIT = "wrong_split"
    PIECES_TAKEN = "pieces_taken"
    LOST_AT_MACHINE = "lost_at_machine"
    DOUBLE_RECEIPT = "double_receipt"
    MORE_THAN_RECEIVED = "more_than_received"
    WRONG_COUNT = "wrong_count"
    USED_WHEN_GONE = "used_when_gone"
    USED_IN_QUARANTINE = "used_in_quarantine"
    USED_FOR_ANOTHER = "used_for_another_client"
    IN_TWO_PLACES = "in_two_places"
    LEDGER_BROKEN = "ledger_broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not add up at a package, by so many pieces. ``other`` is the package at the other end, ""
    where there is none. ``text`` says it in a sentence or two, with what to do.
    """

    package: str
    cause: Cause
    pieces: Decimal
    other: str
    text: str


def findings(sheets: Sequence[Sheet], peers: Iterable[Sheet] = ()) -> tuple[Finding, ...]:
    """What does not add up at the packages of ``sheets``. ``peers`` are others of the same parts of which
    something does not add up either.
    """
    mine = {one.package for one in sheets}
    every = {one.package: one for one in (*peers, *sheets)}
    told = _paired(list(every.values()))
    explained = {one.package for one in told} | {one.other for one in told}
    for sheet in every.values():
        told += _alone(sheet, every.values(), explained=sheet.package in explained)
    kept = [one for one in told if one.package in mine or one.other in mine]
    return tuple(sorted(kept, key=lambda one: (one.package, one.cause, one.other)))


# --- two packages, one cause --------------------------------------------------------------------------------


def _paired(sheets: Sequence[Sheet]) -> list[Finding]:
    """A lack here and a surplus there, of about the same size; the closest first, each once."""
    pairs = [
        (abs(short.lack - over.surplus), short, over)
        for short in sheets
        for over in sheets
        if short.part == over.part and short.package != over.package and _match(short, over)
    ]
    found: list[Finding] = []
    used: set[str] = set()
    for _, short, over in sorted(pairs, key=lambda one: (one[0], one[1].package, one[2].package)):
        if used & {short.package, over.package}:
            continue
        used |= {short.package, over.package}
        found.append(_of_pair(short, over))
    return found


def _match(short: Sheet, over: Sheet) -> bool:
    if not (short.lack > 0 and over.surplus > 0) or _is_wrong_count(over) or _is_wrong_count(short):
        return False
    slack = short.allowed + over.allowed + short.doubtful + over.doubtful
    return abs(short.lack - over.surplus) <= slack


def _of_pair(short: Sheet, over: Sheet) -> Finding:
    pieces = min(short.lack, over.surplus)
    amount = said(pieces)
    if over.package in short.relatives:
        return Finding(
            over.package,
            Cause.WRONG_SPLIT,
            pieces,
            short.package,
            f"{amount} pieces more than the split says are in {over.package}, and as many fewer in "
            f"{short.package}. Count both: the split was written down wrong.",
        )
    stations = _two_stations(over)
    if stations:
        return _in_two_places(over, stations, short.package, pieces)
    if over.ran_over and not short.mountings:
        return Finding(
            over.package,
            Cause.UNLOGGED_SPLICE,
            pieces,
            short.package,
            f"{amount} pieces more were used of {over.package} than it held, and {short.package}, of which "
            "no machine was told, is short of as many. It was spliced or put on without a word: boards that "
            f"are said to hold the last pieces of {over.package} hold {short.package}.",
        )
    return Finding(
        over.package,
        Cause.WRONG_REEL,
        pieces,
        short.package,
        f"{amount} pieces are said to be of {over.package} and were taken from {short.package}: the wrong "
        "one of the two was scanned. Boards between the loadings hold the other package.",
    )


# --- one package --------------------------------------------------------------------------------------------


def _alone(sheet: Sheet, every: Iterable[Sheet], *, explained: bool) -> Iterator[Finding]:
    yield from _contradictions(sheet, explained=explained)
    if explained:
        return
    twin = _twin(sheet, every)
    wrong = _is_wrong_count(sheet)
    if twin is not None:
        yield Finding(
            sheet.package,
            Cause.DOUBLE_RECEIPT,
            sheet.received,
            twin,
            f"{sheet.package} was never there: it has what {twin} has, came with it, and no piece of it was "
            "ever seen. One package was received twice; write the second off.",
        )
    elif sheet.used_when_gone > 0 and sheet.gone == "counted":
        yield _wrong_count(sheet, sheet.used_when_gone)
    elif wrong is not None:
        yield _wrong_count(sheet, abs(wrong.short))
    elif sheet.surplus > sheet.allowed and sheet.used_when_gone <= 0:
        yield Finding(
            sheet.package,
            Cause.MORE_THAN_RECEIVED,
            sheet.surplus,
            "",
            f"{said(sheet.surplus)} pieces more were used or counted than {sheet.package} was received "
            "with. Either its label said too few, or another package was spliced to it without a word: "
            "look for one of the same part that is short.",
        )
    elif sheet.lack > 0:
        yield _lack(sheet)


def _lack(sheet: Sheet) -> Finding:
    last = next((one for one in reversed(sheet.counts) if one.short > 0), None)
    amount = said(sheet.lack)
    if last is not None and last.mounted:
        return Finding(
            sheet.package,
            Cause.LOST_AT_MACHINE,
            sheet.lack,
            "",
            f"{amount} pieces are short that left {sheet.package} while it was mounted, more than the "
            "machine told. Look at its picks, and at the feeder.",
        )
    return Finding(
        sheet.package,
        Cause.PIECES_TAKEN,
        sheet.lack,
        "",
        f"{amount} pieces were taken from {sheet.package} in the store, and nobody wrote it down.",
    )


def _is_wrong_count(sheet: Sheet) -> Counted | None:
    """A count that a later one, or what was used since, takes back: it was read or typed wrong."""
    for first, second in zip(sheet.counts, sheet.counts[1:], strict=False):
        slack = sheet.allowed + abs(first.short) / 10
        if first.short * second.short < 0 and abs(first.short + second.short) <= slack:
            return first
    last = sheet.counts[-1] if sheet.counts else None
    if last is not None and last.short > sheet.allowed and sheet.over > 0:
        return last
    return None


def _wrong_count(sheet: Sheet, pieces: Decimal) -> Finding:
    return Finding(
        sheet.package,
        Cause.WRONG_COUNT,
        pieces,
        "",
        f"A count of {sheet.package} is taken back, by {said(pieces)} pieces, by what was counted or used "
        "afterwards. Count it again.",
    )


def _twin(sheet: Sheet, every: Iterable[Sheet]) -> str | None:
    """Another package that this one is a second receipt of."""
    for other in every:
        if other.package == sheet.package or other.part != sheet.part or sheet.mountings:
            continue
        if sheet.package in other.relatives:
            continue
        if sheet.codes & other.codes and (other.mountings or other.package < sheet.package):
            return other.package
        if (
            sheet.was_never_there
            and other.lack < other.received
            and sheet.lot == other.lot != ""
            and sheet.received == other.received
            and _came_together(sheet, other)
        ):
            return other.package
    return None


def _came_together(one: Sheet, other: Sheet) -> bool:
    if one.received_at is None or other.received_at is None:
        return False
    return abs(one.received_at - other.received_at) <= RECEIVED_TOGETHER


def _contradictions(sheet: Sheet, *, explained: bool) -> Iterator[Finding]:
    """What cannot have been, whatever the counts say."""
    if sheet.difference:
        yield Finding(
            sheet.package,
            Cause.LEDGER_BROKEN,
            sheet.difference,
            "",
            f"The ledger of {sheet.package} does not come to nothing. Verify the ledger.",
        )
    if sheet.used_when_gone > 0 and sheet.gone not in {"", "counted"}:
        yield Finding(
            sheet.package,
            Cause.USED_WHEN_GONE,
            sheet.used_when_gone,
            "",
            f"{said(sheet.used_when_gone)} pieces were placed of {sheet.package} after it was "
            f"{sheet.gone.replace('_', ' ')}. Its label is on another package, or it was never taken away.",
        )
    for held in sheet.holds:
        used = [
            one
            for one in sheet.stretches
            if one.until > held.since and (held.until is None or one.since < held.until)
        ]
        if used:
            yield Finding(
                sheet.package,
                Cause.USED_IN_QUARANTINE,
                NOTHING,
                "",
                f"{sheet.package} was used at {used[0].station} while it was in quarantine "
                f"({held.reason.replace('_', ' ')}). Ask for the boards that hold its pieces.",
            )
            break
    if sheet.strangers:
        yield Finding(
            sheet.package,
            Cause.USED_FOR_ANOTHER,
            NOTHING,
            "",
            f"{sheet.package} belongs to {sheet.owner} and fed boards of another's orders "
            f"({', '.join(sheet.strangers[:5])}). Settle it with the owner, or write down whose these are.",
        )
    yield from _wrong_feeder(sheet)
    stations = None if explained else _two_stations(sheet)
    if stations:
        yield _in_two_places(sheet, stations, "", NOTHING)


def _wrong_feeder(sheet: Sheet) -> Iterator[Finding]:
    """Of two parts that the same programs take from one place, the rarer one hung on the wrong feeder."""
    for one in sheet.stretches:
        most = max(one.rivals, key=lambda rival: (rival[2], rival[0]), default=None)
        if most is not None and most[2] > one.passes:
            yield Finding(
                sheet.package,
                Cause.WRONG_FEEDER,
                sheet.placed,
                "",
                f"{sheet.package} holds {sheet.part} and fed {one.location} of {one.station}, where the same "
                f"programs take {most[1]}: it was on the wrong feeder. Ask for the boards that hold its "
                "pieces.",
            )
            return


def _two_stations(sheet: Sheet) -> tuple[str, str] | None:
    """Two stations that the package fed at the same time."""
    ordered = sorted(sheet.stretches, key=lambda one: one.since)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.station != one.station and _overlap(one, other):
                return one.station, other.station
    return None


def _in_two_places(sheet: Sheet, stations: tuple[str, str], other: str, pieces: Decimal) -> Finding:
    short = f" {other} is short of {said(pieces)}: look at its label." if other else ""
    return Finding(
        sheet.package,
        Cause.IN_TWO_PLACES,
        pieces,
        other,
        f"{sheet.package} fed {stations[0]} and {stations[1]} at the same time: two packages have its "
        f"label.{short}",
    )


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.since < other.until and other.since < one.until


def said(pieces: Decimal) -> str:
    text = f"{pieces:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
