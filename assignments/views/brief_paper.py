"""The brief as a PDF: the same words for the same people, on A4 or Letter."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stretchhub import documents
from stretchhub.documents import Paper
from stretchhub.env import now

from ..brief_page import accepted_among
from ..brief_paper import paper_of
from ..handing_out import to_be_saved
from .brief import versions_of


@require_safe
def pdf(request: HttpRequest, code: UUID) -> HttpResponse:
    """One version on paper: the newest readable one, or the one asked for by number."""
    versions = versions_of(request, code)
    brief = versions[0].brief
    number, paper = request.GET.get("version", ""), request.GET.get("paper", Paper.A4.value)
    version = next((one for one in versions if not number or str(one.number) == number), None)
    if version is None or paper not in [one.value for one in Paper]:
        raise Http404
    page = reverse("assignments:brief", args=[brief.code])
    address = f"{settings.SITE_URL}{page}?version={version.number}"
    made = documents.pdf(
        "brief.typ",
        {"brief": paper_of(version, accepted=accepted_among(versions), address=address, printed=now())},
        title=documents.line(_("Brief: %(title)s") % {"title": brief.option.title}),
        language=get_language() or settings.LANGUAGE_CODE,
        paper=Paper(paper),
        moment=now(),
    )
    name = f"{slugify(brief.option.title)[:80] or 'brief'}-v{version.number}.pdf"
    return to_be_saved(HttpResponse(made, content_type="application/pdf"), name)
