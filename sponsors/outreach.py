"""The first words to somebody who might sponsor: their priority, the outcome, a small ask, proof, an easy no."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from assignments.cadence import next_working_day
from assignments.models import BriefOutcome, BriefVersion, Option
from assignments.outreach import MOST_WORDS as MOST_WORDS
from assignments.outreach import in_words, shorten
from stretchhub.templatetags.words import day

from .models import SponsorCandidate

# Where the whole is too long, what is left out first; at last all the rest is cut by words.
DROPS: tuple[tuple[str, ...], ...] = (
    (),
    ("goal",),
    ("goal", "step"),
    ("goal", "step", "problem"),
    ("goal", "step", "problem", "strength"),
)
SHARES = (1.0, 0.5, 0.25)
FIRST_TALK_DAYS = (6, 8)
SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s")


def count_words(text: str) -> int:
    return len(text.split())


def draft(candidate: SponsorCandidate, version: BriefVersion | None, *, today: date, attached: bool) -> str:
    """A message for the mentee to make their own, never longer than it may be; what nobody wrote is left out."""
    outcome = version.outcomes.first() if version else None
    for share, dropped in [(1.0, each) for each in DROPS] + [(share, DROPS[-1]) for share in SHARES[1:]]:
        kept = {name: text for name, text in _written(version).items() if name not in dropped}
        words = _draft(candidate, kept, outcome, today, share, attached=attached)
        if count_words(words) <= MOST_WORDS:
            break
    return words


def _written(version: BriefVersion | None) -> dict[str, str]:
    """What the brief says, each by its first sentence."""
    if version is None:
        return {}
    texts = {
        "problem": version.problem,
        "step": version.first_step,
        "strength": version.strength,
        "goal": version.learning_goal,
    }
    return {name: _first_sentence(text) for name, text in texts.items() if text.strip()}


def _first_sentence(text: str) -> str:
    return SENTENCE_ENDS.split(" ".join(text.split()), maxsplit=1)[0]


def _draft(
    candidate: SponsorCandidate,
    kept: dict[str, str],
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

    def said(words: str, name: str, most: int) -> str:
        return _closed(words % {"text": some(kept[name], most)}) if name in kept else ""

    first, second = _two_days(today, mentorship.mentee.working_days)
    title = {"title": some(option.title, 16), "time": _time(option)}
    paragraphs = [
        [_("Hello %(name)s,") % {"name": some(candidate.person.first_name, 3)}],
        [
            _closed(_("you care about this: %(text)s") % {"text": some(candidate.priority, 20)})
            if candidate.priority.strip()
            else "",
            said("%(text)s", "problem", 30),
            _("I would like to take on “%(title)s”%(time)s.") % title,
        ],
        [
            _closed(_("My aim: %(text)s") % {"text": shorten(in_words(outcome), 20)}) if outcome else "",
            said(_("First I test this: %(text)s"), "step", 25),
            _("You can stop there.") if "step" in kept else "",
        ],
        [
            said(_("I bring this: %(text)s"), "strength", 20),
            said(_("I want to learn this: %(text)s"), "goal", 20),
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


def _closed(words: str) -> str:
    """With its full stop, unless it ends in a sign of its own."""
    return words if words[-1:] in "….?!" else words + "."


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
