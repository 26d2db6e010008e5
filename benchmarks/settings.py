"""Production's settings on the run's own servers, with what the contenders need beside ours."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import embedded

if os.environ.get("PLUMIER_PROFILE") != "bench":
    raise ImproperlyConfigured("These settings empty their database: `make bench` alone sets them.")

embedded.start_servers()

from config.settings import *  # noqa: E402, F403
from config.settings import CHANNEL_ENVIRONMENT, DATABASES, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
DATABASES["default"]["NAME"] = "bench"

_mail = urlsplit(CHANNEL_ENVIRONMENT["EMAIL_URL"])
EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port
DEFAULT_FROM_EMAIL = CHANNEL_ENVIRONMENT["EMAIL_FROM"]
