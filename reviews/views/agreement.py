"""How far raters agree, over the whole programme or one cycle, as it was worked out last night."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.method import Method
from stretchhub.pages import page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import agreement_words as words
from ..actions.agreement import ask_for_agreement
from ..calibration_rules import can_see_agreement
from ..models import AgreementReading, RaterSeverity, ReviewCycle
from ..programme_agreement import IccRow, ProgrammeAgreement, as_kept

MARKS = {"reliable": "done", "tentative": "watch", "not_for_decisions": "attention"}


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """α, intraclass correlations, errors of a mean and severity, each with what it rests on."""
    require(can_see_agreement(request.user))
    cycles = list(ReviewCycle.objects.all())
    wanted = request.GET.get("cycle", "")
    cycle = next((each for each in cycles if each.code == wanted), None)
    row = AgreementReading.objects.filter(cycle=cycle, all_cycles=cycle is None).first()
    context = {"row": row, "cycles": cycles, "cycle": cycle, "version": Method().version}
    if row is not None:
        found = as_kept(row.content)
        severities = RaterSeverity.objects.filter(reading=row)
        page = page_by_key(severities, request.GET.get("after", ""), by=("name", "pk"))
        context |= {"found": found, "page": page, "keep": f"cycle={cycle.code}&" if cycle else ""}
        context |= {"severities": [_severity(each) for each in page], **_in_words(found)}
    return render(request, "reviews/agreement.html", context)


@require_POST
@once
def again(request: HttpRequest) -> HttpResponse:
    """Work the figures out now instead of tonight."""
    ask_for_agreement(by=request.user)
    messages.success(request, _("The figures are being worked out. Load the page again in a moment."))
    return redirect("reviews:agreement")


def _in_words(found: ProgrammeAgreement) -> dict[str, object]:
    return {
        "alphas": [
            {
                "name": row.name or _("All criteria"),
                "value": words.figure(row.alpha.value) if row.shown else "–",
                "interval": words.alpha_interval(row),
                "word": words.alpha_word(row),
                "mark": MARKS.get(row.reading.value or "", "too_few"),
                "sentence": words.alpha_sentence(row),
                "how": words.alpha_arithmetic(row),
            }
            for row in found.alphas
        ],
        "iccs": [{**_icc(row), "basis": words.icc_basis(row)} for row in found.iccs],
        "practice": [{**_icc(row), "basis": words.practice_basis(row)} for row in found.practice],
        "unfinished": words.unfinished(found.unfinished),
        "error_source": words.error_source(found.errors[0].sem),
        "errors": [
            {
                "observers": row.observers,
                "how": words.error_arithmetic(row),
                "band": f"{words.figure(row.band.low)} – {words.figure(row.band.high)}",
            }
            for row in found.errors
        ],
    }


def _icc(row: IccRow) -> dict[str, object]:
    has_interval = row.shown and row.icc.low is not None
    return {
        "name": row.name,
        "value": words.figure(row.icc.value) if row.shown else "–",
        "interval": f"{words.figure(row.icc.low)} – {words.figure(row.icc.high)}" if has_interval else "–",
        "word": words.icc_word(row),
    }


def _severity(row: RaterSeverity) -> dict[str, str]:
    return {
        "name": row.name,
        "raw": words.figure(row.raw),
        "value": words.figure(row.value),
        "how": words.severity_sentence(row.raw, row.ratings, row.mentees),
    }
