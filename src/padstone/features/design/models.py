from __future__ import annotations

from django.db import models


class ColumnMeaning(models.Model):
    """What a client means with a column of that name; "" where it is to be left aside."""

    client = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    meaning = models.CharField(max_length=40, blank=True)
    confirmed_by = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("client", "purpose", "name"), name="column_meaning_once"),
        )


class Intake(models.Model):
    """A file that is being taken in: uploaded, and not confirmed yet unless ``revision`` is set."""

    document = models.ForeignKey("parts.Document", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=300)
    purpose = models.CharField(max_length=20)
    product = models.CharField(max_length=200)
    product_name = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=100)
    client = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=20)
    uploaded_by = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    revision = models.ForeignKey("parts.Revision", on_delete=models.PROTECT, null=True, related_name="+")


class Working(models.Model):
    """What a draft holds at the moment (``domain.content``, as compressed JSON). ``edition`` counts its
    changes, so that two people do not overwrite each other.
    """

    revision = models.OneToOneField("parts.Revision", on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    edition = models.PositiveIntegerField(default=1)
    changed_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()


class Release(models.Model):
    """What a revision held when it was released: its content whole, and the digest that was signed.

    Append-only.
    """

    revision = models.OneToOneField("parts.Revision", on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    phase = models.CharField(max_length=20)
    released_by = models.CharField(max_length=200)
    released_at = models.DateTimeField()
    signatures = models.JSONField(default=list)


class RevisionFile(models.Model):
    """A file that went into a revision, as it came, and how it was read. Append-only."""

    revision = models.ForeignKey("parts.Revision", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("parts.Document", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=300)
    purpose = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()


class Waiver(models.Model):
    """A finding of the readiness report that somebody signed for. Append-only.

    It holds for that finding as it was found: other evidence is another finding.
    """

    revision = models.ForeignKey("parts.Revision", on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=64)
    rule = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    signature = models.BigIntegerField()
    waived_by = models.CharField(max_length=200)
    waived_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("revision", "finding"), name="waiver_once"),)


class StatedAbility(models.Model):
    """What a line can place and solder, as somebody stated it; lengths in millimetres."""

    line = models.OneToOneField("sites.Line", on_delete=models.PROTECT, related_name="+")
    least_gap = models.DecimalField(max_digits=9, decimal_places=3)
    smallest_length = models.DecimalField(max_digits=9, decimal_places=3)
    smallest_width = models.DecimalField(max_digits=9, decimal_places=3)
    tallest = models.DecimalField(max_digits=9, decimal_places=3)
    board_length = models.DecimalField(max_digits=9, decimal_places=3)
    board_width = models.DecimalField(max_digits=9, decimal_places=3)
    fiducials = models.PositiveSmallIntegerField()
    sides = models.PositiveSmallIntegerField()
    stated_by = models.CharField(max_length=200)
    stated_at = models.DateTimeField()


class ChangeOrder(models.Model):
    """An engineering change order: from which revision to which, why, and from when on.

    ``effectivity`` is a day, a work order or a serial number, as ``effective_by`` says. ``difference`` is
    what it changes, as it stood when it was approved; ``sha256`` its digest, which was signed.
    """

    number = models.CharField(max_length=30, unique=True)
    before = models.ForeignKey("parts.Revision", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("parts.Revision", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000)
    effective_by = models.CharField(max_length=20)
    effectivity = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="raised")
    raised_by = models.CharField(max_length=200)
    raised_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    difference = models.JSONField(default=list)
    sha256 = models.BinaryField(max_length=32, default=b"")
