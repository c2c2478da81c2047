"""The eleven sections of a brief: what each asks, the fields it is written in, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled
from stretchhub.templatetags.words import day

from . import claims, outcomes
from .claims import ClaimLine, fetch_claims
from .models import BriefOutcome, BriefReturn, BriefRisk, BriefStakeholder, BriefVersion, Section
from .outcomes import Outcomes
from .outreach import number
from .page_length import Length, length

# The fields of a version that a section is written in; two sections are written in rows.
FIELDS: dict[str, tuple[str, ...]] = {
    Section.PROBLEM: ("problem",),
    Section.OUTCOMES: (),
    Section.WHY: ("strength", "gap", "learning_goal", "why_it_matters"),
    Section.STEPS: ("first_step", "next_steps"),
    Section.PEOPLE: (),
    Section.RISKS: (),
    Section.DEPENDENCIES: ("dependencies",),
    Section.TIME: ("hours_per_week", "cover", "dropped"),
    Section.BOUNDARIES: ("boundaries", "stop_rule"),
    Section.JUDGING: ("judged_by", "raters", "review_on"),
    Section.DECISION: ("decision_asked", "decide_by"),
}
ROWS: dict[str, str] = {Section.PEOPLE: "stakeholders", Section.RISKS: "risks"}
WORDS: tuple[str, ...] = tuple(name for names in FIELDS.values() for name in names)
MONEY: Any = BriefVersion._meta.get_field("money")
NUMBERS: dict[str, int] = {name: number for number, name in enumerate(Section.values, 1)}

PROMPTS: dict[str, Promise] = {
    Section.PROBLEM: gettext_lazy("Who feels it, how many they are, since when. No solution yet."),
    Section.OUTCOMES: gettext_lazy("A measure from where it is to where it should be, by when, and how sure you are."),
    Section.WHY: gettext_lazy("What you bring, what you will learn, and what it leaves behind for others."),
    Section.STEPS: gettext_lazy("Begin with a try of two weeks that could fail cheaply."),
    Section.PEOPLE: gettext_lazy("Sponsor, approver, who contributes, who uses the result, who is affected."),
    Section.RISKS: gettext_lazy("The three that matter: how you would notice, and what you do then."),
    Section.DEPENDENCIES: gettext_lazy("Access, data, other teams’ dates. If it depends on nothing, say so."),
    Section.TIME: gettext_lazy("Hours a week, who covers meanwhile, and what you put down for it."),
    Section.BOUNDARIES: gettext_lazy("What it is not, even when asked; and when you stop."),
    Section.JUDGING: gettext_lazy("The measures and the rubric, who rates, and on which day."),
    Section.DECISION: gettext_lazy("The one thing that the sponsor says yes or no to."),
}


@dataclass(frozen=True)
class Line:
    """Some words of a section under their label, with smaller notes below them."""

    label: str
    text: str
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """Everything the line says, as one text."""
        return "\n".join([self.text, *(f"{label}: {text}" if label else text for label, text in self.notes)])


@dataclass(frozen=True)
class SectionText:
    """One section of one version as it is read."""

    name: str
    label: str
    lines: tuple[Line, ...]
    claims: tuple[ClaimLine, ...] = ()
    # What the section of outcomes draws besides its words.
    outcomes: Outcomes | None = None

    @property
    def with_claims(self) -> tuple[Line, ...]:
        """The words of the section and those beside it: what it claims, and what backs that."""
        label = _("Claims")
        return (*self.lines, *(Line(label, claim.printed) for claim in self.claims))

    @property
    def number(self) -> int:
        return NUMBERS[self.name]


def fetch_rows(*versions: BriefVersion) -> None:
    """Have the rows of these versions at hand; in five queries, however many versions there are."""
    put_beside(versions, "outcomes", _outcomes)
    put_beside(versions, "stakeholders", _stakeholders)
    put_beside(versions, "risks", _risks)
    fetch_claims(*versions)
    if missing := {version.pk: version for version in versions if not MONEY.is_cached(version)}:
        found = {money.version_id: money for money in _money(list(missing))}
        for key, version in missing.items():
            MONEY.set_cached_value(version, found.get(key))


@compiled
def _outcomes(versions: list[int]) -> QuerySet:
    return BriefOutcome.objects.filter(Among("version", versions))


@compiled
def _stakeholders(versions: list[int]) -> QuerySet:
    return BriefStakeholder.objects.filter(Among("version", versions))


@compiled
def _risks(versions: list[int]) -> QuerySet:
    return BriefRisk.objects.filter(Among("version", versions))


@compiled
def _money(versions: list[int]) -> QuerySet:
    return BriefReturn.objects.filter(Among("version", versions))


def sections_of(version: BriefVersion) -> tuple[SectionText, ...]:
    """Every section in the order of the page; five queries where its rows are not at hand."""
    fetch_rows(version)
    found, ledger = outcomes.read(version), claims.read(version)
    return tuple(
        SectionText(
            name.value,
            str(name.label),
            tuple(_lines(version, name, found)),
            ledger.of(name),
            found if name == Section.OUTCOMES else None,
        )
        for name in Section
    )


def page_length(version: BriefVersion) -> Length:
    """How much of one printed page a version takes."""
    return length(
        {
            part.name: [f"{line.label} {line.words}".strip() for line in part.with_claims]
            for part in sections_of(version)
        }
    )


def _lines(version: BriefVersion, name: Section, found: Outcomes) -> Iterator[Line]:
    if name == Section.OUTCOMES:
        yield from _outcome_lines(found)
    elif name == Section.PEOPLE:
        for person in version.stakeholders.all():
            yield Line(person.get_role_display(), person.name, (("", person.interest),) if person.interest else ())
    elif name == Section.RISKS:
        for risk in version.risks.all():
            notes = ((_("We notice"), risk.trigger), (_("We do"), risk.mitigation))
            yield Line("", risk.risk, tuple((str(label), text) for label, text in notes if text))
    else:
        yield from _fields(version, name)


def _outcome_lines(found: Outcomes) -> Iterator[Line]:
    """Each outcome with its range, what it contributed and what else could; then what they come to together."""
    for each in found.lines:
        yield Line("", each.words, tuple(("", note) for note in each.notes))
    yield from (Line("", total.words) for total in found.totals)
    if found.money:
        yield Line(_("What it would be worth"), found.money.words, (("", found.money.agreed),))


def _fields(version: BriefVersion, name: Section) -> Iterator[Line]:
    """The fields that are filled; where one is called as its section, the title says enough."""
    for field in FIELDS[name]:
        if text := said(getattr(version, field)):
            yield Line("" if is_title(field, name) else label_of(field), text)


def is_title(field: str, name: str) -> bool:
    """Whether a field needs no label of its own below the title of its section."""
    return len(FIELDS[name]) == 1 or label_of(field) == str(Section(name).label)


def said(value: Any) -> str:
    """A field's value as words: hours and days as they are written, nothing for nothing."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if hasattr(value, "year"):
        return day(value)
    return number(value)


def label_of(field: str) -> str:
    """“The gap I will close”, “Hours a week”."""
    label = str(BriefVersion._meta.get_field(field).verbose_name)
    return label[:1].upper() + label[1:]
