"""Every setting, from the environment. What is missing or wrong is said by `config/checks.py`."""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ

from config import channels, embedded

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Trial: neither a secret key nor a database is given, so this is one person's machine.
TRIAL = embedded.is_trial()
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "") or (embedded.trial_secret_key() if TRIAL else "")
PUBLIC_URL = env.str("PUBLIC_URL", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if TRIAL else [])
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var" / "data")))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_rq",
    "rules.apps.AutodiscoverRulesConfig",
    "plumier",
    "channels_app",
    "notica",
    "demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
            ]
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url_config(env.str("DATABASE_URL", "") or embedded.database_url()),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url()
QUEUES = ("telegram", "tokapp", "email", "sms", "fanout", "slow")
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 120} for name in QUEUES}
RQ = {"SERIALIZER": "rq.serializers.JSONSerializer"}

AUTH_USER_MODEL = "plumier.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Madrid"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]

CHANNELS = channels.CHANNELS
CHANNEL_ENVIRONMENT = channels.channel_environment(os.environ, embedded.sandbox_environment() if TRIAL else {})
