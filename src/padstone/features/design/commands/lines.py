"""What a line can do, as somebody states it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from padstone.features.design.models import StatedAbility
from padstone.features.sites.lookups import line_names
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

_LONGEST = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """Lengths in millimetres; ``fiducials`` on each side that takes components, ``sides`` 1 or 2."""

    least_gap: Decimal
    smallest_length: Decimal
    smallest_width: Decimal
    tallest: Decimal
    board_length: Decimal
    board_width: Decimal
    fiducials: int = 2
    sides: int = 2


@command("assign_station")
def state_ability(actor: Actor, *, line: str, ability: Ability) -> None:
    """From now on drafts are checked against this. Raises NotFound for a line that there is not, Invalid for
    a length that cannot be.
    """
    name = line.strip()
    found = [pk for pk, known in line_names().items() if known == name]
    if not found:
        raise NotFound("line_unknown", "There is no line {line}.", field="line", line=line[:200])
    told = asdict(ability)
    for which, length in told.items():
        if isinstance(length, Decimal) and not (length.is_finite() and 0 <= length <= _LONGEST):
            raise Invalid("length_impossible", "That is no length in millimetres.", field=which)
    if ability.sides not in {1, 2} or not 0 <= ability.fiducials <= 10:
        raise Invalid(
            "number_impossible", "A line solders 1 or 2 sides, by 0 to 10 fiducials.", field="sides"
        )
    StatedAbility.objects.update_or_create(
        line_id=found[0], defaults={**told, "stated_by": actor.name, "stated_at": clock.now()}
    )
    record(
        actor,
        "state_ability",
        f"line:{name}",
        after={which: str(value) for which, value in told.items()},
    )
