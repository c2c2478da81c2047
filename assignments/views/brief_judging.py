"""The mentor stands behind a brief, asks for changes in its sections, or declines; remarks are settled."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stretchhub.people.rules import require

from ..actions import brief as actions
from ..actions.brief_section import reopen_remark, settle_remark
from ..forms.brief import ChangesForm, ReasonForm
from ..models import Brief, BriefRemark, BriefVersion
from ..rules import can_judge_brief, can_write_brief
from .brief import act, page, visible_brief


@require_POST
def endorse(request: HttpRequest, code: UUID) -> HttpResponse:
    brief = _to_judge(request, code)
    said = _("You stand behind this brief.")
    return act(request, brief, lambda version: actions.endorse_brief(version, by=request.user), said)


@require_POST
def request_changes(request: HttpRequest, code: UUID) -> HttpResponse:
    """Words about the whole, about sections, or both."""
    brief = _to_judge(request, code)
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return page(request, brief, status=422, changes=form)
    reason, remarks = form.cleaned_data["reason"], form.remarks()
    said = _("Your words are with the mentee.")
    return act(
        request,
        brief,
        lambda version: actions.request_changes(version, by=request.user, reason=reason, remarks=remarks),
        said,
        changes=form,
    )


@require_POST
def decline(request: HttpRequest, code: UUID) -> HttpResponse:
    brief = _to_judge(request, code)
    form = ReasonForm(request.POST, prefix="decline")
    if not form.is_valid():
        return page(request, brief, status=422, decline=form)
    reason = form.cleaned_data["reason"]
    said = _("You have declined this brief.")
    return act(
        request,
        brief,
        lambda version: actions.decline_brief(version, by=request.user, reason=reason),
        said,
        decline=form,
    )


@require_POST
def settle(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say that a remark is done, or take that back."""
    remark = get_object_or_404(
        BriefRemark.objects.visible_to(request.user).select_related("version__brief__option__mentorship"), code=code
    )
    require(can_write_brief(request.user, remark.version.brief))
    do = reopen_remark if "reopen" in request.POST else settle_remark
    do(remark, by=request.user)
    return redirect(f"{reverse('assignments:brief', args=[remark.version.brief.code])}#section-{remark.section}")


def _to_judge(request: HttpRequest, code: UUID) -> Brief:
    brief = visible_brief(request, code)
    require(can_judge_brief(request.user, BriefVersion(brief=brief)))
    return brief
