"""The rules of the goods-in, and what is declared of makers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from padstone.features.clocks.domain.rules import as_told
from padstone.features.labels.domain.countries import country
from padstone.features.labels.domain.sizes import size_called
from padstone.features.labels.printing import Printer
from padstone.features.receiving.commands.suppliers import must_say_why
from padstone.features.receiving.domain.lot_forms import LONGEST
from padstone.features.receiving.domain.policy import policy_of
from padstone.features.receiving.domain.texts import bare
from padstone.features.receiving.models import MakerForm, ReceivingPolicy
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@command("decide_receiving")
def decide_receiving(actor: Actor, *, policy: object, why: str) -> int:
    """From now on packages are checked by these rules; answers their revision. What the object leaves out is
    as without a decision. What was received before stays as it was judged. Raises Invalid for rules that
    can't be, or without a reason.
    """
    rules, reason = policy_of(policy), must_say_why(why)
    size_called(rules.label_size)
    if rules.printer:
        Printer.at(rules.printer)
    last = ReceivingPolicy.objects.select_for_update().order_by("-revision").first()
    made = ReceivingPolicy.objects.create(
        revision=last.revision + 1 if last else 1,
        content=as_told(rules),
        why=reason,
        by=actor.name[:200],
        at=clock.now(),
    )
    record(
        actor,
        "decide_receiving",
        "house",
        why=reason,
        before=last.content if last else None,
        after=made.content,
        revision=made.revision,
    )
    return made.revision


@command("approve_suppliers")
def declare_maker(
    actor: Actor, *, maker: str, why: str, lot_patterns: Sequence[str] = (), countries: Sequence[str] = ()
) -> None:
    """Say how a maker writes its lots (``#`` a digit, ``@`` a letter, ``?`` any sign, ``*`` the rest) and in
    which countries it makes. It takes the place of what was declared before.
    """
    name, reason = " ".join(maker.split()), must_say_why(why)
    check_length(name, "maker", 300)
    if not bare(name):
        raise Invalid("maker_unnamed", "A maker needs a name.", field="maker")
    for pattern in lot_patterns:
        check_length(pattern, "lot_patterns", LONGEST)
        if any(sign.isspace() for sign in pattern):
            raise Invalid("pattern_with_blank", "A form of lots has no blanks.", field="lot_patterns")
    named = [country(one) for one in countries]
    if None in named:
        raise Invalid(
            "country_unknown",
            "Countries are named by ISO 3166.",
            field="countries",
            way_out="Write two letters each: DE, JP.",
        )
    patterns, places = " ".join(lot_patterns), " ".join(one for one in named if one)
    check_length(patterns, "lot_patterns", 1000)
    check_length(places, "countries", 300)
    MakerForm.objects.create(
        maker=name,
        key=bare(name),
        lot_patterns=patterns,
        countries=places,
        why=reason,
        by=actor.name[:200],
        at=clock.now(),
    )
    record(actor, "declare_maker", f"maker:{name}", why=reason, lot_patterns=patterns, countries=places)
