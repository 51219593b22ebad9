from __future__ import annotations

from django.db import models


class Part(models.Model):
    """Something that can be built in, by its internal part number.

    ``merged_into`` is the part that took its place where both were the same thing: the row stays, with all
    that points at it, and its number is understood as the other's from then on. Its maker and maker's number
    here are the first that the books learnt; all of them are ``ManufacturerPart``.
    """

    number = models.CharField(max_length=200, unique=True)
    description = models.CharField(max_length=500, blank=True)
    manufacturer = models.CharField(max_length=200, blank=True)
    manufacturer_part_number = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=30, blank=True)
    moisture_level = models.CharField(max_length=5, blank=True)
    shelf_life_days = models.PositiveIntegerField(null=True)
    storage = models.CharField(max_length=300, blank=True)
    criticality = models.CharField(max_length=20, blank=True)
    lifecycle = models.CharField(max_length=20, blank=True)
    last_buy_on = models.DateField(null=True)
    lead_time_days = models.PositiveIntegerField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Meta:
        indexes = (models.Index(fields=("category", "number"), name="part_category"),)

    def __str__(self) -> str:
        return self.number


class PartKey(models.Model):
    """By what a part is found: its numbers, its makers' and suppliers', and words of its description.

    ``key`` is upper case, letters and digits alone, so that ``RC0402-FR 07`` finds ``rc0402fr07``; a search
    is a range of this index.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "part", "kind"), name="part_key_once"),)


class PartParameter(models.Model):
    """What a part can do, under a name of ``domain.parameters``: a number in that parameter's unit, or a
    word.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="parameters")
    name = models.CharField(max_length=40)
    number = models.DecimalField(max_digits=30, decimal_places=15, null=True)
    word = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("part", "name"), name="part_parameter_once"),)
        indexes = (
            models.Index(fields=("name", "number"), name="part_parameter_number"),
            models.Index(fields=("name", "word"), name="part_parameter_word"),
        )


class ManufacturerPart(models.Model):
    """A maker's part that the internal number may be bought as: one line of the approved manufacturers' list.

    ``tier`` 1 is bought first. ``approval`` is proposed, approved or rejected.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="sources")
    manufacturer = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=200)
    approval = models.CharField(max_length=20, default="proposed")
    tier = models.PositiveSmallIntegerField(default=1)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("part", "manufacturer", "number"), name="manufacturer_part_once"),
        )


class SupplierPart(models.Model):
    """Where a part can be bought, how it comes packed, and from which quantity."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="offers")
    supplier = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    packaging = models.CharField(max_length=50, blank=True)
    minimum_order = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    lead_time_days = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("part", "supplier", "number"), name="supplier_part_once"),
        )


class PriceBreak(models.Model):
    offer = models.ForeignKey(SupplierPart, on_delete=models.CASCADE, related_name="prices")
    from_quantity = models.DecimalField(max_digits=18, decimal_places=6)
    price = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("offer", "from_quantity"), name="price_break_once"),)


class Document(models.Model):
    """A file as it came, to the byte. Append-only."""

    name = models.CharField(max_length=300)
    sha256 = models.BinaryField(max_length=32, unique=True)
    content = models.BinaryField()
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=200)


class PartStatement(models.Model):
    """What somebody stated of a part under a regulation (RoHS, REACH), and the document that proves it.

    Append-only: a later statement takes the place of an earlier one.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="statements")
    regulation = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True)
    dated = models.DateField()
    stated_by = models.CharField(max_length=200)
    stated_at = models.DateTimeField()


class Alternate(models.Model):
    """A part that may take another's place: everywhere, or for one client, product, revision or line alone.

    ``withdrawn_at`` ends it; the row stays.
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="alternates")
    other = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="alternate_for")
    client = models.CharField(max_length=200, blank=True)
    product = models.ForeignKey("Product", on_delete=models.PROTECT, null=True)
    revision = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True)
    line_number = models.PositiveIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    reason = models.CharField(max_length=1000)
    approval = models.CharField(max_length=20, default="proposed")
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Product(models.Model):
    """``client`` is whose design it is, "" the house's own. Of clients, it alone may see it."""

    number = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300, blank=True)
    client = models.CharField(max_length=200, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.number


class Revision(models.Model):
    """One state of a product's design; units are built to a revision.

    ``state``: a draft is worked at (``padstone.features.design``) and has no lines here yet; with its release
    they are written, once; an obsolete one is built no more. ``phase`` says which policy holds for it.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="revisions")
    label = models.CharField(max_length=100)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200)
    source_digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=20, default="released")
    phase = models.CharField(max_length=20, default="prototype")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("product", "label"), name="revision_identity"),)

    def __str__(self) -> str:
        return f"{self.product} {self.label}"


class BomLine(models.Model):
    """A line of a released bill. Append-only.

    ``fitted`` is False for what is not to be populated. ``fitted_in`` names the variants that it is fitted
    in, parted by commas; "" is all of them. A line without part (``sub_assembly`` apart) is none that a board
    can be judged by.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="bom_lines")
    line_number = models.PositiveIntegerField()
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="bom_lines", null=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    fitted = models.BooleanField(default=True)
    fitted_in = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=200, blank=True)
    footprint = models.CharField(max_length=200, blank=True)
    sub_assembly = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="used_in")
    client_supplied = models.BooleanField(default=False)
    attrition_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("revision", "line_number"), name="bom_line_identity"),)


class BomDesignator(models.Model):
    """Where a line's parts belong. Append-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="designators")
    bom_line = models.ForeignKey(BomLine, on_delete=models.PROTECT, related_name="designators")
    designator = models.CharField(max_length=100)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("revision", "designator"), name="bom_designator_once"),
        )
