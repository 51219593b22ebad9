"""Padstone's own books, asked through its own queries."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asking import drop_pages
from factory import lot_name, nozzle_words, slot_words, station_name, unit_name
from loading import load
from questions import Answer, Placement, Window, checked, placement_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factory import Plan

    from padstone.features.genealogy.installations import Installation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Ours:
    """``restart`` makes the server forget; None for SQLite."""

    def __init__(
        self, plan: Plan, files: Path, restart: Callable[[], None] | None = None, *, with_times: bool = True
    ) -> None:
        import django

        django.setup()
        from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

        self._plan, self._files, self._restart = plan, files, restart
        self.with_times = with_times
        self._reader = Actor(ActorKind.PERSON, "bench", EVERYTHING)

    def load(self, *, progress: Callable[[int], None]) -> dict[str, Any]:
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        empty = size_of_books()
        began, busy = time.perf_counter(), time.process_time()
        by_the_clock: list[tuple[int, float]] = []
        by_our_processor: list[tuple[int, float]] = []

        def told(panels: int) -> None:
            by_the_clock.append((panels, time.perf_counter()))
            by_our_processor.append((panels, time.process_time()))
            progress(panels)

        loaded = load(self._plan, with_times=self.with_times, progress=told)
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
            )
        took, worked = time.perf_counter() - began, time.process_time() - busy
        return {
            "placements": loaded.placements,
            "bytes": size_of_books(),
            "bytes when empty": empty,
            "bytes of times": bytes_of_times(),
            "load s": took,
            "load s of this process": worked,
            "last tenth / first tenth": _last_over_first(by_our_processor),
            "last tenth / first tenth by the clock": _last_over_first(by_the_clock),
            "peak MB of loading": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "largest": sizes_by_relation()[:16],
        }

    def lot_units(self, lot: int) -> Any:
        from padstone.features.recall.queries import Suspect

        return self._unit_ids(Suspect(lot=lot_name(self._plan, lot)))

    def lot_placements(self, lot: int) -> Any:
        from padstone.features.recall.queries import Suspect, survey

        found = survey(self._reader, Suspect(lot=lot_name(self._plan, lot)))
        return [one for unit in found.units("certain") for one in unit.installations]

    def certificate(self, unit: int) -> Any:
        from padstone.features.certificate.queries import certificate

        found = certificate(self._reader, unit_name(self._plan, unit))
        return [*found.installations, *found.removed]

    def slot_window(self, window: Window) -> Any:
        from padstone.features.recall.queries import Suspect

        return self._unit_ids(Suspect(location=slot_words(window.slot)[1], **self._where(window)))

    def nozzle_window(self, window: Window) -> Any:
        from padstone.features.recall.queries import Suspect

        return self._unit_ids(Suspect(nozzle=nozzle_words(window.nozzle)[1], **self._where(window)))

    def _where(self, window: Window) -> dict[str, Any]:
        return {
            "station": station_name(self._plan, window.station),
            "since": _EPOCH + timedelta(microseconds=window.since_us),
            "until": _EPOCH + timedelta(microseconds=window.until_us),
        }

    def _unit_ids(self, suspect: Any) -> list[int]:
        from padstone.features.recall.queries import survey

        return list(survey(self._reader, suspect)._found.unit_ids("certain"))

    def units(self, answer: list[int]) -> Answer:
        return checked(unit_name(self._plan, unit - 1) for unit in answer)

    def placements(self, answer: list[Any]) -> Answer:
        return checked(placement_text(_placement(one)) for one in answer)

    def forget(self) -> None:
        from django.db import connection

        connection.close()
        if self._restart is not None:
            self._restart()
        drop_pages([self._files])
        connection.ensure_connection()

    def fetch(self, count: int) -> Any:
        from django.db import connection

        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * count)
            cursor.execute(
                f"SELECT * FROM genealogy_templateentry WHERE id IN ({places})", list(range(1, count + 1))
            )
            return cursor.fetchall()


def _placement(one: Installation) -> Placement:
    return Placement(
        unit=one.unit,
        designator=one.designator,
        package=one.package,
        part=one.part,
        lot=one.lot,
        station=one.station,
        location=one.location,
        nozzle=one.nozzle,
        removed_us=(one.removed_at - _EPOCH) // timedelta(microseconds=1) if one.removed_at else 0,
    )


def _last_over_first(done: Sequence[tuple[int, float]]) -> float:
    """The speed of the last tenth of the panels over that of the first. ``done``: how many were done when.
    What is made once, before and with the first work order, is not counted.
    """
    panels, ended = done[-1]
    begun, first = done[0], next(one for one in done if one[0] >= panels / 10)
    last = next((one for one in reversed(done) if one[0] <= panels * 9 / 10), begun)
    if first == begun or last[0] <= first[0]:
        return 1.0
    return (panels - last[0]) / (ended - last[1]) * (first[1] - begun[1]) / (first[0] - begun[0])


def size_of_books() -> int:
    """All tables with their indexes, as they are on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def bytes_of_times() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(length(times)), 0) FROM genealogy_pass")
        return int(cursor.fetchone()[0])


def sizes_by_relation() -> list[tuple[str, int]]:
    """Each table and each index, the largest first; nothing where SQLite was built without dbstat."""
    from django.db import DatabaseError, connection

    with connection.cursor() as cursor, suppress(DatabaseError):
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i') "
                "AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
            )
        else:
            cursor.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
        return [(str(name), int(size)) for name, size in cursor.fetchall()]
    return []
