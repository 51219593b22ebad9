from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """Exact bytes as they came through a door, in one piece, compressed, sealed into a chain. Append-only,
    but that ``compressed`` becomes None, once, when the bytes have moved to the archive (``ArchivedBatch``).
    """

    door = models.CharField(max_length=20)
    sender = models.CharField(max_length=400, blank=True)
    content_encoding = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    size_bytes = models.PositiveBigIntegerField()
    compressed = models.BinaryField(null=True)
    digest = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32, unique=True)


class ArchiveBlock(models.Model):
    """An object of the archive: the bytes of the batches from ``first_batch`` to ``last_batch``. Append-only.

    ``name`` is its name in the store, made of ``digest``, the SHA-256 of the whole object. ``payload_bytes``
    is what its batches hold unpacked, ``stored_bytes`` what they took in the database before.
    """

    name = models.CharField(max_length=200, unique=True)
    digest = models.BinaryField(max_length=32)
    size_bytes = models.PositiveBigIntegerField()
    payload_bytes = models.PositiveBigIntegerField()
    stored_bytes = models.PositiveBigIntegerField()
    first_batch = models.PositiveBigIntegerField(unique=True)
    last_batch = models.PositiveBigIntegerField()
    oldest_at = models.DateTimeField()
    newest_at = models.DateTimeField()
    packed_at = models.DateTimeField()


class ArchivedBatch(models.Model):
    """Where the bytes of one batch are. Append-only.

    ``frame_at`` and ``frame_bytes`` are the place of a zstd frame in the block's object, which unpacks to
    ``frame_payload`` bytes; the batch's begin at ``first_byte`` of these. ``packed_digest`` is what the
    batch's seal holds of the compressed bytes that it had, and ``digest`` the batch's own, of what it unpacks
    to.
    """

    batch = models.OneToOneField(
        Batch, primary_key=True, db_column="id", on_delete=models.PROTECT, related_name="archived"
    )
    block = models.ForeignKey(ArchiveBlock, on_delete=models.PROTECT, db_index=False, related_name="+")
    frame_at = models.PositiveBigIntegerField()
    frame_bytes = models.PositiveBigIntegerField()
    frame_payload = models.PositiveBigIntegerField()
    first_byte = models.PositiveBigIntegerField()
    packed_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)


class ArchiveCheck(models.Model):
    """What a look at every block of the archive found. ``findings``: one sentence for each block that is not
    well.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    blocks = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    damaged = models.PositiveIntegerField()
    findings = models.JSONField()


class State(models.TextChoices):
    RECEIVED = "received", "Received"
    DONE = "done", "On the books"
    WAITING = "waiting", "Waiting"
    REJECTED = "rejected", "Rejected"
    FAILED = "failed", "Failed"
    REPEATED = "repeated", "Repeated"


EXCEPTIONAL = (State.WAITING, State.REJECTED, State.FAILED)
"""What a person may have to look at. The indexes below speak of these three."""


class Message(models.Model):
    """One message of a batch, and what became of it.

    Machine's time (``happened_at``), ``sent_at``, the batch's ``received_at`` and ``recorded_at`` are four
    different instants. ``journal_no`` numbers the messages in the order in which they came onto the books:
    every fact cites it, and ``as_of`` compares with it. ``dismissed``: somebody has said that nothing needs
    to be done about the state that it is in.
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
    dismissed = models.BooleanField(default=False, db_default=False)

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
            # Of what came onto the books at once, the usual case, none of the next three holds an entry. The
            # columns at their ends spare a look at the table: SQLite checks an index's own condition again.
            models.Index(
                fields=("state", "id", "dismissed"),
                condition=models.Q(state__in=[*EXCEPTIONAL, State.REPEATED]),
                name="message_off_books",
            ),
            models.Index(
                fields=("state", "id", "dismissed"),
                condition=models.Q(state__in=EXCEPTIONAL, dismissed=False),
                name="message_on_desk",
            ),
            models.Index(
                fields=("source", "state", "id", "code", "name", "dismissed"),
                condition=models.Q(state__in=EXCEPTIONAL, dismissed=False),
                name="message_of_source_on_desk",
            ),
            models.Index(fields=("name", "id"), condition=models.Q(code="kept"), name="message_kept"),
            models.Index(fields=("source", "id"), name="message_of_source"),
        )


