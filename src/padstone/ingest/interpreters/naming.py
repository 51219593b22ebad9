"""How messages name units, stages, operators and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from padstone.cfx import given
from padstone.features.production.lookups import panel
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from padstone import cfx
    from padstone.features.production.models import Unit
    from padstone.ingest.context import Context

_NONE = UUID(int=0)
"""The empty GUID that .NET writes where none was set."""


def transaction_told(text: str | None, context: Context, field: str = "TransactionId") -> UUID | None:
    """The transaction that a message belongs to; None where it gives none."""
    found = context.optional_uuid(text, field)
    return None if found == _NONE else found


def units_told(
    identifier: str | None, position: int | None, transaction: UUID | None, context: Context
) -> list[Unit]:
    """The units that a message names: the one at a position or of a serial; without a position all that the
    station had of the panel, or all of the panel where no transaction is given. Raises NotYetKnown while
    nobody has told of them.
    """
    if position and (identifier or transaction):  # .NET writes 0 for a number that was not set
        return [context.unit(identifier, position, transaction)]
    if not identifier and transaction is None:
        raise Invalid(
            "no_units",
            "The message names neither a unit nor a transaction.",
            field="UnitIdentifier",
            way_out="The machine must name the units, or give the TransactionID of its WorkStarted.",
        )
    if transaction is not None:
        row = context.transaction(transaction)
        if identifier in {None, "", row.panel.identifier}:
            return context.units_of_transaction(transaction)
    named = panel(identifier or "")
    there = list(context.units_of_panel(named.pk).values()) if named is not None else []
    return there or [context.unit(identifier, None, transaction)]


def stage_name(stage: cfx.Stage | None) -> str:
    """A stage's name, or its number where it has none."""
    if stage is None:
        return ""
    number = given(stage.stage_sequence)
    return given(stage.stage_name) or ("" if number is None else str(number))


def person_name(told: cfx.Operator | None) -> str:
    """An operator's first and last name, as far as they are told."""
    if told is None:
        return ""
    return " ".join(name for name in (given(told.first_name), given(told.last_name)) if name)
