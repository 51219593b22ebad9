from __future__ import annotations

from django.db import models
from django.db.models import Q

from padstone.features.stock.domain.words import Account, Disposal, HoldReason, LocationKind, MovementKind


def _words(
    kind: type[LocationKind | Account | MovementKind | HoldReason | Disposal],
) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class StorageLocation(models.Model):
    """A place with a code to scan. ``walk`` puts places in the order in which one walks past them: the codes
    from the root, their numbers of one width.
    """

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=_words(LocationKind))
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    walk = models.CharField(max_length=1000, db_index=True)
    restricted = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Condition(models.Model):
    """The air at a location, as somebody or something measured it. Append-only."""

    location = models.ForeignKey(
        StorageLocation, on_delete=models.PROTECT, related_name="conditions", db_index=False
    )
    celsius = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    humidity_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=("location", "at"), name="condition_location_at"),)


class Position(models.Model):
    """Where a package is, and how much of it: what its movements come to, kept by whoever adds one.

    ``quantity`` is as of journal number ``as_of``, up to which ``placed`` and ``spoiled`` pieces are posted
    and the ``settled`` doubtful ones are known; what the genealogy tells since is reckoned on reading.
    ``missing`` is what that account holds of it. No location: it is used up, sent away or part of another
    package. ``version`` grows with each change.
    """

    package = models.OneToOneField(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="position"
    )
    location = models.ForeignKey(
        StorageLocation, null=True, on_delete=models.PROTECT, related_name="positions"
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    placed = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    spoiled = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    settled = models.BigIntegerField(default=0)
    missing = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    as_of = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=200, blank=True, db_index=True)
    reserved_for = models.ForeignKey(
        "production.WorkOrder", null=True, on_delete=models.PROTECT, related_name="reserved_positions"
    )
    since = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    changed_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_how = models.CharField(max_length=20)

    class Meta:
        indexes = (
            models.Index(
                fields=("package",), condition=~Q(missing=0) | Q(quantity__lt=0), name="position_unbalanced"
            ),
        )


class Movement(models.Model):
    """Pieces of a package went from one account to another. Append-only, and balanced: what leaves the one
    arrives at the other.

    ``to_package`` is set where they became part of another package. ``journal_no``: of a USED movement, as of
    which the genealogy said so. ``key`` is the sender's own name for it: what comes again adds nothing.
    """

    package = models.ForeignKey(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    kind = models.CharField(max_length=20, choices=_words(MovementKind))
    from_account = models.CharField(max_length=20, choices=_words(Account))
    from_location = models.ForeignKey(
        StorageLocation, null=True, on_delete=models.PROTECT, related_name="taken"
    )
    to_package = models.ForeignKey(
        "materials.MaterialPackage", null=True, on_delete=models.PROTECT, related_name="movements_in"
    )
    to_account = models.CharField(max_length=20, choices=_words(Account))
    to_location = models.ForeignKey(
        StorageLocation, null=True, on_delete=models.PROTECT, related_name="brought"
    )
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    key = models.CharField(max_length=100, null=True, unique=True)
    journal_no = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gte=0), name="movement_quantity"),
            models.CheckConstraint(
                condition=Q(from_account=Account.STORED, from_location__isnull=False)
                | (~Q(from_account=Account.STORED) & Q(from_location__isnull=True)),
                name="movement_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(to_account=Account.STORED, to_location__isnull=False)
                | (~Q(to_account=Account.STORED) & Q(to_location__isnull=True)),
                name="movement_to_somewhere",
            ),
        )
        indexes = (models.Index(fields=("package", "id"), name="movement_package"),)


class Count(models.Model):
    """Somebody counted a package. The ledger expected from ``least`` to ``most``; the range is that of pieces
    around a splice. Append-only.
    """

    package = models.ForeignKey(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="counts", db_index=False
    )
    counted = models.DecimalField(max_digits=18, decimal_places=6)
    least = models.DecimalField(max_digits=18, decimal_places=6)
    most = models.DecimalField(max_digits=18, decimal_places=6)
    doubtful = models.BigIntegerField()
    as_of = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    key = models.CharField(max_length=100, null=True, unique=True)

    class Meta:
        indexes = (models.Index(fields=("package", "id"), name="count_package"),)


class Hold(models.Model):
    """A package must not be used: it is in quarantine until a named person disposes of it. Append-only."""

    package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20, choices=_words(HoldReason))
    why = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    inherited_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="heirs")


class HoldEnd(models.Model):
    """How a hold ended, and who decided it. Append-only."""

    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="end")
    how = models.CharField(max_length=20, choices=_words(Disposal))
    why = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class Reservation(models.Model):
    """A package was laid aside for a work order (``ends`` False), or is free again. Append-only; whose it is
    now says its position.
    """

    package = models.ForeignKey(
        "materials.MaterialPackage", on_delete=models.PROTECT, related_name="reservations"
    )
    order = models.ForeignKey("production.WorkOrder", on_delete=models.PROTECT, related_name="reservations")
    ends = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()


class PackageCode(models.Model):
    """Another code by which a package is found: its maker's package number, an RFID tag read as text.
    Append-only: what was once stuck to it is found for ever.
    """

    package = models.ForeignKey("materials.MaterialPackage", on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("code", "package"), name="package_code_once"),)
