"""The clocks of many packages at once, which share their past: what is split off inherits, what is mixed has
gone through the worse, what hangs on one tape is judged together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from padstone.features.clocks.domain.expiry import pack_keeps_until
from padstone.features.clocks.domain.floor_life import Body
from padstone.features.clocks.domain.happenings import AirsOf, Happened, Happening, in_order, nowhere_measured
from padstone.features.clocks.domain.moisture import (
    Keeping,
    Left,
    Moisture,
    MoistureRules,
    Note,
    advance,
    happen,
    left_of,
    worse,
)
from padstone.features.clocks.domain.paste import (
    Paste,
    advance_paste,
    happen_to_paste,
    paste_ends_at,
    paste_reasons,
)
from padstone.features.clocks.domain.policy import STANDARD, PasteRules, Policy
from padstone.features.clocks.domain.reasons import Reason

UNLIMITED_LEVELS = ("", "1")
_LONG_AGO = -(2**40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a package is. ``level`` "" is not moisture-sensitive as far as anybody knows. ``paste`` names the
    policy's rules for pastes, "" for none; ``ends_at`` is its expiry in seconds since 1970.
    """

    level: str = ""
    height_mm: Decimal | None = None
    kind: str = ""
    paste: str = ""
    ends_at: int | None = None
    policy: Policy = STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a package stands at one second. ``reasons``: why it must not be used, nothing where it may.
    ``left_s`` and ``runs_out_at`` are of the clock that ends first, its expiry included; None for no end in
    sight. ``notes`` are what a person should look at.
    """

    moisture: Moisture | None
    paste: Paste | None
    floor_life: Left
    left_s: int | None
    runs_out_at: int | None
    ready_at: int | None
    reasons: tuple[Reason, ...]
    notes: tuple[tuple[Note, int], ...] = ()
    hangs_with: tuple[int, ...] = ()


@dataclass(slots=True)
class _One:
    """A package on its way through its history."""

    subject: Subject
    rules: MoistureRules
    paste_rules: PasteRules | None
    moisture: Moisture
    paste: Paste
    blank: bool = True
    before: set[int] = field(default_factory=set)

    def advance(self, until: int) -> None:
        self.moisture = advance(self.moisture, until, self.rules)
        if self.paste_rules is not None:
            self.paste = advance_paste(self.paste, until, self.paste_rules, self.rules.airs)

    def happen(self, told: Happening) -> None:
        sealed = self.moisture.sealed_at
        months = self.subject.policy.dry_pack_months
        ends = None if sealed is None else pack_keeps_until(sealed, months)
        self.moisture = happen(self.moisture, told, self.rules, ends)
        if self.paste_rules is not None:
            self.paste = happen_to_paste(self.paste, told, self.paste_rules)
        self.blank = False


def standings(
    subjects: Mapping[int, Subject],
    happenings: Iterable[Happening],
    at: int,
    airs_of: AirsOf = nowhere_measured,
) -> dict[int, Standing]:
    """How each of the packages stands then. What happened later is left out; what happened to a package that
    is no subject, too.
    """
    ones = {package: _one(subject, airs_of, package) for package, subject in subjects.items()}
    for told in in_order(happenings):
        if told.at <= at and told.package in ones:
            _tell(ones, told)
    for one in ones.values():
        one.advance(at)
    own = {package: _own_reasons(one) for package, one in ones.items()}
    chains = _chains(ones)
    found = {}
    for package, one in ones.items():
        chain = chains.get(package, ())
        found[package] = _standing(one, own[package] + _of_chain(chain, own), chain)
    return found


def _one(subject: Subject, airs_of: AirsOf, package: int) -> _One:
    body = Body(subject.level, subject.height_mm, subject.kind)
    rules = MoistureRules(body, subject.policy, airs_of(package))
    paste = subject.policy.pastes.get(subject.paste)
    return _One(subject, rules, paste, Moisture(at=_LONG_AGO), Paste(at=_LONG_AGO))


def _tell(ones: dict[int, _One], told: Happening) -> None:
    one = ones[told.package]
    other = ones.get(told.other) if told.other is not None else None
    one.advance(told.at)
    match told.kind:
        case Happened.SPLIT_FROM if other is not None:
            other.advance(told.at)
            inherited = replace(other.moisture, notes=())
            one.moisture = inherited if one.blank else worse(one.moisture, inherited)
            one.paste = replace(other.paste, stencil_since=None) if one.blank else one.paste
            one.blank = False
        case Happened.MIXED if other is not None:
            other.advance(told.at)
            both = worse(one.moisture, other.moisture), worse(other.moisture, one.moisture)
            one.moisture, other.moisture = both
            one.happen(told)
            other.happen(told)
        case Happened.HUNG_BEHIND if told.other is not None:
            one.before.add(told.other)
        case Happened.CUT_OFF:
            _cut(ones, told)
        case Happened.FEEDS:
            one.before.clear()
            one.happen(told)
        case _:
            one.happen(told)


def _cut(ones: dict[int, _One], told: Happening) -> None:
    if told.other is None:
        ones[told.package].before.clear()
        for one in ones.values():
            one.before.discard(told.package)
        return
    ones[told.package].before.discard(told.other)
    if told.other in ones:
        ones[told.other].before.discard(told.package)


def _chains(ones: Mapping[int, _One]) -> dict[int, tuple[int, ...]]:
    """By package, the others on the same tape."""
    beside: dict[int, set[int]] = defaultdict(set)
    for package, one in ones.items():
        for before in one.before & ones.keys():
            beside[package].add(before)
            beside[before].add(package)
    found: dict[int, tuple[int, ...]] = {}
    for package in beside:
        chain, waiting = {package}, [package]
        while waiting:
            new = beside[waiting.pop()] - chain
            chain |= new
            waiting += new
        found[package] = tuple(sorted(chain - {package}))
    return found


def _of_chain(others: Collection[int], own: Mapping[int, tuple[Reason, ...]]) -> tuple[Reason, ...]:
    if any(own[other] for other in others):
        return (Reason("tape_unfit", "It hangs on one tape with a package that must not be used."),)
    return ()


def is_sensitive(subject: Subject) -> bool:
    return subject.level not in UNLIMITED_LEVELS


def _own_reasons(one: _One) -> tuple[Reason, ...]:
    reasons: tuple[Reason, ...] = ()
    ends = one.subject.ends_at
    if ends is not None and one.moisture.at >= ends:
        reasons = (Reason("expired", "Its shelf life is over."),)
    if is_sensitive(one.subject):
        reasons += moisture_reasons(one.moisture, one.rules)
    if one.paste_rules is not None:
        reasons += paste_reasons(one.paste, one.paste_rules)
    return reasons


def moisture_reasons(clock: Moisture, rules: MoistureRules) -> tuple[Reason, ...]:
    """Why a moisture-sensitive package must not be used now; nothing where it may."""
    pack_ends = None
    if clock.bag_closed and clock.sealed_at is not None:
        pack_ends = pack_keeps_until(clock.sealed_at, rules.policy.dry_pack_months)
    found = {
        "floor_life_over": ("Its floor life is over.", clock.used >= 1),
        "told_expired": ("A machine has told that its floor life is over.", clock.told_expired),
        "humidity_card": ("Its humidity card showed too much moisture: it must be baked.", clock.wet),
        "dry_pack_expired": (
            "Its dry pack is too old: its humidity card must be read first.",
            clock.stale or (pack_ends is not None and clock.at >= pack_ends),
        ),
        "in_oven": ("It is in the oven.", clock.keeping is Keeping.OVEN),
        "baked_too_long": (
            "It was baked above 90 °C for longer than its leads bear.",
            clock.hot_s > rules.policy.hot_bake_s,
        ),
    }
    if rules.body.level == "6":
        found["bake_first"] = ("Level 6: it must be baked before each use.", not clock.baked)
        missing = clock.baked and clock.label_s is None
        found["label_life_missing"] = ("Level 6: nobody has told the time on its label.", missing)
    return tuple(Reason(code, text) for code, (text, holds) in found.items() if holds)


def _standing(one: _One, reasons: tuple[Reason, ...], chain: tuple[int, ...]) -> Standing:
    at = one.moisture.at
    sensitive = is_sensitive(one.subject)
    floor_life = left_of(one.moisture, one.rules) if sensitive else Left(None, None)
    ends = [] if floor_life.runs_out_at is None else [floor_life.runs_out_at]
    ready = None
    if one.paste_rules is not None:
        paste_end = paste_ends_at(one.paste, one.paste_rules)
        ends += [] if paste_end is None else [paste_end]
        if one.paste.opened_at is None and not one.paste.cold and one.paste.out_since is not None:
            ready = one.paste.out_since + one.paste_rules.thaw_s
    if one.subject.ends_at is not None:
        ends.append(one.subject.ends_at)
    runs_out = min(ends, default=None)
    lefts = [] if runs_out is None else [max(runs_out - at, 0)]
    lefts += [] if floor_life.seconds is None else [floor_life.seconds]
    return Standing(
        moisture=one.moisture if sensitive else None,
        paste=one.paste if one.paste_rules is not None else None,
        floor_life=floor_life,
        left_s=min(lefts, default=None),
        runs_out_at=runs_out,
        ready_at=ready,
        reasons=reasons,
        notes=one.moisture.notes if sensitive else (),
        hangs_with=chain,
    )
