"""The next mails that the signed-in person will get."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import forecast as reading


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    page = reading.coming(request.user, request.GET.get("after", ""))
    context = {"page": page, "weeks": reading.AHEAD.days // 7, "me": request.user}
    return render(request, "notices/forecast.html", context)
