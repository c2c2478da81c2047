"""What is done in a process that may be killed; in small batches, so that there are many moments between two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def remind() -> Any:
    """Write the reminders that have come due, and send all that waits."""
    from assignments import reminders  # noqa: PLC0415
    from stretchhub.env import now  # noqa: PLC0415
    from stretchhub.notices import delivery  # noqa: PLC0415

    reminders.plan(now())
    return delivery.deliver()


def build_dashboards() -> Any:
    from sponsors.actions import dashboard  # noqa: PLC0415

    dashboard.BATCH = 2
    return dashboard.rebuild_behind()


def write_exports() -> Any:
    from reviews.actions import export_writing  # noqa: PLC0415
    from reviews.exporting import copying, table, writing  # noqa: PLC0415

    export_writing.TELL = 0
    copying.BLOCK = table.STRETCH = writing.STRETCH = 2
    return export_writing.write_waiting()


def seal() -> Any:
    from stretchhub.audit import sealing  # noqa: PLC0415

    sealing.BATCH = 5
    return sealing.seal()


def redraw() -> Any:
    from assignments.actions import evidence_file  # noqa: PLC0415

    return evidence_file.redraw_pictures()


def back_up(folder: str) -> Any:
    from pathlib import Path  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    from stretchhub.keeping import backup  # noqa: PLC0415
    from tests.keeping.system import pg_bin  # noqa: PLC0415

    settings.PG_BIN = pg_bin()
    return backup.take(Path(folder), lambda line: None).place.name


def migrate(database: str) -> Any:
    """Bring this database up to date, as an upgrade does."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["NAME"] = database
    call_command("migrate", interactive=False, verbosity=0)
    return None


def task(name: str) -> Any:
    """One of Celery's tasks, by its name."""
    from stretchhub.celery import app  # noqa: PLC0415

    return app.tasks[name].apply(throw=True).result


WORKS: dict[str, Callable[..., Any]] = {
    work.__name__: work for work in (remind, build_dashboards, write_exports, seal, redraw, back_up, migrate, task)
}
