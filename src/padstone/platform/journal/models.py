from __future__ import annotations

from django.db import models


class Head(models.Model):
    """The newest link of a sequence, locked by whoever adds to it: ``inbox`` (batches) or ``journal``
    (facts).
    """

    name = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=0)
    seal = models.BinaryField(max_length=32, default=bytes)

    @classmethod
    def locked(cls, name: str) -> Head:
        """The head, made on first use, for this transaction alone."""
        head = cls.objects.select_for_update().filter(name=name).first()
        if head is None:
            cls.objects.get_or_create(name=name)
            head = cls.objects.select_for_update().get(name=name)
        return head
