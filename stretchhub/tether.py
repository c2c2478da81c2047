"""Ties a process to the one that started it, so that none is left when that one is killed."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 6.0


def die_with_parent(sign: int = signal.SIGKILL) -> None:
    """Ask Linux to send this signal when the parent ends; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign, 0, 0, 0)


def end_when_orphaned(parent: int) -> None:
    """Wait until the parent is gone, then stop gently, and after a grace the whole group at once."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def tie(parent: int) -> None:
    """Tie this process to its parent by both ways."""
    die_with_parent(signal.SIGTERM)
    threading.Thread(target=end_when_orphaned, args=(parent,), daemon=True).start()
