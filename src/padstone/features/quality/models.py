from __future__ import annotations

from django.db import models


class Finding(models.Model):
    """What every quality record says: which unit, where, when, with what result. Append-only."""

    unit = models.ForeignKey("production.Unit", on_delete=models.PROTECT, related_name="%(class)ss")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="+")
    transaction_uuid = models.UUIDField(null=True)
    result = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        abstract = True


class Inspection(Finding):
    """One inspection of a unit (SPI, AOI, AXI, human). ``measurements``: as in Test."""

    name = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=20, blank=True)
    recipe_name = models.CharField(max_length=300, blank=True)
    inspector = models.CharField(max_length=200, blank=True)
    verification = models.CharField(max_length=40, blank=True)
    measurements = models.JSONField(default=list)


class Defect(models.Model):
    """A defect that an inspection or a test reported; of neither: a repairer's later word. Append-only.

    A false call is a defect whose verification says so.
    """

    unit = models.ForeignKey("production.Unit", on_delete=models.PROTECT, related_name="defects")
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="defects")
    test = models.ForeignKey("quality.Test", null=True, on_delete=models.PROTECT, related_name="defects")
    identifier = models.CharField(max_length=200, blank=True, db_index=True)
    code = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    designator = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    verification = models.CharField(max_length=40, blank=True)
    journal_no = models.BigIntegerField()


class Test(Finding):
    """One test of a unit. ``measurements``: plain objects, see ``queries.TestLine``."""

    __test__ = False  # no test of this program

    name = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=20, blank=True)
    recipe_name = models.CharField(max_length=300, blank=True)
    tester = models.CharField(max_length=200, blank=True)
    measurements = models.JSONField(default=list)


class ProcessRecord(Finding):
    """What a process did to a unit: a reflow profile, print parameters. ``data``: as the machine said."""

    kind = models.CharField(max_length=100)
    recipe_name = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)


class Repair(Finding):
    name = models.CharField(max_length=300, blank=True)
    designator = models.CharField(max_length=100, blank=True)
    comments = models.TextField(blank=True)
    defect_identifiers = models.JSONField(default=list)
    repairer = models.CharField(max_length=200, blank=True)
