"""Does one piece of work after the other, each in a process of its own that may be killed at a step.

One line of JSON on standard input, `{"work": NAME, "at": STEP, "times": N, "with": {…}}`, is answered by one line: for
each of the N processes that did it at once whether it was killed, how many steps it took, and what it said. Django is
loaded once and each is a fork of it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from typing import Any

import django

from stretchhub import tether

log = logging.getLogger(__name__)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from stretchhub.celery import app, load_pages  # noqa: PLC0415
    from tests.torture import works  # noqa: F401, PLC0415
    from tests.torture.moments import watch  # noqa: PLC0415

    app.loader.import_default_modules()
    load_pages()
    watch()
    for line in sys.stdin:
        print(json.dumps(together(**json.loads(line))), flush=True)


def together(work: str, at: int = 0, times: int = 1, **named: Any) -> list[dict[str, Any]]:
    begun = [_begin(work, at, named.get("with", {})) for _each in range(times)]
    return [_ended(*each) for each in begun]


def _begin(work: str, at: int, named: dict[str, Any]) -> tuple[int, int]:
    ear, mouth = os.pipe()
    if pid := os.fork():
        os.close(mouth)
        return pid, ear
    tether.die_with_parent()
    os.close(ear)
    from tests.torture import works  # noqa: PLC0415
    from tests.torture.moments import moments  # noqa: PLC0415

    said: dict[str, Any] = {}
    moments.arm(at)
    try:
        said["said"] = works.WORKS[work](**named)
    except BaseException as error:
        log.exception("%s failed", work)
        said["error"] = repr(error)
    said["steps"] = moments.disarm()
    with os.fdopen(mouth, "w") as out:
        out.write(json.dumps(said, default=str))
    os._exit(0)


def _ended(pid: int, ear: int) -> dict[str, Any]:
    with os.fdopen(ear) as heard:
        said = heard.read()
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return {"killed": True}
    return {"killed": False, **json.loads(said or "{}")}


if __name__ == "__main__":
    main()
