"""What a machine loaded or used that must not be: the fact stands, a person is told, and by the site's rules
the machine is asked to leave it alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.past import labels
from padstone.features.stock.fitness import unfit
from padstone.ingest.outbox import GIVE_UP_AFTER_S
from padstone.ingest.stopping import ask_to_stop, sentences
from padstone.kernel import clock
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from padstone.features.materials.commands import Load
    from padstone.ingest.context import Context

IN_USE = (LoadEventKind.LOADED, LoadEventKind.SPLICED)
_NEWS_FOR = timedelta(seconds=GIVE_UP_AFTER_S)
"""What was loaded longer ago is history: no machine is stopped because of it."""


def judge_loads(loads: Iterable[Load], context: Context) -> None:
    """Flag each package that was loaded and must not be used."""
    loaded = {load.package_id for load in loads if load.kind in IN_USE}
    _judge(loaded, "loaded", context)
    _note_judged(loaded, context)


def judge_use(package_ids: Collection[int], context: Context) -> None:
    """Flag each package of which parts were placed, or paste printed, and that must not be used. Each is
    asked about once at a station, and not with every board; not again where its loading was judged.
    """
    station_id, judged = context.station.pk, context.memory.judged
    asked = {pk for pk in package_ids if station_id not in judged.get(pk, ())}
    _judge(asked - context.memory.blameless, "used", context)
    _note_judged(asked, context)


def _note_judged(package_ids: Iterable[int], context: Context) -> None:
    for pk in package_ids:
        context.memory.judged.setdefault(pk, set()).add(context.station.pk)


def _judge(package_ids: Collection[int], how: str, context: Context) -> None:
    found = unfit(package_ids, context.happened_at) if package_ids else {}
    if not found:
        return
    names = {pk: label.identifier for pk, label in labels(found).items()}
    for pk, reasons in found.items():
        context.flag(
            "unfit_package",
            f"Package {names[pk]} was {how} and must not be. {sentences(reasons)}",
            subject=f"package:{names[pk]}",
        )
    if clock.now() - context.happened_at <= _NEWS_FOR:
        packages = {names[pk]: reasons for pk, reasons in found.items()}
        ask_to_stop(INTERPRETER, handle=context.source, station_id=context.station.pk, packages=packages)
