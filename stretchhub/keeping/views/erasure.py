"""Erasing a person: what goes and what stays, asking, deciding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.refusals import Refused
from stretchhub import pages
from stretchhub.people.addresses import account_of
from stretchhub.people.fresh import require_fresh_sign_in
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import erasure as actions
from ..forms.erasure import ApproveForm, AskForm, RefuseForm
from ..models import ErasureRequest, State
from ..outside import known
from ..rules import can_ask_erasure, can_decide_erasure, can_decide_erasures, can_withdraw_erasure


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Who is to be erased and who was, the newest first."""
    require(can_decide_erasures(request.user))
    page = pages.page_by_key(_visible(request), request.GET.get("after", ""), by=("-asked_at", "-pk"))
    return render(request, "keeping/erasures.html", {"page": page})


def _visible(request: HttpRequest) -> Any:
    return ErasureRequest.objects.visible_to(request.user).select_related("person", "asked_by", "decided_by")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, code: UUID) -> HttpResponse:
    """What would go and what would stay, and asking for it: about oneself, or as HR."""
    person = get_object_or_404(User.objects.visible_to(request.user), code=code)
    if open_one := ErasureRequest.objects.open().filter(person=person).first():
        return redirect("keeping:erasure", open_one.code)
    require(can_ask_erasure(request.user, person))
    own = person.pk == request.user.pk
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (own or form.is_valid()):
        asked = actions.ask(person, by=request.user, ground="" if own else form.cleaned_data["ground"])
        words = _("It is asked. Somebody else decides within 30 days.")
        return pages.done(request, reverse("keeping:erasure", args=[asked.code]), words)
    return pages.panel(request, "keeping/erase.html", {"form": None if own else form, "person": person, "own": own})


@require_safe
def erasure(request: HttpRequest, code: UUID) -> HttpResponse:
    """How one stands; whoever may decide finds both forms."""
    return _page(request, get_object_or_404(_visible(request), code=code))


def _page(
    request: HttpRequest,
    found: ErasureRequest,
    approving: ApproveForm | None = None,
    refusing: RefuseForm | None = None,
) -> HttpResponse:
    bound = approving or refusing
    outside = found.person is None and found.state == State.ASKED
    context = {
        "erasure": found,
        "person": found.person,
        "account": account_of(found.address) if outside else None,
        "places": known(found.address) if outside else None,
        "own": found.person_id == request.user.pk,
        "may_decide": can_decide_erasure(request.user, found),
        "may_withdraw": can_withdraw_erasure(request.user, found),
        "office": can_decide_erasures(request.user),
        "approving": approving or ApproveForm(),
        "refusing": refusing or RefuseForm(),
        "form": bound,
        "rows": sum(found.counts.values()),
        "counted": sorted(found.counts.items(), key=lambda each: -each[1]),
    }
    return pages.panel(request, "keeping/erasure.html", context)


@require_POST
def decide(request: HttpRequest, code: UUID) -> HttpResponse:
    """Yes or no, by somebody other than who asked, after a sign-in of the last minutes."""
    found = get_object_or_404(_visible(request), code=code)
    if found.state != State.ASKED:
        return redirect("keeping:erasure", found.code)
    require(can_decide_erasure(request.user, found))
    require_fresh_sign_in(request)
    return _refuse(request, found) if "no" in request.POST else _approve(request, found)


def _approve(request: HttpRequest, found: ErasureRequest) -> HttpResponse:
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, found, approving=form)
    try:
        actions.approve(found, by=request.user, **(form.cleaned_data if found.person else {}))
    except Refused as refused:
        form.add_error(None, refused.words)
        return _page(request, found, approving=form)
    return pages.done(request, reverse("keeping:erasure", args=[found.code]), _("They are being erased."))


def _refuse(request: HttpRequest, found: ErasureRequest) -> HttpResponse:
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refusing=form)
    actions.refuse(found, by=request.user, why=form.cleaned_data["refusal"])
    return pages.done(
        request, reverse("keeping:erasure", args=[found.code]), _("Nothing is erased, and they are told.")
    )


@require_POST
def withdraw(request: HttpRequest, code: UUID) -> HttpResponse:
    found = get_object_or_404(_visible(request), code=code)
    if found.state == State.ASKED:
        actions.withdraw(found, by=request.user)
    to = reverse("keeping:erasures") if can_decide_erasures(request.user) else reverse("keeping:my-data")
    return pages.done(request, to, _("Nothing is erased."))
