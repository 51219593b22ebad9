from __future__ import annotations

from django.db import models
from django.db.models import Q

from padstone.features.receiving.domain.words import Approval, Tier


class SupplierDecision(models.Model):
    """What the house thinks of a supplier from then on. Append-only: the newest counts."""

    supplier = models.ForeignKey("materials.Supplier", on_delete=models.PROTECT, related_name="decisions")
    approval = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Approval])
    tier = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Tier])
    why = models.CharField(max_length=1000)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class SupplierCertificate(models.Model):
    """A certificate that a supplier has, such as ISO 9001, with its file. Append-only."""

    supplier = models.ForeignKey("materials.Supplier", on_delete=models.PROTECT, related_name="certificates")
    standard = models.CharField(max_length=100)
    number = models.CharField(max_length=100, blank=True)
    valid_until = models.DateField()
    document = models.ForeignKey("parts.Document", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class PurchaseOrder(models.Model):
    """What was ordered of a supplier. ``closed_at``: nothing more is expected of it."""

    number = models.CharField(max_length=100, unique=True)
    supplier = models.ForeignKey(
        "materials.Supplier", on_delete=models.PROTECT, related_name="purchase_orders"
    )
    ordered_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    expected_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("order", "number"), name="purchase_order_line_once"),)


class LotCertificate(models.Model):
    """A certificate of conformance: of a lot of a part, or of all its lots (no lot). Append-only.

    ``date_codes`` are parted by blanks; none are all. ``quantity`` is how many pieces it is of.
    """

    supplier = models.ForeignKey(
        "materials.Supplier", on_delete=models.PROTECT, related_name="lot_certificates"
    )
    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="lot_certificates")
    number = models.CharField(max_length=100)
    lot = models.CharField(max_length=200, blank=True)
    date_codes = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    valid_until = models.DateField(null=True)
    document = models.ForeignKey("parts.Document", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class MakerForm(models.Model):
    """How a maker writes its lots, and where it makes: what somebody declared. Append-only, the newest
    counts. ``key`` is the maker's name in capitals and digits; patterns and countries are parted by blanks.
    """

    maker = models.CharField(max_length=300)
    key = models.CharField(max_length=300, db_index=True)
    lot_patterns = models.CharField(max_length=1000, blank=True)
    countries = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=1000)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class ReceivingPolicy(models.Model):
    """A revision of the rules of the goods-in. Append-only: the newest counts."""

    revision = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    why = models.CharField(max_length=1000)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class OwnNumber(models.Model):
    """A number of ours for a package, from which its code is made. ``key`` is the sender's own name for the
    receipt: sent again, it finds the package that it made. Append-only.
    """

    key = models.CharField(max_length=100, null=True, unique=True)
    at = models.DateTimeField()


class SeenNumber(models.Model):
    """The number that a supplier or maker gave a package: received once, it is refused the second time.
    Append-only. ``supplier`` is the name in capitals and digits, "" where nobody knows.
    """

    own = models.ForeignKey(OwnNumber, on_delete=models.PROTECT, related_name="seen")
    supplier = models.CharField(max_length=300, blank=True)
    part = models.ForeignKey("parts.Part", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("number", "kind", "part", "supplier"), name="seen_number_once"),
        )


class Receipt(models.Model):
    """A package was received: what its labels said, what was found, and to which order line it counts.
    Append-only.

    ``labels`` are the payloads as they were scanned, ``said`` what the person added, ``findings`` what was
    off. ``sound``: nothing that holds it. ``fills``: it takes room in its order line; what was more than
    was ordered does not. ``maker_key`` and ``lot_form`` are what later lots are compared
    with.
    """

    own = models.OneToOneField(OwnNumber, on_delete=models.PROTECT, related_name="receipt")
    package = models.OneToOneField(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="receipt"
    )
    line = models.ForeignKey(PurchaseOrderLine, null=True, on_delete=models.PROTECT, related_name="receipts")
    supplier = models.ForeignKey(
        "materials.Supplier", null=True, on_delete=models.PROTECT, related_name="receipts"
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    lot_form = models.CharField(max_length=200, blank=True)
    maker_key = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    labels = models.JSONField()
    said = models.JSONField()
    findings = models.JSONField()
    sound = models.BooleanField()
    fills = models.BooleanField()
    policy = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = (
            models.Index(fields=("maker_key", "id"), condition=Q(sound=True), name="receipt_maker"),
            models.Index(fields=("at",), name="receipt_at"),
        )
