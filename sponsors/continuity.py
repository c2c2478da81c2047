"""What helps to find the next sponsor: who might, what they should know, and when to begin."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.cadence import next_working_day
from assignments.models import Assignment
from stretchhub.env import today
from stretchhub.people.models import User
from stretchhub.templatetags.words import day as day_words

from .models import Ask, DashboardSnapshot, HandOver, HandOverReason, SponsorCandidate
from .reading import Part, parts_of

KICKOFF_IN_DAYS = 7


def offered(assignment: Assignment) -> list[User]:
    """Whom mentee and mentor judged for this option before, best owner of the problem first."""
    judged = SponsorCandidate.objects.in_view().filter(option=assignment.option_id, person__is_active=True)
    parties = [assignment.mentee_id, assignment.mentor_id, assignment.sponsor_id]
    judged = judged.exclude(person__in=parties).select_related("person")
    best = sorted(judged, key=lambda each: (-(each.owns or 0), -(each.influences or 0), each.person.full_name))
    return [each.person for each in best]


def reason_for(assignment: Assignment, ask: Ask | None) -> str:
    """The reason that the facts name; empty where they name none."""
    if assignment.sponsor is not None and not assignment.sponsor.is_active:
        return HandOverReason.LEFT
    return HandOverReason.SILENT if ask is not None and ask.attention_at else ""


def kickoff_day(assignment: Assignment) -> date:
    """In a week, on a working day, but not after the end."""
    first = today(assignment.mentee.zone)
    day = next_working_day(first + timedelta(days=KICKOFF_IN_DAYS), assignment.mentee.working_days)
    if assignment.ends_on and day > assignment.ends_on:
        return max(first, assignment.ends_on)
    return day


def draft(assignment: Assignment, ask: Ask | None, earlier: HandOver | None) -> str:
    """A hand-over note of facts that every sponsor of this work may see; one written before is offered again."""
    if earlier is not None:
        return earlier.request.hand_over
    part = _as_the_sponsor_reads_it(assignment)
    return "\n\n".join(line for line in (*_what_it_is(assignment), *_where_it_stands(part), *_what_waits(ask)) if line)


def _as_the_sponsor_reads_it(assignment: Assignment) -> Part | None:
    snapshot = DashboardSnapshot.objects.filter(sponsor=assignment.sponsor_id).first()
    return next((part for part in parts_of(snapshot) if part.code == str(assignment.code)), None)


def _what_it_is(assignment: Assignment) -> tuple[str, ...]:
    words = {"mentee": assignment.mentee.name, "title": assignment.title, "mentor": assignment.mentor.name}
    what = _("%(mentee)s works on “%(title)s”, with %(mentor)s as mentor.") % words
    if assignment.starts_on and assignment.ends_on:
        span = {"start": day_words(assignment.starts_on), "end": day_words(assignment.ends_on)}
        what = f"{what} {_('It runs from %(start)s to %(end)s.') % span}"
    outcome = _("What will be different: %(outcome)s") % {"outcome": assignment.outcome} if assignment.outcome else ""
    return (what, outcome)


def _where_it_stands(part: Part | None) -> tuple[str, ...]:
    if part is None:
        return ()
    lines = [
        _("How it stands: %(word)s. %(sentence)s") % {"word": part.standing.word, "sentence": part.standing.sentence}
    ]
    if part.next_step:
        step = {"title": part.next_step["title"], "day": day_words(part.next_step["due_on"])}
        lines.append(_("Next milestone: %(title)s, by %(day)s.") % step)
    shared = len(part.evidence) + part.evidence_more
    if shared:
        lines.append(
            ngettext(
                "%(n)s piece of evidence is shared with the sponsor and will be yours to read.",
                "%(n)s pieces of evidence are shared with the sponsor and will be yours to read.",
                shared,
            )
            % {"n": shared}
        )
    return tuple(lines)


def _what_waits(ask: Ask | None) -> tuple[str, ...]:
    if ask is None:
        return ()
    words = {"question": ask.question, "day": day_words(ask.needed_by)}
    return (_("Waits for an answer by %(day)s: %(question)s") % words,)
