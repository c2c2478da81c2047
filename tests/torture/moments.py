"""Being killed at a chosen moment: the so-many-th step that a process takes towards anybody else.

A step is a statement to the database or its commit, a file that is opened for writing, moved or removed, a line to the
mail server, a piece of what was sent to the site; each counts before and after it, so that a seed always names the
same moment of the same work.
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
import threading
from collections.abc import Callable
from typing import Any

FILES = {"os.rename", "os.remove", "os.chmod", "os.mkdir", "os.truncate", "os.link"}


class Moments:
    def __init__(self) -> None:
        self.armed, self.at, self.count = False, 0, 0
        self.lock = threading.Lock()

    def arm(self, at: int = 0) -> None:
        """Be killed at this step from now; at none where it is 0."""
        self.armed, self.at, self.count = True, at, 0

    def disarm(self) -> int:
        """How many steps there were."""
        self.armed = False
        return self.count

    def step(self) -> None:
        if not self.armed:
            return
        with self.lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


moments = Moments()


def watch() -> None:
    """Count the steps of this process, and of those it forks; once."""
    from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: PLC0415
    from django.db.backends.utils import CursorWrapper  # noqa: PLC0415

    for owner, name in (
        (CursorWrapper, "_execute"),
        (CursorWrapper, "_executemany"),
        (BaseDatabaseWrapper, "_commit"),
        (smtplib.SMTP, "send"),
    ):
        setattr(owner, name, _counted(getattr(owner, name)))
    sys.addaudithook(_heard)


def _counted(work: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        moments.step()
        try:
            return work(*args, **kwargs)
        finally:
            moments.step()

    return counted


def _heard(event: str, args: tuple[Any, ...]) -> None:
    if moments.armed and (event in FILES or (event == "open" and _writes(args))):
        moments.step()


def _writes(args: tuple[Any, ...]) -> bool:
    _path, mode, flags = args
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) if isinstance(flags, int) else "w" in (mode or "")
