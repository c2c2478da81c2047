"""Settings of the tests: LEG=lite (SQLite, spool) or LEG=real (PostgreSQL, Redis, SMTP, worker).

The worker and the site that tests start read these same settings; what they must share with the
test process reaches them through the TEST_… variables.
"""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

LEG = os.environ.setdefault("LEG", "lite")
REAL = LEG == "real"

for name in (
    "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL", "FILES_URL", "SITE_URL", "DEMO", "PORT", "HOST",
    "DEBUG", "ALLOWED_HOSTS",
):  # fmt: skip
    os.environ.pop(name, None)
folder = Path(os.environ.setdefault("TEST_DATA_DIR", tempfile.mkdtemp(prefix="stretchhub-test-")))
os.environ["DATA_DIR"] = str(folder / os.environ.get("PYTEST_XDIST_WORKER", "alone"))
os.environ["SECRET_KEY"] = "tests-only-" + "k" * 60
os.environ.setdefault("LOG_LEVEL", "WARNING")
if "TEST_EMAIL_URL" in os.environ:
    os.environ["EMAIL_URL"] = os.environ["TEST_EMAIL_URL"]
if "TEST_SITE_URL" in os.environ:
    os.environ["SITE_URL"] = os.environ["TEST_SITE_URL"]
# Of the server that TEST_FILES_URL names, the place that one machine of several is told.
if "TEST_OWN_FILES_URL" in os.environ:
    os.environ["FILES_URL"] = os.environ["TEST_OWN_FILES_URL"]

if REAL:
    from tests import services

    os.environ["DATABASE_URL"] = services.postgres_url()
    # Each test process has a Redis database of its own, as it has one of PostgreSQL.
    own = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = urlsplit(services.redis_url())._replace(path=f"/{own}").geturl()

from stretchhub.settings import *  # noqa: E402, F403
from stretchhub.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

if REAL and "TEST_DATABASE_TEMPLATE" in os.environ:
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["TEST_DATABASE_TEMPLATE"]}
if REAL and "TEST_DATABASE_NAME" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
elif REAL:
    # What a thread keeps would hold the test database open when it is to be dropped.
    DATABASES["default"]["CONN_MAX_AGE"] = 0

# One for all machines, as the right time is.
CLOCK_FILE = Path(os.environ.get("TEST_CLOCK_FILE", DATA_DIR / "clock"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
# A file is looked for when it is asked for; else each browser of a test lists all of them before its first page.
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
