"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from stretchhub.language import keep_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")

application = get_wsgi_application()
# All pages are found once, before processes are forked: one that takes the place of another answers at once.
reverse("today")
keep_words()