class Flag(models.Model):
    """A doubt about a message that was accepted all the same."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=60)
    reason = models.TextField()
    subject = models.CharField(max_length=300, blank=True, db_index=True)
    cleared_at = models.DateTimeField(null=True)


class Disposition(models.Model):
    """Somebody's word that nothing needs to be done about a message in the state that it was in.
    Append-only.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="dispositions")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    code = models.CharField(max_length=60, blank=True)


class Replay(models.Model):
    """Messages that were taken up again in one go: who asked, and for which. Append-only."""

    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    wanted = models.TextField()
    messages = models.PositiveIntegerField()


class Replayed(models.Model):
    """One message of a replay: what it was before, and why it was not taken up, if it was not.
    Append-only.
    """

    replay = models.ForeignKey(Replay, on_delete=models.PROTECT, related_name="replayed")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="replays")
    state = models.CharField(max_length=10, choices=State)
    code = models.CharField(max_length=60, blank=True)
    refused = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)


class Tally(models.Model):
    """How many messages of one kind an endpoint has put on the books through one door, and the newest.
    ``kept`` of them were kept and not interpreted.
    """

    endpoint = models.ForeignKey("sites.Endpoint", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    door = models.CharField(max_length=20)
    messages = models.PositiveBigIntegerField()
    kept = models.PositiveBigIntegerField()
    newest = models.PositiveBigIntegerField()
    newest_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("endpoint", "name", "door"), name="tally_identity"),)


class DoubtTally(models.Model):
    """How many doubts of one kind there were about an endpoint's messages, and the newest such message."""

    endpoint = models.ForeignKey("sites.Endpoint", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    doubts = models.PositiveBigIntegerField()
    newest = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("endpoint", "code"), name="doubt_tally_identity"),)


class TrafficMinute(models.Model):
    """What an endpoint put on the books of one minute's receipts. Sixty rows an endpoint, used over and over:
    ``slot`` is the minute of the hour, ``minute`` counts from 1970.

    ``transit_ms`` and ``recording_ms`` are sums over the messages: from the machine's time to the receipt
    (below nought where its clock is ahead; of the ``timed`` ones alone), and from the receipt to the books.
    """

    endpoint = models.ForeignKey("sites.Endpoint", on_delete=models.PROTECT, related_name="+")
    slot = models.PositiveSmallIntegerField()
    minute = models.BigIntegerField()
    messages = models.BigIntegerField()
    timed = models.BigIntegerField()
    transit_ms = models.BigIntegerField()
    worst_transit_ms = models.BigIntegerField()
    recording_ms = models.BigIntegerField()
    worst_recording_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("endpoint", "slot"), name="traffic_minute_identity"),)


class Answer(models.Model):
    """What was answered to a machine's question: the exact envelope, before it was sent. Append-only.

    ``request``: the question in the inbox, if it is known there.
    """

    request = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="answers")
    asker = models.CharField(max_length=400, blank=True)
    door = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    envelope = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("asker", "id"), name="answer_to_asker"),)


class RequestState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    TIMED_OUT = "timed_out", "Timed out"
    UNREACHABLE = "unreachable", "Unreachable"


OPEN_REQUESTS = (RequestState.QUEUED, RequestState.SENT)


class OutgoingRequest(models.Model):
    """The outbox: a request of somebody's to a machine, and what became of it.

    What is asked is fixed when it is written, the envelope to the last byte: however often it is sent, it is
    the same message. ``due_at`` is when it may be sent (again), ``give_up_at`` when nobody tries any more.
    ``attempts`` counts how often it was handed to the wire, ``unreached`` how often nobody took it there.
    ``outcome`` is the machine's own word (StatusResult), ``reason`` why it is as it is.
    """

    target = models.CharField(max_length=400)
    name = models.CharField(max_length=200)
    request_id = models.CharField(max_length=60, unique=True)
    envelope = models.BinaryField()
    by = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    at = models.DateTimeField()
    timeout_s = models.PositiveIntegerField()
    give_up_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.QUEUED)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    unreached = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    answer = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("target", "id"), condition=models.Q(state__in=OPEN_REQUESTS), name="request_open"
            ),
            models.Index(fields=("target", "id"), name="request_of_target"),
        )
