"""How and when I am told: hours, topics, days away, and the holidays that are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stretchhub.env import today
from stretchhub.pages import done, panel

from ..actions import preference as actions
from ..forms import AbsenceForm, PreferencesForm
from ..models import Absence, Holiday, ReminderSettings

TEMPLATE = "notices/preferences.html"
HOLIDAYS_SHOWN = 12


def _settings(request: HttpRequest) -> ReminderSettings:
    return ReminderSettings.objects.filter(user=request.user).first() or ReminderSettings(user=request.user)


def _form(request: HttpRequest, data: Any = None) -> PreferencesForm:
    user = request.user
    topics, before = actions.choices_of(user)
    return PreferencesForm(data, instance=_settings(request), topics=topics, before=before)


def _context(request: HttpRequest, **forms: Any) -> dict[str, Any]:
    user: Any = request.user
    day = today(user.zone)
    place = Q(location="") | Q(location__iexact=user.location.strip()) if user.location else Q(location="")
    chosen = _form(request)
    return {
        "form": forms.get("form") or chosen,
        "held": chosen.held,
        "absence_form": forms.get("absence_form") or AbsenceForm(today=day),
        "absences": list(Absence.objects.filter(user=user, until_on__gte=day)),
        "holidays": list(Holiday.objects.filter(place, on__range=(day, day + timedelta(days=365)))[:HOLIDAYS_SHOWN]),
        "me": user,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return panel(request, TEMPLATE, _context(request))
    form, now = _form(request, request.POST), _form(request)
    if not form.is_valid():
        return panel(request, TEMPLATE, _context(request, form=form))
    if request.POST.get("seen", now.held) != now.held:
        return _both(request, form, now)
    actions.choose(
        by=request.user,
        hours=form.hours(),
        topics=form.topics(),
        all_off=form.cleaned_data["all_off"],
        before=form.before(),
    )
    return done(request, "notices:preferences", _("Saved. What waits for you already follows this."))


def _both(request: HttpRequest, form: PreferencesForm, now: PreferencesForm) -> HttpResponse:
    """Chosen otherwise since the page was opened, say by the address in a mail: nothing is undone unseen."""
    pairs = zip(now.lines(), form.lines(), strict=True)
    both = [
        {"label": label, "saved": saved, "typed": typed} for (label, saved), (_same, typed) in pairs if saved != typed
    ]
    more = {"stale": _("You chose this anew on another page, or from a mail."), "differences": both}
    return panel(request, TEMPLATE, _context(request, form=form) | more, status=409)


@require_POST
def absence_add(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = AbsenceForm(request.POST, instance=Absence(user=user), today=today(user.zone))
    if not form.is_valid():
        return panel(request, TEMPLATE, _context(request, absence_form=form), status=422)
    actions.go_away(by=user, from_on=form.cleaned_data["from_on"], until_on=form.cleaned_data["until_on"])
    return done(request, "notices:preferences", _("Noted. Reminders wait until you are back."))


@require_POST
def absence_remove(request: HttpRequest) -> HttpResponse:
    """Twice is as once: what is gone already stays gone."""
    one = request.POST.get("absence", "")
    number = int(one) if one.isdecimal() and len(one) < 19 else 0
    for absence in Absence.objects.filter(user=request.user, pk=number):
        actions.come_back(absence, by=request.user)
    return done(request, "notices:preferences", _("Taken back. What it held goes out now."))
