from __future__ import annotations

from django.db import models

from padstone.platform.pinned import Pinned, all_rows

_LOCKED = Pinned(
    name="locked_head",
    sqlite="SELECT number, seal FROM journal_head WHERE name = %(name)s",
    postgresql="SELECT number, seal FROM journal_head WHERE name = %(name)s FOR UPDATE",
)
"""An embedded database has one writer, and nothing to lock."""
_MOVED = "UPDATE journal_head SET number = %s, seal = %s WHERE name = %s"


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
        rows = all_rows(_LOCKED.text, {"name": name})
        if not rows:
            cls.objects.get_or_create(name=name)
            rows = all_rows(_LOCKED.text, {"name": name})
        ((number, seal),) = rows
        return cls(name=name, number=number, seal=bytes(seal))

    def move(self, number: int, seal: bytes) -> None:
        """This is the newest link now. The head is locked."""
        self.number, self.seal = number, seal
        all_rows(_MOVED, [number, seal, self.name])
