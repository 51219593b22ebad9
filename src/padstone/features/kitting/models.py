from __future__ import annotations

from django.db import models

from padstone.features.kitting.domain.words import EndKind


class Kit(models.Model):
    """What is picked for a work order, and where it is brought. ``line`` is where the order is built, if
    somebody said so: what its machines have loaded counts. ``closed_at``: nothing is in it any more; was it
    issued, the order is done with it, else it is as if nobody had begun it.
    """

    order = models.OneToOneField("production.WorkOrder", on_delete=models.PROTECT, related_name="kit")
    location = models.ForeignKey("stock.StorageLocation", on_delete=models.PROTECT, related_name="kits")
    line = models.ForeignKey("sites.Line", null=True, on_delete=models.PROTECT, related_name="kits")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("order",), condition=models.Q(closed_at=None), name="kit_open"),)


class Pick(models.Model):
    """A package was taken from its location into a kit. Append-only.

    ``wanted`` is the part that the bill names; ``instead`` says by whose approval another stands in its
    place, "" where it is the part itself. ``quantity`` is what was in it. ``proposed``: the list had it.
    ``key`` is the sender's own name for the request.
    """

    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="picks", db_index=False)
    package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="picks")
    wanted = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="+")
    instead = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    source = models.ForeignKey("stock.StorageLocation", on_delete=models.PROTECT, related_name="+")
    proposed = models.BooleanField()
    key = models.CharField(max_length=100, null=True, unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=("kit", "id"), name="pick_kit"),)


class PickEnd(models.Model):
    """How a package left a kit. Append-only. The books expected from ``least`` to ``most`` pieces; what was
    ``counted`` otherwise, the count has booked.
    """

    pick = models.OneToOneField(Pick, on_delete=models.PROTECT, related_name="end")
    how = models.CharField(max_length=20, choices=[(one.value, one.value) for one in EndKind])
    counted = models.DecimalField(max_digits=18, decimal_places=6)
    least = models.DecimalField(max_digits=18, decimal_places=6)
    most = models.DecimalField(max_digits=18, decimal_places=6)
    location = models.ForeignKey(
        "stock.StorageLocation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField(blank=True)
    key = models.CharField(max_length=100, null=True, unique=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
