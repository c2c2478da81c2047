"""The list of people and one person's page."""

from __future__ import annotations

from copy import copy
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import now
from stretchhub.pages import done, page_by_key, panel
from stretchhub.people.actions import invitation, mail_link
from stretchhub.people.actions import person as actions
from stretchhub.people.actions.person import ChangedMeanwhile
from stretchhub.people.forms import PersonForm
from stretchhub.people.models import Role, User
from stretchhub.people.rules import (
    can_change_person,
    can_deactivate,
    can_end_links,
    can_grant_roles,
    can_invite,
    can_manage_people,
    can_reactivate,
    can_revoke_role,
    require,
)
from stretchhub.people.shown import beside
from stretchhub.people.submissions import once

SHOW = {"active", "all", "invite", "inactive"}


def _shown(show: str) -> QuerySet:
    people = User.objects.all()
    if show == "all":
        return people
    if show == "inactive":
        return people.filter(is_active=False)
    if show == "invite":
        return people.without_password()
    return people.filter(is_active=True)


def _found(people: QuerySet, words: str) -> QuerySet:
    """Each word stands somewhere in the name, address, id or department."""
    for word in words.split()[:6]:
        people = people.filter(
            Q(full_name__icontains=word)
            | Q(preferred_name__icontains=word)
            | Q(email__icontains=word)
            | Q(employee_id__iexact=word)
            | Q(department__icontains=word)
        )
    return people


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(request.user))
    show, words = request.GET.get("show", "active"), request.GET.get("q", "").replace("\x00", "")[:100]
    if show not in SHOW:
        show = "active"
    found = _found(_shown(show), words).prefetch_related("role_grants")
    page = page_by_key(found, request.GET.get("after", ""), by=("full_name", "pk"), size=50)
    keep = urlencode({"q": words, "show": show}) + "&"
    context = {"page": page, "q": words, "show": show, "keep": keep, "tabs": _tabs(show, words)}
    return render(request, "people/list.html", context)


def _tabs(show: str, words: str) -> list[dict[str, Any]]:
    labels = {
        "active": _("Active"),
        "invite": _("No password yet"),
        "inactive": _("Deactivated"),
        "all": _("Everybody"),
    }
    return [
        {"label": label, "url": "?" + urlencode({"q": words, "show": name}), "current": name == show}
        for name, label in labels.items()
    ]


def _load(request: HttpRequest, code: UUID) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).select_related("manager"), code=code)


@require_safe
def person(request: HttpRequest, code: UUID) -> HttpResponse:
    found = _load(request, code)
    me = request.user
    context = {
        "person": found,
        "may_change": can_change_person(me, found),
        "may_deactivate": can_deactivate(me, found),
        "may_reactivate": can_reactivate(me, found),
        "may_invite": can_invite(me, found),
        "roles": _roles(me, found),
        "grants": found.role_grants.select_related("granted_by"),
        "reports": found.reports.filter(is_active=True)[:50] if can_manage_people(me) else [],
        "may_open_others": can_manage_people(me),
        "links": found.mail_links.alive(now()) if can_end_links(me, found) else [],
    }
    return render(request, "people/person.html", context)


def _roles(me: User, found: User) -> list[dict[str, Any]]:
    """Each role, and whether I may give or take it."""
    if not can_grant_roles(me):
        return []
    return [
        {
            "value": role.value,
            "label": role.label,
            "has": role.value in found.roles,
            "may_revoke": role.value in found.roles and can_revoke_role(me, found, role.value),
        }
        for role in Role
        if found.is_active or role.value in found.roles
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(request.user))
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        added = actions.add_person(by=request.user, **form.cleaned_data)
        return done(request, reverse("people:person", args=[added.code]), _("%s is added.") % added.name)
    return panel(request, "people/form.html", {"form": form, "person": None})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change what was changed in the form and nothing else; where somebody was faster, both texts come back."""
    found = _load(request, code)
    require(can_change_person(request.user, found))
    form = PersonForm(request.POST if request.method == "POST" else None, instance=copy(found))
    if not (form.is_bound and form.is_valid()):
        return _edit_page(request, found, form)
    if form.clashes():
        words = _("Somebody else changed this person while you were writing.")
        return _edit_page(request, found, form, status=409, **beside(form, words))
    try:
        actions.change_person(copy(found), by=request.user, read=found, **form.changes())
    except ChangedMeanwhile:
        # In this very moment: what stands now is read anew, and the form compared with that.
        return edit(request, code)
    except ValidationError as error:
        form.add_error(None, error)
        return _edit_page(request, found, form)
    return done(request, reverse("people:person", args=[code]), _("Saved."))


def _edit_page(request: HttpRequest, found: User, form: PersonForm, *, status: int = 0, **more: Any) -> HttpResponse:
    return panel(request, "people/form.html", {"form": form, "person": found, **more}, status=status)


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Everybody ticked in the list, or the one whose page it is."""
    require(can_manage_people(request.user))
    codes = _codes(request.POST.getlist("person"))
    invited = invitation.invite(User.objects.filter(code__in=codes), by=request.user)
    one = reverse("people:person", args=[codes[0]]) if request.POST.get("from") == "person" and codes else ""
    words = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(invited))
    if not invited:
        words = _("Nobody was invited: choose people who are active and have no password yet.")
    return done(request, one or reverse("people:list") + "?show=invite", words % {"n": len(invited)})


def _codes(typed: list[str]) -> list[UUID]:
    codes = []
    for code in typed[:200]:
        try:
            codes.append(UUID(code))
        except ValueError:
            continue
    return codes


@require_POST
def deactivate(request: HttpRequest, code: UUID) -> HttpResponse:
    found = _load(request, code)
    if found.is_active:
        actions.deactivate(found, by=request.user)
    require(can_manage_people(request.user))
    return done(request, reverse("people:person", args=[code]), _("%s can no longer sign in.") % found.name)


@require_POST
def reactivate(request: HttpRequest, code: UUID) -> HttpResponse:
    found = _load(request, code)
    if not found.is_active:
        actions.reactivate(found, by=request.user)
    require(can_manage_people(request.user))
    return done(request, reverse("people:person", args=[code]), _("%s can sign in again.") % found.name)


@require_POST
def end_links(request: HttpRequest, code: UUID) -> HttpResponse:
    """Close what mailed links open, at once and on every device."""
    found = _load(request, code)
    mail_link.end_links(found, by=request.user)
    words = _("No link that was mailed to %s opens anything any more.") % found.name
    return done(request, reverse("people:person", args=[code]), words)
