"""What exists only in a demo: signing in with one press, and reading the mails that were not sent."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from stretchhub.people import mailbox as files
from stretchhub.people.demo import ADDRESSES
from stretchhub.people.models import User


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    person = get_object_or_404(
        User.objects.active().filter(email__in=ADDRESSES),
        email=request.POST.get("email", "").replace("\x00", "").lower(),
    )
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    record_authentication(request, person, method="demo")
    return redirect("today")


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    if not files.is_open():
        raise Http404
    # One that nobody confirmed may be anybody's.
    confirmed = EmailAddress.objects.filter(user=request.user, verified=True)
    addresses = {request.user.email, *confirmed.values_list("email", flat=True)}
    return render(request, "people/mailbox.html", {"mails": files.mails_to(addresses)})
