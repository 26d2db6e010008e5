"""The settings of the tests: servers, a database and a queue store of their own, and nothing of the caller's accounts.

A process under test that is started with `DJANGO_SETTINGS_MODULE=tests.settings` and the
environment of the test finds the same database and the same queues.
"""

import os

# The faults crash their servers, which must then keep what they promised.
os.environ["PLUMIER_PROFILE"] = "trial" if os.environ.get("PLUMIER_FAULTS") else "test"

from config import channels, embedded

for _name in (*channels.accounts(os.environ), "PUBLIC_URL", "SECRET_KEY", "SANDBOX_LOG"):
    os.environ.pop(_name, None)

embedded.start_servers()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, QUEUES, REDIS_URL, RQ_QUEUES, STORAGES  # noqa: E402
from tests.slots import slot  # noqa: E402

SLOT = slot()
SECRET_KEY = "tests"
DATABASES["default"]["NAME"] = f"test_{SLOT}"
REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db={SLOT}"
RQ_QUEUES = {name: {**RQ_QUEUES[name], "URL": REDIS_URL} for name in QUEUES}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = True  # else each new test client lists all files, to be asked for none
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATA_DIR = embedded.var_folder() / "data" / str(SLOT)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CHANNEL_ENVIRONMENT: dict[str, str] = {}
CALLBACK_ROOT = ""
