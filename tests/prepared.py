"""The empty database of each leg, migrated once; what every process of the tests begins with is a copy of it.

That of the lite leg is kept for the next run. Its name holds a digest of every migration and of the packages that
bring some, so that another set of them makes another file. That of the real leg is a template on its server. Where
there is none, migrations run as they do anywhere.

    LEG=lite python -m tests.prepared    makes it, before any test waits for it
"""

import hashlib
import os
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from tests.services import KEPT, ROOT, fresh_database

PACKAGES = ("django", "django-allauth")
# What some migrations are made of.
AT_ONCE = ROOT / "stretchhub/at_once.py"


def place() -> Path:
    """Where the database with these migrations is kept, or is to be."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in PACKAGES] + [sqlite3.sqlite_version]).encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path).glob("migrations/*.py")) if Path(app.path).is_relative_to(ROOT) else ():
            digest.update(app.label.encode() + file.name.encode() + file.read_bytes())
    digest.update(AT_ONCE.read_bytes())
    return KEPT / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Put the kept database where the test database will be looked for."""
    if connection.vendor != "sqlite":
        yield
        return
    # A database in memory lives as long as somebody has it open.
    name = connection.creation._get_test_db_name()
    memory = sqlite3.connect(name, uri=True)
    kept = place()
    if kept.exists():
        with sqlite3.connect(kept) as source:
            source.backup(memory)
        source.close()
    yield
    memory.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """The database as every test finds it; kept if it was made by migrations just now."""
    if connection.vendor != "sqlite" or place().exists():
        return
    keep(connection.settings_dict["NAME"])


def keep(name: str) -> None:
    """Put the database in memory of that name into its file, in the place of any other."""
    kept = place()
    KEPT.mkdir(exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}.part")
    target = sqlite3.connect(part)
    source = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    source.backup(target)
    source.close()
    target.close()
    for old in KEPT.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    part.replace(kept)


def main() -> int:
    """Make the database of this leg, unless it is there."""
    django.setup()
    name = "file:prepared?mode=memory&cache=shared"
    if connection.vendor == "sqlite":
        if place().exists():
            return 0
        connections.databases["default"]["NAME"] = name
    else:
        fresh_database(connection.settings_dict["NAME"])
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":
        keep(name)
    connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
