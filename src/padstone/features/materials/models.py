from __future__ import annotations

from django.db import models

from padstone.features.materials.domain import ExposureKind, LoadEventKind, PackageEventKind


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
    expires_at = models.DateTimeField(null=True, db_index=True)
    initial_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    quantity_unit = models.CharField(max_length=20, default="pcs")
    journal_no = models.BigIntegerField(null=True)

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
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("station", "at"), name="load_event_station_at"),
            models.Index(fields=("location", "at"), name="load_event_location_at"),
            models.Index(fields=("feeder", "at"), name="load_event_feeder_at"),
        )


class PackageAncestry(models.Model):
    """The child was split off the parent: what the parent is suspected of, so is the child. Append-only."""

    parent = models.ForeignKey(MaterialPackage, on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey(MaterialPackage, on_delete=models.PROTECT, related_name="parents")
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("parent", "child"), name="package_ancestry_once"),)


class PackageEvent(models.Model):
    """What became of a package, but for its comings and goings at feeders (LoadEvent). Append-only.

    ``quantity`` is what is in it afterwards. ``lot`` and ``date_code`` are set where they were corrected.
    """

    package = models.ForeignKey(MaterialPackage, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in PackageEventKind])
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="package_events")
    location = models.ForeignKey(
        "sites.FeederLocation", null=True, on_delete=models.PROTECT, related_name="package_events"
    )
    other_package = models.ForeignKey(
        MaterialPackage, null=True, on_delete=models.PROTECT, related_name="other_events"
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    quantity_used = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    quantity_spoiled = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="corrections")
    date_code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    comments = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("date_code",), name="package_event_date_code"),)


class ExposureEvent(models.Model):
    """What a moisture-sensitive package went through, as it was told; nothing is reckoned here. Append-only.

    CFX MaterialPackageMSDData: ``level`` as MSL1 to MSL6, ``floor_life_left_s`` what the teller takes to be
    left of the floor life.
    """

    package = models.ForeignKey(MaterialPackage, on_delete=models.PROTECT, related_name="exposure_events")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ExposureKind])
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="exposure_events")
    level = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, blank=True)
    floor_life_left_s = models.BigIntegerField(null=True)
    floor_life_ends_at = models.DateTimeField(null=True)
    first_exposed_at = models.DateTimeField(null=True)
    last_exposed_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()
