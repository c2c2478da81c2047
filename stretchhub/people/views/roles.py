"""Granting and revoking roles, on a person's page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stretchhub.pages import done
from stretchhub.people.actions import role as actions
from stretchhub.people.models import Role, User


def _asked(request: HttpRequest, code: UUID) -> tuple[User, Role]:
    person = get_object_or_404(User.objects.visible_to(request.user), code=code)
    try:
        return person, Role(request.POST.get("role", ""))
    except ValueError:
        raise Http404 from None


@require_POST
def grant(request: HttpRequest, code: UUID) -> HttpResponse:
    person, role = _asked(request, code)
    actions.grant(person, by=request.user, role=role)
    words = _("%(name)s has the role %(role)s.") % {"name": person.name, "role": role.label}
    return done(request, reverse("people:person", args=[code]), words)


@require_POST
def revoke(request: HttpRequest, code: UUID) -> HttpResponse:
    person, role = _asked(request, code)
    actions.revoke(person, by=request.user, role=role)
    words = _("%(name)s no longer has the role %(role)s.") % {"name": person.name, "role": role.label}
    return done(request, reverse("people:person", args=[code]), words)
