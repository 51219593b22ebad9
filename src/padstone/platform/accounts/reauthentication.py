"""Who is about to sign proves anew to be who they are (21 CFR 11.200).

The first signing of a session asks for all components, user name and password; each following one, while the
signer goes on signing, for the password alone. Only this module can make the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.errors import Forbidden
from padstone.platform.accounts.attempts import note_attempt, note_failure, note_success
from padstone.platform.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

SERIES = timedelta(minutes=10)
"""So long after the last signing the next one still belongs to its series."""
FRESH = timedelta(minutes=2)
"""So long a proof may be used."""

_SIGNED_AT = "signed_at"
_MADE_HERE = object()

ALL_COMPONENTS = ("user name", "password")
ONE_COMPONENT = ("password",)


@dataclass(frozen=True, slots=True)
class Reauthenticated:
    """A person was recognised by these components at this instant. Made by :func:`reauthenticate` alone."""

    account: str
    printed_name: str
    components: tuple[str, ...]
    at: datetime
    _made_by: object

    def __post_init__(self) -> None:
        if self._made_by is not _MADE_HERE:
            message = "only padstone.platform.accounts says that somebody was recognised"
            raise TypeError(message)

    @property
    def fresh(self) -> bool:
        return timedelta(0) <= clock.now() - self.at <= FRESH


def in_series(request: HttpRequest) -> bool:
    """Whether the next signing follows one of this session so closely that the password alone will do."""
    try:
        last = datetime.fromisoformat(request.session[_SIGNED_AT])
    except (KeyError, ValueError, TypeError):
        return False
    return timedelta(0) <= clock.now() - last <= SERIES


def reauthenticate(request: HttpRequest, *, name: str, password: str) -> Reauthenticated:
    """The proof that whoever is logged in is there. Raises Forbidden where a component is missing or wrong,
    TooManyAttempts where that happened too often: a session left open is no place to guess passwords at.

    ``name`` is needed for the first signing of a series.
    """
    user = request.user
    note_attempt(request, user.get_username())
    following = in_series(request)
    named = following or (isinstance(user, User) and name.strip() == user.get_username())
    if not isinstance(user, User) or not user.is_active or not named or not user.check_password(password):
        note_failure(request, user.get_username())
        asked = "password" if following else "user name and password"
        raise Forbidden(
            "not_recognised",
            "Your {asked} did not match: nothing was signed.",
            field="password",
            way_out="Sign with the account that you are logged in with.",
            clause="21 CFR 11.200(a)",
            asked=asked,
        )
    note_success(request, user.get_username())
    return Reauthenticated(
        account=f"user:{user.pk}",
        printed_name=user.get_full_name() or user.get_username(),
        components=ONE_COMPONENT if following else ALL_COMPONENTS,
        at=clock.now(),
        _made_by=_MADE_HERE,
    )


def note_signing(request: HttpRequest) -> None:
    """A signing has taken place: the next one, soon after, belongs to its series."""
    request.session[_SIGNED_AT] = clock.now().isoformat()
