from __future__ import annotations

from django.db import models

from padstone.platform.columns import InstantField, WordField

OPEN = 2**31 - 1
"""The last sequence of a span that still feeds."""


class PlacementTemplate(models.Model):
    """Which designators of which panel position each feeder location places. Immutable, addressed by its
    content.
    """

    digest = models.BinaryField(max_length=32, unique=True)


class TemplateEntry(models.Model):
    """One placement of a template. ``index`` is its place in the machine's order and in the time blobs."""

    template = models.ForeignKey(
        PlacementTemplate, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    index = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    designator = models.CharField(max_length=100)
    location = models.ForeignKey(
        "sites.FeederLocation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    head = models.CharField(max_length=60, blank=True)
    nozzle = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("template", "index"), name="template_entry_index"),
            models.UniqueConstraint(
                fields=("template", "position", "designator"), name="template_entry_once"
            ),
        )
        indexes = (models.Index(fields=("location", "template"), name="template_entry_location"),)


class Pass(models.Model):
    """One report of placements: the ``sequence``-th of its station. Append-only.

    ``times`` holds each placement's time as an offset from ``base_at`` (see ``domain.times``); empty where
    the machine gave none. ``last_at`` is the last of them. ``reach`` is the number of binary digits of the
    whole seconds from ``base_at`` to ``last_at``: what overlaps a time window is a bounded range of
    ``base_at`` for each of the few numbers there are, where with an index on either end alone it is half of
    the history.
    """

    station = models.ForeignKey(
        "sites.Station", on_delete=models.PROTECT, related_name="passes", db_index=False
    )
    sequence = models.PositiveIntegerField()
    work_transaction = models.ForeignKey(
        "production.WorkTransaction", on_delete=models.PROTECT, related_name="passes"
    )
    panel = models.ForeignKey("production.Panel", on_delete=models.PROTECT, related_name="passes")
    template = models.ForeignKey(
        PlacementTemplate, on_delete=models.PROTECT, related_name="passes", db_index=False
    )
    base_at = InstantField()
    last_at = InstantField()
    reach = models.PositiveSmallIntegerField()
    times = models.BinaryField()
    journal_no = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("station", "sequence"), name="pass_identity"),)
        indexes = (
            models.Index(fields=("station", "reach", "base_at"), name="pass_station_reach"),
            models.Index(fields=("template", "sequence"), name="pass_template_sequence"),
        )


class MaterialSpan(models.Model):
    """In every pass ``first_sequence``..``last_sequence`` of the station whose template uses the location,
    its parts came from this package, unless a deviation says otherwise.
    """

    station = models.ForeignKey(
        "sites.Station", on_delete=models.PROTECT, related_name="material_spans", db_index=False
    )
    location = models.ForeignKey(
        "sites.FeederLocation", on_delete=models.PROTECT, related_name="material_spans", db_index=False
    )
    package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="spans")
    first_sequence = models.PositiveIntegerField()
    last_sequence = models.PositiveIntegerField(default=OPEN)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("location", "first_sequence"), name="span_identity"),)
        indexes = (
            models.Index(fields=("station", "last_sequence", "first_sequence"), name="span_station_reach"),
        )


class DeviationKind(models.TextChoices):
    POSITION_SKIPPED = "position_skipped", "Whole unit not placed"
    NOT_PLACED = "not_placed", "Not placed"
    PLACED_OTHERWISE = "placed_otherwise", "Placed from elsewhere"
    DOUBTED = "doubted", "In a grey zone"


class Certainty(models.TextChoices):
    CERTAIN = "certain", "Certain"
    POSSIBLE = "possible", "Possible"


