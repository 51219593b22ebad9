"""How tokens, badge codes and PINs are kept: nobody who takes the tables has one of them.

Badge codes and PINs are few enough to be tried through, so each goes under a key made from the site's secret
key first, which is not in the database. Another secret key therefore ends every badge and PIN.
"""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from padstone.kernel.errors import Invalid
from padstone.platform.terminals.domain import ONE_TIME_PIN_DIGITS, must_be_strong


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def badge_hash(code: str) -> str:
    return salted_hmac("padstone.terminals.badge", code.strip(), algorithm="sha256").hexdigest()


def encoded_pin(pin: str) -> str:
    return make_password(_under_key(pin))


def is_right(pin: str, encoded: str) -> bool:
    """Whether it is that PIN, in a time that does not tell how much of it is right."""
    return check_password(_under_key(pin), encoded)


def new_one_time_pin() -> str:
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(ONE_TIME_PIN_DIGITS))
        try:
            must_be_strong(pin)
        except Invalid:
            continue  # one in some hundreds is trivial
        return pin


def _under_key(pin: str) -> str:
    return salted_hmac("padstone.terminals.pin", pin, algorithm="sha256").hexdigest()
