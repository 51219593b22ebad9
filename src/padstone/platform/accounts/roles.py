"""The one table of who may do what: permissions, and the roles that grant them. Data, for pages, documents
and tests to read; nothing else in Padstone names a role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as said

from padstone.kernel.actor import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Collection

ADMINISTRATOR = "administrator"
CLIENT = "client"

PERMISSIONS = {
    "view_factory": said("See the factory: lines, boards, reels, orders, recalls, messages"),
    "view_findings": said("See inspections, tests, process records and repairs"),
    "view_bills": said("See bills of materials"),
    "view_audit": said("Read the audit trail and verify the evidence"),
    "export_history": said("Take the whole history out, for other engines"),
    "archive_bytes": said("Move the exact bytes of old messages to the archive"),
    "view_own_orders": said("See the orders of one's own company, their boards and certificates"),
    "assign_station": said("Say where a machine stands, and in which time zone its clock runs"),
    "retry_message": said("Have a message interpreted again"),
    "replay_messages": said("Have many messages interpreted again in one go"),
    "dismiss_message": said("Dismiss a message that nothing needs to be done about"),
    "send_request": said("Ask a machine something, or ask something of it"),
    "lock_station": said("Lock a station, so that it takes no more boards, and unlock it"),
    "import_bom": said("Import a bill of materials"),
    "edit_design": said("Take in design files, and work at drafts and change orders"),
    "release_revision": said("Release a revision, decide change orders, and retire revisions"),
    "manage_parts": said("Describe parts, import and merge them, propose alternates"),
    "approve_parts": said("Approve makers' parts and alternates"),
    "store_document": said("Keep a file with what it belongs to"),
    "plan_work_order": said("Plan a work order"),
    "receive_package": said("Receive reels and other packages"),
    "register_part": said("Register a part that a package names"),
    "register_supplier": said("Put a supplier on the books"),
    "order_material": said("Enter and import purchase orders, and close them"),
    "approve_suppliers": said("Decide about suppliers and makers, and file suppliers' certificates"),
    "file_certificate": said("File certificates of conformance"),
    "decide_receiving": said("Decide the rules by which what arrives is checked"),
    "report_loading": said("Load, splice and unload packages"),
    "move_stock": said("Move, count, split and join what is in store"),
    "reserve_stock": said("Lay packages aside for a work order"),
    "kit_orders": said("Kit work orders: pick, issue, take back"),
    "write_off_stock": said("Scrap and return pieces, and write them off"),
    "hold_stock": said("Put packages in quarantine"),
    "dispose_stock": said("Release from quarantine, scrap or return what is held"),
    "manage_locations": said("Make storage locations"),
    "note_exposure": said("Tell what packages went through: opened, stored dry, baked, thawed"),
    "decide_clocks": said("Decide the rules of floor life, dry storage and paste"),
    "sign_record": said("Sign a record"),
    "correct_record": said("Write a correction beside a line of the audit trail"),
    "verify_evidence": said("Have a verification of the evidence noted"),
    "restore_guards": said("Put back the guards that keep evidence from being changed"),
    "manage_accounts": said("Make accounts, give roles, reset passwords and second factors"),
    "manage_credentials": said(
        "Give machines their credentials and take them back; see and revoke everybody's tokens"
    ),
    "manage_own_tokens": said("Make tokens with which one's own programs use the API, and revoke them"),
    "manage_terminals": said("Enrol shared terminals, issue badges and one-time PINs"),
    "set_pin": said("Choose one's own PIN for shared terminals"),
    "create_backup": said("Make a backup"),
    "restore_backup": said("Bring back a backup"),
    "send_messages": said("Deliver CFX messages over HTTP, as machines do"),
}
"""Everything that a person or a program of theirs may be allowed to do, in words."""

FOR_MACHINES = frozenset({"send_messages"})
"""Of :data:`PERMISSIONS`, those that no role of a person grants, the administrator's apart."""

FOR_ONESELF = frozenset({"set_pin"})
"""What everybody of the house may do, about themselves alone."""

