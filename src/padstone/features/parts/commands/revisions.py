"""A product's revisions: opened as drafts, written down once with their release, retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from padstone.features.parts.commands.naming import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_REVISION,
    at_most,
    name,
)
from padstone.features.parts.commands.registering import AT_ONCE
from padstone.features.parts.lookups import locked_revision
from padstone.features.parts.models import Alternate, BomDesignator, BomLine, Product, Revision
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command


@dataclass(frozen=True, slots=True)
class BilledAlternate:
    """A part that the bill itself names as one that may be fitted in a line's place, and where it says so."""

    part_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToRelease:
    """A line of a bill as it goes onto the books."""

    number: int
    part_id: int | None
    quantity: Decimal
    designators: tuple[str, ...]
    fitted: bool
    fitted_in: tuple[str, ...]
    value: str
    footprint: str
    sub_assembly: str
    client_supplied: bool
    attrition_percent: Decimal
    alternates: tuple[BilledAlternate, ...] = ()


@command("edit_design")
def open_draft(
    actor: Actor,
    *,
    product: str,
    revision: str,
    client: str = "",
    product_name: str = "",
    phase: str = "prototype",
) -> Revision:
    """A new draft of a product, which is put on the books if it is not there; or the draft of that label.

    Raises Conflict where that revision is no draft any more, or the product is another client's.
    """
    number = name(product, "product", LONGEST_NUMBER)
    label = name(revision, "revision", LONGEST_REVISION)
    client = at_most(" ".join(client.split()), "client", 200)
    title = at_most(product_name.strip(), "product_name", LONGEST_NAME)
    owner, created = Product.objects.get_or_create(number=number, defaults={"name": title, "client": client})
    owner = Product.objects.select_for_update().get(pk=owner.pk)
    if not created and client and owner.client != client:
        if owner.client or owner.revisions.exclude(state="draft").exists():
            raise Conflict(
                "product_of_another_client",
                "{product} is on the books for {client}.",
                field="client",
                product=number,
                client=owner.client or "the house itself",
            )
        owner.client = client
    owner.name = owner.name or title
    owner.save()
    existing = owner.revisions.filter(label=label).first()
    if existing is not None and existing.state != "draft":
        raise Conflict(
            "revision_exists",
            "Revision {revision} of {product} is {state}, and never changes.",
            field="revision",
            way_out="Import this file under a new revision label.",
            revision=label,
            product=number,
            state=existing.state,
        )
    if existing is not None:
        return existing
    row = Revision.objects.create(
        product=owner,
        label=label,
        imported_at=clock.now(),
        imported_by=actor.name,
        source_digest=b"",
        state="draft",
        phase=phase,
    )
    record(actor, "open_draft", f"{number} {label}"[:300], client=client, phase=phase)
    return row


@command("release_revision")
def note_release(
    actor: Actor, *, revision_id: int, lines: Sequence[LineToRelease], content_digest: bytes
) -> Revision:
    """Write a draft's lines onto the books, once; from then on units are built to it. What the bill names as
    alternates is approved with it, each for its line alone. Raises NotFound, and Conflict where it is no
    draft.
    """
    row = _revision(revision_id, "draft")
    kept = BomLine.objects.bulk_create(
        [
            BomLine(
                revision=row,
                line_number=line.number,
                part_id=line.part_id,
                quantity=line.quantity,
                fitted=line.fitted,
                fitted_in=",".join(line.fitted_in)[:300],
                value=line.value[:200],
                footprint=line.footprint[:200],
                sub_assembly=Product.objects.filter(number=line.sub_assembly).first()
                if line.sub_assembly
                else None,
                client_supplied=line.client_supplied,
                attrition_percent=line.attrition_percent,
            )
            for line in lines
        ],
        batch_size=AT_ONCE,
    )
    places: dict[str, BomLine] = {}
    for on_books, line in zip(kept, lines, strict=True):
        for designator in line.designators:
            places.setdefault(
                designator, on_books
            )  # again in a line of another variant: one place all the same
    BomDesignator.objects.bulk_create(
        [BomDesignator(revision=row, bom_line=line, designator=name) for name, line in places.items()],
        batch_size=AT_ONCE,
    )
    allowed = _allow_billed(actor, row, lines)
    row.state, row.source_digest = "released", content_digest
    row.save(update_fields=["state", "source_digest"])
    record(
        actor,
        "release_revision",
        f"{row.product.number} {row.label}"[:300],
        sha256=content_digest.hex(),
        lines=len(kept),
        alternates=allowed,
        phase=row.phase,
    )
    return row


def _allow_billed(actor: Actor, row: Revision, lines: Sequence[LineToRelease]) -> int:
    now = clock.now()
    made = Alternate.objects.bulk_create(
        [
            Alternate(
                part_id=line.part_id,
                other_id=one.part_id,
                product=row.product,
                revision=row,
                line_number=line.number,
                reason=one.reason[:1000],
                approval="approved",
                made_by=actor.name,
                made_at=now,
                decided_by=actor.name,
                decided_at=now,
            )
            for line in lines
            if line.part_id is not None
            for one in line.alternates
        ],
        batch_size=AT_ONCE,
    )
    return len(made)


@command("release_revision")
def retire_revision(actor: Actor, *, revision_id: int, why: str) -> None:
    """It is obsolete: what was built stays as it is, and no new order is planned for it."""
    row = _revision(revision_id, "released")
    row.state = "obsolete"
    row.save(update_fields=["state"])
    record(actor, "retire_revision", f"{row.product.number} {row.label}"[:300], why=why)


def _revision(revision_id: int, state: str) -> Revision:
    row = locked_revision(revision_id)
    if row is None:
        raise NotFound("revision_unknown", "There is no such revision.")
    if row.state != state:
        raise Conflict(
            "revision_in_another_state",
            "Revision {revision} is {state}.",
            revision=row.label,
            state=row.state,
        )
    return row
