"""The brief on one page that is its own editor: read, started, handed in, written anew, compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stretchhub.compiled import compiled
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import brief as actions
from ..brief_page import BriefPage, PageSection, accepted_among, compare_versions, pinned_words, read_page, saved_words
from ..brief_sections import FIELDS
from ..forms.brief import KINDS, ChangesForm, ReasonForm, SectionForm
from ..models import Brief, BriefStatus, BriefVersion, Option, SponsorRequest
from ..pipeline import BRIEF_MARKS
from ..refusals import Refused, Stale
from ..rules import can_ask_sponsor, can_judge_brief, can_move_option, can_write_brief

# What the page says of each version besides its words.
WITH = ("written_by", "decided_by", "money")
PEOPLE = ("brief__option__mentorship__mentor", "brief__option__mentorship__mentee")


def visible_brief(request: HttpRequest, code: UUID) -> Brief:
    briefs = Brief.objects.visible_to(request.user)
    return get_object_or_404(
        briefs.select_related("option__mentorship__mentor", "option__mentorship__mentee"), code=code
    )


def visible_versions(request: HttpRequest, brief: Brief) -> list[BriefVersion]:
    """The versions this person may read, the newest first; each knows its brief."""
    return _know(_versions(request.user, request.user.is_hr, brief), brief)


def versions_of(request: HttpRequest, code: UUID) -> list[BriefVersion]:
    """The same by the code of the brief, which comes with them; none is the same as no brief."""
    versions = _with_brief(request.user, request.user.is_hr, code)
    if not versions:
        raise Http404
    return _know(versions, versions[0].brief)


@compiled
def _versions(user: Any, hr: bool, brief: Brief) -> QuerySet[BriefVersion]:
    rows = BriefVersion.objects.read_by(user, hr=hr).filter(brief=brief)
    return rows.select_related(*WITH).order_by("-number")


@compiled
def _with_brief(user: Any, hr: bool, code: UUID) -> QuerySet[BriefVersion]:
    """The same with the brief and whose it is."""
    rows = BriefVersion.objects.read_by(user, hr=hr).filter(brief__code=code)
    return rows.select_related(*PEOPLE, *WITH).order_by("-number")


def _know(versions: list[BriefVersion], brief: Brief) -> list[BriefVersion]:
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
    """Open the brief of an option and go to its page."""
    options = Option.objects.visible_to(request.user).select_related("mentorship")
    option = get_object_or_404(options, code=code)
    require(can_move_option(request.user, option))
    try:
        brief = actions.start_brief(option, by=request.user)
    except Refused as refused:
        context = {"words": refused.words, "back": reverse("assignments:option", args=[option.code])}
        return render(request, "assignments/refused.html", context, status=409)
    return done(request, reverse("assignments:brief", args=[brief.code]))


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """One version of the brief: the newest readable one, or the one asked for by number."""
    versions = versions_of(request, code)
    return page(request, versions[0].brief, number=request.GET.get("version", ""), versions=versions)


@require_POST
def submit(request: HttpRequest, code: UUID) -> HttpResponse:
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    said = _("The brief is with the mentor.")
    return act(request, brief, lambda version: actions.submit_brief(version, by=request.user), said)


@require_POST
@once
def new_version(request: HttpRequest, code: UUID) -> HttpResponse:
    """Begin the next version as a copy of the last and go on writing."""
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    try:
        version = actions.start_new_version(brief, by=request.user)
    except Refused as refused:
        return page(request, brief, refused=refused.words, status=409)
    said = _("Version %(number)s starts as a copy.") % {"number": version.number}
    return done(request, reverse("assignments:brief", args=[brief.code]), said)


@require_safe
def compare(request: HttpRequest, code: UUID) -> HttpResponse:
    """Two versions side by side: the last and the one before, or the two asked for."""
    brief = visible_brief(request, code)
    versions = visible_versions(request, brief)
    by_number = {str(one.number): one for one in versions}
    newer = by_number.get(request.GET.get("to") or str(versions[0].number) if versions else "")
    before = [one for one in versions if newer and one.number < newer.number]
    older = by_number.get(request.GET["from"]) if request.GET.get("from") else next(iter(before), None)
    if newer is None or (older is None and request.GET.get("from")):
        raise Http404
    sections = compare_versions(older, newer) if older else ()
    context = {
        "brief": brief,
        "versions": versions,
        "older": older,
        "newer": newer,
        "changed": [one for one in sections if one.changed],
        "same": [one for one in sections if not one.changed],
    }
    return render(request, "assignments/brief_compare.html", context)


def act(
    request: HttpRequest, brief: Brief, do: Callable[[BriefVersion], Any], said: str, **typed: object
) -> HttpResponse:
    """Do something to the newest version, if it is still the one that was read; else show what was typed again."""
    version, seen = latest(request, brief), request.POST.get("seen", "")
    try:
        if seen and seen != f"{version.number}.{version.edit}":
            raise Stale(_("The brief has changed since you opened it. Read it as it is now, then decide."))
        do(version)
    except Refused as refused:
        return page(request, visible_brief(request, brief.code), refused=refused.words, status=409, **typed)
    return done(request, reverse("assignments:brief", args=[brief.code]), said)


def page(
    request: HttpRequest,
    brief: Brief,
    *,
    number: str = "",
    status: int = 200,
    form: SectionForm | None = None,
    versions: list[BriefVersion] | None = None,
    **more: object,
) -> HttpResponse:
    """The whole page; `form` is the section that came back with what was typed in it."""
    versions = visible_versions(request, brief) if versions is None else versions
    shown = [one for one in versions if not number or str(one.number) == number]
    if not shown:
        raise Http404
    version, user = shown[0], request.user
    is_pair = user.pk in (brief.option.mentorship.mentee_id, brief.option.mentorship.mentor_id)
    newest = version is versions[0]
    may_write = newest and can_write_brief(user, brief)
    writing = may_write and version.status == BriefStatus.DRAFT and "read" not in request.GET
    read = read_page(version, remarks=is_pair, writer=user if writing else None)
    may_judge = newest and version.status == BriefStatus.SUBMITTED and can_judge_brief(user, version)
    accepted = accepted_among(versions)
    context = {
        "brief": brief,
        "version": version,
        "versions": versions,
        "newest": newest,
        "mark": BRIEF_MARKS[version.status],
        "is_pair": is_pair,
        "page": read,
        "sections": sections_shown(read, form) if writing else [{"part": part} for part in read.sections],
        "pinned": pinned_words(version, accepted),
        "requests": _requests(version, user, is_pair=is_pair),
        "may_write": writing,
        "is_draft": may_write and version.status == BriefStatus.DRAFT,
        "may_rewrite": may_write and _may_follow(version, accepted),
        "may_judge": may_judge,
        "may_ask": newest
        and not accepted
        and version.status == BriefStatus.ENDORSED
        and can_ask_sponsor(user, version),
        "decline": ReasonForm(prefix="decline"),
        "changes": ChangesForm() if may_judge else None,
        **more,
    }
    return render(request, "assignments/brief.html", context, status=status)


def sections_shown(read: BriefPage, form: SectionForm | None = None) -> list[dict[str, Any]]:
    """Each section with the form it is written in, where it is written on this page."""
    return [section_shown(read.version, part, form) for part in read.sections]


def section_shown(version: BriefVersion, part: PageSection, form: SectionForm | None = None) -> dict[str, Any]:
    mine = form if form and form.section == part.name else None
    if not mine and (FIELDS[part.name] or part.name in KINDS):
        mine = SectionForm(version, part.name)
    return {"part": part, "form": mine, "saved": saved_words(part.saved)}


def _requests(version: BriefVersion, user: Any, *, is_pair: bool) -> list[SponsorRequest]:
    """Who was asked to sponsor this version; of a version that nobody was sent there is none."""
    if version.status not in (BriefStatus.ENDORSED, BriefStatus.SPONSOR_ACCEPTED, BriefStatus.SPONSOR_DECLINED):
        return []
    return _asked(version, None if is_pair else user)


@compiled
def _asked(version: BriefVersion, sponsor: Any) -> QuerySet[SponsorRequest]:
    """All who were asked, or what this one was."""
    requests = SponsorRequest.objects.filter(version=version)
    requests = requests if sponsor is None else requests.filter(sponsor=sponsor)
    return requests.select_related("sponsor").order_by("-asked_at", "-pk")


def _may_follow(version: BriefVersion, accepted: BriefVersion | None) -> bool:
    if version.status == BriefStatus.ENDORSED:
        return accepted is not None
    return version.status in actions.REWRITTEN_AFTER
