"""A growth case study: what the records say, what the mentee could begin from, and the slides made out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from assignments import stretch_words
from assignments.models import Provenance, Support

from .case_levels import band_facts
from .document_content import Section
from .letter_facts import last_cycle, outcome_facts, rubric_facts, stretch_facts, work_facts
from .letter_text import work_of
from .models import CasePart
from .own_records import Record
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


def case_source(record: Record, words: Mapping[str, str]) -> Source:
    """All that could stand in the case study, in the words of the site."""
    with override(settings.LANGUAGE_CODE):
        assignment, facts = record.assignment, case_facts(record)
        parts = (
            Part(part.value, str(part.label), facts.get(part.value, ()), words.get(part.value, "")) for part in CasePart
        )
        return Source(
            _("Growth case study: %(title)s") % {"title": assignment.title}, tuple(parts), work_of(assignment)
        )


def case_facts(record: Record) -> dict[str, tuple[Fact, ...]]:
    cycle = last_cycle(record)
    found = {
        CasePart.SITUATION: map(Fact, work_facts(record.assignment)),
        CasePart.BEFORE: map(Fact, _before(record)),
        CasePart.STRETCH: map(Fact, [*stretch_facts(record), *_support(record)]),
        CasePart.RESULTS: [*map(Fact, outcome_facts(record)), *_evidence(record)],
        CasePart.LEVELS: map(Fact, [*_verified(record), *rubric_facts(record, cycle), *band_facts(record)]),
    }
    return {part.value: tuple(facts) for part, facts in found.items()}


def _before(record: Record) -> Iterator[str]:
    """The level that counted on the first day, in each competency that the work was to develop."""
    counted = record.standings
    for competency, name in record.rows.contributions:
        standing = counted.get(competency)
        if standing and standing.value and standing.dated_on:
            yield _("%(what)s: level %(level)s of 5, %(who)s, %(day)s.") % {
                "what": name,
                "level": standing.value,
                "who": Provenance(standing.provenance).label.lower(),
                "day": day(standing.dated_on.isoformat()),
            }


def _support(record: Record) -> Iterator[str]:
    given = record.support
    for support in Support:
        if level := given.get(support.value):
            yield f"{support.label}: {str(stretch_words.SUPPORTED[support][level - 1]).lower()}."


def _evidence(record: Record) -> Iterator[Fact]:
    """What the reviews rest on and what was shared for them; what was not shared stays out until it is let in."""
    for title, happened_on, shared in record.rows.evidence:
        words = {"title": title, "day": day(happened_on)}
        yield Fact(_("Evidence: “%(title)s”, %(day)s.") % words, bool(shared))


def _verified(record: Record) -> Iterator[str]:
    """Levels that the reviews of this work verified, each beside the one that counted when it began."""
    before = record.standings
    for competency, name, level, dated_on in record.rows.verified:
        former = before.get(competency)
        words = {"what": name, "level": level, "day": day(dated_on)}
        if former and former.value:
            words["before"] = former.value
            yield _("%(what)s: from level %(before)s to %(level)s of 5, verified by review on %(day)s.") % words
        else:
            yield _("%(what)s: level %(level)s of 5, verified by review on %(day)s; no level before.") % words


def first_words(record: Record) -> dict[str, str]:
    """What the mentee has written elsewhere already, to begin from; the words of nobody else."""
    [problem] = next(iter(record.rows.briefs), [""])
    before, changed, differently, ready = next(iter(record.rows.narratives), [""] * 4)
    found = {
        CasePart.SITUATION: problem,
        CasePart.BEFORE: before,
        CasePart.LEVELS: changed,
        CasePart.DIFFERENTLY: differently,
        CasePart.NEXT: ready,
    }
    return {part.value: words for part, words in found.items() if words.strip()}


def turning_points(record: Record) -> dict[str, list[TurningPoint]]:
    """Decisions, setback cards of their own, and what the mentee changed because of feedback by name."""
    rows = record.rows
    return {
        CasePart.DECISION.value: [
            TurningPoint(code, decision, _together(decision, *more)) for code, decision, *more in rows.decisions
        ],
        CasePart.SETBACK.value: [TurningPoint(code, title, _together(*texts)) for code, title, *texts in rows.setbacks],
        CasePart.FEEDBACK.value: [TurningPoint(code, _brief_title(words), words) for code, words in rows.answers],
    }


def _brief_title(words: str) -> str:
    first = " ".join(words.split())
    return first if len(first) <= 80 else f"{first[:79]}…"


def _together(*texts: str) -> str:
    return "\n\n".join(each.strip() for each in texts if each.strip())


def outline_source(record: Record, words: Mapping[str, str]) -> Source:
    """At most eight slides; a line of the mentee's words is a point on one."""
    assignment = record.assignment
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
