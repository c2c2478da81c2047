"""The site as it is served, but that a request may name the step at which its process is killed.

gunicorn --config python:tests.torture.web
"""

from stretchhub.web import *  # noqa: F403

wsgi_app = "tests.torture.site:application"
