from __future__ import annotations

from django.db import models

from padstone.features.equipment.domain import EquipmentEventKind, FaultKind


class StateChange(models.Model):
    """A station, or one of its stages, went from one state to another (SEMI E10, as CFX ResourceState).
    Append-only. ``stage`` "": the station as a whole.
    """

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="state_changes")
    stage = models.CharField(max_length=200, blank=True)
    lane = models.IntegerField(null=True)
    state = models.PositiveIntegerField()
    old_state = models.PositiveIntegerField(null=True)
    old_state_s = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="state_change_station_at"),)


class FaultEvent(models.Model):
    """A fault occurred, was seen by somebody or is over. Append-only. The lines of one fault share the
    ``occurrence`` that the machine gave it.
    """

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="fault_events")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in FaultKind])
    occurrence = models.CharField(max_length=200, db_index=True)
    code = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=200, blank=True)
    lane = models.IntegerField(null=True)
    description = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)
    told = models.JSONField(default=dict)
    transaction_uuid = models.UUIDField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="fault_event_station_at"),)


class EquipmentEvent(models.Model):
    """What befell a machine beside states and faults. Append-only. ``told`` under the standard's names."""

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="equipment_events")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in EquipmentEventKind])
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    name = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=200, blank=True)
    told = models.JSONField(default=dict)
    transaction_uuid = models.UUIDField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="equipment_event_station_at"),)
