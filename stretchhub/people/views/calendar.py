"""A person's calendar address: shown once when it is made, renewed and ended."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stretchhub.people.actions import calendar_feed as actions
from stretchhub.people.fresh import require_fresh_sign_in
from stretchhub.people.models import CalendarFeed


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """POST makes an address and shows it; nobody can look it up again.

    It works for as long as nobody ends it, so whoever makes one shows first that it is they.
    """
    address = ""
    if request.method == "POST":
        require_fresh_sign_in(request)
        address = f"{settings.SITE_URL}{reverse('calendar-feed', args=[actions.make(request.user)])}"
    context = {"feed": CalendarFeed.objects.filter(user=request.user).first(), "address": address}
    return render(request, "people/calendar.html", context)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    actions.end(request.user)
    messages.success(request, _("The address is ended. Programs that still ask get nothing."))
    return redirect("people:calendar")
