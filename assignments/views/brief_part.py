"""What the pages of a brief's rows share: the draft, both texts of a stale save, the question before one goes."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.pages import done
from stretchhub.people.rules import require

from ..actions.brief_part import fingerprint
from ..forms.brief_part import saved_words, typed_words
from ..forms.rows import differences
from ..models import Brief, BriefClaim, BriefOutcome, BriefStatus, BriefVersion
from ..refusals import Refused, Stale
from ..rules import can_write_brief

Part = TypeVar("Part", BriefOutcome, BriefClaim)
DEEP = "option__mentorship"


def newest(request: HttpRequest, code: UUID) -> BriefVersion:
    """The version that is written on now, for the two who write it."""
    brief = get_object_or_404(Brief.objects.visible_to(request.user).select_related(DEEP), code=code)
    require(can_write_brief(request.user, brief))
    version = brief.versions.order_by("-number").first()
    if version is None:
        raise Http404
    version.brief = brief
    return version


def draft(request: HttpRequest, code: UUID) -> BriefVersion:
    return _open(newest(request, code))


def part_of_draft(request: HttpRequest, model: type[Part], code: UUID) -> Part:
    """A row of a draft; one of a version that was handed in is not changed any more."""
    part = part_of(request, model, code)
    require(can_write_brief(request.user, part.version.brief))
    _open(part.version)
    return part


def part_of(request: HttpRequest, model: type[Part], code: UUID) -> Part:
    parts = model.objects.visible_to(request.user).select_related(f"version__brief__{DEEP}")
    return get_object_or_404(parts, code=code)


def _open(version: BriefVersion) -> BriefVersion:
    if version.status != BriefStatus.DRAFT:
        raise Refused(_("This version was handed in and is not changed any more."))
    return version


def seen_of(request: HttpRequest) -> str:
    return request.POST.get("seen", "")


def edited(
    request: HttpRequest,
    part: Any,
    *,
    form_of: Callable[[Any], forms.ModelForm],
    save: Callable[[dict[str, Any]], Any],
    show: Callable[..., HttpResponse],
    to: str,
    said: str,
) -> HttpResponse:
    """Save the form of a row; where somebody was faster, both texts come back with 409."""
    form = form_of(copy(part))
    # A form with errors keeps what its page had seen; a page just opened has seen what is saved.
    seen = seen_of(request) or fingerprint(part)
    if not (form.is_bound and form.is_valid()):
        return show(form, seen=seen)
    try:
        save(words_in(form))
    except Stale as stale:
        part.refresh_from_db()
        both = differences(saved_words(form, part), typed_words(form))
        return show(form, seen=fingerprint(part), stale=stale.words, differences=both)
    return done(request, to, said)


def words_in(form: forms.ModelForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.Meta.fields}  # type: ignore[attr-defined]


def page(request: HttpRequest, template: str, form: forms.ModelForm, **more: Any) -> HttpResponse:
    """A form's page with the status that fits: as asked for, with errors, or with both texts."""
    wrong = form.is_bound and bool(form.errors)
    status = 409 if more.get("stale") else 422 if wrong else 200
    return render(request, template, {"form": form, "all_forms": [form], "wrong": wrong, **more}, status=status)


def ask_first(request: HttpRequest, version: BriefVersion, **words: Any) -> HttpResponse:
    """Ask before a row goes; only the POST of this page takes it away."""
    return render(request, "assignments/part_remove.html", {"version": version, "brief": version.brief, **words})


def section_of(brief: Brief, name: str) -> str:
    return reverse("assignments:brief", args=[brief.code]) + f"#section-{name}"
