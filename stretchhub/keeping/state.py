"""What a database holds, so that two can be compared: its rows, its migrations, the head of its audit trail."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.migrations.loader import MigrationLoader

import stretchhub

from .engines import Rows
from .manifest import Manifest, NotDone

# Django's own pages for administrators are an app only where they are switched on.
OPTIONAL = {"admin"}
COUNT = 'SELECT count(*) FROM "{}"'
HEAD = 'SELECT number, hash FROM "audit_auditchain"'
UNSEALED = """
SELECT count(*) FROM "audit_auditentry" e
WHERE NOT EXISTS (SELECT 1 FROM "audit_auditseal" s WHERE s.entry = e.id)
"""


def counts(rows: Rows, tables: list[str]) -> dict[str, int]:
    return {table: next(rows(COUNT.format(table)))[0] for table in tables}


def migrations(rows: Rows) -> dict[str, list[str]]:
    applied: dict[str, list[str]] = defaultdict(list)
    for app, name in rows('SELECT app, name FROM "django_migrations" ORDER BY app, name'):
        applied[app].append(name)
    return dict(applied)


def audit(rows: Rows) -> dict[str, Any]:
    """The head of the chain; nought and nothing where nothing was sealed yet."""
    number, hash = next(rows(HEAD), (0, ""))
    return {"number": number, "hash": hash, "unsealed": next(rows(UNSEALED))[0]}


def require_known(manifest: Manifest) -> None:
    """Refuse a backup of a newer version: this one does not know what stands in it."""
    known = set(MigrationLoader(None).disk_migrations)
    for app, names in manifest.migrations.items():
        for name in names:
            if app not in OPTIONAL and (app, name) not in known:
                raise NotDone(_newer(manifest, f"the migration {app} {name} is not known here"))
    if _numbers(manifest.version) > _numbers(stretchhub.__version__):
        raise NotDone(_newer(manifest, f"this is version {stretchhub.__version__}"))


def _newer(manifest: Manifest, why: str) -> str:
    return f"This backup is of a newer StretchHub ({manifest.version}): {why}. Install that version, then restore."


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


def require_same_rows(rows: Rows, tables: list[str], then: dict[str, int]) -> None:
    now = counts(rows, [table for table in tables if table in then])
    for table, count in then.items():
        if now.get(table) != count:
            raise NotDone(f"The table {table} has {now.get(table, 'no')} rows, and had {count} when it was backed up.")
