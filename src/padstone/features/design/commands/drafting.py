"""Work at a draft: resolve its doubts, say what its lines mean, arrange it on a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from padstone.features.design.domain import content as drafts
from padstone.features.design.domain.content import Content, Settled, Step, packed, unpacked
from padstone.features.design.domain.designators import read_designators
from padstone.features.design.domain.placement import BottomTurn, BottomX
from padstone.features.design.lookups import locked_working
from padstone.features.design.matching import known_alternates, match
from padstone.features.design.models import Working
from padstone.features.parts.commands import register_from_bill
from padstone.features.parts.commands.bills import NamedPart
from padstone.features.parts.lookups import drafts as all_drafts
from padstone.features.parts.lookups import locked_revision, part_by_any_number
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

HOW = ("accepted", "corrected")


@command("edit_design")
def settle_doubt(
    actor: Actor,
    *,
    revision_id: int,
    key: str,
    how: str = "accepted",
    why: str = "",
    edition: int | None = None,
) -> None:
    """Say of a doubt that it was read as it is meant, or that it has been put right in the draft.

    Raises NotFound, Conflict for what is no draft or was changed meanwhile.
    """
    if how not in HOW:
        raise Invalid("word_unknown", "A doubt is accepted or corrected.", field="how")
    _change(
        actor,
        revision_id,
        edition,
        "settle_doubt",
        lambda content: drafts.settle(content, key, Settled(how, actor.name, why.strip()[:1000])),
        why=why,
        doubt=key,
        how=how,
    )


@command("edit_design")
def state_conventions(
    actor: Actor, *, revision_id: int, bottom_x: str, bottom_turn: str, edition: int | None = None
) -> None:
    """Say how the placement file writes the bottom side, where it does not say so itself.

    Raises Invalid for a word that is none of ``BottomX`` or ``BottomTurn``, or a draft without a placement.
    """
    try:
        runs, turns = BottomX(bottom_x), BottomTurn(bottom_turn)
    except ValueError as error:
        raise Invalid("word_unknown", "There is no such convention.", field="bottom_x") from error

    def stated(content: Content) -> Content:
        if content.placement is None:
            raise Invalid("placement_missing", "No file tells where its parts lie.", way_out="Import one.")
        conventions = replace(content.placement.conventions, bottom_x=runs, bottom_turn=turns)
        return replace(content, placement=replace(content.placement, conventions=conventions))

    _change(
        actor, revision_id, edition, "state_conventions", stated, bottom_x=bottom_x, bottom_turn=bottom_turn
    )


@command("edit_design")
def choose_part(actor: Actor, *, revision_id: int, line: int, part: str, edition: int | None = None) -> None:
    """Say which part of the books the line (counted from 1) means; "" takes it back."""
    number = ""
    if part.strip():
        known = part_by_any_number(" ".join(part.split()))
        if known is None:
            raise NotFound(
                "part_unknown",
                "The books know no part {number}.",
                field="part",
                way_out="Register it, or search for another.",
                number=part[:200],
            )
        number = known.number
    _change(
        actor,
        revision_id,
        edition,
        "choose_part",
        lambda content: drafts.choose(content, line - 1, number),
        line=line,
        part=number,
    )


@command("edit_design")
def edit_line(
    actor: Actor,
    *,
    revision_id: int,
    line: int,
    designators: str,
    quantity: Decimal,
    fitted: bool,
    client_supplied: bool = False,
    attrition: Decimal | None = None,
    edition: int | None = None,
) -> None:
    """Say otherwise than the file what a line (from 1) holds; its designators as people write them."""
    read = read_designators(designators)
    if read.oddities:
        raise Invalid(
            "designators_unreadable",
            "{what}",
            field="designators",
            way_out="Write R1, R2, R5-R9.",
            what=read.oddities[0].text[:200],
        )
    _change(
        actor,
        revision_id,
        edition,
        "edit_line",
        lambda content: drafts.change_line(
            content,
            line - 1,
            designators=tuple(read.names),
            quantity=quantity,
            fitted=fitted,
            client_supplied=client_supplied,
            attrition=attrition,
        ),
        line=line,
        designators=designators[:300],
        quantity=quantity,
        fitted=fitted,
    )


@command("edit_design")
def register_new_parts(actor: Actor, *, revision_id: int, edition: int | None = None) -> int:
    """Put those parts on the books that fitted lines name by a number and nobody knows, and what they name
    as alternates; answers how many.

    A line without any number stays open: a value and a footprint are no part.
    """
    _, content, _ = _locked(revision_id, edition)
    wanted: dict[str, NamedPart] = {}
    for index in content.lines_without_part():
        line = content.bill.lines[index]
        number = line.part_number or line.mpn
        if number and not content.picks[index].candidates:
            wanted.setdefault(
                number,
                NamedPart(number, line.description or line.value, line.manufacturer, line.mpn),
            )
    for line, meant in zip(
        content.bill.lines, known_alternates(content.bill.lines, content.picks), strict=True
    ):
        for pick, one in meant:
            if line.fitted and one.number and not pick.part and not pick.candidates:
                described = one.description or line.description or line.value
                wanted.setdefault(one.number, NamedPart(one.number, described, one.manufacturer, one.number))
    if wanted:
        register_from_bill.within(actor, parts=tuple(wanted.values()))

    def matched(content: Content) -> Content:
        fresh = match(content.bill.lines)
        return drafts.with_picks(
            content, (new if not old.part else old for old, new in zip(content.picks, fresh, strict=True))
        )

    _change(actor, revision_id, edition, "register_new_parts", matched, parts=len(wanted))
    return len(wanted)


@command("edit_design")
def arrange_panel(actor: Actor, *, revision_id: int, step: Step, edition: int | None = None) -> None:
    """Say how the boards lie on their panel. Raises Invalid for what is no arrangement."""
    if not (1 <= step.columns <= 50 and 1 <= step.rows <= 50):
        raise Invalid("panel_impossible", "A panel has 1 to 50 columns and rows.", field="columns")
    if (step.columns > 1 and step.dx <= 0) or (step.rows > 1 and step.dy <= 0):
        raise Invalid("panel_impossible", "Boards beside each other need a distance in mm.", field="dx")
    _change(
        actor,
        revision_id,
        edition,
        "arrange_panel",
        lambda content: replace(content, panel=(step,)),
        columns=step.columns,
        rows=step.rows,
    )


@command("edit_design")
def substitute_part(
    actor: Actor, *, part: str, other: str, why: str, revision_ids: Sequence[int] = ()
) -> int:
    """In every draft (or in these alone) ``other`` takes the place of ``part``; answers in how many lines.

    What is released is not touched: that takes a change order. Raises NotFound, Invalid without a reason.
    """
    mine, its = part_by_any_number(part), part_by_any_number(other)
    if mine is None or its is None or mine.pk == its.pk:
        raise NotFound("part_unknown", "Name two parts of the books.", field="other")
    if not why.strip():
        raise Invalid("reason_missing", "Say why.", field="why")
    changed = 0
    for revision in all_drafts():
        working = locked_working(revision.pk)
        if working is None or (revision_ids and revision.pk not in revision_ids):
            continue
        content, lines = drafts.substitute(unpacked(working.content), mine.number, its.number)
        if lines:
            _keep(actor, working, content)
            changed += len(lines)
            record(
                actor,
                "substitute_part",
                f"{revision.product.number} {revision.label}"[:300],
                why=why.strip(),
                before={"part": mine.number},
                after={"part": its.number},
                lines=[index + 1 for index in lines],
            )
    return changed


def _change(
    actor: Actor,
    revision_id: int,
    edition: int | None,
    verb: str,
    change: Callable[[Content], Content],
    *,
    why: str = "",
    **told: Any,
) -> None:
    working, content, name = _locked(revision_id, edition)
    _keep(actor, working, change(content))
    record(actor, verb, name, why=why, **told)


def _locked(revision_id: int, edition: int | None) -> tuple[Working, Content, str]:
    revision = locked_revision(revision_id)
    working = locked_working(revision_id)
    if revision is None or (working is None and revision.state == "draft"):
        raise NotFound("revision_unknown", "There is no such revision.")
    if revision.state != "draft" or working is None:
        raise Conflict(
            "revision_not_draft",
            "Revision {revision} is {state}, and never changes.",
            way_out="Raise a change order.",
            revision=revision.label,
            state=revision.state,
        )
    drafts.must_have_edition(working.edition, edition)
    return working, unpacked(working.content), f"{revision.product.number} {revision.label}"[:300]


def _keep(actor: Actor, working: Working, content: Content) -> None:
    working.content = packed(content)
    working.edition += 1
    working.changed_by, working.changed_at = actor.name, clock.now()
    working.save()
