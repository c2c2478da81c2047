"""The headers every answer carries, error pages and redirects included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": PERMISSIONS,
    # Static files bring their own; everything else may hold somebody's record.
    "Cache-Control": "no-store",
}


class HeadersMiddleware:
    """Stands outside all others, so that what they answer by themselves is covered too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.method == "POST" and request.path == reverse("account_logout"):
            # Words not sent yet that other open pages keep in the browser go with whoever signs out.
            response.headers["Clear-Site-Data"] = '"storage"'
        if request.path.startswith("/m/"):
            # The token goes to nobody, this site's own log included. With no-referrer a browser would
            # send “Origin: null” with the page's own forms, and they would be refused.
            response.headers["Referrer-Policy"] = "strict-origin"
        return response


class CompressPages(GZipMiddleware):
    """Compresses pages; files that are streamed go out as they are, with their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)
