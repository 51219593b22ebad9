"""Put parts on the books, and say what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from padstone.features.parts.commands.naming import LONGEST_NUMBER, at_most, known_part, name, one_of
from padstone.features.parts.commands.registering import register, write_keys
from padstone.features.parts.domain.parameters import (
    CATEGORIES,
    CRITICALITIES,
    LIFECYCLES,
    MOISTURE_LEVELS,
    parameter,
    read_value,
)
from padstone.features.parts.models import Part, PartParameter
from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.audit.record import record
from padstone.platform.command import command


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """What is to be said of a part; None leaves what stands there, "" says that nothing is known.

    ``parameters`` by the names of ``domain.parameters``, each as people write it (``4k7``, ``100 nF``); ""
    takes one away.
    """

    description: str | None = None
    category: str | None = None
    moisture_level: str | None = None
    shelf_life_days: int | None = None
    storage: str | None = None
    criticality: str | None = None
    lifecycle: str | None = None
    last_buy_on: date | None = None
    lead_time_days: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


_WORDS = {
    "category": CATEGORIES,
    "moisture_level": MOISTURE_LEVELS,
    "criticality": CRITICALITIES,
    "lifecycle": LIFECYCLES,
}
_LONGEST = {"description": 500, "storage": 300}


@command("register_part")
def register_part(
    actor: Actor,
    *,
    number: str,
    description: str = "",
    manufacturer: str = "",
    manufacturer_part_number: str = "",
) -> Part:
    """The part of that number, registered if the books do not know it.

    What is blank on the books is filled in; nothing that stands there is changed. The maker's number is a
    source that nobody has approved yet.
    """
    wanted = Part(
        number=name(number, "part_number", LONGEST_NUMBER),
        description=description[:500],
        manufacturer=manufacturer[:200],
        manufacturer_part_number=manufacturer_part_number[:200],
    )
    part = register([wanted])[wanted.number]
    if actor.kind is not ActorKind.JOB:  # what a machine told of is recorded by its message
        record(actor, "register_part", part.number)
    return part


@command("manage_parts")
def describe_part(actor: Actor, *, number: str, facts: PartFacts) -> Part:
    """Say what is known of a part. Raises NotFound for an unknown one, Invalid for a word that its list does
    not have or a value that is none in its parameter's unit.
    """
    part = Part.objects.select_for_update().get(pk=known_part(number).pk)
    before, after = apply_facts(part, facts)
    if after:
        part.save()
        write_keys([part])
    told = _set_parameters(part, facts.parameters)
    if after or told:
        record(actor, "describe_part", f"part:{part.number}", before=before, after=after | told)
    return part


def apply_facts(part: Part, facts: PartFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the facts into the row, not yet saved; answers what they were and what they are, of those that
    changed.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for one in fields(facts):
        value = getattr(facts, one.name)
        if one.name == "parameters" or value is None:
            continue
        if one.name in _WORDS:
            one_of(value, one.name, _WORDS[one.name])
        elif one.name in _LONGEST:
            at_most(value, one.name, _LONGEST[one.name])
        if (was := getattr(part, one.name)) != value:
            before[one.name], after[one.name] = _plain(was), _plain(value)
            setattr(part, one.name, value)
    return before, after


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _set_parameters(part: Part, told: Mapping[str, str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for name_, text in told.items():
        of = parameter(part.category, name_)
        if not text.strip():
            if PartParameter.objects.filter(part=part, name=of.name).delete()[0]:
                said[of.name] = ""
            continue
        value = read_value(of, text)
        PartParameter.objects.update_or_create(
            part=part, name=of.name, defaults={"number": value.number, "word": value.word}
        )
        said[of.name] = str(value)
    return said
