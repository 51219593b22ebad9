"""The standard's messages by name. Importing this imports them all."""

from __future__ import annotations

from padstone.cfx import endpoint, maintenance, production, resource_performance
from padstone.cfx.information_system import (
    data_transfer,
    operator_validation,
    production_scheduling,
    topic_validation,
    unit_validation,
    work_order_management,
)
from padstone.cfx.materials import management, storage, transport
from padstone.cfx.materials.management import msd_management
from padstone.cfx.production import (
    application,
    assembly,
    hermes,
    loading_and_unloading,
    processing,
    rework_and_repair,
    test_and_inspection,
)
from padstone.cfx.production.application import solder
from padstone.cfx.production.assembly import press_insertion
from padstone.cfx.resource_performance import (
    press_insertion as press_performance,
)
from padstone.cfx.resource_performance import (
    smt_placement,
    solder_paste_printing,
    tht_insertion,
)
from padstone.cfx.sensor import identification
from padstone.cfx.vocabulary import Message

_TOPICS = (
    endpoint,
    data_transfer,
    operator_validation,
    production_scheduling,
    topic_validation,
    unit_validation,
    work_order_management,
    maintenance,
    management,
    msd_management,
    storage,
    transport,
    production,
    application,
    solder,
    assembly,
    press_insertion,
    hermes,
    loading_and_unloading,
    processing,
    rework_and_repair,
    test_and_inspection,
    resource_performance,
    press_performance,
    smt_placement,
    solder_paste_printing,
    tht_insertion,
    identification,
)

MESSAGE_TYPES: dict[str, type[Message]] = {
    kind.name: kind
    for topic in _TOPICS
    for kind in vars(topic).values()
    if isinstance(kind, type) and issubclass(kind, Message) and kind.name
}
"""The messages of version 2.1 by their full name."""

KNOWN_MESSAGES: frozenset[str] = frozenset(MESSAGE_TYPES)
"""The names of the 182 messages of version 2.1."""
