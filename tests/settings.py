"""Settings of the tests: LEG=lite (SQLite, spool) or LEG=real (PostgreSQL, Redis, SMTP, worker)."""

import os
import tempfile

LEG = os.environ.setdefault("LEG", "lite")
# Child processes (the worker, the site) meet the same folder by inheriting this.
os.environ.setdefault("TEST_DATA_DIR", tempfile.mkdtemp(prefix="stretchhub-test-"))
os.environ["DATA_DIR"] = os.environ["TEST_DATA_DIR"]
os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)
for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "DEMO", "PORT", "HOST", "DEBUG"):
    os.environ.pop(name, None)

from stretchhub.settings import *  # noqa: E402, F403
from stretchhub.settings import DATA_DIR, STORAGES  # noqa: E402

CLOCK_FILE = DATA_DIR / "clock"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ACCOUNT_RATE_LIMITS = False
