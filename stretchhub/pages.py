"""What every page knows, and the pages shown when something went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def site(request: HttpRequest) -> dict[str, object]:
    """The context of every template."""
    return {"DEMO": settings.DEMO, "SITE_URL": settings.SITE_URL}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere: say so and how to go on."""
    return render(request, "403_csrf.html", status=403)
