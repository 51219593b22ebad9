"""Where django-allauth asks the house: attempts are counted per account and address, what people change about
their account is recorded, nobody signs up, and the secrets of second factors are stored encrypted.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from padstone.platform.accounts.attempts import TooManyAttempts, note_attempt, note_failure, note_success
from padstone.platform.accounts.commands import note_account_event
from padstone.platform.accounts.identity import actor_for
from padstone.platform.accounts.models import User

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

EVENTS = {
    "account/email/password_changed": "change_password",
    "account/email/password_set": "change_password",
    "mfa/email/totp_activated": "add_second_factor",
    "mfa/email/totp_deactivated": "remove_second_factor",
    "mfa/email/webauthn_added": "add_second_factor",
    "mfa/email/webauthn_removed": "remove_second_factor",
    "mfa/email/recovery_codes_generated": "make_recovery_codes",
    "socialaccount/email/account_connected": "connect_company_login",
    "socialaccount/email/account_disconnected": "disconnect_company_login",
}
"""What allauth would send a mail about, and the verb under which we record it."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "User name and password do not match. Passwords tell capital letters from small ones."
        ),
        "too_many_login_attempts": gettext_lazy(
            "There were too many wrong codes. Wait ten seconds, five minutes if there were many."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only administrators make accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            note_attempt(request, str(credentials.get("username", "")))
        except TooManyAttempts as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            note_success(request, str(credentials.get("username", "")))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = str(credentials.get("username", ""))
        note_failure(request, name)
        if known := User.objects.filter(username__iexact=name).first():
            note_account_event(actor_for(known, request), verb="log_in_failed", subject=known.username)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        note_account_event(actor_for(user, request), verb="log_in", subject=user.username)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """No mail is sent: the audit trail tells.

        allauth calls this when its own transaction has been committed (setting a second factor up, making
        recovery codes) or without one. So the line is written right after the change, in a transaction of
        its own: if the machine dies between the two, the change is there and its line is missing.
        """
        verb = EVENTS.get(template_prefix, template_prefix.rpartition("/")[2])
        kind = template_prefix.rpartition("/")[2].partition("_")[0]
        note_account_event(actor_for(user, self.request), verb=verb, subject=user.username, kind=kind)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    def encrypt(self, text: str) -> str:
        """Under a key made of SECRET_KEY: whoever has the database alone cannot make codes."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Padstone"}


class CompanyLoginAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """The company's own login opens accounts that exist, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The first time, an administrator's word ties the two: the account's ``company_login`` is the name
        that the company's login tells. From then on it is its unchangeable subject that counts.
        """
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        told = _name_told(sociallogin.account.extra_data)
        user = User.objects.filter(company_login=told, is_active=True).first() if told else None
        if user is None or SocialAccount.objects.filter(user=user).exists():
            raise ImmediateHttpResponse(_unknown(request, told))
        sociallogin.connect(request, user)


def _name_told(data: dict[str, Any]) -> str:
    claims = {**data.get("id_token", {}), **data.get("userinfo", {}), **data}
    return str(claims.get(settings.COMPANY_LOGIN_CLAIM) or "").strip()


def _unknown(request: HttpRequest, told: str) -> HttpResponse:
    why = _("The company's login knows you as “%(name)s”, and no account here is meant for that name.")
    return render(
        request, "socialaccount/authentication_error.html", {"why": why % {"name": told}}, status=403
    )


def _cipher() -> MultiFernet:
    """The newest key first; older ones (SECRET_KEY_FALLBACKS) still open what they closed."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str | bytes) -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(hashlib.sha256(b"padstone second factor:" + force_bytes(secret)).digest())
    )
