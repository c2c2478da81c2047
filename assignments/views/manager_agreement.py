"""The line manager's one form: reached by the link of a mail, or by whoever is signed in and was asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from stretchhub.people import links
from stretchhub.people.models import Purpose, User

from ..actions import kickoff as actions
from ..forms.manager_agreement import HoursForm
from ..models import ManagerAgreement, ManagerAnswer
from ..refusals import Refused

PEOPLE = ("charter__assignment__mentee", "charter__assignment__mentor", "manager")
THANKS = {
    ManagerAnswer.AGREED: _("Thank you. Mentee and mentor know that you agree."),
    ManagerAnswer.NOT_YET: _("Your “not yet” is on its way, with the reason."),
    ManagerAnswer.DECLINED: _("Your no is on its way, with the reason."),
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Without signing in; opening it changes nothing, and it leads nowhere else."""
    link = links.find(token, Purpose.MANAGER_AGREEMENT)
    found = link and _asked(link.person).filter(pk=link.object_id).first()
    if not link or not found:
        raise Http404
    return _answer(request, found, link.person, "assignments/manager_agreement.html")


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, code: UUID) -> HttpResponse:
    agreement = get_object_or_404(_asked(request.user), code=code)
    return _answer(request, agreement, request.user, "assignments/manager_agreement_own.html")


def _asked(person: Any) -> Any:
    return ManagerAgreement.objects.visible_to(person).select_related(*PEOPLE)


def _answer(request: HttpRequest, agreement: ManagerAgreement, person: User, template: str) -> HttpResponse:
    form = HoursForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.answer_for_hours(agreement, by=person, answer=said["answer"], reason=said["reason"])
        except Refused as refused:
            return _page(request, agreement, form, template, refused=refused.words, status=409)
        messages.success(request, THANKS[ManagerAnswer(said["answer"])])
        return redirect(request.path)
    return _page(request, agreement, form, template, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, agreement: ManagerAgreement, form: HoursForm, template: str, *, status: int, refused: str = ""
) -> HttpResponse:
    assignment = agreement.charter.assignment
    context = {
        "agreement": agreement,
        "mentee": assignment.mentee,
        "mentor": assignment.mentor,
        "stands_in": agreement.manager_id != assignment.mentee.manager_id,
        "may_answer": actions.may_be_answered(agreement, assignment),
        "answered": agreement.answer != ManagerAnswer.ASKED,
        "form": form,
        "refused": refused,
    }
    return render(request, template, context, status=status)
