"""What a person may do about messages that are not on the books: have them taken up again, or dismiss
them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from padstone.ingest.desk import Wanted, messages_wanted
from padstone.ingest.identities import standing
from padstone.ingest.inbox import SPEAKS_FOR_ANOTHER
from padstone.ingest.models import EXCEPTIONAL, Disposition, Message, Replay, Replayed, State
from padstone.kernel import clock
from padstone.kernel.actor import ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.audit.record import canonical_json, record, storable
from padstone.platform.command import command
from padstone.platform.journal.models import Head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.kernel.actor import Actor

MOST_AT_ONCE = 10_000
"""Messages of one replay, or dismissed in one go."""
LONGEST_WHY = 1_000
_AT_ONCE = 500
_LONGEST_NAME = 200


def take_up(messages: Sequence[Message]) -> dict[int, Conflict]:
    """Have the interpreter read messages once more; answers the refusals by the messages' numbers. The inbox
    is locked, so that nobody delivers a rival in between.
    """
    rivals = _rivals(messages)
    refused: dict[int, Conflict] = {}
    taken: list[int] = []
    for message in messages:
        identity = (message.source, message.message_id)
        why = _why_not(message, rival=rivals.get(identity, message.pk) != message.pk)
        if why is not None:
            refused[message.pk] = why
        else:
            rivals[identity] = message.pk
            taken.append(message.pk)
    for first in range(0, len(taken), _AT_ONCE):
        some = Message.objects.filter(pk__in=taken[first : first + _AT_ONCE])
        some.update(state=State.RECEIVED, dismissed=False)
    return refused


def _why_not(message: Message, *, rival: bool) -> Conflict | None:
    if message.state not in EXCEPTIONAL or not message.name:
        return Conflict(
            "nothing_to_retry",
            "Message {number} is {state}; there is nothing to take up again.",
            number=message.pk,
            state=State(message.state).label.lower(),
        )
    if message.code == SPEAKS_FOR_ANOTHER:
        return Conflict(
            SPEAKS_FOR_ANOTHER,
            "Message {number} was delivered under another machine's name; it is kept, and never taken up.",
            way_out="Have the machine that it speaks of deliver it itself.",
            number=message.pk,
        )
    if rival:
        return Conflict(
            "sent_again_meanwhile",
            "Message {number} was sent again under the same id, and that one was taken up.",
            number=message.pk,
        )
    return None


def _rivals(messages: Sequence[Message]) -> dict[tuple[str, str], int]:
    """Of the messages' identities, those that somebody stands for already, and who."""
    by_source: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        by_source[message.source].add(message.message_id)
    return {
        (source, message_id): one.pk
        for source, ids in by_source.items()
        for message_id, one in standing(source, ids).items()
    }


@command("replay_messages")
def replay(actor: Actor, *, wanted: Wanted) -> int:
    """Take up again, in their order, all messages of the desk that are wanted; answers the number of the
    replay, under which each one's result is found. Messages that may not be taken up are part of it, each
    with its reason.

    Raises Invalid for what is no matter of the desk and for more than MOST_AT_ONCE, Conflict where nothing is
    wanted.
    """
    messages = _chosen(wanted)
    refused = take_up(messages)
    made = Replay.objects.create(
        at=clock.now(),
        by=storable(actor.name)[:_LONGEST_NAME],
        wanted=canonical_json(wanted.told()),
        messages=len(messages),
    )
    Replayed.objects.bulk_create(
        [
            Replayed(
                replay=made,
                message=message,
                state=message.state,
                code=message.code,
                refused=refused[message.pk].code if message.pk in refused else "",
                reason=str(refused[message.pk]) if message.pk in refused else "",
            )
            for message in messages
        ],
        batch_size=_AT_ONCE,
    )
    record(
        actor,
        "replay_messages",
        f"replay:{made.pk}",
        wanted=json.loads(made.wanted or "{}"),
        messages=len(messages),
        refused=len(refused),
    )
    return made.pk


@command("dismiss_message")
def dismiss(actor: Actor, *, message_id: int, why: str) -> None:
    """Say that nothing needs to be done about a message in the state that it is in. It stays in that state;
    the desk no longer lists it, until it is taken up again and ends here once more.

    Raises NotFound, Invalid without a reason, Conflict where the message is not on the desk.
    """
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound("unknown_message_no", "There is no message {number}.", number=message_id)
    if message.state not in EXCEPTIONAL or message.dismissed:
        raise Conflict(
            "nothing_to_dismiss",
            "Message {number} is not on the desk: it is {state}.",
            number=message_id,
            state="dismissed" if message.dismissed else State(message.state).label.lower(),
        )
    _dismiss(actor, [message], _reason(actor, why))
    record(actor, "dismiss_message", f"message:{message_id}", why=why.strip(), state=str(message.state))


@command("dismiss_message")
def dismiss_all(actor: Actor, *, wanted: Wanted, why: str) -> int:
    """Dismiss all messages of the desk that are wanted, for one reason; answers how many. Raises as
    :func:`replay` does, and Invalid without a reason.
    """
    reason = _reason(actor, why)
    messages = [message for message in _chosen(wanted) if not message.dismissed]
    if not messages:
        raise Conflict("nothing_wanted", "These messages have all been dismissed already.")
    _dismiss(actor, messages, reason)
    record(
        actor,
        "dismiss_message",
        "messages",
        why=reason,
        wanted=wanted.told(),
        messages=len(messages),
    )
    return len(messages)


def _chosen(wanted: Wanted) -> list[Message]:
    """The messages, while nobody delivers or interprets any."""
    Head.locked("inbox")
    Head.locked("journal")
    messages = messages_wanted(wanted, MOST_AT_ONCE)
    if not messages:
        raise Conflict("nothing_wanted", "No message on the desk is like that any more.")
    if len(messages) > MOST_AT_ONCE:
        raise Invalid(
            "too_many_messages",
            "More than {most} messages are like that.",
            way_out="Narrow the filter, by endpoint or time, and go on in steps.",
            most=MOST_AT_ONCE,
        )
    return messages


def _dismiss(actor: Actor, messages: Sequence[Message], reason: str) -> None:
    now = clock.now()
    Disposition.objects.bulk_create(
        [
            Disposition(
                message=message,
                at=now,
                by=storable(actor.name)[:_LONGEST_NAME],
                reason=reason,
                state=message.state,
                code=message.code,
            )
            for message in messages
        ],
        batch_size=_AT_ONCE,
    )
    ids = [message.pk for message in messages]
    for first in range(0, len(ids), _AT_ONCE):
        Message.objects.filter(pk__in=ids[first : first + _AT_ONCE]).update(dismissed=True)


def _reason(actor: Actor, why: str) -> str:
    """A person answers for it, by name, in words."""
    if actor.kind not in (ActorKind.PERSON, ActorKind.TOKEN):
        raise Forbidden("not_a_person", "Only a person dismisses a message.")
    reason = storable(why.strip())
    if not reason:
        raise Invalid(
            "reason_missing",
            "Say why nothing needs to be done.",
            field="why",
            way_out="The next person will read it; a sentence is enough.",
        )
    if len(reason) > LONGEST_WHY:
        raise Invalid(
            "reason_too_long", "A reason has at most {most} characters.", field="why", most=LONGEST_WHY
        )
    return reason
