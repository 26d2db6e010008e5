"""The web's entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.start_for_web()
application = get_wsgi_application()
