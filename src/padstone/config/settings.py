"""Django's settings. Everything that differs between sites comes from :mod:`padstone.config.environment`."""

from __future__ import annotations

import os

from django.contrib.messages import constants

from padstone.config import environment

SECRET_KEY = environment.secret_key()
DATABASES = {"default": environment.database()}
DEBUG = False
NEVER_SHOWN = (
    SECRET_KEY,
    DATABASES["default"].get("PASSWORD", ""),
    environment.secret("PADSTONE_OIDC_CLIENT_SECRET"),
    environment.secret("PADSTONE_ARCHIVE_SECRET_KEY"),
)
ARCHIVE = environment.archive_place()
ARCHIVE_AFTER_DAYS = environment.archive_after_days()
ALLOWED_HOSTS = environment.allowed_hosts()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "padstone.platform.accounts",
    "padstone.platform.audit",
    "padstone.platform.credentials",
    "padstone.platform.journal",
    "padstone.platform.signatures",
    "padstone.platform.terminals",
    "padstone.features.sites",
    "padstone.features.parts",
    "padstone.features.design",
    "padstone.features.materials",
    "padstone.features.production",
    "padstone.features.genealogy",
    "padstone.features.clocks",
    "padstone.features.stock",
    "padstone.features.receiving",
    "padstone.features.kitting",
    "padstone.features.equipment",
    "padstone.features.quality",
    "padstone.features.certificate",
    "padstone.features.recall",
    "padstone.ingest",
    "padstone.entrypoints.web",
    # After our own pages: theirs are shown in our look.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "padstone.entrypoints.web.policy.Protection",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "padstone.entrypoints.web.gates.Gates",
    "padstone.entrypoints.web.at_terminal.AtSharedTerminal",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "padstone.entrypoints.web.refusals.RefusalPages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "padstone.entrypoints.web.context.shell",
            ],
        },
    },
]

ROOT_URLCONF = "padstone.config.urls"
WSGI_APPLICATION = "padstone.config.wsgi.application"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "factory"

# --- who logs in, and how
# ------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# scrypt needs much memory for each guess, and comes with Python: docs/explanation/dependencies.md. What was
# hashed
# otherwise before is hashed anew at the next login.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_COOKIE_AGE = 12 * 3600  # a shift, and the way home

# Attempts are counted for all processes of all machines together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

REQUIRE_SECOND_FACTOR = environment.requires_second_factor()

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.is_behind_proxy() else 0
ACCOUNT_ADAPTER = "padstone.platform.accounts.allauth_adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up: this says that no address is asked for
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, without asking
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Passwords have limits of their own, in padstone.platform.accounts.attempts: none of them locks out a whole
# line
# that shares an address. "login_failed" counts wrong codes of a second factor, by account.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "3/10s/key,5/5m/key", "reauthenticate": "20/m/user"}

MFA_ADAPTER = "padstone.platform.accounts.allauth_adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Padstone"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}  # nothing can be guessed there

SOCIALACCOUNT_ADAPTER = "padstone.platform.accounts.allauth_adapters.CompanyLoginAdapter"
COMPANY_LOGIN = environment.company_login()
COMPANY_LOGIN_CLAIM = environment.company_login_claim()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [COMPANY_LOGIN] if COMPANY_LOGIN else []}}
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False

# --- the rest
# ----------------------------------------------------------------------------------------------------------

MESSAGE_TAGS = {constants.SUCCESS: "good", constants.ERROR: "bad", constants.WARNING: "warn"}

HEARTBEAT_S = environment.heartbeat_s()
QUESTION_S = environment.question_s()
CFX_HANDLE = environment.cfx_handle()

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("PADSTONE_TIME_ZONE", "UTC")

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are served from the packages themselves: no collecting step stands between an install and a page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

BEHIND_PROXY = environment.is_behind_proxy()
if BEHIND_PROXY:
    # The proxy speaks TLS and overwrites this header; without it anybody could write it, and it is not
    # believed.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
# `padstone web --tls-cert` turns the same on.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY
SECURE_HSTS_SECONDS = 30 * 24 * 3600  # said only over TLS

# A body is read by the inbox in one piece; the door refuses larger ones with a reason.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
# A page's form is small, its files included; nobody fills the disk with an upload before he has logged in.
LARGEST_FORM = 20 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "padstone.platform.discretion.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            "secrets": NEVER_SHOWN,
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PADSTONE_LOG_LEVEL", "WARNING")},
}
