"""Every page for somebody who is signed in, and in the time zone of whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from stretchhub.pages import signed_out
from stretchhub.typed import typed_words


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends to the sign-in page; whoever typed meanwhile gets their words back first."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:
        by_itself = "X-Autosave" in request.headers
        if request.method == "POST" and not by_itself and typed_words(request.POST):
            return signed_out(request)
        return super().handle_no_permission(request, view_func)


class ZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        with timezone.override(person.zone if person.is_authenticated else None):
            return self.get_response(request)
