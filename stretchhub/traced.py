"""By which id everything that one request set going is found: in the logs, in the trail and in Celery's tasks."""

from __future__ import annotations

import contextvars
from typing import Any

HEADER = "request_id"
LONGEST = 36

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
task_name: contextvars.ContextVar[str] = contextvars.ContextVar("task_name", default="")


def hand_on(headers: dict[str, Any]) -> None:
    """A task that is asked for carries the id of whatever asks."""
    if asked_by := request_id.get():
        headers[HEADER] = asked_by


def begin(name: str, own_id: str, handed_on: str | None) -> None:
    """This process works for one task now; one that nobody asked for goes by its own id."""
    request_id.set((handed_on or own_id)[:LONGEST])
    task_name.set(name)


def end() -> None:
    request_id.set("")
    task_name.set("")
