from __future__ import annotations

from django.db import models

from padstone.features.clocks.domain.happenings import BY_PEOPLE, ON_BOARDS


class ClockEvent(models.Model):
    """What people told of a package that moves its clocks. Append-only.

    What machines tell stands in the materials' own tables, and where it was kept in the stock's. ``value`` is
    a temperature in °C, seconds or % RH, as the kind has it; ``other_package`` what was mixed into it.
    """

    package = models.ForeignKey(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="clock_events", db_index=False
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in BY_PEOPLE])
    value = models.BigIntegerField(null=True)
    other_package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = (
            models.Index(fields=("package", "at"), name="clock_event_package_at"),
            models.Index(fields=("noted_at",), name="clock_event_noted_at"),
        )


class BoardClockEvent(models.Model):
    """What people told of a panel that waits, half built, for its second reflow. Append-only."""

    panel = models.ForeignKey(
        "production.Panel", on_delete=models.PROTECT, related_name="clock_events", db_index=False
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ON_BOARDS])
    value = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=("panel", "at"), name="board_clock_event_panel_at"),)


class RunOut(models.Model):
    """A package feeds and must not be used any more; found once for each loading. Append-only."""

    package = models.ForeignKey(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="run_outs", db_index=False
    )
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="run_outs")
    loaded_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)
    why = models.CharField(max_length=1000)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("package", "station", "loaded_at"), name="run_out_once"),
        )


class ClockPolicy(models.Model):
    """A revision of the rules of a site, or of the whole house (no site). Append-only: at each instant the
    newest counts of those that were valid by then. What was judged before stays judged by the rules of then.
    """

    site = models.ForeignKey("sites.Site", null=True, on_delete=models.PROTECT, related_name="clock_policies")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    why = models.CharField(max_length=1000)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    valid_from = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("site", "revision"), name="clock_policy_revision"),
            models.UniqueConstraint(
                fields=("revision",), condition=models.Q(site=None), name="clock_policy_revision_of_house"
            ),
        )
