"""What a container's health check asks: `python -m stretchhub.probe` ends with 0 when all is well.

`python -m stretchhub.probe worker` asks whether the worker of this container hears: whether it was handed work lately,
which a process that merely runs, or answers a ping, does not prove.
"""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

# How much longer than a worker itself waits before it ends.
PATIENCE_SECONDS = 120


def is_well(port: str, host: str) -> bool:
    """Whether the web server of this container answers 200 at its own address."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz/ready", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 (the address is ours)
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def hears(file: str, longest: float) -> bool:
    """Whether the worker of this container has touched its file lately."""
    try:
        return bool(file) and time.time() - Path(file).stat().st_mtime < longest + PATIENCE_SECONDS
    except OSError:
        return False


def answer(asked: list[str]) -> int:
    if asked == ["worker"]:
        longest = float(os.environ.get("WORKER_DEAF_SECONDS") or 300)
        return 0 if hears(os.environ.get("WORKER_HEARD", ""), longest) else 1
    port = os.environ.get("PORT", "8000")
    site = urlsplit(os.environ.get("SITE_URL", f"http://localhost:{port}"))
    return 0 if is_well(port, site.netloc) else 1


if __name__ == "__main__":
    sys.exit(answer(sys.argv[1:]))
