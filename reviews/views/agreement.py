"""How far raters agree, over the whole programme or one cycle."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.method import Method
from stretchhub.people.rules import require

from .. import agreement_words as words
from ..calibration_rules import can_see_agreement
from ..models import ReviewCycle
from ..programme_agreement import ProgrammeAgreement, read


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """α, intraclass correlations, errors of a mean and severity, each with what it rests on."""
    require(can_see_agreement(request.user))
    cycles = list(ReviewCycle.objects.all())
    wanted = request.GET.get("cycle", "")
    cycle = next((each for each in cycles if each.code == wanted), None)
    found = read(cycle)
    context = {"found": found, "cycles": cycles, "cycle": cycle, "version": Method().version, **_in_words(found)}
    return render(request, "reviews/agreement.html", context)


def _in_words(found: ProgrammeAgreement) -> dict[str, object]:
    marks = {"reliable": "done", "tentative": "watch", "not_for_decisions": "attention"}
    return {
        "alphas": [
            {
                "name": row.name or _("All criteria"),
                "value": words.figure(row.alpha.value) if row.shown else "–",
                "interval": words.alpha_interval(row),
                "word": words.alpha_word(row),
                "mark": marks.get(row.reading.value or "", "draft"),
                "sentence": words.alpha_sentence(row),
                "how": words.alpha_arithmetic(row),
            }
            for row in found.alphas
        ],
        "iccs": [
            {
                "name": row.name,
                "value": words.figure(row.icc.value) if row.shown else "–",
                "interval": f"{words.figure(row.icc.low)} – {words.figure(row.icc.high)}" if row.shown else "–",
                "word": words.icc_word(row),
                "basis": words.icc_basis(row),
            }
            for row in found.iccs
        ],
        "errors": [
            {
                "observers": row.observers,
                "how": words.error_arithmetic(row),
                "band": f"{words.figure(row.band.low)} – {words.figure(row.band.high)}",
            }
            for row in found.errors
        ],
        "severities": [
            {
                "name": row.name,
                "raw": words.figure(row.severity.raw) if row.severity.value is not None else "–",
                "value": words.figure(row.severity.value),
                "how": words.severity_sentence(row.severity),
            }
            for row in found.severities
        ],
    }
