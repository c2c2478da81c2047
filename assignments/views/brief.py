"""The brief on one page: read, written, handed in, judged."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import brief as actions
from ..forms.brief import BriefForm, ReasonForm, brief_rows, words_of, words_typed
from ..forms.rows import differences
from ..models import Brief, BriefStatus, BriefVersion, Option, SponsorRequest
from ..pipeline import BRIEF_MARKS
from ..readiness import checklist
from ..refusals import Refused, Stale
from ..rules import can_ask_sponsor, can_judge_brief, can_move_option, can_write_brief


def visible_brief(request: HttpRequest, code: UUID) -> Brief:
    briefs = Brief.objects.visible_to(request.user)
    return get_object_or_404(
        briefs.select_related("option__mentorship__mentor", "option__mentorship__mentee"), code=code
    )


def visible_versions(request: HttpRequest, brief: Brief) -> list[BriefVersion]:
    """The versions this person may read, the newest first; each knows its brief."""
    versions = list(
        BriefVersion.objects.visible_to(request.user)
        .filter(brief=brief)
        .select_related("written_by", "decided_by")
        .order_by("-number")
    )
    for version in versions:
        version.brief = brief
    return versions


def latest(request: HttpRequest, brief: Brief) -> BriefVersion:
    """The newest version this person may read; none is the same as no brief."""
    versions = visible_versions(request, brief)
    if not versions:
        raise Http404
    return versions[0]


@require_POST
@once
def start(request: HttpRequest, code: UUID) -> HttpResponse:
    """Open the brief of an option and go to its first page."""
    options = Option.objects.visible_to(request.user).select_related("mentorship")
    option = get_object_or_404(options, code=code)
    require(can_move_option(request.user, option))
    had_one = Brief.objects.filter(option=option).exists()
    try:
        brief = actions.start_brief(option, by=request.user)
    except Refused as refused:
        context = {"words": refused.words, "back": reverse("assignments:option", args=[option.code])}
        return render(request, "assignments/refused.html", context, status=409)
    return done(request, reverse("assignments:brief" if had_one else "assignments:brief-edit", args=[brief.code]))


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """One version of the brief: the newest readable one, or the one asked for by number."""
    brief = visible_brief(request, code)
    return _page(request, brief, number=request.GET.get("version", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Write the draft; where somebody was faster, both texts come back."""
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    version = latest(request, brief)
    if version.status != BriefStatus.DRAFT:
        return _page(request, brief, refused=_("This version was handed in and is not changed any more."), status=409)
    data = request.POST if request.method == "POST" else None
    form, rows = BriefForm(data, instance=copy(version)), brief_rows(version, data)
    seen = request.POST.get("edit", "")
    edit_seen = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    if not (form.is_bound and form.is_valid() and all(one.is_valid() for one in rows.values())):
        return _form(request, version, form, rows, edit=edit_seen or version.edit)
    page = actions.Page(words=form.cleaned_data, **{name: one.rows() for name, one in rows.items()})
    try:
        actions.edit_brief(version, by=request.user, edit=edit_seen, page=page)
    except Stale as stale:
        version = latest(request, brief)
        both = {"stale": stale.words, "differences": differences(words_of(version), words_typed(form, rows))}
        return _form(request, version, form, rows, edit=version.edit, status=409, **both)
    again = "more" in request.POST
    name = "assignments:brief-edit" if again else "assignments:brief"
    return done(request, reverse(name, args=[brief.code]), _("The draft is saved."))


@require_POST
def submit(request: HttpRequest, code: UUID) -> HttpResponse:
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    said = _("The brief is with the mentor.")
    return _act(request, brief, lambda version: actions.submit_brief(version, by=request.user), said)


@require_POST
def endorse(request: HttpRequest, code: UUID) -> HttpResponse:
    brief = _to_judge(request, code)
    said = _("You stand behind this brief. The mentee can now ask a sponsor.")
    return _act(request, brief, lambda version: actions.endorse_brief(version, by=request.user), said)


@require_POST
def request_changes(request: HttpRequest, code: UUID) -> HttpResponse:
    said = _("Your words are with the mentee.")
    return _with_reason(request, _to_judge(request, code), "changes", actions.request_changes, said)


