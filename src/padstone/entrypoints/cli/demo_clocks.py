"""The demo's clocks: one reel near the end of its floor life, one past it, and a jar of paste that thaws."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from padstone.features.clocks.commands import note_exposure
from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.parts.commands import PartFacts, describe_part, register_part
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

CONTROLLER, FRONT_END, PASTE = "PS-500100", "PS-500101", "PS-900100"
NEARLY_OVER, OVER, THAWING = "RL-MSL-0417", "RL-MSL-0398", "JAR-0088"


def make_clocks(actor: Actor) -> None:
    """Repeating it tells the same once more, and changes nothing that counts."""
    now = clock.now()
    register_part(actor, number=PASTE, description="Solder paste SAC305, type 4, 500 g")
    for part, facts in (
        (CONTROLLER, _sensitive("3", "0.85 mm")),
        (FRONT_END, _sensitive("3", "0.75 mm")),
        (PASTE, PartFacts(category="solder_paste", shelf_life_days=180)),
    ):
        describe_part(actor, number=part, facts=facts)
    for package, part in ((NEARLY_OVER, CONTROLLER), (OVER, FRONT_END), (THAWING, PASTE)):
        made = now - timedelta(days=40)
        receive_package(
            actor,
            facts=PackageFacts(identifier=package, part_number=part, received_at=made, manufactured_at=made),
        )
    for package, kind, ago in (
        (NEARLY_OVER, "opened", timedelta(hours=165)),
        (OVER, "opened", timedelta(days=9)),
        (THAWING, "cold_in", timedelta(days=39)),
        (THAWING, "cold_out", timedelta(hours=1)),
    ):
        note_exposure(actor, packages=[package], kind=kind, at=now - ago)


def _sensitive(level: str, height: str) -> PartFacts:
    return PartFacts(
        category="integrated_circuit", moisture_level=level, parameters={"height": height, "package": "QFN"}
    )
