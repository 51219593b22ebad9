from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """Exact bytes as they came through a door, in one piece, compressed, sealed into a chain. Append-only."""

    door = models.CharField(max_length=20)
    sender = models.CharField(max_length=400, blank=True)
    content_encoding = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    size_bytes = models.PositiveBigIntegerField()
    compressed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32, unique=True)


class State(models.TextChoices):
    RECEIVED = "received", "Received"
    DONE = "done", "On the books"
    WAITING = "waiting", "Waiting"
    REJECTED = "rejected", "Rejected"
    FAILED = "failed", "Failed"
    REPEATED = "repeated", "Repeated"


class Message(models.Model):
    """One message of a batch, and what became of it.

    Machine's time (``happened_at``), ``sent_at``, the batch's ``received_at`` and ``recorded_at`` are four
    different instants. ``journal_no`` numbers the messages in the order in which they came onto the books:
    every fact cites it, and ``as_of`` compares with it.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="messages")
    first_byte = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    source = models.CharField(max_length=400, blank=True)
    message_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    body_digest = models.BinaryField(max_length=32)
    happened_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    code = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    awaits = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    journal_no = models.BigIntegerField(null=True, unique=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("source", "message_id"),
                condition=~models.Q(state__in=["repeated", "rejected"]),
                name="message_once",
            ),
        )
        indexes = (
            models.Index(fields=("id",), condition=models.Q(state="received"), name="message_to_interpret"),
            models.Index(fields=("awaits",), condition=models.Q(state="waiting"), name="message_awaits"),
            models.Index(fields=("state", "id"), name="message_by_state"),
        )


class Flag(models.Model):
    """A doubt about a message that was accepted all the same."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=60)
    reason = models.TextField()
    subject = models.CharField(max_length=300, blank=True, db_index=True)
    cleared_at = models.DateTimeField(null=True)
