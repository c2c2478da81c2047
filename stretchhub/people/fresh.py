"""Whether somebody showed lately that it is they: asked before what could do harm with an open laptop."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether a password, a code or a passkey was shown within the time after which the account pages ask again too.

    By the clock of whoever wrote the moment down.
    """
    moments = [record["at"] for record in get_authentication_records(request, request.user) if "at" in record]
    return bool(moments) and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Else a POST is kept, the person confirms who they are, and it goes on from there; nothing is typed twice."""
    if not signed_in_lately(request):
        raise ReauthenticationRequired


def confirm_first(to: str) -> HttpResponse:
    """To the page that asks who it is, and from there to `to`."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': to})}")