HOUSE_VIEWS = FOR_ONESELF | {"view_factory", "view_findings", "view_bills"}
OWN_PROGRAMS = frozenset({"manage_own_tokens"})
DESIGN = frozenset({"edit_design", "release_revision", "manage_parts", "approve_parts", "store_document"})


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is in the factory. ``second_factor``: a password alone does not open such an account
    where second factors are required. ``at_terminals``: it counts at a terminal that many people share, too.
    """

    title: str
    purpose: str
    permissions: frozenset[str]
    second_factor: bool = False
    at_terminals: bool = True

    def grants(self, permission: str) -> bool:
        return permission in self.permissions or self.permissions == EVERYTHING


ROLES = {
    "operator": Role(
        said("Operator"),
        said("Works at the line and sees what it does."),
        FOR_ONESELF | {"view_factory", "view_findings", "hold_stock", "note_exposure"},
    ),
    "material_handler": Role(
        said("Material handler"),
        said("Receives reels, keeps the store and loads the line."),
        FOR_ONESELF
        | {"view_factory", "view_findings", "receive_package", "register_part", "report_loading"}
        | {
            "move_stock",
            "reserve_stock",
            "kit_orders",
            "write_off_stock",
            "hold_stock",
            "manage_locations",
            "note_exposure",
            "register_supplier",
            "file_certificate",
            "store_document",
        },
    ),
    "process_engineer": Role(
        said("Process engineer"),
        said("Sets the line up and looks after its messages."),
        HOUSE_VIEWS
        | OWN_PROGRAMS
        | {
            "assign_station",
            "retry_message",
            "replay_messages",
            "dismiss_message",
            "send_request",
            "lock_station",
            "import_bom",
            "hold_stock",
            "manage_locations",
            "note_exposure",
            "decide_clocks",
        }
        | DESIGN,
    ),
    "quality": Role(
        said("Quality"),
        said("Judges boards, answers recalls, signs records."),
        HOUSE_VIEWS
        | OWN_PROGRAMS
        | {"view_audit", "sign_record", "lock_station", "release_revision", "approve_parts"}
        | {"hold_stock", "dispose_stock", "note_exposure", "decide_clocks", "decide_receiving"}
        | {"register_supplier", "approve_suppliers", "file_certificate", "store_document"},
        second_factor=True,
    ),
    "planner": Role(
        said("Planner"),
        said("Plans work orders and brings in bills of materials."),
        HOUSE_VIEWS
        | OWN_PROGRAMS
        | {"plan_work_order", "import_bom", "edit_design", "store_document"}
        | {"reserve_stock", "order_material", "register_supplier"},
    ),
    "manager": Role(
        said("Manager"),
        said("Sees everything and changes nothing."),
        HOUSE_VIEWS | OWN_PROGRAMS | {"view_audit"},
    ),
    "auditor": Role(
        said("Auditor"),
        said("Examines everything, the audit trail included, and changes nothing."),
        HOUSE_VIEWS | OWN_PROGRAMS | {"view_audit", "export_history"},
    ),
    CLIENT: Role(
        said("Client"),
        said("Belongs to a client of the house and sees that client's orders and boards, and nothing else."),
        OWN_PROGRAMS | {"view_own_orders"},
        at_terminals=False,
    ),
    ADMINISTRATOR: Role(
        said("Administrator"),
        said("May do everything, accounts included."),
        EVERYTHING,
        second_factor=True,
        at_terminals=False,
    ),
}


def permissions_of(roles: Collection[str]) -> frozenset[str]:
    """What these roles permit together. A client is a client alone: no other role opens its wall."""
    if CLIENT in roles:
        return ROLES[CLIENT].permissions
    granted = [ROLES[name].permissions for name in roles if name in ROLES]
    return EVERYTHING if EVERYTHING in granted else frozenset().union(*granted)


def granting(permission: str, roles: Collection[str]) -> tuple[str, ...]:
    """Those of a person's roles because of which they may do it; empty where they may not."""
    counted = [CLIENT] if CLIENT in roles else [name for name in ROLES if name in roles]
    return tuple(name for name in counted if ROLES[name].grants(permission))


def at_terminals(roles: Collection[str]) -> tuple[str, ...]:
    """Those roles that count at a terminal that many people share. A client is a client alone, here too."""
    if CLIENT in roles:
        return ()
    return tuple(name for name in roles if name in ROLES and ROLES[name].at_terminals)


def wants_second_factor(roles: Collection[str]) -> bool:
    return any(ROLES[name].second_factor for name in roles if name in ROLES)
