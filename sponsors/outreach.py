"""The first words to somebody who might sponsor: their priority, the outcome, a small ask, proof, an easy no."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from assignments.cadence import next_working_day
from assignments.models import BriefOutcome, BriefVersion, Option
from assignments.outreach import MOST_WORDS as MOST_WORDS
from assignments.outreach import in_words, shorten
from stretchhub.templatetags.words import day

from .models import SponsorCandidate

# How many words of what was written elsewhere are taken over; less of each until the whole is short enough.
SHARES = (1.0, 0.8, 0.6, 0.45, 0.3)
FIRST_TALK_DAYS = (6, 8)


def count_words(text: str) -> int:
    return len(text.split())


def draft(candidate: SponsorCandidate, version: BriefVersion | None, *, today: date, attached: bool) -> str:
    """A message for the mentee to make their own, never longer than it may be; what nobody wrote is left out."""
    outcome = version.outcomes.first() if version else None
    for share in SHARES:
        words = _draft(candidate, version, outcome, today, share, attached=attached)
        if count_words(words) <= MOST_WORDS:
            break
    return words


def _draft(
    candidate: SponsorCandidate,
    version: BriefVersion | None,
    outcome: BriefOutcome | None,
    today: date,
    share: float,
    *,
    attached: bool,
) -> str:
    option = candidate.option
    mentorship = option.mentorship

    def some(text: str, most: int) -> str:
        return shorten(" ".join(text.split()), max(3, round(most * share))).rstrip(".")

    first, second = _two_days(today, mentorship.mentee.working_days)
    paragraphs = [
        [_("Hello %(name)s,") % {"name": some(candidate.person.first_name, 3)}],
        [
            _("you care about this: %(priority)s.") % {"priority": some(candidate.priority, 16)}
            if candidate.priority
            else "",
            some(version.problem, 24) + "." if version and version.problem else "",
            _("I would like to take on “%(title)s”%(time)s.")
            % {"title": some(option.title, 12), "time": _time(option)},
        ],
        [
            _("My aim: %(outcome)s.") % {"outcome": shorten(in_words(outcome), 20)} if outcome else "",
            _("First I test this: %(step)s. You can stop there.") % {"step": some(version.first_step, 12)}
            if version and version.first_step
            else "",
        ],
        [
            _("I bring: %(strength)s.") % {"strength": some(version.strength, 10)}
            if version and version.strength
            else "",
            _("I want to learn: %(goal)s.") % {"goal": some(version.learning_goal, 8)}
            if version and version.learning_goal
            else "",
            _("From you I need 15 minutes every two weeks. %(mentor)s supports me.")
            % {"mentor": some(mentorship.mentor.name, 4)},
        ],
        [
            _("Could we talk for 20 minutes on %(first)s or %(second)s?") % {"first": first, "second": second},
            _("The brief comes with this.") if attached else "",
            _("If this is not your priority now, who should I ask?"),
        ],
        [some(mentorship.mentee.name, 4)],
    ]
    return "\n\n".join(joined for sentences in paragraphs if (joined := " ".join(filter(None, sentences))))


def _time(option: Option) -> str:
    """“ for 12 weeks, about 4 hours a week”, as far as it is known."""
    words = ""
    if option.starts_on and option.ends_on:
        words += _(" for %(n)s weeks") % {"n": max(1, round((option.ends_on - option.starts_on).days / 7))}
    if option.hours_per_week:
        words += _(", about %(n)s hours a week") % {"n": f"{option.hours_per_week.normalize():f}"}
    return words


def _two_days(today: date, working_days: str) -> tuple[str, str]:
    """Two working days of the week to come, never the same."""
    first = next_working_day(today + timedelta(days=FIRST_TALK_DAYS[0]), working_days)
    second = next_working_day(max(first + timedelta(days=1), today + timedelta(days=FIRST_TALK_DAYS[1])), working_days)
    return day(first), day(second)
