"""How long requests take, by the name of their address; added up over all processes of the web server."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
TIMES = Histogram(
    "stretchhub_request_seconds",
    "How long requests took, by the name of their address and the first digit of the answer.",
    ["address", "answer"],
    buckets=SECONDS,
)


class Measure:
    """Outside all others. The name of an address holds nobody's code or token, and there are only so many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        address = match.view_name if match is not None and match.view_name else "none"
        TIMES.labels(address, f"{response.status_code // 100}xx").observe(perf_counter() - start)
        return response
