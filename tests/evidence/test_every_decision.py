"""Whatever a person or a token decides leaves an audit line, in every command that there is."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import padstone
from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.parts.commands import import_bom, register_part
from padstone.features.parts.models import BomLine
from padstone.features.production.commands import plan_work_order
from padstone.features.sites.commands import assign_station
from padstone.ingest.commands import dismiss, replay
from padstone.ingest.delivery import Delivery
from padstone.ingest.desk import Wanted
from padstone.ingest.inbox import accept
from padstone.ingest.interpret import Interpreter, retry
from padstone.ingest.models import Message
from padstone.ingest.outbox import lock_station, send_request
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, INTERPRETER, Actor, ActorKind
from padstone.kernel.errors import Conflict
from padstone.kernel.seal import digest
from padstone.platform.accounts.commands import create_admin, create_person, set_password
from padstone.platform.accounts.models import User
from padstone.platform.audit.commands import correct_line
from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.record import record
from padstone.platform.command import COMMANDS, Command
from padstone.platform.signatures.commands import sign
from tests.evidence.factory_file import PASSWORD, recognised

OF_MACHINES = frozenset(
    {
        "report_state",
        "report_work",
        "report_loading",
        "report_placements",
        "record_inspections",
        "record_tests",
        "record_process",
        "record_repairs",
    }
)
"""Permissions of machines' reports alone: what is put on the books by them cites its message."""

TOLD_AND_DECIDED = frozenset(
    {
        "padstone.features.stock.commands.counting.note_retired",
        "padstone.features.stock.commands.holding.note_blocked",
    }
)
"""What a machine tells, and the house does something about that is else for people to decide."""

EXEMPT = {
    "padstone.features.materials.commands.descend": "part of a split or a joint, whose line says it",
    "padstone.features.materials.commands.part_package": "part of a split, whose line says it",
    "padstone.platform.audit.commands.note_verification": "keeps a result for the page, and decides nothing",
    "padstone.platform.terminals.commands.note_act": "somebody is still there: nothing is decided",
    "padstone.platform.terminals.commands.note_seen": "a terminal was heard of: nothing is decided",
    "padstone.platform.terminals.commands.take_back": "no PIN is asked for: nothing is decided",
}
"""Commands that a person may call and that leave no line, each with its reason."""

ADA = Actor(ActorKind.PERSON, "ada", EVERYTHING, "user:1", "web 10.1.2.3")


def all_commands() -> list[Command[..., Any]]:
    """Every command of the product; reading all its modules registers them."""
    for module in pkgutil.walk_packages(padstone.__path__, "padstone."):
        if module.name.rpartition(".")[2] in {"commands", "note", "interpret", "outbox"}:
            importlib.import_module(module.name)
    return [one for name, one in sorted(COMMANDS.items()) if name.startswith("padstone.")]


