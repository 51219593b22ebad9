"""The archive: can it be reached, is it whole as far as anybody looked, is it on a disk of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, fault, fine, note, warning
from padstone.ingest.archive.queries import ArchiveCard, archive_card
from padstone.ingest.archive.reading import store
from padstone.ingest.models import ArchiveBlock
from padstone.kernel import clock
from padstone.kernel.errors import Refusal
from padstone.platform.accounts.identity import operator_of_this_machine

ABOUT = "archive"
LOOK_MAY_BE = timedelta(days=92)


def archive(deployment: Deployment) -> Iterator[Finding]:
    card = archive_card(operator_of_this_machine())
    newest = ArchiveBlock.objects.order_by("-pk").first()
    if newest is None:
        yield fine(ABOUT, f"Nothing is archived yet; it would be at {card.address}.")
        return
    try:
        size = store().size_of(newest.name)
    except Refusal as refusal:
        yield fault(ABOUT, refusal.reason, "Look at PADSTONE_ARCHIVE and what it names; nothing was lost.")
        return
    if size != newest.size_bytes:
        what = "is not there" if size is None else f"has {size} bytes and not {newest.size_bytes}"
        yield fault(
            ABOUT,
            f"Its newest block {newest.name} {what} (at {card.address}).",
            "padstone archive verify says what else; put the blocks back from a backup.",
        )
        return
    yield fine(ABOUT, f"{card.blocks} blocks, {card.size_bytes} bytes, at {card.address}.")
    yield from _last_look(card)
    if isinstance(settings.ARCHIVE, Path) and deployment.wiring.data_folder() in settings.ARCHIVE.parents:
        yield note(ABOUT, "It is in the data folder, and every backup holds it.", "docs/how-to/archive.md")


def _last_look(card: ArchiveCard) -> Iterator[Finding]:
    last = card.last_look
    if last is not None and last.damaged:
        yield fault(
            ABOUT,
            f"{last.damaged} blocks were missing or damaged when somebody looked: {last.findings[0]}",
            "Put them back from a backup; then padstone archive verify.",
        )
    elif last is None or clock.now() - last.at > LOOK_MAY_BE:
        told = "Nobody has read it yet" if last is None else f"It was last read in full on {last.at:%Y-%m-%d}"
        yield warning(ABOUT, f"{told}: a disk forgets in silence.", "padstone archive verify, every month.")
