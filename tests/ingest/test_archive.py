"""Old bytes move to the archive: the same bytes come back, and what is damaged is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from padstone.ingest import queries, verify
from padstone.ingest.archive import block, checking, moving, reading
from padstone.ingest.archive.queries import archive_card
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import accept
from padstone.ingest.interpret import Interpreter, retry
from padstone.ingest.models import ArchiveBlock, ArchivedBatch, Batch, Message, State
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Refusal
from padstone.kernel.seal import digest, spelled
from padstone.platform.append_only import missing_guards
from padstone.platform.objects.port import StoreUnreachable
from padstone.simulator.world import Settings, run
from tests.ingest.shelf import Shelf
from tests.shop_floor import AUDITOR, deliver

NOW = timedelta(0)
PLACES = ("frame_at", "frame_bytes", "frame_payload", "first_byte")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told() -> list[bytes]:
    return [body for _, body in run(Settings(units=2, panel_up=2)).messages][:30]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """The archive's store, whoever asks for it."""
    one = Shelf()
    for module in (reading, moving, checking):
        monkeypatch.setattr(module, "store", lambda: one)
    # Small frames and blocks: several of each from a few messages.
    monkeypatch.setattr(block, "FRAME_BYTES", 4_000)
    monkeypatch.setattr(moving, "BLOCK_BYTES", 2_000)
    reading.forget_what_was_read()
    yield one
    reading.forget_what_was_read()


@pytest.fixture
def books(told: list[bytes]) -> dict[int, bytes]:
    """An inbox of several batches: each message's bytes by its id."""
    for first in range(0, len(told), 3):
        deliver(told[first : first + 3])
    return every_message()


def every_message() -> dict[int, bytes]:
    return {pk: queries.bytes_of(AUDITOR, pk) for pk in Message.objects.values_list("pk", flat=True)}


def archive() -> moving.Moved:
    return moving.archive(AUDITOR, older_than=NOW)


def refused(sql: str, *parameters: bytes) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
    except DatabaseError as error:
        return "is append-only" in str(error)
    return False


