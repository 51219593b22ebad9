"""Unfiltered reads of what revisions hold, for commands here and for other features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.content import Content, Pick, digest_of, unpacked
from padstone.features.design.models import ChangeOrder, ColumnMeaning, Intake, Release, Waiver, Working
from padstone.features.parts.lookups import LineOnBooks, bill_lines
from padstone.kernel.errors import NotFound

if TYPE_CHECKING:
    from padstone.features.parts.models import Revision


@dataclass(frozen=True, slots=True)
class Held:
    """A revision's content, and the digest of it that is signed. ``edition`` is that of a draft."""

    content: Content
    sha256: bytes
    edition: int | None


def held(revision: Revision) -> Held:
    """What the revision holds: a draft at the moment, a released one for ever.

    Of one that was imported the short way (``padstone bom import``) only the bill is known.
    """
    release = Release.objects.filter(revision_id=revision.pk).first()
    if release is not None:
        return Held(unpacked(release.content), bytes(release.sha256), None)
    working = Working.objects.filter(revision_id=revision.pk).first()
    if working is not None:
        return Held(unpacked(working.content), digest_of(working.content), working.edition)
    return Held(_on_books(revision), bytes(revision.source_digest), None)


def locked_working(revision_id: int) -> Working | None:
    """A draft's row; nobody else changes it until the transaction ends."""
    return Working.objects.select_for_update().filter(revision_id=revision_id).first()


def meanings(client: str, purpose: str) -> Mapping[str, str]:
    """What that client's columns mean, as somebody confirmed it before."""
    rows = ColumnMeaning.objects.filter(client=client, purpose=purpose)
    return dict(rows.values_list("name", "meaning"))


def intake(number: int) -> Intake:
    """A file that was uploaded. Raises NotFound."""
    row = Intake.objects.select_related("document", "revision__product").filter(pk=number).first()
    if row is None:
        raise NotFound("intake_unknown", "There is no such import.")
    return row


def waivers(revision_id: int) -> Mapping[str, Waiver]:
    """By the finding that each was signed for."""
    return {row.finding: row for row in Waiver.objects.filter(revision_id=revision_id)}


def change_order(number: str) -> ChangeOrder:
    """Raises NotFound."""
    row = (
        ChangeOrder.objects.select_related("before__product", "after__product").filter(number=number).first()
    )
    if row is None:
        raise NotFound("change_order_unknown", "There is no change order {number}.", number=number[:60])
    return row


def approved_change_to(revision_id: int) -> ChangeOrder | None:
    return ChangeOrder.objects.filter(after_id=revision_id, state="approved").order_by("id").first()


def _on_books(revision: Revision) -> Content:
    lines = bill_lines(revision.pk)
    bill = Bill(file="", lines=tuple(_line(line) for line in lines))
    picks = tuple(Pick(line.part, "number") for line in lines)
    return Content(bill=bill, picks=picks)


def _line(line: LineOnBooks) -> BillLine:
    return BillLine(
        row=line.number,
        part_number=line.part,
        description=line.description,
        value=line.value,
        footprint=line.footprint,
        manufacturer=line.manufacturer,
        mpn=line.manufacturer_part_number,
        quantity=line.quantity,
        designators=line.designators,
        fitted=line.fitted,
        client_supplied=line.client_supplied,
        attrition=line.attrition_percent or None,
        variants=line.fitted_in,
        assembly=line.sub_assembly,
    )