@require_POST
def decline(request: HttpRequest, code: UUID) -> HttpResponse:
    said = _("You have declined this brief.")
    return _with_reason(request, _to_judge(request, code), "decline", actions.decline_brief, said)


@require_POST
@once
def new_version(request: HttpRequest, code: UUID) -> HttpResponse:
    """Begin the next version as a copy of the last and go on writing."""
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    try:
        version = actions.start_new_version(brief, by=request.user)
    except Refused as refused:
        return _page(request, brief, refused=refused.words, status=409)
    said = _("Version %(number)s starts as a copy.") % {"number": version.number}
    return done(request, reverse("assignments:brief-edit", args=[brief.code]), said)


def _to_judge(request: HttpRequest, code: UUID) -> Brief:
    brief = visible_brief(request, code)
    require(can_judge_brief(request.user, BriefVersion(brief=brief)))
    return brief


def _act(request: HttpRequest, brief: Brief, act: Callable[[BriefVersion], Any], said: str) -> HttpResponse:
    version, seen = latest(request, brief), request.POST.get("seen", "")
    try:
        if seen and seen != f"{version.number}.{version.edit}":
            raise Stale(_("The brief has changed since you opened it. Read it as it is now, then decide."))
        act(version)
    except Refused as refused:
        return _page(request, visible_brief(request, brief.code), refused=refused.words, status=409)
    return done(request, reverse("assignments:brief", args=[brief.code]), said)


def _with_reason(request: HttpRequest, brief: Brief, name: str, act: Callable[..., Any], said: str) -> HttpResponse:
    form = ReasonForm(request.POST, prefix=name)
    if not form.is_valid():
        return _page(request, brief, status=422, **{name: form})
    reason = form.cleaned_data["reason"]
    return _act(request, brief, lambda version: act(version, by=request.user, reason=reason), said)


def _page(request: HttpRequest, brief: Brief, *, number: str = "", status: int = 200, **more: object) -> HttpResponse:
    versions = visible_versions(request, brief)
    shown = [one for one in versions if not number or str(one.number) == number]
    if not shown:
        raise Http404
    version, user = shown[0], request.user
    is_pair = user.pk in (brief.option.mentorship.mentee_id, brief.option.mentorship.mentor_id)
    newest = version is versions[0]
    requests = SponsorRequest.objects.filter(version=version).select_related("sponsor").order_by("-asked_at", "-pk")
    may_write = newest and can_write_brief(user, brief)
    may_edit = may_write and version.status == BriefStatus.DRAFT
    items = checklist(version) if may_edit else ()
    context = {
        "brief": brief,
        "version": version,
        "versions": versions,
        "newest": newest,
        "mark": BRIEF_MARKS[version.status],
        "is_pair": is_pair,
        "checklist": items,
        "ready": all(item.ready for item in items),
        "requests": requests if is_pair else requests.filter(sponsor=user),
        "may_write": may_edit,
        "may_rewrite": may_write and version.status in actions.REWRITTEN_AFTER,
        "may_judge": newest and version.status == BriefStatus.SUBMITTED and can_judge_brief(user, version),
        "may_ask": newest and version.status == BriefStatus.ENDORSED and can_ask_sponsor(user, version),
        "changes": ReasonForm(prefix="changes"),
        "decline": ReasonForm(prefix="decline"),
        **more,
    }
    return render(request, "assignments/brief.html", context, status=status)


def _form(
    request: HttpRequest, version: BriefVersion, form: BriefForm, rows: dict, *, status: int = 0, **more: object
) -> HttpResponse:
    sets = list(rows.values())
    wrong = form.is_bound and (bool(form.errors) or any(one.is_wrong for one in sets))
    context = {
        "brief": version.brief,
        "version": version,
        "form": form,
        **rows,
        "all_forms": [form, *(row for one in sets for row in one.forms)],
        "wrong": wrong,
        "sets": sets,
        **more,
    }
    return render(request, "assignments/brief_form.html", context, status=status or (422 if wrong else 200))
