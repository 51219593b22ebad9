"""However messages come, they end in the same books; what was answered once is answered again for ever."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from padstone.features.certificate.queries import certificate
from padstone.features.production.models import Unit
from padstone.features.recall.queries import Suspect, recall
from padstone.ingest.models import Message
from padstone.kernel.errors import NotFound
from padstone.platform.answers import json_bytes
from padstone.platform.journal.known import newest_journal_no
from tests.properties.books import clean_books, everything, interpreted, searched, true
from tests.properties.histories import Shift
from tests.properties.shop import Shop
from tests.properties.shop import Unit as ShopUnit
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db


@searched(20)
def test_any_order_and_any_repetition_ends_in_the_same_books(seed: int) -> None:
    """Grey zones too: they go by the machine's time, and a late one adds doubt to what is on the books or
    takes it away. By nature this needs machines that name their packages: what a machine does not say is told
    by what was loaded before, and a message cannot wait for one that may never come.
    """
    chance = Random(seed)
    shop = Shift(chance).run()
    with clean_books():
        interpreted(shop.messages)
        straight = everything()
        assert straight["installations"] == true(shop.rows)
    messages = [*shop.messages, *chance.choices(shop.messages, k=20)]
    chance.shuffle(messages)
    with clean_books():
        interpreted(messages)
        assert everything() == straight
        assert Message.objects.filter(state="repeated").count() == 20


@searched(20)
def test_repeating_everything_changes_nothing_at_all(seed: int) -> None:
    shop = Shift(Random(seed)).run()
    with clean_books():
        interpreted(shop.messages)
        number, before = newest_journal_no(), everything()
        interpreted(shop.messages[::-1])
        assert (newest_journal_no(), everything()) == (number, before)


def answers(shop: Shop, as_of: int) -> dict[str, bytes]:
    """Every question that can be asked of these books, as of a journal number, in the bytes that every door
    gives.
    """
    said = {
        unit.name: json_bytes(certificate(AUDITOR, unit.name, as_of=as_of))
        for unit in known_units(shop, as_of)
    }
    lots = {reel.lot for reel in shop.reels.values()} - {""}
    asked = [Suspect(lot=lot) for lot in lots]
    asked += [Suspect(station=station) for station in {row.station for row in shop.rows}]
    for suspect in asked:
        with suppress(NotFound):  # nobody had heard of the lot or the station yet
            said[str(suspect)] = json_bytes(recall(AUDITOR, suspect, as_of=as_of))
    return said


def known_units(shop: Shop, as_of: int) -> list[ShopUnit]:
    known = set(Unit.objects.filter(journal_no__lte=as_of).values_list("identifier", flat=True))
    return [unit for unit in shop.units if unit.name in known]


@searched(20)
def test_an_earlier_answer_is_the_same_in_every_byte_whatever_came_since(seed: int) -> None:
    """Where a board is first known by itself and its panel later, its answers speak of the panel from then
    on.
    """
    chance = Random(seed)
    shop = Shift(chance, singles=False).run()
    messages = list(shop.messages)
    if chance.randrange(2):
        chance.shuffle(messages)
    cuts = sorted(chance.sample(range(1, len(messages)), 3))
    with clean_books():
        first: dict[int, dict[str, bytes]] = {}
        for start, end in zip([0, *cuts], [*cuts, len(messages)], strict=True):
            build(messages[start:end])
            now = newest_journal_no()
            first.setdefault(now, answers(shop, now))
        for number, before in first.items():
            now_said = answers(shop, number)
            assert [question for question, said in before.items() if now_said.get(question) != said] == []
