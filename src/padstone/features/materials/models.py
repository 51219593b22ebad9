from __future__ import annotations

from django.db import models

from padstone.features.materials.domain import LoadEventKind


class Supplier(models.Model):
    name = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.name


class Lot(models.Model):
    """What a maker made in one go, as the supplier's label calls it."""

    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="lots")
    supplier = models.ForeignKey(Supplier, null=True, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("part", "supplier", "code"), name="lot_identity"),
            models.UniqueConstraint(
                fields=("part", "code"), condition=models.Q(supplier=None), name="lot_identity_no_supplier"
            ),
        )

    def __str__(self) -> str:
        return self.code


class MaterialPackage(models.Model):
    """A reel, tray, stick or bag with an identity of its own."""

    identifier = models.CharField(max_length=200, unique=True)
    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="packages")
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="packages")
    date_code = models.CharField(max_length=20, blank=True, db_index=True)
    manufacturer = models.CharField(max_length=300, blank=True)
    manufacturer_part_number = models.CharField(max_length=200, blank=True)
    manufactured_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    initial_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    quantity_unit = models.CharField(max_length=20, default="pcs")
    journal_no = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.identifier


class LoadEvent(models.Model):
    """A package came to, or left, a feeder location. Append-only."""

    package = models.ForeignKey(MaterialPackage, on_delete=models.PROTECT, related_name="load_events")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="load_events")
    location = models.ForeignKey(
        "sites.FeederLocation", null=True, on_delete=models.PROTECT, related_name="load_events"
    )
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in LoadEventKind])
    feeder = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField(db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=("station", "at"), name="load_event_station_at"),
            models.Index(fields=("location", "at"), name="load_event_location_at"),
        )