class Deviation(models.Model):
    """What one pass did otherwise than its template and spans say. Append-only.

    Where the machine could not tell which of two packages a part came from, one row stands for each
    candidate, with certainty *possible*. Of a DOUBTED part the first is the one that the machine named.
    """

    of_pass = models.ForeignKey(Pass, on_delete=models.PROTECT, related_name="deviations")
    kind = WordField(DeviationKind)
    position = models.PositiveIntegerField()
    designator = models.CharField(max_length=100, blank=True)
    unit = models.ForeignKey(
        "production.Unit", null=True, on_delete=models.PROTECT, related_name="deviations", db_index=False
    )
    package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="deviations"
    )
    location = models.ForeignKey(
        "sites.FeederLocation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    head = models.CharField(max_length=60, blank=True)
    nozzle = models.CharField(max_length=60, blank=True)
    certainty = WordField(Certainty, default=Certainty.CERTAIN)
    journal_no = models.BigIntegerField()


class GreyZone(models.Model):
    """After this report of a location, so many more of its parts may be of the old or of the new package.

    CFX ``MaterialPackage.GreyZone``: the zone around a splice in which the machine cannot tell. Append-only;
    the row that is newest in the machine's time counts.
    """

    location = models.ForeignKey(
        "sites.FeederLocation", on_delete=models.PROTECT, related_name="grey_zones", db_index=False
    )
    old_package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="+")
    new_package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="+")
    remaining = models.PositiveIntegerField()
    at_ticks = models.BigIntegerField()
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("location", "at_ticks"), name="grey_zone_location_at"),)


class Replacement(models.Model):
    """From ``at`` on this designator of this unit holds this package, or nothing. Append-only.

    Written for what is placed by hand (no feeder location, so no span) and for what is taken off.
    """

    unit = models.ForeignKey("production.Unit", on_delete=models.PROTECT, related_name="replacements")
    designator = models.CharField(max_length=100)
    at = InstantField()
    removed = models.BooleanField()
    package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="replacements"
    )
    work_transaction = models.ForeignKey(
        "production.WorkTransaction", on_delete=models.PROTECT, related_name="replacements", db_index=False
    )
    reason = models.CharField(max_length=60, blank=True)
    certainty = WordField(Certainty, default=Certainty.CERTAIN)
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("at",), name="replacement_at"),)


class Rejection(models.Model):
    """A part picked and not placed, whatever became of the designator afterwards. Append-only."""

    work_transaction = models.ForeignKey(
        "production.WorkTransaction", on_delete=models.PROTECT, related_name="rejections"
    )
    unit = models.ForeignKey(
        "production.Unit", null=True, on_delete=models.PROTECT, related_name="rejections"
    )
    designator = models.CharField(max_length=100, blank=True)
    package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="rejections"
    )
    location = models.ForeignKey(
        "sites.FeederLocation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()


class DesignatorSet(models.Model):
    """Designators that are told of together, again and again: each list stands here once. Append-only."""

    digest = models.BinaryField(max_length=32, unique=True)
    designators = models.JSONField(default=list)
    journal_no = models.BigIntegerField()


class AppliedMaterial(models.Model):
    """Paste, glue or the like of a package came onto a unit, or was taken off it (``removed``). Append-only.

    ``designators``: where on the unit; none told means all of it. Of one report with certainty *possible* one
    row stands for each candidate. A removal without a package takes off whatever is there.
    """

    unit = models.ForeignKey("production.Unit", on_delete=models.PROTECT, related_name="applied_materials")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="applied_materials")
    package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="applied_materials"
    )
    location = models.ForeignKey(
        "sites.FeederLocation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    designators = models.ForeignKey(DesignatorSet, null=True, on_delete=models.PROTECT, related_name="+")
    removed = models.BooleanField()
    candidates = models.PositiveSmallIntegerField(default=1)
    quantity = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    transaction_uuid = models.UUIDField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("station", "at"), name="applied_station_at"),)


class ToolUse(models.Model):
    """A tool (nozzle, squeegee, gripper) worked on a unit, so many cycles, for these designators.
    Append-only.
    """

    unit = models.ForeignKey("production.Unit", on_delete=models.PROTECT, related_name="tool_uses")
    station = models.ForeignKey("sites.Station", on_delete=models.PROTECT, related_name="tool_uses")
    tool = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=100, blank=True)
    cycles = models.PositiveIntegerField(null=True)
    designators = models.ForeignKey(DesignatorSet, null=True, on_delete=models.PROTECT, related_name="+")
    transaction_uuid = models.UUIDField(null=True)
    at = models.DateTimeField()
    journal_no = models.BigIntegerField()
