"""What the records say for a letter, part by part; a part of which there is no record has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from assignments import stretch_words
from assignments.models import Assignment, Evidence
from assignments.models.stretch import Component
from assignments.results import Result
from assignments.stretch import COMPONENTS, Profile, assess

from .canonical import figure
from .models import Letter, LetterPart, Review, ReviewCycle
from .own_records import Record
from .packet_parts import day
from .result import CriterionResult, levels_of

# Of the challenges that were larger than anything before, the largest few are named.
MOST_NAMED = 4
Facts = dict[str, list[str]]


def final_cycle(assignment: Assignment) -> ReviewCycle | None:
    """The cycle of the final reviews that were last finished, if any are."""
    found = Review.objects.final().filter(assignment=assignment).select_related("cycle__rubric")
    last = found.order_by("-final_at", "-pk").first()
    return last.cycle if last else None


def last_cycle(record: Record) -> ReviewCycle | None:
    """The same where the scores are at hand."""
    reviews = {score.review_id: score.review for score in record.own_scores}.values()
    last = max(reviews, key=lambda review: (review.final_at, review.pk), default=None)
    return last.cycle if last else None


def facts_of(letter: Letter) -> Facts:
    """Part by part, in the words of the site; a part without a record is left out."""
    record = Record(letter.assignment)
    with override(settings.LANGUAGE_CODE):
        found = {
            LetterPart.WHO: _who(letter),
            LetterPart.WORK: [*work_facts(letter.assignment), *stretch_facts(record)],
            LetterPart.FIRST: evidence_facts(letter.first_evidence),
            LetterPart.SECOND: evidence_facts(letter.second_evidence),
            LetterPart.RUBRIC: list(rubric_facts(record, letter.cycle)),
            LetterPart.OUTCOME: list(outcome_facts(record)),
        }
        return {part.value: lines for part, lines in found.items() if lines}


def _who(letter: Letter) -> list[str]:
    mentorship = letter.assignment.option.mentorship
    author = letter.author
    words = {
        "mentor": ", ".join(filter(None, (author.name, author.job_title))),
        "mentee": letter.assignment.mentee.name,
        "since": day(mentorship.started_on.isoformat()),
    }
    if author.pk != mentorship.mentor_id:
        return [_("%(mentor)s, mentor of %(mentee)s in this assignment.") % words]
    if mentorship.ended_on is not None:
        words["until"] = day(mentorship.ended_on.isoformat())
        return [_("%(mentor)s, mentor of %(mentee)s from %(since)s to %(until)s.") % words]
    return [_("%(mentor)s, mentor of %(mentee)s since %(since)s.") % words]


def work_facts(assignment: Assignment) -> Iterator[str]:
    """What it was and when, and how it ended."""
    if assignment.starts_on and assignment.ends_on:
        words = {
            "title": assignment.title,
            "from": day(assignment.starts_on.isoformat()),
            "to": day(assignment.ends_on.isoformat()),
        }
        yield _("“%(title)s”, from %(from)s to %(to)s.") % words
    if assignment.ending:
        yield _("How it ended: %(ending)s.") % {"ending": assignment.get_ending_display()}


def stretch_facts(record: Record) -> Iterator[str]:
    """The profile in a sentence, by the levels of the day on which it began; confidence is no part of it."""
    if record.assignment.starts_on is None:
        return
    profile = record.profile
    stretch = assess(profile, record.method)
    if stretch.value is not None:
        yield _("How far it reached when it began: %(outcome)s.") % {"outcome": stretch_words.outcome_words(stretch)}
    if beyond := _beyond(profile):
        yield _("It asked for more than was shown before in: %(what)s.") % {"what": ", ".join(beyond)}


def _beyond(profile: Profile) -> list[str]:
    """The challenges in which more was demanded than shown, the largest step first."""
    rows = zip(COMPONENTS, profile.demonstrated, profile.demand, strict=True)
    gaps = [(asked - level, i) for i, level, asked in rows if asked is not None and level is not None]
    larger = sorted((gap, -i) for gap, i in gaps if gap > 0)
    return [str(Component(-i).label) for _gap, i in reversed(larger)][:MOST_NAMED]


def evidence_facts(evidence: Evidence | None) -> list[str]:
    """What shows it, only where the mentee shares it at review."""
    if evidence is None or not evidence.shared_at_review:
        return []
    words = {"title": evidence.title, "day": day(evidence.happened_on.isoformat())}
    return [_("Evidence: “%(title)s”, %(day)s.") % words]


def rubric_facts(record: Record, cycle: ReviewCycle | None) -> Iterator[str]:
    """Levels in rising order beside who gave them, so that none is any one person's; the own view apart."""
    given = [score for score in record.own_scores if cycle and score.review.cycle_id == cycle.pk]
    if cycle is None or not given:
        return
    criteria = levels_of(given)
    parts = sorted({rating.relation for each in criteria for rating in each.ratings if not rating.own})
    words = {"rubric": str(cycle.rubric), "parts": ", ".join(parts)}
    yield _("Levels from 1 to 5 by the rubric “%(rubric)s”, in rising order; given by: %(parts)s.") % words
    for criterion in criteria:
        yield f"{criterion.name}: {'; '.join(_levels(criterion))}."


