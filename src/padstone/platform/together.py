"""Questions that do not wait for one another, asked together.

A certificate is told by several features, and each asks several tables. One after the other, most of the time
goes by on the way to the database and back. What is to be asked together is therefore written as a generator:
it yields the questions that it can ask by now, is sent the rows of each, and returns its answer once it has
no more to ask. :func:`alone` asks for one such answer; :func:`beside` is a generator again, that asks for
several side by side.

Questions that are ``seldom`` answered by a row are not asked as they are: one statement asks for all of them
whether there is any, and only what there is is fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from padstone.platform.pinned import Asked, Pinned, Row, all_answers, in_parts

if TYPE_CHECKING:
    from padstone.platform.prepared import Prepared

T = TypeVar("T")
Asks = Generator[Sequence[Asked], Sequence[list[Row]], T]
"""Asks questions, some at a time, and returns its answer."""


@dataclass(slots=True, eq=False)
class _Question:
    """``rows``: None until it is answered."""

    asked: Asked
    rows: list[Row] | None = None


class Answer(Generic[T]):
    """What a generator returns: ``value``, once :func:`beside` is through with it."""

    value: T

    def __init__(self, asks: Asks[T]) -> None:
        self._asks = asks
        self._questions: list[_Question] = []
        self._has_begun = self._has_ended = False

    def open_questions(self) -> list[_Question]:
        """What it waits for; before, it goes on as far as it can. None: it has come to its end."""
        while not self._has_ended:
            if waiting := [one for one in self._questions if one.rows is None]:
                return waiting
            self._go_on()
        return []

    def _go_on(self) -> None:
        rows = [one.rows or [] for one in self._questions]
        try:
            asked = self._asks.send(rows) if self._has_begun else next(self._asks)
            self._questions = [_Question(one) for one in asked]
        except StopIteration as end:
            self.value, self._has_ended = end.value, True
        self._has_begun = True


def alone(asks: Asks[T]) -> T:
    """What a generator returns."""
    answer = Answer(asks)
    everything = beside(answer)
    try:
        asked = next(everything)
        while True:
            asked = everything.send(all_answers(asked))
    except StopIteration:
        return answer.value


def asking_in_parts(
    question: Pinned | Prepared, name: str, keys: Collection[Any], size: int = 2_000, **values: Any
) -> Asks[list[Row]]:
    """All rows of a question of which ``name`` are the keys; so many at once."""
    found = yield [question.asked(**{name: some}, **values) for some in in_parts(sorted(keys), size)]
    return [row for rows in found for row in rows]


def beside(*answers: Answer[Any]) -> Asks[None]:
    """Until each has its value. What is open at a time is asked at once; none waits for what another asks."""
    while questions := [one for answer in answers for one in answer.open_questions()]:
        seldom = [one for one in questions if one.asked.seldom]
        plain = [one for one in questions if not one.asked.seldom]
        if len(seldom) == 1:
            seldom, plain = [], questions
        found = yield [*[one.asked for one in plain], *([_which_of(seldom)] if seldom else [])]
        for one, rows in zip(plain, found, strict=False):
            one.rows = rows
        if seldom:
            _note(seldom, found[-1][0])


def _which_of(seldom: Sequence[_Question]) -> Asked:
    """One row: of each question whether it has any."""
    text = _any_of(tuple([one.asked.text for one in seldom]))
    return Asked(text, [value for one in seldom for value in one.asked.taken])


@lru_cache(maxsize=64)
def _any_of(texts: tuple[str, ...]) -> str:
    return "SELECT " + ", ".join([f"EXISTS ({text})" for text in texts])


def _note(seldom: Sequence[_Question], which: Row) -> None:
    """What there is is asked next, as it is."""
    for one, is_any in zip(seldom, which, strict=True):
        if is_any:
            one.asked = one.asked._replace(seldom=False)
        else:
            one.rows = []
