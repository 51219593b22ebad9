"""What a file would make of a draft, with nothing kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.design.commands.taking_in import Progress, TakenIn, nothing_told
from padstone.features.design.domain.content import Content
from padstone.features.design.domain.sources import Source
from padstone.features.design.lookups import meanings
from padstone.features.design.matching import match
from padstone.features.design.queries import EDIT
from padstone.features.design.taken import take, what_it_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from padstone.kernel.actor import Actor


def rehearse(  # noqa: PLR0913 - as commands.take_in
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
    """The same answer as ``commands.take_in`` of the file alone; its ``revision_id`` is 0."""
    actor.must(EDIT)
    source = Source(file_name, content)
    purpose, _ = what_it_is(source)
    progress("read", 0, 2)
    taken = take(source, purpose, {**meanings(" ".join(client.split()), purpose), **(mapping or {})})
    bill = taken.bill or taken.empty_bill()
    progress("match", 1, 2)
    held = Content(bill=bill, picks=match(bill.lines), placement=taken.placement)
    progress("match", 2, 2)
    return TakenIn(
        revision_id=0,
        product=product,
        revision=revision,
        purpose=purpose,
        lines=len(bill.lines),
        designators=sum(len(line.designators) for line in bill.lines),
        placed=len(taken.placement.placed) if taken.placement else 0,
        matched=sum(bool(pick.part) for pick in held.picks),
        unknown=len(held.lines_without_part()),
        doubts=taken.doubts,
    )
