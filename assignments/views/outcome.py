"""The pages of a brief's outcomes: one added, changed, removed; and what one would be worth."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.submissions import once

from ..actions import outcome as actions
from ..actions.brief_part import fingerprint
from ..forms.outcome import OutcomeForm, ReturnForm
from ..models import BriefOutcome, BriefReturn, BriefVersion, Section
from .brief_part import ask_first, draft, edited, page, part_of_draft, section_of, seen_of, words_in
from .refused import refusals_shown

FORM, RETURN = "assignments/outcome_form.html", "assignments/return_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Name one more thing that will be different."""
    version = draft(request, code)
    form = OutcomeForm(request.POST or None, today=today(request.user.zone))
    if form.is_bound and form.is_valid():
        actions.add_outcome(version, by=request.user, words=words_in(form))
        return done(request, section_of(version.brief, Section.OUTCOMES), _("The outcome is in the brief."))
    return page(request, FORM, form, brief=version.brief)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change an outcome; where somebody was faster, both texts come back."""
    outcome = part_of_draft(request, BriefOutcome, code)
    brief = outcome.version.brief
    return edited(
        request,
        outcome,
        form_of=lambda row: OutcomeForm(request.POST or None, instance=row, today=today(request.user.zone)),
        save=lambda words: actions.edit_outcome(outcome, by=request.user, seen=seen_of(request), words=words),
        show=partial(page, request, FORM, brief=brief, outcome=outcome),
        to=section_of(brief, Section.OUTCOMES),
        said=_("The outcome is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask first, then take the outcome out of the draft."""
    outcome = part_of_draft(request, BriefOutcome, code)
    version = outcome.version
    back = section_of(version.brief, Section.OUTCOMES)
    if request.method == "POST":
        actions.remove_outcome(outcome, by=request.user, seen=seen_of(request))
        return done(request, back, _("The outcome is removed."))
    worth = BriefReturn.objects.filter(outcome=outcome).exists()
    note = _("What it would be worth goes with it.") if worth else ""
    asked = {"title": _("Remove this outcome?"), "words": outcome.metric, "note": note, "back": back}
    return ask_first(request, version, seen=fingerprint(outcome), **asked)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def money(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say what an outcome would be worth, where the owner of its measure agrees."""
    version = draft(request, code)
    there = BriefReturn.objects.filter(version=version).first()
    show = partial(page, request, RETURN, brief=version.brief, there=there)
    if there is None:
        return _first_worth(request, version, show)
    return edited(
        request,
        there,
        form_of=lambda row: ReturnForm(request.POST or None, instance=row),
        save=lambda words: actions.set_return(version, by=request.user, seen=seen_of(request), words=words),
        show=show,
        to=section_of(version.brief, Section.OUTCOMES),
        said=_("What it would be worth is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def money_remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask first, then speak of money no longer."""
    version = draft(request, code)
    back = section_of(version.brief, Section.OUTCOMES)
    if request.method == "POST":
        actions.remove_return(version, by=request.user)
        return done(request, back, _("The brief speaks of money no longer."))
    words = _("The outcome stays; most stretch work is judged without money.")
    return ask_first(request, version, title=_("Leave money out of this brief?"), words=words, note="", back=back)


def _first_worth(request: HttpRequest, version: BriefVersion, show) -> HttpResponse:
    """The first one asks nothing of the past: a second page sent meanwhile is told that there is one now."""
    form = ReturnForm(request.POST or None, instance=BriefReturn(version=version))
    if not (form.is_bound and form.is_valid()):
        return show(form, seen=seen_of(request))
    actions.set_return(version, by=request.user, seen=seen_of(request), words=words_in(form))
    return done(request, section_of(version.brief, Section.OUTCOMES), _("What it would be worth is in the brief."))
