"""A pipeline that stands still: what its mentee says to that."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stretchhub.forms import DayField, DayInput
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.idle import answer_idle
from ..idle import idle_now, rests
from ..models import IdleChoice, Mentorship
from ..rules import can_answer_idle
from .refused import refusals_shown


class IdleForm(forms.Form):
    choice = forms.ChoiceField(choices=IdleChoice.choices, widget=forms.HiddenInput)
    until_on = DayField(label=gettext_lazy("Not now, but ask me again on"), widget=DayInput(), required=False)

    def clean(self):
        said = super().clean() or self.cleaned_data
        if said.get("choice") == IdleChoice.LATER and said.get("until_on") is None and "until_on" not in self.errors:
            self.add_error("until_on", _("Choose a day."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def idle(request: HttpRequest, code: UUID) -> HttpResponse:
    """Look at options, not now until a day, or let it rest; the mentor reads where it stands."""
    mine = Mentorship.objects.visible_to(request.user).select_related("mentee", "mentor")  # type: ignore[attr-defined]
    mentorship = get_object_or_404(mine, code=code)
    may = can_answer_idle(request.user, mentorship)
    form = IdleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(may)
        if form.is_valid():
            said = form.cleaned_data
            answer_idle(mentorship, by=request.user, choice=said["choice"], until_on=said["until_on"])
            return _onward(request, mentorship, said["choice"])
    context = {
        "mentorship": mentorship,
        "form": form,
        "idle": idle_now(mentorship),
        "rests": rests(mentorship),
        "may": may,
    }
    return render(request, "assignments/idle.html", context, status=422 if form.errors else 200)


def _onward(request: HttpRequest, mentorship: Mentorship, choice: str) -> HttpResponse:
    """To the pool where something is looked for, else to the board with a word on what happens now."""
    if choice == IdleChoice.LOOK:
        return redirect(f"{reverse('assignments:opportunities')}?gaps={mentorship.code}")
    words = {
        IdleChoice.LATER: _("Kept. You are asked again on that day, and nobody before."),
        IdleChoice.PAUSE: _("It rests. Nobody is told or reminded until you let it go on."),
        IdleChoice.RESUME: _("It goes on."),
    }
    messages.success(request, words[IdleChoice(choice)])
    return redirect("assignments:board", mentorship.code)
