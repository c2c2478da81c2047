"""The door for gunicorn."""

import os

# Loaded by whoever computes with it first; here before processes are forked.
import scipy.sparse.csgraph
import scipy.sparse.linalg
import scipy.special  # noqa: F401
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from stretchhub import collector
from stretchhub.language import keep_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")

application = get_wsgi_application()
# All pages are found once, before processes are forked: one that takes the place of another answers at once.
reverse("today")
keep_words()
collector.leave_what_is_there()
