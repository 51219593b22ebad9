"""Two numbers that turn out to be one part."""

from __future__ import annotations

from padstone.features.parts.commands.naming import known_part, part_unknown
from padstone.features.parts.commands.registering import add_key
from padstone.features.parts.models import Part
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command


@command("manage_parts")
def merge_parts(actor: Actor, *, duplicate: str, into: str, why: str) -> Part:
    """From now on ``duplicate`` is another number of ``into``; answers that part.

    Nothing is moved and nothing is lost: reels, boards, bills and documents keep pointing at the number that
    they were booked under, and every page of the part shows both. Raises NotFound, Invalid for a part with
    itself or without a reason, Conflict where the duplicate was merged before.
    """
    survivor = known_part(into, "into")
    row = Part.objects.select_for_update().filter(number=" ".join(duplicate.split())).first()
    if row is None:
        raise part_unknown(duplicate, "duplicate")
    if row.pk == survivor.pk:
        raise Invalid("merge_with_itself", "These are the same part already.", field="into")
    if row.merged_into_id is not None:
        raise Conflict("merged_before", "{number} was merged before.", field="duplicate", number=row.number)
    if not why.strip():
        raise Invalid("reason_missing", "Say why.", field="why")
    followers = list(Part.objects.filter(merged_into=row).values_list("number", flat=True))
    Part.objects.filter(merged_into=row).update(merged_into=survivor)
    row.merged_into = survivor
    row.save(update_fields=["merged_into"])
    for old in (row.number, *followers):
        add_key(survivor, "alias", old)
    record(
        actor,
        "merge_parts",
        f"part:{survivor.number}",
        why=why.strip(),
        before={"number": row.number},
        after={"number": survivor.number},
    )
    return survivor
