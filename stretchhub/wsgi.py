"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from stretchhub import forking
from stretchhub.language import keep_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")

application = get_wsgi_application()
keep_words()
# One that takes the place of another answers at once.
forking.get_ready()
