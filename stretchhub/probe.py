"""What a container's health check asks: `python -m stretchhub.probe` ends with 0 when all is well."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def is_well(port: str, host: str) -> bool:
    """Whether the web server of this container answers 200 at its own address."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 (the address is ours)
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    port = os.environ.get("PORT", "8000")
    site = urlsplit(os.environ.get("SITE_URL", f"http://localhost:{port}"))
    sys.exit(0 if is_well(port, site.netloc) else 1)
