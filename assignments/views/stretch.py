"""What an option demands of its mentee, and what the mentee has shown so far."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import assessing
from ..actions.stretch import own_levels, refuse_once_reviewed, save_profile, say_what_was_shown
from ..forms.rows import differences
from ..forms.stretch import ShownForm, StretchForm, words_of, words_typed
from ..levels import Standing
from ..models import DemonstratedLevel, Mentorship, Option, Provenance, StretchDemand, StretchProfile
from ..refusals import Stale
from ..rules import can_say_what_was_shown
from .refused import refusals_shown

# What counts before one's own word while it is fresh.
STRONGER = {True: [Provenance.VERIFIED, Provenance.MENTOR_RATED], False: [Provenance.VERIFIED]}


def _option(request: HttpRequest, code: UUID) -> Option:
    related = ("mentorship__mentor", "mentorship__mentee", "assignment")
    visible = Option.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(visible, code=code)


def _saved(option: Option) -> StretchProfile | None:
    demands = Prefetch("demands", StretchDemand.objects.order_by("component"))
    return StretchProfile.objects.filter(option=option).select_related("saved_by").prefetch_related(demands).first()


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def profile(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say what an option demands and what support there is; where the other was faster, both texts come back."""
    option = _option(request, code)
    refuse_once_reviewed(option, request.user)
    saved = _saved(option)
    form = _form(request, option, saved)
    if not form.is_bound or not form.is_valid():
        return _profile_page(request, option, saved, form, version=_seen(request, saved))
    version = _seen(request, None)
    try:
        save_profile(
            option,
            by=request.user,
            version=version,
            support=form.support(),
            demands=form.demands(),
            confidence=form.confidence(),
        )
    except Stale as stale:
        return _both_texts(request, option, form, stale)
    return done(request, f"{reverse('assignments:option', args=[option.code])}#stretch", _("The stretch is saved."))


def _form(request: HttpRequest, option: Option, saved: StretchProfile | None) -> StretchForm:
    mentee = option.mentorship.mentee
    return StretchForm(
        request.POST if request.method == "POST" else None,
        saved=saved,
        shown=assessing.shown(mentee.pk, today(mentee.zone), assessing.method_now()),
        is_mentee=request.user.pk == mentee.pk,
    )


def _seen(request: HttpRequest, saved: StretchProfile | None) -> int:
    """The version that was on the page; 0 where there was none."""
    version = request.POST.get("version", "")
    if version.isdecimal() and len(version) < 10:
        return int(version)
    return saved.version if saved else 0


def _both_texts(request: HttpRequest, option: Option, form: StretchForm, stale: Stale) -> HttpResponse:
    saved = _saved(option)
    assert saved is not None  # somebody else has saved it
    both = differences(words_of(saved, with_confidence=form.is_mentee), words_typed(form))
    more = {"stale": stale.words, "differences": both}
    return _profile_page(request, option, saved, form, version=saved.version, status=409, **more)


def _profile_page(
    request: HttpRequest,
    option: Option,
    saved: StretchProfile | None,
    form: StretchForm,
    *,
    version: int,
    status: int = 0,
    **more: object,
) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    context = {
        "option": option,
        "mentorship": option.mentorship,
        "saved": saved,
        "form": form,
        "all_forms": [form],
        "wrong": wrong,
        "version": version,
        "mentee_confidence": saved.confidence if saved and not form.is_mentee else None,
        **more,
    }
    return render(request, "assignments/stretch.html", context, status=status or (422 if wrong else 200))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def demonstrated(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say what the mentee has shown so far; what was said before stays, and the strongest fresh word counts."""
    visible = Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee")
    mentorship = get_object_or_404(visible, code=code)
    is_mentee = request.user.pk == mentorship.mentee_id
    if mentorship.ended_on and not is_mentee:
        # What somebody goes on to show is no longer for a mentor they had.
        raise Http404
    require(can_say_what_was_shown(request.user, mentorship))
    standings = _standings(mentorship)
    form = ShownForm(
        request.POST if request.method == "POST" else None,
        own=own_levels(mentorship, request.user),
        standings=standings,
        because=_because(mentorship, standings),
    )
    if form.is_bound and form.is_valid():
        added = say_what_was_shown(mentorship, by=request.user, levels=form.levels())
        return done(request, reverse("assignments:demonstrated", args=[mentorship.code]), _result(mentorship, added))
    wrong = form.is_bound and bool(form.errors)
    context = {
        "mentorship": mentorship,
        "is_mentee": is_mentee,
        "form": form,
        "all_forms": [form],
        "wrong": wrong,
        "stronger": STRONGER[is_mentee],
        "months": assessing.method_now().stale_months,
    }
    return render(request, "assignments/demonstrated.html", context, status=422 if wrong else 200)


def _because(mentorship: Mentorship, standings: dict[int, Standing]) -> dict[int, str]:
    """What was said to show the level that counts, by component."""
    rows = DemonstratedLevel.objects.filter(person=mentorship.mentee_id).exclude(reason="").order_by("dated_on", "pk")
    return {row.component: row.reason for row in rows if _counts(row, standings[row.component])}


def _counts(row: DemonstratedLevel, standing: Standing) -> bool:
    return (row.level, row.provenance, row.dated_on) == (standing.value, standing.provenance, standing.dated_on)


def _standings(mentorship: Mentorship) -> dict[int, Standing]:
    mentee = mentorship.mentee
    return assessing.shown(mentee.pk, today(mentee.zone), assessing.method_now())


def _result(mentorship: Mentorship, added: list[DemonstratedLevel]) -> str:
    """What was kept, and where a stronger word that is still fresh goes on counting."""
    if not added:
        return _("Nothing was different from what you said before.")
    words = ngettext("%(n)s level is kept.", "%(n)s levels are kept.", len(added)) % {"n": len(added)}
    standings = _standings(mentorship)
    beside = [row for row in added if standings[row.component].provenance != row.provenance]
    if not beside:
        return words
    more = ngettext(
        "For %(n)s of them a stronger word still counts: verified before rated by the mentor before your own.",
        "For %(n)s of them a stronger word still counts: verified before rated by the mentor before your own.",
        len(beside),
    )
    return f"{words} {more % {'n': len(beside)}}"
