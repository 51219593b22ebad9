"""The table of roles is whole: every permission that anything asks for is described, here and in docs."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from padstone.kernel.actor import EVERYTHING
from padstone.platform.accounts.roles import (
    FOR_MACHINES,
    FOR_ONESELF,
    OWN_PROGRAMS,
    PERMISSIONS,
    ROLES,
    at_terminals,
    granting,
    permissions_of,
    wants_second_factor,
)
from padstone.platform.command import Command

ROOT = Path(__file__).parents[2]
OF_THE_HOUSE = {
    "admit_person",
    "note_event",
    "note_failure",
    "record_inspections",
    "record_process",
    "record_repairs",
    "record_tests",
    "report_placements",
    "report_state",
    "report_work",
    "set_up",
}
"""Asked of jobs, terminals and the first run alone: nobody is given these."""
CHANGES = set(PERMISSIONS) - {name for name in PERMISSIONS if name.startswith("view_")} - {"export_history"}


def asked_for() -> set[str]:
    """Every permission that the source asks for, by its text or by a constant's name."""
    sources = [file.read_text() for file in (ROOT / "src/padstone").rglob("*.py")]
    values = defaultdict(set)
    for source in sources:
        for constant, value in re.findall(
            r'^([A-Z_]+)(?:: Final)? = "([a-z]+_[a-z_]+)"$', source, re.MULTILINE
        ):
            values[constant].add(value)
    found = set()
    for source in sources:
        for literal, constant in re.findall(r'(?:@command|\.must)\((?:"([a-z_]+)"|([A-Z_]+))\)', source):
            found |= {literal} if literal else values[constant]
    return found


def test_every_permission_that_is_asked_for_is_described() -> None:
    assert asked_for() - set(PERMISSIONS) - OF_THE_HOUSE == set()


def test_every_role_grants_what_there_is() -> None:
    for role in ROLES.values():
        assert role.permissions == EVERYTHING or role.permissions <= set(PERMISSIONS)


def test_every_permission_is_granted_by_a_role() -> None:
    granted = frozenset().union(*(role.permissions for role in ROLES.values()))
    ungranted = set(PERMISSIONS) - granted - FOR_MACHINES
    assert all(granting(one, ["administrator"]) for one in ungranted)
    assert {"view_factory", "sign_record", "plan_work_order", "assign_station", "report_loading"} <= granted


@pytest.mark.parametrize("role", ["auditor", "manager"])
def test_who_only_looks_changes_nothing_of_the_factory(role: str) -> None:
    assert ROLES[role].permissions & CHANGES <= FOR_ONESELF | OWN_PROGRAMS | {"verify_evidence"}
    assert "view_audit" in ROLES[role].permissions


def test_roles_add_up() -> None:
    both = permissions_of(["planner", "quality"])
    assert both == ROLES["planner"].permissions | ROLES["quality"].permissions
    assert permissions_of([]) == frozenset()
    assert permissions_of(["no such role"]) == frozenset()
    assert permissions_of(["operator", "administrator"]) == EVERYTHING
    assert granting("import_bom", ["planner", "process_engineer", "operator"]) == (
        "process_engineer",
        "planner",
    )


def test_no_role_opens_the_wall_around_a_client() -> None:
    for other in ROLES:
        assert permissions_of(["client", other]) == ROLES["client"].permissions
        assert granting("view_factory", ["client", other]) == ()
    assert {one for one in ROLES["client"].permissions if one.startswith("view_")} == {"view_own_orders"}


def test_an_administrator_is_none_at_a_shared_terminal() -> None:
    assert at_terminals(["administrator", "operator"]) == ("operator",)


def test_a_client_is_nobody_at_a_shared_terminal_whatever_else_the_account_says() -> None:
    assert at_terminals(["client"]) == at_terminals(["client", "operator"]) == ()


def test_administrators_and_quality_want_a_second_factor() -> None:
    assert {name for name in ROLES if wants_second_factor([name])} == {"administrator", "quality"}


def test_a_command_asks_for_a_described_permission() -> None:
    from padstone.platform.accounts import commands  # noqa: PLC0415 - its models need Django

    asked = {one.permission for one in vars(commands).values() if isinstance(one, Command)}
    assert asked == {"manage_accounts", "note_event", "set_up"}


def table() -> str:
    """The table of the reference, made of the roles themselves."""
    rows = ["| Permission | Meaning | " + " | ".join(role.title for role in ROLES.values()) + " |"]
    rows.append("|---|---|" + "---|" * len(ROLES))
    for permission, meaning in PERMISSIONS.items():
        marks = " | ".join("yes" if role.grants(permission) else "" for role in ROLES.values())
        rows.append(f"| `{permission}` | {meaning} | {marks} |")
    return "\n".join(re.sub(r" +\|", " |", row) for row in rows)


def test_the_reference_says_the_same() -> None:
    page = (ROOT / "docs/reference/roles.md").read_text()
    begin, end = "<!-- The table is checked against the roles themselves. -->\n", "\n<!-- End. -->"
    assert page.split(begin)[1].split(end)[0] == table()