class TestMoving:
    def test_the_same_bytes_come_back(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        due = moving.due(NOW)
        moved = archive()
        assert moved.blocks == len(shelf.objects) > 1
        assert (moved.batches, moved.payload_bytes) == (due.batches, due.payload_bytes)
        assert not Batch.objects.exclude(compressed=None).exists()
        assert every_message() == books
        assert archive() == moving.Moved()

    def test_only_what_is_old_enough_moves(self, shelf: Shelf, told: list[bytes]) -> None:
        for number, days in enumerate((40, 35, 20, 30)):
            accept([Delivery("file", "f", told[number], "", None, clock.now() - timedelta(days=days))])
        assert moving.archive(AUDITOR, older_than=timedelta(days=25)).batches == 2
        # The fourth is old, and comes after one that is young: the archive has no gaps.
        assert list(Batch.objects.exclude(compressed=None).values_list("pk", flat=True)) == [3, 4]

    def test_the_chain_is_what_it_was(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        anchored = verify.check_inbox(connection)
        archive()
        for deep in (False, True):
            assert verify.check_inbox(connection, deep=deep) == anchored
            assert checking.check_archive(connection, deep=deep).intact
        deliver([b"and it goes on"])
        assert verify.check_inbox(connection).links == anchored.links + 1

    def test_what_came_compressed_and_what_was_refused(self, shelf: Shelf, told: list[bytes]) -> None:
        import gzip  # noqa: PLC0415 - of this test alone

        bodies = [(gzip.compress(told[0]), "gzip"), (b"no gzip", "gzip"), (b"\x00\xff", ""), (b"", "")]
        for body, encoding in bodies:
            accept([Delivery("http", "m", body, encoding, None, clock.now())])
        before = every_message()
        archive()
        assert every_message() == before
        held = [payload for data in shelf.objects.values() for _, payload in block.batches_of(data)]
        assert held == [body for body, _ in bodies]

    def test_a_message_that_waits_comes_onto_the_books_from_there(
        self, shelf: Shelf, told: list[bytes]
    ) -> None:
        accept([Delivery("file", "f", body, "", None, clock.now()) for body in told])
        archive()
        Interpreter().all()
        assert Message.objects.filter(state=State.DONE).count() == len(told)

    @pytest.mark.parametrize("call", ["put", "get"])
    def test_a_store_that_fails_keeps_everything_where_it_is(
        self, call: str, shelf: Shelf, books: dict[int, bytes]
    ) -> None:
        def fail(called: str) -> None:
            if called == call:
                raise StoreUnreachable("a shelf", "it fell down")

        shelf.before = fail
        with pytest.raises(StoreUnreachable):
            archive()
        assert not Batch.objects.filter(compressed=None).exists()
        assert not ArchiveBlock.objects.exists()
        shelf.before = lambda call: None
        archive()
        assert every_message() == books

    def test_a_store_that_keeps_something_else_gets_nothing(
        self, shelf: Shelf, books: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            shelf, "put", lambda name, data: shelf.objects.update({name: data[:-60] + bytes(60)})
        )
        with pytest.raises(Refusal) as refusal:
            archive()
        assert refusal.value.code == "archive_not_kept"
        assert not Batch.objects.filter(compressed=None).exists()

    def test_two_that_move_the_same_move_it_once(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        packed = moving.pack(0, clock.now())
        assert packed is not None
        archive()
        with pytest.raises(Conflict):
            moving.keep_block(AUDITOR, packed=packed)
        assert every_message() == books

    def test_nobody_without_the_right_moves_anything(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        from padstone.kernel.actor import Actor, ActorKind  # noqa: PLC0415 - of this test alone

        with pytest.raises(Refusal) as refusal:
            moving.archive(Actor(ActorKind.PERSON, "bob"), older_than=NOW)
        assert refusal.value.code == "not_permitted"
        assert shelf.objects == {}

    def test_the_card_says_how_much_it_is(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        moved = archive()
        checking.note_look(AUDITOR, seen=checking.look(connection))
        card = archive_card(AUDITOR)
        assert (card.batches, card.blocks, card.size_bytes) == (moved.batches, moved.blocks, moved.size_bytes)
        assert card.all_batches == card.batches
        assert card.last_look is not None
        assert (card.last_look.blocks, card.last_look.damaged) == (moved.blocks, 0)


class TestGuards:
    """The database lets one change of evidence through, and no other."""

    def test_bytes_go_only_where_the_archive_knows_them(self, shelf: Shelf, books: dict[int, bytes]) -> None:
        assert refused("UPDATE ingest_batch SET compressed = NULL WHERE id = 1")
        known_as(Batch.objects.get(pk=1), digest=digest(b"something else"))
        assert refused("UPDATE ingest_batch SET compressed = NULL WHERE id = 1")
        known_as(Batch.objects.get(pk=2))
        assert not refused("UPDATE ingest_batch SET compressed = NULL WHERE id = 2")

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no SHA-256")
    def test_nor_if_they_are_not_the_ones_that_were_sealed(
        self, shelf: Shelf, books: dict[int, bytes]
    ) -> None:
        known_as(Batch.objects.get(pk=1), packed_digest=digest(b"other bytes"))
        assert refused("UPDATE ingest_batch SET compressed = NULL WHERE id = 1")

    def test_nothing_else_changes_with_them_and_they_never_come_back(
        self, shelf: Shelf, books: dict[int, bytes]
    ) -> None:
        known_as(Batch.objects.get(pk=1))
        assert refused("UPDATE ingest_batch SET compressed = NULL, sender = 'else' WHERE id = 1")
        assert refused("UPDATE ingest_batch SET compressed = %s WHERE id = 1", b"other bytes")
        archive_all = "UPDATE ingest_batch SET compressed = NULL WHERE id = 1"
        assert not refused(archive_all)
        assert refused(archive_all)
        assert refused("UPDATE ingest_batch SET compressed = %s WHERE id = 1", b"other bytes")
        assert refused("UPDATE ingest_archivedbatch SET first_byte = 7")
        assert refused("DELETE FROM ingest_archivedbatch")
        assert refused("DELETE FROM ingest_archiveblock")
        assert refused("DELETE FROM ingest_batch WHERE id = 1")
        assert missing_guards(connection) == []


def known_as(batch: Batch, **otherwise: bytes) -> None:
    """A row of the archive for the batch, that lies if it is told to."""
    one = ArchiveBlock.objects.create(
        name=f"block {batch.pk}",
        digest=bytes(32),
        size_bytes=1,
        payload_bytes=1,
        stored_bytes=1,
        first_batch=batch.pk,
        last_batch=batch.pk,
        oldest_at=clock.now(),
        newest_at=clock.now(),
        packed_at=clock.now(),
    )
    digests = {
        "digest": bytes(batch.digest),
        "packed_digest": digest(spelled(bytes(batch.compressed or b""))),
    }
    ArchivedBatch.objects.create(
        batch=batch, block=one, **dict.fromkeys(PLACES, 0), **{**digests, **otherwise}
    )


class TestDamage:
    @pytest.fixture
    def archived(self, shelf: Shelf, books: dict[int, bytes]) -> dict[int, bytes]:
        archive()
        return books

    def test_a_missing_block_is_named_and_the_rest_goes_on(
        self, shelf: Shelf, archived: dict[int, bytes]
    ) -> None:
        first, *others = ArchiveBlock.objects.order_by("first_batch")
        taken = shelf.objects.pop(first.name)
        (bad,) = checking.look(connection, deep=False).bad
        assert (bad.block, bad.what) == (first.name, "it is not there")
        assert bad.batches == tuple(range(first.first_batch, first.last_batch + 1))
        assert bad.messages == Message.objects.filter(batch_id__lte=first.last_batch).count()
        assert f"batches 1–{first.last_batch}, {bad.messages} messages, cannot be read" in str(bad)
        assert checking.look(connection).bad == (bad,)
        checked = checking.check_archive(connection, deep=True)
        assert checked.links == len(others)
        assert first.name in str(checked.broken)
        assert verify.check_inbox(connection, deep=True).intact  # its chain, and all that can be read
        reading.forget_what_was_read()
        with pytest.raises(reading.BytesUnavailable, match=first.name):
            queries.bytes_of(AUDITOR, 1)
        last = max(archived)
        assert queries.bytes_of(AUDITOR, last) == archived[last]
        shelf.objects[first.name] = taken
        assert checking.look(connection).bad == ()
        assert every_message() == archived

    def test_a_message_whose_block_is_missing_fails_and_can_be_taken_up_later(
        self, shelf: Shelf, told: list[bytes]
    ) -> None:
        accept([Delivery("file", "f", told[0], "", None, clock.now())])
        archive()
        reading.forget_what_was_read()
        (name, taken), *_ = shelf.objects.items()
        shelf.objects.clear()
        accept([Delivery("file", "f", told[1], "", None, clock.now())])
        Interpreter().all()
        lost, other = Message.objects.order_by("pk")
        assert (lost.state, lost.code) == (State.FAILED, "archive_block_unavailable")
        assert name in lost.reason
        assert other.state == State.DONE
        shelf.objects[name] = taken
        retry(AUDITOR, message_id=lost.pk)
        Interpreter().all()
        lost.refresh_from_db()
        assert lost.state == State.DONE

    def test_a_store_that_does_not_answer_is_said(self, shelf: Shelf, archived: dict[int, bytes]) -> None:
        def fail(called: str) -> None:
            raise StoreUnreachable("a shelf", "it fell down")

        shelf.before = fail
        reading.forget_what_was_read()
        with pytest.raises(reading.BytesUnavailable, match="it fell down"):
            queries.bytes_of(AUDITOR, 1)
        assert "it fell down" in str(checking.check_archive(connection, deep=True).broken)

    def test_other_bytes_under_a_right_digest_are_found(
        self, shelf: Shelf, archived: dict[int, bytes]
    ) -> None:
        """Whoever changes the archive's rows as well meets the digests of the chain."""
        one = ArchiveBlock.objects.order_by("first_batch").first()
        assert one is not None
        packer = block.Packer()
        packer.add(block.Told(1, "file", "f", "", "", digest(b"forged"), b"forged"))
        data, _ = packer.finish()
        shelf.objects[one.name] = data
        one.digest = digest(data)
        found = checking._look_at(shelf, one, connection.alias, deep=True)
        assert found is not None
        assert set(found.batches) == set(range(one.first_batch, one.last_batch + 1))

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            *(("ingest_archivedbatch", f"{name} = {name} + 1") for name in PLACES),
            ("ingest_archivedbatch", "packed_digest = seal_of_another"),
            ("ingest_archivedbatch", "digest = seal_of_another"),
            ("ingest_archivedbatch", "block_id = (SELECT MAX(id) FROM ingest_archiveblock)"),
            ("ingest_archiveblock", "digest = seal_of_another"),
            ("ingest_archiveblock", "size_bytes = size_bytes + 1"),
            ("ingest_archiveblock", "name = 'blocks/00/other.block'"),
            ("ingest_batch", "digest = seal_of_another"),
        ],
    )
    def test_a_changed_row_of_the_archive_is_found(
        self, table: str, change: str, shelf: Shelf, archived: dict[int, bytes]
    ) -> None:
        """By somebody who takes the guards down first."""
        value = change.replace("seal_of_another", "(SELECT seal FROM ingest_batch WHERE id = 2)")
        first = {"ingest_archiveblock": "first_batch"}.get(table, "id")
        with connection.cursor() as cursor:
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1"
            )
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {table}_no_update{on}")
            cursor.execute(f"UPDATE {table} SET {value} WHERE {first} = 1")
        reading.forget_what_was_read()
        checks = (checking.check_archive(connection, deep=True), verify.check_inbox(connection, deep=True))
        assert not all(one.intact for one in checks)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    @given(data=st.data())
    def test_every_flip_and_every_cut_is_found_and_no_more_is_lost_than_it_touches(
        self, shelf: Shelf, archived: dict[int, bytes], data: st.DataObject
    ) -> None:
        which = data.draw(st.sampled_from(list(ArchiveBlock.objects.order_by("first_batch"))))
        whole = shelf.objects[which.name]
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            harmed = whole[:place]
        else:
            bit = 1 << data.draw(st.integers(0, 7))
            harmed = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
        shelf.objects[which.name] = harmed
        try:
            (bad,) = checking.look(connection).bad
            assert bad.block == which.name
            assert "it is damaged" in bad.what
            reading.forget_what_was_read()
            batch_of = dict(Message.objects.values_list("pk", "batch_id"))
            for message in data.draw(st.lists(st.sampled_from(sorted(archived)), max_size=4)):
                expected = archived[message]
                if batch_of[message] in bad.batches:
                    with pytest.raises(reading.BytesUnavailable):
                        queries.bytes_of(AUDITOR, message)
                else:
                    assert queries.bytes_of(AUDITOR, message) == expected
        finally:
            shelf.objects[which.name] = whole
            reading.forget_what_was_read()


def test_a_block_can_be_read_with_nothing_else() -> None:
    packer = block.Packer()
    payloads = [b"one", b"", b"three" * 100_000]
    for number, payload in enumerate(payloads, start=1):
        packer.add(block.Told(number, "file", "f", "", "2026-03-01T06:00:00+00:00", digest(payload), payload))
    data, held = packer.finish()
    assert [(one.batch, payload) for one, payload in block.batches_of(data)] == list(
        enumerate(payloads, start=1)
    )
    assert held == block.index_of(data)
    assert digest(data) == digest(bytes(data))


@pytest.mark.parametrize("data", [b"", b"PADSTONE BLOCK 1\n", b"x" * 200, block.MARK * 20])
def test_what_is_no_block_is_refused(data: bytes) -> None:
    with pytest.raises(block.DamagedBlock):
        block.index_of(data)
