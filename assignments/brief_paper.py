"""One version of a brief as its sheet of paper: the words of its page, ready to be set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from stretchhub.documents import line, prose
from stretchhub.templatetags.words import moment

from .brief_page import pinned_words
from .brief_sections import Line, SectionText, sections_of
from .models import BriefStatus, BriefVersion, Section


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
            _section(version, one) for one in sections_of(version) if one.lines or version.status == BriefStatus.DRAFT
        ],
    }


def _section(version: BriefVersion, section: SectionText) -> dict[str, Any]:
    return {
        "number": section.number,
        "label": section.label,
        "asked": section.name == Section.DECISION,
        "open": _("Not written yet"),
        "lines": [_line(one) for one in section.lines],
        "claims": [],
    }


def _line(one: Line) -> dict[str, Any]:
    return {"text": prose(one.text, label=one.label), "notes": [prose(text, label=label) for label, text in one.notes]}
