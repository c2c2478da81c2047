"""Granting and revoking roles, on a person's page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stretchhub.pages import done
from stretchhub.people.actions import role as actions
from stretchhub.people.models import Role, User
from stretchhub.people.rules import can_grant_roles, require


@require_POST
def grant(request: HttpRequest, code: UUID) -> HttpResponse:
    return _answer(request, code, actions.grant, _("%(name)s has the role %(role)s."))


@require_POST
def revoke(request: HttpRequest, code: UUID) -> HttpResponse:
    return _answer(request, code, actions.revoke, _("%(name)s no longer has the role %(role)s."))


def _answer(request: HttpRequest, code: UUID, action: Callable[..., None], words: str) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), code=code)
    require(can_grant_roles(request.user))
    asked = request.POST.get("role", "")
    if asked not in Role.values:
        messages.error(request, _("There is no such role. Choose one of those shown."))
        return redirect("people:person", code)
    role = Role(asked)
    action(person, by=request.user, role=role)
    return done(request, redirect("people:person", code).url, words % {"name": person.name, "role": role.label})
