from __future__ import annotations

from django.db import models


class Part(models.Model):
    """Something that can be built in, by its internal part number."""

    number = models.CharField(max_length=200, unique=True)
    description = models.CharField(max_length=500, blank=True)
    manufacturer = models.CharField(max_length=200, blank=True)
    manufacturer_part_number = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.number


class Product(models.Model):
    number = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.number


class Revision(models.Model):
    """One state of a product's design; units are built to a revision."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="revisions")
    label = models.CharField(max_length=100)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200)
    source_digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("product", "label"), name="revision_identity"),)

    def __str__(self) -> str:
        return f"{self.product} {self.label}"


class BomLine(models.Model):
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="bom_lines")
    line_number = models.PositiveIntegerField()
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="bom_lines")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("revision", "line_number"), name="bom_line_identity"),)


class BomDesignator(models.Model):
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="designators")
    bom_line = models.ForeignKey(BomLine, on_delete=models.PROTECT, related_name="designators")
    designator = models.CharField(max_length=100)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("revision", "designator"), name="bom_designator_once"),
        )
