"""Every setting, from the environment. What is missing or wrong is said by `config/checks.py`."""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from config import channels, embedded, variables
from config.logs import logging_settings
from config.mail import mail_settings

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Trial: neither a secret key nor a database is given, so this is one person's machine.
TRIAL = embedded.is_trial()
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "") or (embedded.trial_secret_key() if TRIAL else "")
PUBLIC_URL = env.str("PUBLIC_URL", "").rstrip("/")
_PUBLIC = variables.public_url(PUBLIC_URL)
_OWN_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if TRIAL else []
ALLOWED_HOSTS = variables.items(env.str("ALLOWED_HOSTS", "")) or [
    *_OWN_HOSTS,
    *([_PUBLIC.hostname] if _PUBLIC and _PUBLIC.hostname else []),
]
TRUSTED_PROXIES = variables.proxies(env.str("TRUSTED_PROXIES", "")) or []
DATA_DIR = Path(env.str("DATA_DIR", "") or embedded.var_folder() / "data")
PORT = variables.port(env.str("PORT", "")) or 8000

INSTALLED_APPS = [
    "plumier.admin_config.PlumierAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_rq",
    "django_htmx",
    "template_partials",
    "rules.apps.AutodiscoverRulesConfig",
    "config.apps.ConfigConfig",
    "plumier",
    "channels_app",
    "notica",
    "grades",
    "attendance",
    "convivencia",
    "secretaria",
    "journal",
    "tablon",
    "profesores",
    "mirador",
    "demo",
]
# Larger files than any that is read are refused in words and kept nowhere.
FILE_UPLOAD_HANDLERS = [
    "plumier.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A box for each school of a region (Tablón) or for each part of a school (Explorador) fits into one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
MIDDLEWARE = [
    "config.proxies.only_trusted_proxies",
    "config.readable.no_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PagesCompressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "plumier.memory.remember",
    "plumier.own_zone.in_own_zone",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "plumier.own_language.in_own_language",
    "plumier.history.name_actor",
    "plumier.accounts.first_time.must_choose",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "plumier.accounts.second_factor.must_have_second_factor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plumier.navigation.navigation",
                "notica.unread.unread",
            ]
        },
    }
]

# A malformed address is the checks' business: the dummy lets them say so.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **(
            variables.database(env.str("DATABASE_URL", "") or embedded.database_url())
            or {"ENGINE": "django.db.backends.dummy"}
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url()
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
QUEUES = (*channels.CHANNELS, "fanout", "slow")
RQ_QUEUES = {
    name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 120, "SERIALIZER": "rq.serializers.JSONSerializer"}
    for name in QUEUES
}
# The dashboard lets any staff user read and delete jobs.
RQ_SHOW_ADMIN_LINK = False

AUTH_USER_MODEL = "plumier.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "plumier.accounts.entering.RegisterBackend",
    "plumier.accounts.first_time.TemporaryPasswordBackend",
]
# The door is allauth's. Rates are of what went wrong: by name and address, and by address (a school is behind one).
ACCOUNT_ADAPTER = "plumier.accounts.entering.DoorAdapter"
ACCOUNT_FORMS = {"login": "plumier.accounts.entering.EntryForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "300/15m/ip,10/15m/key"}
MFA_ADAPTER = "plumier.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the register's business
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = (
    1  # the code of the half minute before and after too: clocks differ, and typing takes time
)
MFA_RATE_LIMITS = {"webauthn_login": "300/15m/ip"}
# Browsers take passkeys on localhost without TLS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRIAL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

SECURE_SSL_REDIRECT = not TRIAL
SECURE_REDIRECT_EXEMPT = [r"^salud$", r"^metricas$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if TRIAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not TRIAL
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not TRIAL
LANGUAGE_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if _PUBLIC else []
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# What links in letters begin with.
LINK_ROOT = PUBLIC_URL or f"http://127.0.0.1:{PORT}"
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "start"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("vi", "Tiếng Việt"), ("en", "English")]
# The second holds what Django says on our pages and does not say in Vietnamese.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_libraries"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Europe/Madrid"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = None if TRIAL else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
# A trial serves the files where they lie; production those that `collectstatic` compressed.
WHITENOISE_USE_FINDERS = TRIAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRIAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
LOGGING = logging_settings(variables.log_level(env.str("LOG_LEVEL", "")) or "INFO")

# What every file that somebody attaches is looked at by: dotted names of `(Path) -> str | None`, the reason against it.
FILE_CHECKS = variables.items(env.str("FILE_CHECKS", ""))

CHANNELS = channels.CHANNELS
CHANNEL_ENVIRONMENT = channels.channel_environment(
    os.environ, embedded.sandbox_environment() if TRIAL else {}
)
_MAIL = mail_settings(CHANNEL_ENVIRONMENT)
EMAIL_HOST = _MAIL["EMAIL_HOST"]
EMAIL_PORT = _MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = _MAIL.get("EMAIL_TIMEOUT", 60.0)
DEFAULT_FROM_EMAIL = _MAIL.get("DEFAULT_FROM_EMAIL", "plumier@localhost")
# Seconds for which something may be due before its channel is said to have stalled.
CHANNEL_STALLED_SECONDS = 600
# The local sandbox, where it stands in for the providers.
SANDBOX_URL = embedded.sandbox_url() if TRIAL and not channels.has_account(os.environ) else ""
# Where providers reach us; without a public address only the sandbox of this machine does.
CALLBACK_ROOT = PUBLIC_URL or (LINK_ROOT if SANDBOX_URL else "")
SANDBOX_LOG = Path(env.str("SANDBOX_LOG", "") or embedded.var_folder() / "sandbox.jsonl")
