"""Addresses of accounts: ours, those of allauth that Padstone has, and, closed, those that it does not have.

allauth's names are its own: its pages look each other up by them. Each is written here rather than included,
so that a new version opens nothing by itself.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as company
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as sessions
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from padstone.entrypoints.web import accounts

OPEN = (
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
)
"""Those that answer, or lead to the login, without one: the ways in."""

CLOSED = (
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_signup",
)
"""Names that allauth looks up and Padstone has no page for: 404 for everybody."""

urlpatterns = [
    path("login/", accounts.leads_to_company(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("login/second-factor/", second_factor.authenticate, name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("login/cancelled/", company.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/error/", login_not_required(company.login_error), name="socialaccount_login_error"),
    path("login/by/<slug:provider_id>/", openid_connect.login, name="openid_connect_login"),
    path("login/by/<slug:provider_id>/callback/", openid_connect.callback, name="openid_connect_callback"),
    path("account/", accounts.account, name="account"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/again/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/password/", account.password_change, name="account_change_password"),
    path(
        "account/company-login/",
        accounts.leads_to_company(company.connections),
        name="socialaccount_connections",
    ),
    path("account/second-factor/", second_factor.index, name="mfa_index"),
    path("account/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("account/second-factor/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        webauthn.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("account/second-factor/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("account/sessions/<int:session_id>/end", accounts.end_session, name="end_session"),
    path("people/", accounts.people, name="people"),
    path("people/make", accounts.make_person, name="make_person"),
    path("people/<str:name>/", accounts.person, name="person"),
    path("people/<str:name>/roles", accounts.person_roles, name="person_roles"),
    path("people/<str:name>/company-login", accounts.person_company_login, name="person_company_login"),
    path("people/<str:name>/active", accounts.person_active, name="person_active"),
    path("people/<str:name>/password", accounts.person_password, name="person_password"),
    path("people/<str:name>/second-factor", accounts.person_second_factor, name="person_second_factor"),
    *(path(f"account/closed/{name}/", accounts.closed, name=name) for name in CLOSED),
]
