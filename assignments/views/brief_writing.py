"""A draft being written: its sections save themselves, and those who write see each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stretchhub.pages import done
from stretchhub.people.rules import require

from ..actions.brief_section import be_here, save_section
from ..brief_page import read_page, saved_words
from ..brief_sections import FIELDS
from ..forms.brief import KINDS, SectionForm
from ..forms.rows import differences
from ..models import Brief, BriefStatus, BriefVersion
from ..refusals import Refused, Stale
from ..rules import can_write_brief
from .brief import latest, page, section_shown, visible_brief
from .refused import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def section(request: HttpRequest, code: UUID, section: str) -> HttpResponse:
    """Save one section; a form that saves itself posts to the same address as its button."""
    brief = visible_brief(request, code)
    if not FIELDS.get(section) and section not in KINDS:
        raise Http404
    require(can_write_brief(request.user, brief))
    here = f"{reverse('assignments:brief', args=[brief.code])}#section-{section}"
    if request.method != "POST":
        return redirect(here)
    version = latest(request, brief)
    form = SectionForm(version, section, request.POST)
    if "X-Autosave" in request.headers:
        return _autosave(request, version, form)
    if not form.is_valid():
        return page(request, brief, form=form, status=422)
    try:
        _save(request, version, form)
    except Stale as stale:
        both = {"stale": stale.words, "differences": differences(form.lines_saved(), form.lines_typed())}
        return page(request, brief, form=form, stale_section=section, status=409, **both)
    return done(request, here, _("Saved: %(section)s.") % {"section": form.label})


def _save(request: HttpRequest, version: BriefVersion, form: SectionForm) -> Any:
    """Only to the version the page was opened on: the next one has the same address."""
    if request.GET.get("version") != str(version.number):
        raise Refused(_("This version is not written on any more. Open the brief again to write in the next one."))
    return save_section(
        version,
        by=request.user,
        section=form.section,
        words=form.words(),
        rows=form.row_words(),
        edit=_number(request.POST.get("version")),
    )


def _autosave(request: HttpRequest, version: BriefVersion, form: SectionForm) -> JsonResponse:
    if not form.is_valid():
        return JsonResponse({"words": _("Not saved: %(why)s") % {"why": form.first_error}}, status=422)
    try:
        saved = _save(request, version, form)
    except Stale as stale:
        return _both(request, version, form, stale)
    except Refused as refused:
        return JsonResponse({"words": refused.words}, status=422)
    return JsonResponse({"version": saved.edit if saved else 0, "words": saved_words(saved)})


def _both(request: HttpRequest, version: BriefVersion, form: SectionForm, stale: Stale) -> JsonResponse:
    """Somebody was faster: what is saved now beside what was typed, to be merged by a person."""
    saved = version.sections.filter(name=form.section).first()
    context = {
        "stale": stale.words,
        "differences": differences(form.lines_saved(), form.lines_typed()),
        "brief": version.brief,
        "section": form.section,
    }
    both = render_to_string("assignments/brief_both.html", context, request)
    return JsonResponse({"version": saved.edit if saved else 0, "both": both}, status=409)


@require_POST
def presence(request: HttpRequest, code: UUID) -> JsonResponse:
    """Say that I am here, and hear who else is, which sections changed, and how the brief stands."""
    brief = visible_brief(request, code)
    require(can_write_brief(request.user, brief))
    version = latest(request, brief)
    if version.status != BriefStatus.DRAFT or request.POST.get("number") != str(version.number):
        return JsonResponse({"closed": _("This version is not written on any more. Load the page again to read on.")})
    be_here(version, by=request.user, section=request.POST.get("section", ""))
    return JsonResponse(_news(request, brief, version))


def _news(request: HttpRequest, brief: Brief, version: BriefVersion) -> dict[str, Any]:
    read = read_page(version, remarks=True, writer=request.user)
    shown = set(request.POST.getlist("shown"))
    context = {"brief": brief, "version": version, "page": read, "may_write": True, "is_pair": True}

    def drawn(template: str, **more: Any) -> str:
        return render_to_string(f"assignments/{template}.html", {**context, **more}, request)

    changed = [part for part in read.sections if f"{part.name}.{part.edit}" not in shown]
    return {
        "seen": f"{version.number}.{version.edit}",
        "standing": drawn("brief_standing"),
        "margins": {part.name: drawn("brief_margin", part=part) for part in read.sections},
        "sections": {part.name: drawn("brief_section", **section_shown(version, part)) for part in changed},
    }


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and value.isascii() and len(value) < 10 else 0
