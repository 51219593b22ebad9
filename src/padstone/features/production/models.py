from __future__ import annotations

from django.db import models

from padstone.platform.columns import IdentityField, InstantField, PositionsField


class WorkOrder(models.Model):
    """``client`` is whom it is built for, "" where nobody said so. Of clients, it alone sees it. ``due_on``
    is the day until which it is to be built, None where nobody said so.
    """

    number = models.CharField(max_length=200, unique=True)
    revision = models.ForeignKey(
        "parts.Revision", null=True, on_delete=models.PROTECT, related_name="work_orders"
    )
    quantity = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField()
    client = models.CharField(max_length=200, blank=True, db_index=True)
    due_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.number


class Panel(models.Model):
    """What travels through the line: one or several units that are built together."""

    identifier = models.CharField(max_length=200, unique=True)
    work_order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="panels")

    def __str__(self) -> str:
        return self.identifier


class Unit(models.Model):
    """A board at a position of its panel. Panel and position are its identity from the first station on; the
    identifier is its serial, or ``panel:position`` until somebody gives it one.
    """

    identifier = models.CharField(max_length=200, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="units", db_index=False)
    position = models.PositiveIntegerField()
    journal_no = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("panel", "position"), name="unit_identity"),)

    def __str__(self) -> str:
        return self.identifier


class WorkTransaction(models.Model):
    """A panel's pass through a station, from the machine's WorkStarted to its WorkCompleted.

    ``positions`` are those of the panel that the station had: all of them, or the one unit on a test fixture.
    """

    uuid = IdentityField(unique=True)
    station = models.ForeignKey(
        "sites.Station", on_delete=models.PROTECT, related_name="work_transactions", db_index=False
    )
    panel = models.ForeignKey(
        Panel, on_delete=models.PROTECT, related_name="work_transactions", db_index=False
    )
    work_order = models.ForeignKey(
        WorkOrder, null=True, on_delete=models.PROTECT, related_name="work_transactions", db_index=False
    )
    positions = PositionsField(default=list)
    lane = models.PositiveSmallIntegerField(null=True)
    recipe_name = models.CharField(max_length=300, blank=True)
    recipe_revision = models.CharField(max_length=100, blank=True)
    surface = models.CharField(max_length=40, blank=True)
    started_at = InstantField()
    journal_no = models.BigIntegerField()
    completed_at = InstantField(null=True)
    result = models.CharField(max_length=40, blank=True)
    completed_journal_no = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("station", "started_at"), name="transaction_station_started"),
            models.Index(fields=("panel",), name="transaction_panel"),
        )


class UnitStatus(models.Model):
    """What a station said of a unit as it took it in: skip, scrap, fail. Append-only."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="statuses")
    work_transaction = models.ForeignKey(
        WorkTransaction, on_delete=models.PROTECT, related_name="unit_statuses"
    )
    status = models.CharField(max_length=20)
    journal_no = models.BigIntegerField()


class FlowEvent(models.Model):
    """A panel arrived at or departed from a station. Append-only."""

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="flow_events")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="flow_events")
    departed = models.BooleanField()
    lane = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()


class WorkEvent(models.Model):
    """Something happened during a panel's pass: in one of the station's stages, or besides the work itself.
    Append-only. ``kind``: see ``domain.WorkEventKind``; ``told`` under the standard's names.
    """

    work_transaction = models.ForeignKey(WorkTransaction, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20)
    stage = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=60, blank=True)
    told = models.JSONField(default=dict)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()


class UnitEvent(models.Model):
    """What was said of a unit at a station, beside the work on it. Append-only. ``kind``: see
    ``domain.UnitEventKind``; ``work_order``: what it was said to be built for.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="unit_events")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=60, blank=True)
    comments = models.TextField(blank=True)
    work_order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.JSONField(default=dict)
    transaction_uuid = models.UUIDField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()


class OrderEvent(models.Model):
    """What was told of a work order. Append-only. ``kind``: see ``domain.OrderEventKind``."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="events")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="order_events")
    kind = models.CharField(max_length=20)
    batch = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=60, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    told = models.JSONField(default=dict)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()


class RecipeEvent(models.Model):
    """A station took up a recipe or put it down, or somebody changed one. Append-only. ``kind``: see
    ``domain.RecipeEventKind``. Times in seconds for one pass.
    """

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="recipe_events")
    kind = models.CharField(max_length=20)
    recipe_name = models.CharField(max_length=300, blank=True)
    recipe_revision = models.CharField(max_length=100, blank=True)
    lane = models.IntegerField(null=True)
    stage = models.CharField(max_length=200, blank=True)
    surface = models.CharField(max_length=40, blank=True)
    work_order = models.CharField(max_length=200, blank=True)
    expected_cycle_s = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    expected_work_s = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    reason = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=200, blank=True)
    told = models.JSONField(default=dict)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="recipe_event_station_at"),)


class OperatorEvent(models.Model):
    """Somebody began to work at a station (``began``), or no longer does. Append-only."""

    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="operator_events")
    operator = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    began = models.BooleanField()
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="operator_event_station_at"),)
