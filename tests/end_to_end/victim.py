"""A machine's sender and Padstone's ingest in one process that a test kills at any moment, as a script.

``victim.py run MESSAGES ACKED`` delivers the lines of MESSAGES that ACKED does not count yet, and interprets
them; ACKED is the sender's own memory of how many were taken. ``victim.py report`` prints all facts as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django
from msgspec.structs import asdict

AT_ONCE = 20


def run(messages: Path, acked: Path) -> None:
    from padstone.ingest.delivery import Delivery
    from padstone.ingest.inbox import accept
    from padstone.ingest.interpret import Interpreter
    from padstone.kernel import clock

    lines = messages.read_bytes().splitlines()
    taken = int(acked.read_text()) if acked.exists() else 0
    interpreter = Interpreter()
    interpreter.all()
    print("ready", flush=True)
    while taken < len(lines):
        group = lines[taken : taken + AT_ONCE]
        accept([Delivery("http", "line", body, "", None, clock.now()) for body in group])
        taken += len(group)
        _remember(acked, taken)
        interpreter.some(limit=7)
    interpreter.all()
    print("done", flush=True)


def _remember(acked: Path, taken: int) -> None:
    beside = acked.with_suffix(".new")
    beside.write_text(str(taken))
    beside.replace(acked)


ENCODING = frozenset(
    {
        "genealogy_materialspan",
        "genealogy_pass",
        "genealogy_deviation",
        "genealogy_placementtemplate",
        "genealogy_templateentry",
    }
)
"""How many rows what was placed takes depends on what came before; what they say does not (``placed``)."""


def report() -> None:
    from django.apps import apps
    from django.db.models import Count

    from padstone.features.genealogy.queries import installations_of_unit
    from padstone.features.production.models import Unit
    from padstone.ingest.models import Message
    from tests.shop_floor import AUDITOR

    placed = [
        {**asdict(one), "journal_no": 0}
        for unit in Unit.objects.order_by("identifier").values_list("identifier", flat=True)
        for one in installations_of_unit(AUDITOR, unit)
    ]
    told = {"sites", "parts", "materials", "production", "genealogy", "quality"}
    counts = {
        model._meta.db_table: model._default_manager.count()
        for label in sorted(told)
        for model in apps.get_app_config(label).get_models()
        if model._meta.db_table not in ENCODING
    }
    states = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by())
    states.pop("repeated", None)
    print(json.dumps({"placed": placed, "counts": counts, "states": states}, default=str, sort_keys=True))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")
    django.setup()
    if sys.argv[1] == "run":
        run(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        report()
