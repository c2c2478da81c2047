"""A growth case study: what the records say, what the mentee could begin from, and the slides made out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from assignments import stretch_words
from assignments.assessing import method_now, standings
from assignments.models import (
    Assignment,
    BriefStatus,
    BriefVersion,
    CompetencyLevel,
    Evidence,
    FeedbackRequest,
    FeedbackState,
    Provenance,
    StretchProfile,
    Support,
)

from .case_levels import band_facts
from .document_content import Section
from .letter_facts import final_cycle, outcome_facts, rubric_facts, stretch_facts, work_facts
from .letter_text import work_of
from .models import READABLE, CasePart, ReviewNarrative
from .own_text import Fact, Part, Source, paragraphs
from .packet_parts import day

# A presentation of more than eight slides is a talk nobody asked for.
SLIDES: tuple[tuple[str, tuple[CasePart, ...]], ...] = (
    ("situation", (CasePart.SITUATION,)),
    ("before", (CasePart.BEFORE,)),
    ("stretch", (CasePart.STRETCH,)),
    ("turning", (CasePart.DECISION, CasePart.SETBACK, CasePart.FEEDBACK)),
    ("results", (CasePart.RESULTS,)),
    ("levels", (CasePart.LEVELS,)),
    ("reuse", (CasePart.REUSE, CasePart.DIFFERENTLY)),
    ("next", (CasePart.NEXT,)),
)
POINTS = 4
LONGEST_POINT = 160


@dataclass(frozen=True)
class TurningPoint:
    """A record that can be taken into a case study: the words that it would bring."""

    code: str
    title: str
    words: str


def case_source(assignment: Assignment, words: Mapping[str, str]) -> Source:
    """All that could stand in the case study, in the words of the site."""
    with override(settings.LANGUAGE_CODE):
        facts = case_facts(assignment)
        parts = (
            Part(part.value, str(part.label), facts.get(part.value, ()), words.get(part.value, "")) for part in CasePart
        )
        return Source(
            _("Growth case study: %(title)s") % {"title": assignment.title}, tuple(parts), work_of(assignment)
        )


def case_facts(assignment: Assignment) -> dict[str, tuple[Fact, ...]]:
    cycle = final_cycle(assignment)
    found = {
        CasePart.SITUATION: map(Fact, work_facts(assignment)),
        CasePart.BEFORE: map(Fact, _before(assignment)),
        CasePart.STRETCH: map(Fact, [*stretch_facts(assignment), *_support(assignment)]),
        CasePart.RESULTS: [*map(Fact, outcome_facts(assignment)), *_evidence(assignment)],
        CasePart.LEVELS: map(Fact, [*_verified(assignment), *rubric_facts(assignment, cycle), *band_facts(assignment)]),
    }
    return {part.value: tuple(facts) for part, facts in found.items()}


def _before(assignment: Assignment) -> Iterator[str]:
    """The level that counted on the first day, in each competency that the work was to develop."""
    if assignment.starts_on is None:
        return
    counted = standings(assignment.mentee_id, assignment.starts_on, method_now())
    for row in assignment.option.contributions.select_related("competency").order_by("pk"):
        standing = counted.get(row.competency_id)
        if standing and standing.value and standing.dated_on:
            yield _("%(what)s: level %(level)s of 5, %(who)s, %(day)s.") % {
                "what": row.competency.name,
                "level": standing.value,
                "who": Provenance(standing.provenance).label.lower(),
                "day": day(standing.dated_on.isoformat()),
            }


def _support(assignment: Assignment) -> Iterator[str]:
    profile = StretchProfile.objects.filter(option=assignment.option_id).first()
    for support in Support:
        level = getattr(profile, support.value, None)
        if level:
            yield f"{support.label}: {str(stretch_words.SUPPORTED[support][level - 1]).lower()}."


def _evidence(assignment: Assignment) -> Iterator[Fact]:
    """What the reviews rest on and what was shared for them; what was not shared stays out until it is let in."""
    cited = Evidence.objects.filter(assignment=assignment, scores__review__status__in=READABLE)
    shared = Evidence.objects.filter(assignment=assignment, shared_at_review=True)
    for each in (cited | shared).distinct().order_by("happened_on", "pk"):
        words = {"title": each.title, "day": day(each.happened_on.isoformat())}
        yield Fact(_("Evidence: “%(title)s”, %(day)s.") % words, each.shared_at_review)


def _verified(assignment: Assignment) -> Iterator[str]:
    """Levels that the reviews of this work verified, each beside the one that counted when it began."""
    rows = CompetencyLevel.objects.filter(assignment=assignment, provenance=Provenance.VERIFIED)
    before = standings(assignment.mentee_id, assignment.starts_on, method_now()) if assignment.starts_on else {}
    for row in rows.filter(person=assignment.mentee_id).select_related("competency").order_by("pk"):
        former = before.get(row.competency_id)
        words = {"what": row.competency.name, "level": row.level, "day": day(row.dated_on.isoformat())}
        if former and former.value:
            words["before"] = former.value
            yield _("%(what)s: from level %(before)s to %(level)s of 5, verified by review on %(day)s.") % words
        else:
            yield _("%(what)s: level %(level)s of 5, verified by review on %(day)s; no level before.") % words


def first_words(assignment: Assignment) -> dict[str, str]:
    """What the mentee has written elsewhere already, to begin from; the words of nobody else."""
    version = BriefVersion.objects.filter(
        brief__option=assignment.option_id, status=BriefStatus.SPONSOR_ACCEPTED, written_by=assignment.mentee_id
    )
    brief = version.order_by("-number").first()
    told = ReviewNarrative.objects.filter(assignment=assignment).order_by("-pk").first()
    found = {
        CasePart.SITUATION: brief.problem if brief else "",
        CasePart.BEFORE: told.before if told else "",
        CasePart.LEVELS: told.changed if told else "",
        CasePart.DIFFERENTLY: told.differently if told else "",
        CasePart.NEXT: told.ready if told else "",
    }
    return {part.value: words for part, words in found.items() if words.strip()}


def turning_points(assignment: Assignment) -> dict[str, list[TurningPoint]]:
    """Decisions, setback cards of their own, and what the mentee changed because of feedback by name."""
    decisions = assignment.decisions.order_by("decided_on", "pk")
    setbacks = assignment.setbacks.filter(by=assignment.mentee_id).order_by("happened_on", "pk")
    answers = FeedbackRequest.objects.filter(
        round__assignment=assignment, round__confidential=False, state=FeedbackState.SUBMITTED
    ).exclude(changed_because="")
    return {
        CasePart.DECISION.value: [
            TurningPoint(str(each.code), each.decision, _together(each.decision, each.reason, each.happened))
            for each in decisions
        ],
        CasePart.SETBACK.value: [
            TurningPoint(
                str(each.code), each.title, _together(each.assumed, each.happened, each.did, each.changed, each.later)
            )
            for each in setbacks
        ],
        CasePart.FEEDBACK.value: [
            TurningPoint(str(each.code), _brief_title(each.changed_because), each.changed_because)
            for each in answers.order_by("pk")
        ],
    }


def _brief_title(words: str) -> str:
    first = " ".join(words.split())
    return first if len(first) <= 80 else f"{first[:79]}…"


def _together(*texts: str) -> str:
    return "\n\n".join(each.strip() for each in texts if each.strip())


def outline_source(assignment: Assignment, words: Mapping[str, str]) -> Source:
    """At most eight slides; a line of the mentee's words is a point on one."""
    with override(settings.LANGUAGE_CODE):
        titles = slide_titles()
        parts = tuple(Part(key, titles[key], tuple(map(Fact, points_in(words.get(key, ""))))) for key, _parts in SLIDES)
        return Source(_("Presentation outline: %(title)s") % {"title": assignment.title}, parts, work_of(assignment))


