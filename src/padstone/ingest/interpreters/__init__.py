"""What each message means: one function a message, which turns its body into commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from padstone import cfx
from padstone.ingest.interpreters import assembly, endpoint, materials, production, quality

if TYPE_CHECKING:
    from collections.abc import Callable

    from padstone.ingest.context import Context

INTERPRETERS: dict[str, Callable[[Any, Context], None]] = {
    cfx.EndpointConnected.name: endpoint.endpoint_connected,
    cfx.EndpointShuttingDown.name: endpoint.endpoint_shutting_down,
    cfx.Heartbeat.name: endpoint.heartbeat,
    cfx.StationStateChanged.name: endpoint.station_state_changed,
    cfx.UnitsArrived.name: production.units_arrived,
    cfx.WorkStarted.name: production.work_started,
    cfx.WorkCompleted.name: production.work_completed,
    cfx.UnitsDeparted.name: production.units_departed,
    cfx.MaterialsInitialized.name: materials.materials_initialized,
    cfx.MaterialsLoaded.name: materials.materials_loaded,
    cfx.MaterialsUnloaded.name: materials.materials_unloaded,
    cfx.SplicePointDetected.name: materials.splice_point_detected,
    cfx.MaterialsInstalled.name: assembly.materials_installed,
    cfx.MaterialsUninstalled.name: assembly.materials_uninstalled,
    cfx.UnitsInspected.name: quality.interpret_units_inspected,
    cfx.UnitsTested.name: quality.interpret_units_tested,
    cfx.UnitsProcessed.name: quality.interpret_units_processed,
    cfx.UnitsRepaired.name: quality.interpret_units_repaired,
}
"""By the message's full name. A message without an entry is kept and counted."""
