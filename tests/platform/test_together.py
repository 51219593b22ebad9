"""What is asked together is answered as if asked one by one: on both databases, in a transaction or not."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from padstone.features.production.models import Panel
from padstone.platform.patience import TookTooLong, within_patience
from padstone.platform.pinned import Pinned, all_answers
from padstone.platform.prepared import prepared
from padstone.platform.together import Answer, Asks, alone, asking_in_parts, beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from padstone.platform.pinned import Asked, Row

pytestmark = pytest.mark.django_db
_BY_ID = "SELECT p.id, p.identifier FROM production_panel AS p"
BY_ID = Pinned(
    name="panels_by_id",
    sqlite=f"{_BY_ID} WHERE p.id IN (SELECT value FROM json_each(%(ids)s)) ORDER BY p.id",
    postgresql=f"{_BY_ID} WHERE p.id = ANY(%(ids)s::bigint[]) ORDER BY p.id",
)
WRONG = Pinned(name="wrong", sqlite="SELECT * FROM nowhere_at_all", postgresql="SELECT * FROM nowhere_at_all")


@prepared(identifier=str)
def _called(identifier: str) -> QuerySet[Any, tuple[Any, ...]]:
    return Panel.objects.filter(identifier=identifier).order_by("pk").values_list("identifier", "pk")


@prepared(above=int)
def _above(above: int) -> QuerySet[Any, tuple[Any, ...]]:
    return Panel.objects.filter(pk__gt=above).order_by("pk").values_list("pk")


@pytest.fixture
def panels() -> None:
    Panel.objects.bulk_create(Panel(pk=number, identifier=f"P-{number}") for number in range(1, 7))


def several() -> list[Asked]:
    return [
        BY_ID.asked(ids=[2, 5, 99]),
        _called.asked(identifier="P-3"),
        _called.asked(identifier="nobody"),
        _above.asked(above=4),
        BY_ID.asked(ids=[]),
        BY_ID.asked(ids=[2, 5, 99]),
    ]


ROWS = [[(2, "P-2"), (5, "P-5")], [("P-3", 3)], [], [(5,), (6,)], [], [(2, "P-2"), (5, "P-5")]]


def asking(*rounds: Sequence[Asked]) -> Asks[list[list[Row]]]:
    """All that these rounds answer."""
    found: list[list[Row]] = []
    for asked in rounds:
        found += yield asked
    return found


@pytest.mark.usefixtures("panels")
def test_together_is_one_by_one() -> None:
    assert all_answers(several()) == [all_answers([one])[0] for one in several()] == ROWS
    with CaptureQueriesContext(connection) as seen:  # as Django asks, when somebody listens
        assert all_answers(several()) == ROWS
    assert len(seen) == len(ROWS)
    assert all_answers([]) == []


COUNTED = Pinned(
    name="counted",
    sqlite="SELECT count(*), %(word)s FROM json_each(%(keys)s)",
    postgresql="SELECT count(*), %(word)s::text FROM unnest(%(keys)s::bigint[])",
)


def test_outside_of_a_transaction_too() -> None:
    """In a thread of its own, which has a connection of its own: to commit would cost the books' guards."""
    said: list[object] = []

    def ask() -> None:
        try:
            said.append(connection.in_atomic_block)
            for _ in range(3):
                asked = [COUNTED.asked(keys=list(range(count)), word="so many") for count in (3, 0, 2)]
                said.append(all_answers(asked))
                with pytest.raises(DatabaseError, match="nowhere_at_all"):
                    all_answers([*asked, WRONG.asked(), *asked])
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert said == [False, *[[[(count, "so many")] for count in (3, 0, 2)]] * 3]


@pytest.mark.usefixtures("panels")
@pytest.mark.parametrize("place", [0, 1, 6])
def test_an_error_in_one_is_told_as_that_ones(place: int) -> None:
    asked = several()
    with pytest.raises(DatabaseError, match="nowhere_at_all"), transaction.atomic():
        all_answers([*asked[:place], WRONG.asked(), *asked[place:]])
    assert all_answers(asked) == ROWS


SLOW = Pinned(
    name="slow",
    sqlite="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    postgresql="SELECT 1 FROM pg_sleep(600)",
)


@pytest.mark.usefixtures("panels")
def test_one_that_takes_too_long_is_stopped_among_others() -> None:
    asked = several()
    with pytest.raises(TookTooLong), transaction.atomic(), within_patience(0.05):
        all_answers([*asked[:1], SLOW.asked(), *asked[1:]])
    assert all_answers(asked) == ROWS


@pytest.mark.usefixtures("panels")
def test_generators_go_on_side_by_side() -> None:
    short, long = [_called.asked(identifier="P-3")], [_above.asked(above=4)]
    one, two = Answer(asking(short, [], long)), Answer(asking(long, long, short, short))
    rounds = []
    both = beside(one, two)
    rows: list[list[Row]] | None = None
    with suppress(StopIteration):
        while asked := both.send(rows):  # type: ignore[arg-type] # None begins
            rounds.append(len(asked))
            rows = all_answers(asked)
    assert rounds == [2, 2, 1, 1]
    assert one.value == [ROWS[1], ROWS[3]]
    assert two.value == [ROWS[3], ROWS[3], ROWS[1], ROWS[1]]
    assert alone(asking()) == []


@pytest.mark.usefixtures("panels")
def test_what_is_seldom_is_fetched_only_where_there_is_any() -> None:
    seldom = [_called.seldom(identifier="nobody"), _above.seldom(above=4), _called.seldom(identifier="%s")]
    with CaptureQueriesContext(connection) as seen:
        assert alone(asking([*seldom, _called.asked(identifier="P-3")])) == [[], ROWS[3], [], ROWS[1]]
    assert len(seen) == 3  # which of them, the one that is none, and what there is
    with CaptureQueriesContext(connection) as seen:
        assert alone(asking(seldom[:1])) == [[]]
        assert alone(asking(seldom[1:2])) == [ROWS[3]]
    assert len(seen) == 2  # one by itself is simply asked


@pytest.mark.usefixtures("panels")
def test_what_is_asked_anyway_does_not_wait_for_what_is_seldom() -> None:
    plain = Answer(asking([_above.asked(above=5)], [_called.asked(identifier="P-3")]))
    seldom = Answer(asking([_above.seldom(above=4), _called.seldom(identifier="P-1")]))
    with CaptureQueriesContext(connection) as seen:
        alone(beside(plain, seldom))
    assert seldom.value == [ROWS[3], [("P-1", 1)]]
    assert plain.value == [[(6,)], ROWS[1]]
    assert len(seen) == 5


@pytest.mark.usefixtures("panels")
def test_many_keys_go_in_parts() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = alone(asking_in_parts(BY_ID, "ids", {5, 1, 3, 2, 77}, 2))
    assert found == [(1, "P-1"), (2, "P-2"), (3, "P-3"), (5, "P-5")]
    assert len(seen) == 3