def slide_titles() -> dict[str, str]:
    return {
        "situation": _("Where we were"),
        "before": _("What I could do before"),
        "stretch": _("The stretch, and who helped"),
        "turning": _("Three turning points"),
        "results": _("What came of it"),
        "levels": _("What I can do now"),
        "reuse": _("What you can use, and what I would do differently"),
        "next": _("What comes next"),
    }


def points_in(words: str) -> list[str]:
    return [each.strip().removeprefix("- ").strip() for each in words.splitlines() if each.strip(" -\t")]


def points_of(sections: Sequence[Section]) -> dict[str, str]:
    """The first sentence of each paragraph and the facts of each part, a few for each slide.

    Made out of what is left of the case study: what was left out or renamed there does not come back.
    """
    parts = {section.key: section for section in sections}
    found = {}
    for key, names in SLIDES:
        points = [point for name in names if name.value in parts for point in _points(parts[name.value])]
        found[key] = "\n".join(points[:POINTS])
    return found


def _points(section: Section) -> Sequence[str]:
    """Words first, then what the records say."""
    said = [_first_sentence(each) for each in paragraphs(section.words)]
    told = [_first_sentence(fact) for fact in section.facts]
    return (said + told)[:POINTS]


def _first_sentence(words: str) -> str:
    line = " ".join(words.split())
    for end in (". ", "! ", "? "):
        line = line.split(end)[0] + end[0] if end in line else line
    return line if len(line) <= LONGEST_POINT else f"{line[: LONGEST_POINT - 1].rsplit(' ', 1)[0]}…"
