"""What is shown of designs: revisions, lines, doubts, findings, change orders, files on their way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from padstone.features.design.taken import Proposal
from padstone.platform.signatures.lookups import SignatureLine


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignLine:
    """A revision in the list of all."""

    id: int
    product: str
    product_name: str
    client: str
    revision: str
    state: str
    phase: str
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line of a bill as it is understood. ``number`` counts from 1; ``how`` says how its part was found."""

    number: int
    row: int
    part: str
    how: str
    candidates: tuple[str, ...]
    said: str
    description: str
    value: str
    footprint: str
    manufacturer: str
    mpn: str
    quantity: Decimal
    designators: tuple[str, ...]
    fitted: bool
    variants: tuple[str, ...]
    client_supplied: bool
    attrition_percent: Decimal | None
    alternates: tuple[str, ...]
    assembly: str
    moisture_level: str
    approved: bool
    placed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtShown:
    """A doubt of a file. ``asks``: a release waits for somebody to look at it; ``settled`` says what came of
    that.
    """

    key: str
    code: str
    severity: str
    place: str
    said: str
    reason: str
    way_out: str
    asks: bool
    settled: str
    settled_by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingShown:
    """A finding of the readiness report. ``blocks``: it holds a release up in the revision's phase."""

    key: str
    rule: str
    gravity: str
    subject: str
    evidence: str
    remedy: str
    designators: tuple[str, ...]
    blocks: bool
    waivable: bool
    waived_by: str
    waived_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """A file that went into a revision; its bytes are kept."""

    number: int
    name: str
    purpose: str
    sha256: str
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionCard:
    """All of a revision. ``sha256`` is the digest of its content, which is signed."""

    id: int
    product: str
    product_name: str
    client: str
    revision: str
    state: str
    phase: str
    imported_at: datetime
    imported_by: str
    released_at: datetime | None
    released_by: str
    sha256: str
    edition: int | None
    lines: tuple[LineShown, ...]
    doubts: tuple[DoubtShown, ...]
    files: tuple[FileShown, ...]
    placed: int
    signatures: tuple[SignatureLine, ...]
    approvals_wanted: int
    change_order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a draft may be released, and all that speaks against it. ``ready`` looks at findings and
    doubts.
    """

    product: str
    revision: str
    state: str
    phase: str
    ready: bool
    open_doubts: int
    holding_up: int
    findings: tuple[FindingShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One difference between two revisions, in words; the lines count from 1."""

    code: str
    designators: tuple[str, ...]
    before: str
    after: str
    text: str
    line_before: int | None
    line_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    before: DesignLine
    after: DesignLine
    changes: tuple[ChangeShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrderCard:
    """A change order. Its ``changes`` are those of now while it is open, and those approved afterwards; they
    and the signatures are told where it is asked for alone.
    """

    number: str
    product: str
    before: str
    before_id: int
    after: str
    after_id: int
    reason: str
    effective_by: str
    effectivity: str
    state: str
    raised_by: str
    raised_at: datetime
    decided_by: str
    decided_at: datetime | None
    changes: tuple[str, ...]
    sha256: str
    signatures: tuple[SignatureLine, ...]
    approvals_wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCard:
    """An uploaded file that waits to be confirmed, and how it would be read."""

    number: int
    file_name: str
    purpose: str
    product: str
    revision: str
    client: str
    phase: str
    taken_into: int | None
    proposal: Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftUse:
    """Lines of a draft that mean a part."""

    revision_id: int
    product: str
    revision: str
    lines: tuple[int, ...]
