"""The page behind the console's link, while nobody is there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.people import setup as door
from stretchhub.people.forms import SetupForm


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    if not door.is_open(token):
        raise Http404
    form = SetupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = door.found(token, full_name=data["full_name"], email=data["email"], password=data["password"])
        if found is None:
            raise Http404
        messages.success(request, _("Welcome. Sign in with the password you have just chosen."))
        return redirect("account_login")
    return render(request, "people/setup.html", {"form": form}, status=422 if form.errors else 200)