def called_in(body: Callable[..., Any]) -> Iterator[str]:
    """The names that a function calls; ``x.within(...)`` and ``module.x(...)`` call ``x``."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(body)))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.value.id if isinstance(called.value, ast.Name) else called.attr
                yield called.attr
            elif isinstance(called, ast.Name):
                yield called.id


def reaches_the_record(body: Callable[..., Any], seen: set[str]) -> bool:
    module: ModuleType = importlib.import_module(body.__module__)
    for name in called_in(body):
        found = getattr(module, name, None)
        if found is record:
            return True
        body_of = getattr(found, "__wrapped__", found)
        if inspect.isfunction(body_of) and body_of.__module__.startswith("padstone."):
            full = f"{body_of.__module__}.{body_of.__qualname__}"
            if full not in seen and reaches_the_record(body_of, seen | {full}):
                return True
    return False


def leaves_a_line(one: Command[..., Any]) -> bool:
    body: Callable[..., Any] = one.__wrapped__  # type: ignore[attr-defined]  # what update_wrapper has set
    return reaches_the_record(body, {one.name})


@pytest.mark.parametrize("one", all_commands(), ids=lambda one: one.name)
def test_a_command_for_people_writes_to_the_record(one: Command[..., Any]) -> None:
    if one.permission in OF_MACHINES:
        assert leaves_a_line(one) == (one.name in TOLD_AND_DECIDED), "it is for people after all"
    elif one.name in EXEMPT:
        assert not leaves_a_line(one), "it needs no exemption"
    else:
        assert leaves_a_line(one), (
            f"{one.name} leaves no audit line; say why in EXEMPT, or record what is decided"
        )


def test_no_exemption_is_left_behind() -> None:
    assert set(EXEMPT) <= {one.name for one in all_commands()}


# --- and the line is written when it is called ------------------------------


def a_revision() -> int:
    import_bom(INTERPRETER, product="P", revision="A", content=BILL, file_name="bom.csv")
    return BomLine.objects.get().revision_id


def a_rejected_message() -> int:
    body = b'{"MessageName": "CFX.NoSuchMessage", "Source": "X", "UniqueID": "1", "MessageBody": {}}'
    accept([Delivery("http", "gateway", body, "", None, clock.now())])
    Interpreter().all()
    return Message.objects.get().pk


def an_endpoint() -> str:
    assign_station(INTERPRETER, handle="X.1", name="X", kind="other", line="L")
    return "X.1"


def an_account() -> str:
    create_person(INTERPRETER, name="bob", password=PASSWORD, roles=["operator"])
    return "bob"


def a_signature() -> int:
    user = User.objects.create_user("ada", password=PASSWORD)
    return sign(
        Actor(ActorKind.PERSON, "ada", EVERYTHING, f"user:{user.pk}", "web 10.1.2.3"),
        subject_kind="unit",
        subject_id="SN-1",
        version="as_of=1",
        version_digest=digest(b""),
        meaning="review",
        reason="Read.",
        reauthenticated=recognised(user),
    )


BILL = b"part_number,designators\n1,R1\n"
CALLS: dict[str, tuple[str, Callable[[], object]]] = {
    "create_account": ("bea", lambda: create_admin(ADA, name="bea", password=PASSWORD)),
    "set_password": ("bob", lambda: set_password(ADA, name=an_account(), password=PASSWORD * 2)),
    "assign_station": (
        "endpoint:NEW.1",
        lambda: assign_station(ADA, handle="NEW.1", name="New", kind="other", line="L"),
    ),
    "register_part": ("100-001", lambda: register_part(ADA, number="100-001")),
    "import_bom": (
        "P A",
        lambda: import_bom(ADA, product="P", revision="A", content=BILL, file_name="bom.csv"),
    ),
    "plan_work_order": (
        "work_order:WO-1",
        lambda: plan_work_order(ADA, number="WO-1", revision_id=a_revision(), quantity=5),
    ),
    "receive_package": (
        "package:R-1",
        lambda: receive_package(ADA, facts=PackageFacts(identifier="R-1", part_number="100-001")),
    ),
    "retry_message": ("message:1", lambda: retry(ADA, message_id=a_rejected_message())),
    "replay_messages": ("replay:1", lambda: (a_rejected_message(), replay(ADA, wanted=Wanted()))),
    "dismiss_message": (
        "message:1",
        lambda: dismiss(ADA, message_id=a_rejected_message(), why="It was a test."),
    ),
    "lock_station": (
        "endpoint:X.1",
        lambda: lock_station(ADA, handle=an_endpoint(), why="Solder balls on every board."),
    ),
    "send_request": (
        "endpoint:X.1",
        lambda: send_request(ADA, handle=an_endpoint(), name="GetEndpointInformation"),
    ),
    "sign_record": ("unit:SN-1", a_signature),
    "correct_record": (
        "bea",
        lambda: (create_admin(ADA, name="bea", password=PASSWORD), correct_line(ADA, line=1, why="Not she.")),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", CALLS)
def test_the_line_says_who_what_to_what_and_from_where(verb: str) -> None:
    subject, call = CALLS[verb]
    call()
    line = AuditLine.objects.order_by("pk").last()
    assert line is not None
    assert (line.verb, line.actor_kind, line.actor, line.via) == (verb, "person", "ada", "web 10.1.2.3")
    assert line.account.startswith("user:")
    assert line.subject == subject or line.subject.startswith("message:")


@pytest.mark.django_db
def test_a_change_says_what_was_and_what_is() -> None:
    assign_station(ADA, handle="NEW.1", name="New", kind="other", line="L")
    assign_station(ADA, handle="NEW.1", name="Placer", kind="placer", line="L", place_in_line=2)
    first, second = AuditLine.objects.order_by("pk")
    assert first.before == ""
    assert json.loads(second.before) == json.loads(first.after)
    assert json.loads(second.after) == {"station": "Placer", "kind": "placer", "line": "L", "place": 2}


@pytest.mark.django_db
def test_what_is_refused_leaves_no_line() -> None:
    revision_id = a_revision()
    plan_work_order(ADA, number="WO-1", revision_id=revision_id, quantity=5)
    with pytest.raises(Conflict):
        plan_work_order(ADA, number="WO-1", revision_id=revision_id, quantity=6)
    assert list(AuditLine.objects.filter(verb="plan_work_order").values_list("pk", flat=True)) == [2]
