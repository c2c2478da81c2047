"""What a person sets for themselves."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stretchhub.pages import done, panel
from stretchhub.people import mailbox
from stretchhub.people.actions.person import ChangedMeanwhile, change_own_settings
from stretchhub.people.forms import SettingsForm
from stretchhub.people.models import Theme, User
from stretchhub.people.shown import beside


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What was changed in the form is kept and nothing else; another page or HR may have saved since it was opened."""
    me = User.objects.select_related("manager").get(pk=request.user.pk)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=copy(me))
    if not (form.is_bound and form.is_valid()):
        return _page(request, form)
    if form.clashes():
        words = _("Your settings were changed on another page, or by HR, while you were writing.")
        return _page(request, form, status=409, **beside(form, words))
    try:
        change_own_settings(request.user, read=me, **form.changes())
    except ChangedMeanwhile:
        return profile(request)
    return done(request, reverse("people:profile"), _("Saved."))


def _page(request: HttpRequest, form: SettingsForm, *, status: int = 0, **more: Any) -> HttpResponse:
    context = {"form": form, "me": request.user, "mailbox": mailbox.is_open(), **more}
    return panel(request, "people/profile.html", context, status=status)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device says; back to the page it was chosen on.

    Kept on the person; for whoever is signed out, in a cookie of this browser.
    """
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    answer = done(request, back if safe else reverse("people:profile"))
    if chosen in Theme.values and request.user.is_authenticated:
        change_own_settings(request.user, theme=chosen)
    elif chosen in Theme.values:
        year = 365 * 24 * 3600
        answer.set_cookie("theme", chosen, max_age=year, secure=not settings.LOCAL, httponly=True, samesite="Lax")
    return answer
