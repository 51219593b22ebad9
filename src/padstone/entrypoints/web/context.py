"""What every page shows around its own content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from padstone.ingest.desk import attention
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.models import User
from padstone.platform.accounts.queries import MANAGE
from padstone.platform.accounts.second_factor import owes_second_factor
from padstone.platform.audit.queries import VIEW as VIEW_AUDIT
from padstone.platform.credentials.scopes import MANAGE_CREDENTIALS, MANAGE_OWN_TOKENS
from padstone.platform.terminals.domain import MANAGE as MANAGE_TERMINALS
from padstone.platform.terminals.domain import SET_PIN
from padstone.platform.visibility import READ, sees_factory, sees_orders

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.kernel.actor import Actor


DESIGN_PAGES = frozenset(
    {
        "designs",
        "new_import",
        "intake",
        "revision",
        "design_line",
        "doubts",
        "compare",
        "readiness",
        "waive",
        "sign_draft",
        "raise_change",
        "change_order",
        "sign_change",
        "substitute",
        "parts",
        "part",
    }
)
"""Pages that lie under one place of the menu."""

STOCK_PAGES = frozenset(
    {
        "stock",
        "locations",
        "location",
        "measured",
        "stock_package",
        "balance",
        "package_balance",
        "lot_balance",
        "order_balance",
        "receiving",
        "purchase_orders",
        "purchase_order",
        "suppliers",
        "supplier",
        "kits",
        "shortages",
        "kit",
    }
)
"""As above."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``attention``, messages that wait for a person, counted only where they are shown;
    and which of the menu's places are open to the person.
    """
    actor: Any = SimpleLazyObject(lambda: actor_of(request))
    return {
        "attention": SimpleLazyObject(lambda: _attention_for(actor)),
        "sees_factory": SimpleLazyObject(lambda: sees_factory(actor)),
        "sees_orders": SimpleLazyObject(lambda: sees_orders(actor)),
        "design_pages": DESIGN_PAGES,
        "stock_pages": STOCK_PAGES,
        "sees_bills": SimpleLazyObject(lambda: actor.may("view_bills") or bool(actor.client)),
        "views_audit": SimpleLazyObject(lambda: actor.may(VIEW_AUDIT)),
        "manages_accounts": SimpleLazyObject(lambda: actor.may(MANAGE)),
        "manages_terminals": SimpleLazyObject(lambda: actor.may(MANAGE_TERMINALS)),
        "manages_credentials": SimpleLazyObject(lambda: actor.may(MANAGE_CREDENTIALS)),
        "manages_own_tokens": SimpleLazyObject(lambda: actor.may(MANAGE_OWN_TOKENS)),
        "sets_pin": SimpleLazyObject(lambda: actor.may(SET_PIN)),
        "owes_second_factor": SimpleLazyObject(lambda: _owes_second_factor(request)),
    }


def _owes_second_factor(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and owes_second_factor(request, request.user)


def _attention_for(actor: Actor) -> int:
    return attention(actor) if actor.may(READ) else 0