def _levels(criterion: CriterionResult) -> Iterator[str]:
    observers = [each for each in criterion.ratings if not each.own]
    given = sorted((each.level, each.level_name) for each in observers if each.level is not None)
    if given:
        yield ", ".join(f"{level} {name}".strip() for level, name in given)
    elif criterion.thin:
        yield _("one observer alone gave a level, so none is told")
    else:
        yield _("nobody else observed it")
    if unseen := sum(each.not_observed for each in observers if given):
        yield ngettext("%(n)s did not observe it", "%(n)s did not observe it", unseen) % {"n": unseen}
    for own in criterion.ratings:
        if own.own and own.level is not None:
            yield _("own view: %(level)s") % {"level": f"{own.level} {own.level_name}".strip()}


def outcome_facts(record: Record) -> Iterator[str]:
    """Each agreed measure: from where, to where with its range, and what the work may be credited with."""
    for result in record.outcomes:
        yield " ".join(filter(None, (_measured(result), _contribution(result), _causes(result))))


def _measured(result: Result) -> str:
    agreed, latest = result.outcome, result.latest
    words: dict[str, Any] = {
        "metric": agreed.metric,
        "baseline": figure(agreed.baseline),
        "target": f"{figure(agreed.target)} {agreed.unit}".strip(),
    }
    if latest is None:
        return _("%(metric)s: started at %(baseline)s, aimed at %(target)s; not measured.") % words
    words |= {"value": f"{figure(latest.value)} {agreed.unit}".strip(), "day": day(latest.measured_on.isoformat())}
    spread = _spread(result)
    words["spread"] = f" ({spread})" if spread else ""
    if result.early:
        sentence = _(
            "%(metric)s: started at %(baseline)s, aimed at %(target)s; an early %(value)s%(spread)s on %(day)s."
        )
    else:
        sentence = _(
            "%(metric)s: started at %(baseline)s, aimed at %(target)s; came to %(value)s%(spread)s on %(day)s."
        )
    return sentence % words


def _spread(result: Result) -> str:
    """“between 2.1 and 4.5, n = 1020”."""
    latest = result.latest
    assert latest is not None  # it was measured
    parts = []
    if latest.low is not None and latest.high is not None:
        parts.append(_("between %(low)s and %(high)s") % {"low": figure(latest.low), "high": figure(latest.high)})
    if latest.n:
        parts.append(f"n = {latest.n}")
    return ", ".join(parts)


def _contribution(result: Result) -> str:
    """Where nobody said how it was compared, no more is claimed than that the work had a part in it."""
    if result.latest is None:
        return ""
    return result.contribution or _("This work contributed to it; it was not compared with anything.")


def _causes(result: Result) -> str:
    causes = result.line.causes if result.latest else ()
    return _("Other plausible causes: %(causes)s.") % {"causes": "; ".join(causes)} if causes else ""
