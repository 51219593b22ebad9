"""From an uploaded file to a draft: nothing is guessed in silence, and a person confirms what the columns
mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from padstone.features.design.domain.content import Content, packed, unpacked
from padstone.features.design.domain.doubts import Doubt
from padstone.features.design.domain.phases import policy
from padstone.features.design.domain.sources import Source
from padstone.features.design.lookups import intake as intake_by_number
from padstone.features.design.lookups import locked_working
from padstone.features.design.lookups import meanings as remembered
from padstone.features.design.matching import match
from padstone.features.design.models import ColumnMeaning, Intake, RevisionFile, Working
from padstone.features.design.taken import Taken, corrections, propose, take, to_remember, what_it_is
from padstone.features.parts.commands import open_draft, store_document
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

Progress = Callable[[str, int, int], None]
"""Is told how far a step has come: its name, how much is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What a file made of a draft. ``unknown``: fitted lines of which nobody knows what they mean."""

    revision_id: int
    product: str
    revision: str
    purpose: str
    lines: int
    designators: int
    placed: int
    matched: int
    unknown: int
    doubts: tuple[Doubt, ...]


def nothing_told(step: str, done: int, total: int) -> None:
    """Nobody asks how far it is."""


@command("edit_design")
def upload(
    actor: Actor,
    *,
    file_name: str,
    content: bytes,
    product: str,
    revision: str,
    client: str = "",
    product_name: str = "",
    phase: str = "prototype",
) -> int:
    """Keep a client's file and say for which draft it is meant; answers the number of the import.

    Nothing of it is on the books before it is confirmed. Raises Invalid for a file that is none of a design.
    """
    policy(phase)
    if not product.strip() or not revision.strip():
        raise Invalid("name_missing", "Say of which product and revision.", field="product")
    purpose, _ = what_it_is(Source(file_name, content))
    kept = store_document.within(actor, name=file_name, content=content)
    row = Intake.objects.create(
        document=kept,
        file_name=file_name[:300],
        purpose=purpose,
        product=" ".join(product.split())[:200],
        product_name=product_name.strip()[:300],
        label=" ".join(revision.split())[:100],
        client=" ".join(client.split())[:200],
        phase=phase,
        uploaded_by=actor.name,
        uploaded_at=clock.now(),
    )
    record(
        actor,
        "upload_design",
        f"{row.product} {row.label}"[:300],
        file_name=row.file_name,
        sha256=bytes(kept.sha256).hex(),
        purpose=purpose,
    )
    return row.pk


@command("edit_design")
def confirm_intake(actor: Actor, *, number: int, meanings: Mapping[int, str]) -> TakenIn:
    """Take an uploaded file into its draft, with the columns as the person confirmed them.

    ``meanings``: what each column (its index) says, "" for nothing; what is not named stays as proposed. It
    is remembered for that client. Raises NotFound, and Conflict where it was confirmed before.
    """
    Intake.objects.select_for_update().filter(pk=number).first()
    row = intake_by_number(number)
    if row.revision_id is not None:
        raise Conflict("intake_confirmed", "This file was taken in before.", way_out="Upload it once more.")
    source = Source(row.file_name, bytes(row.document.content))
    known = remembered(row.client, row.purpose)
    proposal = propose(source, row.purpose, known)
    mapping = {**known, **corrections(proposal, meanings)}
    taken = take(source, row.purpose, mapping)
    for name, meaning in to_remember(proposal, meanings).items():
        ColumnMeaning.objects.update_or_create(
            client=row.client,
            purpose=row.purpose,
            name=name[:300],
            defaults={"meaning": meaning[:40], "confirmed_by": actor.name, "confirmed_at": clock.now()},
        )
    told = _into_draft(actor, row, taken, mapping)
    row.revision_id = told.revision_id
    row.save(update_fields=["revision"])
    return told


@command("edit_design")
def take_in(  # noqa: PLR0913 - each thing that a program says of a file
    actor: Actor,
    *,
    file_name: str,
    content: bytes,
    product: str,
    revision: str,
    client: str = "",
    product_name: str = "",
    phase: str = "prototype",
    mapping: Mapping[str, str] | None = None,
    progress: Progress = nothing_told,
) -> TakenIn:
    """Upload and confirm in one go, for programs: with the mapping given, and for the rest as it is
    remembered of that client or proposed.
    """
    number = upload.within(
        actor,
        file_name=file_name,
        content=content,
        product=product,
        revision=revision,
        client=client,
        product_name=product_name,
        phase=phase,
    )
    row = intake_by_number(number)
    progress("read", 0, 3)
    given = {**remembered(row.client, row.purpose), **(mapping or {})}
    taken = take(Source(file_name, content), row.purpose, given)
    progress("match", 1, 3)
    told = _into_draft(actor, row, taken, given)
    row.revision_id = told.revision_id
    row.save(update_fields=["revision"])
    progress("write", 3, 3)
    return told


def _into_draft(actor: Actor, row: Intake, taken: Taken, mapping: Mapping[str, str]) -> TakenIn:
    draft = open_draft.within(
        actor,
        product=row.product,
        revision=row.label,
        client=row.client,
        product_name=row.product_name,
        phase=row.phase,
    )
    working = locked_working(draft.pk)
    before = unpacked(working.content) if working is not None else None
    content = _joined(before, taken)
    if taken.bill is not None:
        content = replace(content, picks=match(content.bill.lines))
    facts: dict[str, Any] = {
        "content": packed(content),
        "changed_by": actor.name,
        "changed_at": clock.now(),
    }
    if working is None:
        Working.objects.create(revision_id=draft.pk, **facts)
    else:
        Working.objects.filter(pk=working.pk).update(edition=working.edition + 1, **facts)
    RevisionFile.objects.create(
        revision_id=draft.pk,
        document=row.document,
        file_name=row.file_name,
        purpose=row.purpose,
        mapping=dict(mapping),
        added_by=actor.name,
        added_at=clock.now(),
    )
    lines = content.bill.lines
    told = TakenIn(
        revision_id=draft.pk,
        product=draft.product.number,
        revision=draft.label,
        purpose=row.purpose,
        lines=len(lines),
        designators=sum(len(line.designators) for line in lines),
        placed=len(content.placement.placed) if content.placement is not None else 0,
        matched=sum(bool(pick.part) for pick in content.picks),
        unknown=len(content.lines_without_part()),
        doubts=taken.doubts,
    )
    record(
        actor,
        "take_in_design",
        f"{told.product} {told.revision}"[:300],
        file_name=row.file_name,
        sha256=bytes(row.document.sha256).hex(),
        purpose=row.purpose,
        lines=told.lines,
        placed=told.placed,
        matched=told.matched,
        doubts=len(told.doubts),
    )
    return told


def _joined(before: Content | None, taken: Taken) -> Content:
    """What the file says takes the place of what an earlier one of its kind said; the rest stays."""
    content = before or Content(bill=taken.empty_bill())
    kept = tuple(doubt for doubt in content.doubts if not _is_replaced(doubt, content, taken))
    if taken.bill is not None:
        content = replace(content, bill=taken.bill)
    if taken.placement is not None:
        content = replace(content, placement=taken.placement)
    if taken.packages or taken.outline:
        content = replace(
            content,
            packages=taken.packages,
            outline=taken.outline,
            cutouts=taken.cutouts,
            panel=taken.panel or content.panel,
        )
    return replace(content, doubts=(*kept, *taken.doubts))


def _is_replaced(doubt: Doubt, content: Content, taken: Taken) -> bool:
    old = set()
    if taken.bill is not None:
        old.add(content.bill.file)
    if taken.placement is not None and content.placement is not None:
        old.add(content.placement.file)
    return doubt.place.file in old
