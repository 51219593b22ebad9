"""Which part may take another's place, where, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from padstone.features.parts.commands.naming import known_part
from padstone.features.parts.lookups import product as product_by_number
from padstone.features.parts.lookups import revision as revision_by_names
from padstone.features.parts.models import Alternate, Product, Revision
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an alternate holds: all that is given must fit. A line is one of a revision of a product."""

    client: str = ""
    product: str = ""
    revision: str = ""
    line_number: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@command("manage_parts")
def allow_alternate(actor: Actor, *, part: str, other: str, reason: str, scope: Scope | None = None) -> int:
    """Propose that ``other`` may take the place of ``part`` within the scope; answers the alternate's number.

    It counts once it is approved. Raises NotFound for what the books do not know, Invalid for a part that
    would replace itself, a missing reason, or a validity that ends before it begins.
    """
    scope = scope or Scope()
    mine, its = known_part(part), known_part(other, "other")
    if mine.pk == its.pk:
        raise Invalid("alternate_of_itself", "A part is no alternate of itself.", field="other")
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", field="reason")
    if scope.valid_from and scope.valid_until and scope.valid_from > scope.valid_until:
        raise Invalid("validity_backwards", "It ends before it begins.", field="valid_until")
    product, revision = _place(scope)
    row = Alternate.objects.create(
        part=mine,
        other=its,
        client=scope.client.strip()[:200],
        product=product,
        revision=revision,
        line_number=scope.line_number,
        valid_from=scope.valid_from,
        valid_until=scope.valid_until,
        reason=reason.strip()[:1000],
        made_by=actor.name,
        made_at=clock.now(),
    )
    record(
        actor,
        "allow_alternate",
        f"part:{mine.number}",
        why=row.reason,
        alternate=row.pk,
        other=its.number,
        client=row.client,
        product=scope.product,
        revision=scope.revision,
    )
    return row.pk


@command("approve_parts")
def decide_alternate(actor: Actor, *, number: int, approved: bool, why: str = "") -> None:
    """Approve a proposed alternate, or reject it. Raises NotFound, Conflict where it was decided before."""
    row = _locked(number)
    if row.approval != "proposed":
        raise Conflict(
            "alternate_decided",
            "It was {approval} by {by}.",
            way_out="Propose it anew.",
            approval=row.approval,
            by=row.decided_by,
        )
    row.approval = "approved" if approved else "rejected"
    row.decided_by, row.decided_at = actor.name, clock.now()
    row.save(update_fields=["approval", "decided_by", "decided_at"])
    record(
        actor, "decide_alternate", f"part:{row.part.number}", why=why, alternate=row.pk, approval=row.approval
    )


@command("manage_parts")
def withdraw_alternate(actor: Actor, *, number: int, why: str) -> None:
    """From now on it does not hold any more. Raises NotFound, Conflict where it was withdrawn before."""
    row = _locked(number)
    if row.withdrawn_at is not None:
        raise Conflict("alternate_withdrawn", "It was withdrawn before.")
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(actor, "withdraw_alternate", f"part:{row.part.number}", why=why, alternate=row.pk)


def _locked(number: int) -> Alternate:
    row = Alternate.objects.select_for_update(of=("self",)).select_related("part").filter(pk=number).first()
    if row is None:
        raise NotFound("alternate_unknown", "There is no alternate {number}.", number=number)
    return row


def _place(scope: Scope) -> tuple[Product | None, Revision | None]:
    if not scope.product:
        if scope.revision or scope.line_number is not None:
            raise Invalid("product_missing", "A revision and a line are those of a product.", field="product")
        return None, None
    product = product_by_number(scope.product)
    revision = revision_by_names(scope.product, scope.revision) if scope.revision else None
    if product is None or (scope.revision and revision is None):
        raise NotFound(
            "revision_unknown",
            "The books know no {product} {revision}.",
            field="product",
            product=scope.product,
            revision=scope.revision,
        )
    if scope.line_number is not None and revision is None:
        raise Invalid("revision_missing", "A line is one of a revision.", field="revision")
    return product, revision
