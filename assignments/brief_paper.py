"""One version of a brief as its sheet of paper: the words of its page, ready to be set."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from stretchhub.documents import line, plain, prose
from stretchhub.templatetags.words import moment

from .brief_page import pinned_words
from .brief_sections import SectionText, sections_of
from .claims import ClaimLine
from .models import BriefStatus, BriefVersion, Section
from .outcomes import OutcomeLine

# Rows and numbers, which the page shows without formatting.
AS_TYPED = {Section.OUTCOMES, Section.PEOPLE, Section.RISKS}


def paper_of(
    version: BriefVersion, *, accepted: BriefVersion | None, address: str, printed: datetime
) -> dict[str, Any]:
    """What the template of the brief reads; `accepted` is the version that a sponsor said yes to."""
    mentorship = version.brief.option.mentorship
    mentee, mentor = mentorship.mentee, mentorship.mentor
    names = {"mentor": mentor.name, "n": version.number, "status": version.get_status_display()}
    whose = [mentee.name, mentee.job_title]
    return {
        "eyebrow": _("Stretch brief · version %(n)s · %(status)s") % names,
        "title": line(version.brief.option.title),
        "byline": line(", ".join(filter(None, whose)) + " · " + _("mentor %(mentor)s") % names),
        "pinned": pinned_words(version, accepted),
        "foot": _("Printed %(moment)s") % {"moment": moment(printed)},
        "address": address,
        "pages": _("Page {n} of {of}"),
        # As on its page: what is open stands there only while it can still be written.
        "sections": [
            _section(one)
            for one in sections_of(version)
            if one.lines or one.claims or version.status == BriefStatus.DRAFT
        ],
    }


def _section(section: SectionText) -> dict[str, Any]:
    bullets = [bullet_of(one) for one in section.outcomes.lines] if section.outcomes else []
    words = plain if section.name in AS_TYPED else prose
    lines = [
        {
            "text": words(one.text, label=one.label),
            "notes": [plain(text, label=label) for label, text in one.notes],
            "bullet": bullet,
        }
        for one, bullet in zip_longest(section.lines, bullets[: len(section.lines)])
    ]
    return {
        "number": section.number,
        "label": section.label,
        "asked": section.name == Section.DECISION,
        "open": _("Not written yet"),
        "lines": lines,
        "claims": [_claim(one) for one in section.claims],
    }


def _claim(one: ClaimLine) -> dict[str, Any]:
    """A claim with its mark, and what stands behind it, as beside its section on the page."""
    source = _("Source: %(source)s") % {"source": one.claim.source} if one.claim.source else ""
    dots = [f"{each.label}: {each.drawn}" for each in one.dots]
    return {
        "backed": one.backed,
        "mark": one.mark,
        "words": line(one.claim.words),
        "detail": " ".join(filter(None, (one.words, *dots, source))),
    }


def bullet_of(one: OutcomeLine) -> dict[str, float | None]:
    """Where baseline, target and the range lie on a line from the lowest of them to the highest, from 0 to 1."""
    places = {
        "start": float(one.outcome.baseline),
        "target": float(one.outcome.target),
        "low": one.low,
        "high": one.high,
    }
    known = [place for place in places.values() if place is not None]
    least, width = min(known), max(known) - min(known)
    return {name: None if at is None else (at - least) / width if width else 0.5 for name, at in places.items()}
