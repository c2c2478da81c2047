"""What a brief still needs before it can be handed in, section by section, and what would make it better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .brief_sections import NUMBERS, page_length
from .models import BriefVersion, Section
from .page_length import Length


@dataclass(frozen=True)
class Item:
    """One section: what is missing before it can be handed in, and what is only worth a thought."""

    section: str
    name: str
    missing: tuple[str, ...]
    advice: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.missing

    @property
    def number(self) -> int:
        return NUMBERS[self.section]


def checklist(version: BriefVersion) -> tuple[Item, ...]:
    """What a sponsor needs to decide, over the eleven sections in the order of the page."""
    return tuple(
        Item(name.value, str(name.label), tuple(NEEDS[name](version)), tuple(ADVICE.get(name, _none)(version)))
        for name in Section
    )


def missing(version: BriefVersion) -> list[str]:
    """Everything that stands between the brief and the mentor, in the order of the page."""
    lacking = [words for item in checklist(version) for words in item.missing]
    return [*lacking, *too_long(page_length(version))]


def too_long(used: Length) -> list[str]:
    """Why it does not fit on one page, with the sections to shorten; nothing where it does."""
    if used.fits:
        return []
    names = _listed([str(Section(name).label) for name in used.longest])
    words = _("It takes %(percent)s %% of one page. Shorten the longest sections: %(names)s.")
    return [words % {"percent": used.percent, "names": names}]


def _listed(names: list[str]) -> str:
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _none(version: BriefVersion) -> Iterator[str]:
    return iter(())


def _unless(there: object, words: str) -> Iterator[str]:
    if not (there.strip() if isinstance(there, str) else there):
        yield words


def _problem(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.problem, _("Say what the problem is and who feels it."))


def _outcomes(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.outcomes.all(), _("Name one measure with its baseline and target."))


def _why(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.strength, _("Name the strength you bring."))
    yield from _unless(version.gap + version.learning_goal, _("Say what you will learn: the gap, or a learning goal."))
    yield from _unless(version.why_it_matters, _("Say why it matters here, beyond your own growth."))


def _steps(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.first_step, _("Say what you try in the first two weeks."))


def _people(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.stakeholders.all(), _("Name somebody this touches."))


def _risks(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.risks.all(), _("Name one risk and what you do about it."))
    for risk in version.risks.all():
        yield from _unless(risk.mitigation, _("Say what you do about “%(risk)s”.") % {"risk": risk.risk})


def _time(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.hours_per_week, _("Say how many hours a week it takes."))
    yield from _unless(version.cover + version.dropped, _("Say who covers meanwhile, or what you drop."))


def _boundaries(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.stop_rule, _("Say when you stop or re-scope."))


def _judging(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.judged_by, _("Say how it is judged."))
    yield from _unless(version.review_on, _("Choose the day of the review."))


def _decision(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.decision_asked, _("Say what the sponsor decides."))


def _better_outcomes(version: BriefVersion) -> Iterator[str]:
    outcomes = version.outcomes.all()
    if outcomes and not any(outcome.counter_metric for outcome in outcomes):
        yield _("Say what must not get worse meanwhile.")
    if outcomes and not any(outcome.estimate for outcome in outcomes):
        yield _("Give a range: how low and how high could it come out?")


def _better_people(version: BriefVersion) -> Iterator[str]:
    people = version.stakeholders.all()
    if people and not any(person.role in ("sponsor", "approver") for person in people):
        yield _("Name who decides: the sponsor or the approver.")


def _better_risks(version: BriefVersion) -> Iterator[str]:
    if any(not risk.trigger for risk in version.risks.all()):
        yield _("Say how you would notice each risk.")


def _better_dependencies(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.dependencies, _("Name what it depends on, or say that it depends on nothing."))


def _better_boundaries(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.boundaries, _("Say what it is not, even when asked."))


def _better_judging(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.raters, _("Name who rates it."))


def _better_decision(version: BriefVersion) -> Iterator[str]:
    yield from _unless(version.decide_by, _("Say by which day you need the decision."))


Check = Callable[[BriefVersion], Iterator[str]]
NEEDS: dict[str, Check] = {
    Section.PROBLEM: _problem,
    Section.OUTCOMES: _outcomes,
    Section.WHY: _why,
    Section.STEPS: _steps,
    Section.PEOPLE: _people,
    Section.RISKS: _risks,
    Section.DEPENDENCIES: _none,
    Section.TIME: _time,
    Section.BOUNDARIES: _boundaries,
    Section.JUDGING: _judging,
    Section.DECISION: _decision,
}
ADVICE: dict[str, Check] = {
    Section.OUTCOMES: _better_outcomes,
    Section.PEOPLE: _better_people,
    Section.RISKS: _better_risks,
    Section.DEPENDENCIES: _better_dependencies,
    Section.BOUNDARIES: _better_boundaries,
    Section.JUDGING: _better_judging,
    Section.DECISION: _better_decision,
}
