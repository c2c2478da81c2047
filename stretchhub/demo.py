"""The page shown while the demo's people are still being written."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# What programs ask for, who need an honest answer at any time.
FOR_PROGRAMS = ("/healthz", "/metrics")
LOADING = Path(settings.DATA_DIR) / "demo-loading"


class LoadingMiddleware:
    """Answers every page with “still loading” while the marker file is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FOR_PROGRAMS) or not LOADING.exists():
            return self.get_response(request)
        response = HttpResponse(render_to_string("demo_loading.html"))
        response["Refresh"] = "2"
        return response
