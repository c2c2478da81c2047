"""The way to somebody who might sponsor, for mentee and mentor: the words, the ledger, and each next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments.assessing import method_now
from assignments.forms.people import PersonForm
from assignments.forms.rows import differences
from assignments.models import BriefStatus, BriefVersion
from assignments.refusals import Refused, Stale
from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import introduction as actions
from ..forms.introduction import KickoffForm, MessageForm
from ..messages.introduction import follow_up_words
from ..models import Introduction, IntroductionState, SponsorCandidate
from ..outreach import draft
from ..reaching import follow_up_from, ledger
from ..rules import can_find_sponsors, can_send_introduction

ONWARD = (IntroductionState.INTRODUCED, IntroductionState.REPLIED, IntroductionState.KICKOFF)


def own_candidate(request: HttpRequest, code: UUID) -> SponsorCandidate:
    visible = SponsorCandidate.objects.visible_to(request.user).select_related(
        "person",
        "option__mentorship__mentor",
        "option__mentorship__mentee",
        "option__brief",
        "introduction__introducer",
        "introduction__request",
    )
    return get_object_or_404(visible, code=code)


def address_of(candidate: SponsorCandidate) -> str:
    return reverse("sponsors:introduction", args=[candidate.code])


def _of(candidate: SponsorCandidate) -> Introduction | None:
    introduction = getattr(candidate, "introduction", None)
    if introduction is not None:
        introduction.candidate = candidate
    return introduction


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, code: UUID) -> HttpResponse:
    """Read where it stands; write the words, and send them or ask for an introduction."""
    candidate = own_candidate(request, code)
    if request.method != "POST":
        return _page(request, candidate)
    require(can_find_sponsors(request.user, candidate.option))
    form = MessageForm(request.POST)
    by_itself = "X-Autosave" in request.headers
    if not form.is_valid():
        if by_itself:
            return JsonResponse({"words": form.errors["message"][0]}, status=422)
        return _page(request, candidate, form=form, version=_version(request))
    try:
        saved = actions.save_message(
            candidate, by=request.user, version=_version(request), message=form.cleaned_data["message"]
        )
    except Stale as stale:
        return _both(request, code, form, stale)
    except Refused as refused:
        if by_itself:
            return JsonResponse({"words": refused.words}, status=422)
        return _page(request, own_candidate(request, code), form=form, refused=refused.words, status=409)
    if by_itself:
        return JsonResponse({"version": saved.version, "words": _saved_line()})
    return _then(request, saved, form)


def _then(request: HttpRequest, saved: Introduction, form: MessageForm) -> HttpResponse:
    """After the words are kept: what the button asked for beside that."""
    candidate = saved.candidate
    mentor = candidate.option.mentorship.mentor
    words = _("The message is saved.")
    try:
        if request.POST.get("do") == "send":
            actions.send(saved, by=request.user)
            words = _("On its way to %(name)s. Answers come to you.") % {"name": candidate.person.name}
        elif request.POST.get("do") == "ask-mentor":
            actions.ask_introducer(saved, by=request.user, introducer=mentor)
            words = _("%(name)s is asked to introduce you.") % {"name": mentor.name}
    except Refused as refused:
        return _page(request, own_candidate(request, candidate.code), form=form, refused=refused.words, status=409)
    return done(request, address_of(candidate), words)


def _both(request: HttpRequest, code: UUID, form: MessageForm, stale: Stale) -> HttpResponse:
    """Somebody was faster: what is saved now beside what was typed, to be merged by a person."""
    candidate = own_candidate(request, code)
    saved = _of(candidate)
    label, now = str(MessageForm.base_fields["message"].label), saved.message if saved else ""
    context = {
        "stale": stale.words,
        "differences": differences([(label, now)], [(label, form.cleaned_data["message"])]),
    }
    version = saved.version if saved else 0
    if "X-Autosave" in request.headers:
        drawn = render_to_string("sponsors/introduction_both.html", {**context, "candidate": candidate}, request)
        return JsonResponse({"version": version, "both": drawn}, status=409)
    return _page(request, candidate, form=form, version=version, status=409, **context)


def _version(request: HttpRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 10 else -1


def _saved_line() -> str:
    return _("Saved.")


def _page(
    request: HttpRequest,
    candidate: SponsorCandidate,
    *,
    form: MessageForm | None = None,
    version: int | None = None,
    status: int = 0,
    **more: object,
) -> HttpResponse:
    option, saved = candidate.option, _of(candidate)
    newest = BriefVersion.objects.filter(brief__option=option).order_by("-number").first()
    attached = newest is not None and newest.status == BriefStatus.ENDORSED
    day = today(request.user.zone)
    if form is None:
        words = saved.message if saved else draft(candidate, newest, today=day, attached=attached)
        form = MessageForm(initial={"message": words})
    may_send = can_send_introduction(request.user, saved or Introduction(candidate=candidate))
    method = method_now()
    due = follow_up_from(saved, method.follow_up_days) if saved else None
    context = {
        "candidate": candidate,
        "option": option,
        "mentorship": option.mentorship,
        "introduction": saved,
        "form": form,
        "version": (saved.version if saved else 0) if version is None else version,
        "steps": ledger(saved),
        "attached": attached,
        "may_edit": can_find_sponsors(request.user, option) and not (saved and saved.sent_at),
        "may_note": can_find_sponsors(request.user, option),
        "may_send": may_send and candidate.person.is_active,
        "again": saved is not None and bool(saved.sent_at) and _may_ask_formally(saved, attached=attached),
        "onward": saved is not None and saved.state in ONWARD,
        "kickoff": KickoffForm(initial={"kickoff_on": saved.kickoff_on if saved else None}),
        "follow_up": follow_up_words(saved) if saved and due is not None and due <= day else None,
        "follow_up_days": method.follow_up_days,
        **more,
    }
    wrong = form.is_bound and form.errors
    return render(request, "sponsors/introduction.html", context, status=status or (422 if wrong else 200))


def _may_ask_formally(saved: Introduction, *, attached: bool) -> bool:
    """The first words went out before the brief was endorsed, or the question was taken back."""
    return attached and (saved.request is None or saved.request.status == "withdrawn")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, code: UUID) -> HttpResponse:
    """Choose who introduces: anybody who knows them."""
    candidate = own_candidate(request, code)
    saved = _of(candidate)
    require(can_send_introduction(request.user, saved or Introduction(candidate=candidate)))
    if saved is None:
        return redirect(address_of(candidate))
    finding = "find" in request.POST
    form = PersonForm(
        request.POST if request.method == "POST" and not finding else None,
        initial=request.POST.dict() if finding else request.GET.dict(),
        without=[candidate.option.mentorship.mentee_id, candidate.person_id],
    )
    context: dict[str, Any] = {"candidate": candidate, "form": form}
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            actions.ask_introducer(saved, by=request.user, introducer=person)
        except Refused as refused:
            context["refused"] = refused.words
            return panel(request, "sponsors/introduction_ask.html", context, part="found", status=409)
        return done(request, address_of(candidate), _("%(name)s is asked to introduce you.") % {"name": person.name})
    return panel(request, "sponsors/introduction_ask.html", context, part="found")


STEPS: dict[str, tuple[Callable[..., None], Any]] = {
    "send": (actions.send, lambda: _("On its way. Answers come to you.")),
    "reached": (actions.reached, lambda: _("Noted: you have reached them.")),
    "replied": (actions.heard, lambda: _("Noted: they have answered.")),
    "follow-up": (actions.follow_up, lambda: _("The follow-up is on its way. There will be no third mail.")),
    "leave": (actions.leave, lambda: _("Left as it is. Nothing more is suggested.")),
}


@require_POST
def step(request: HttpRequest, code: UUID) -> HttpResponse:
    """One step of the ledger, by the name of its button."""
    candidate = own_candidate(request, code)
    require(can_find_sponsors(request.user, candidate.option))
    saved, name = _of(candidate), request.POST.get("do", "")
    if saved is None or name not in {*STEPS, "kickoff"}:
        said.warning(request, _("Write the message first; then the next step is there."))
        return redirect(address_of(candidate))
    if name == "kickoff":
        return _kickoff(request, saved)
    action, words = STEPS[name]
    try:
        action(saved, by=request.user)
    except Refused as refused:
        return _page(request, own_candidate(request, code), refused=refused.words, status=409)
    return done(request, address_of(candidate), words())


def _kickoff(request: HttpRequest, saved: Introduction) -> HttpResponse:
    form = KickoffForm(request.POST)
    if not form.is_valid():
        return _page(request, saved.candidate, kickoff=form, status=422)
    try:
        actions.set_kickoff(saved, by=request.user, on=form.cleaned_data["kickoff_on"])
    except Refused as refused:
        return _page(request, own_candidate(request, saved.candidate.code), refused=refused.words, status=409)
    return done(request, address_of(saved.candidate), _("The kickoff is noted."))
