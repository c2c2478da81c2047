"""A document that the mentee issues, before it is one: passages to look through, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Assignment, FeedbackRequest
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of

from .canonical import canonical, digest
from .document_content import Section, Text
from .models import OwnDraft, Relation, Review
from .own_records import Record
from .redaction import Name, Passage, redact, times

# Titles are never left out, but names in them are replaced as everywhere.
TITLE, WORK = "title", "work"


@dataclass(frozen=True)
class Fact:
    """A line that the records say; one that was not shared with HR is left out until the mentee lets it stay."""

    text: str
    shared: bool = True


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    facts: tuple[Fact, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Source:
    """All that could stand in a document of somebody."""

    title: str
    parts: tuple[Part, ...]
    work: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Choice:
    """A passage, and whether it stays."""

    passage: Passage
    stays: bool
    shared: bool = True
    own_words: bool = False


@dataclass(frozen=True)
class Called:
    """Somebody whose name stands in the passages, how often, and what is put there (nothing where it stays)."""

    name: Name
    times: int
    put: str

    @property
    def full(self) -> str:
        return self.name.forms[0]


@dataclass(frozen=True)
class Looked:
    """A document as it would leave (`text`), beside what was chosen; `seal` tells whether it is still the same."""

    text: Text
    choices: Mapping[str, tuple[Choice, ...]]
    people: tuple[Called, ...]
    titles: Mapping[str, str]

    @property
    def seal(self) -> str:
        """What the mentee has seen, in one word: nothing else is issued."""
        return canonical(asdict(self.text)).sha256


def look_through(source: Source, draft: OwnDraft | None, people: Sequence[Name], own: Sequence[Name] = ()) -> Looked:
    """Leave out and replace as the draft says; without one all that was shared stays, and no name does.

    Whose document it is (`own`) is always named.
    """
    stays, names, more = (draft.stays, draft.names, draft.more) if draft else ({}, {}, [])
    choices = {part.key: tuple(_choices(part, stays)) for part in source.parts}
    titles = _titles(source)
    flat = [each.passage for chosen in choices.values() for each in chosen]
    called = tuple(_called([*flat, *titles], people, names))
    rules = [Name(each.name.forms, each.put or None, person=True) for each in called] + list(own)
    rules += [Name((find,), put) for find, put in more if find.strip()]
    left_out = {each.passage.key for chosen in choices.values() for each in chosen if not each.stays}
    done = redact([*titles, *flat], left_out, rules)
    left = {each.key: each.text for each in done.value}
    text = _text(source, choices, left, done.parts)
    return Looked(text, choices, called, {each.key: left[each.key] for each in titles})


def _choices(part: Part, stays: Mapping[str, bool]) -> Iterable[Choice]:
    for fact in part.facts:
        key = _key(part.key, fact.text)
        yield Choice(Passage(key, fact.text), stays.get(key, fact.shared), fact.shared)
    for words in paragraphs(part.words):
        key = _key(part.key, words)
        yield Choice(Passage(key, words), stays.get(key, True), own_words=True)


def paragraphs(words: str) -> list[str]:
    """What stands between empty lines."""
    return [each.strip() for each in words.replace("\r\n", "\n").split("\n\n") if each.strip()]


def _key(part: str, text: str) -> str:
    """By what it says: once a record says something else it is looked at anew."""
    return f"{part}-{digest(text)[:16]}"


def _titles(source: Source) -> list[Passage]:
    found = [Passage(TITLE, source.title), *(Passage(f"{TITLE}-{part.key}", part.title) for part in source.parts)]
    return [*found, Passage(WORK, source.work["title"])] if source.work else found


def _called(passages: Sequence[Passage], people: Iterable[Name], names: Mapping[str, str]) -> Iterable[Called]:
    for name in people:
        if found := times(passages, name):
            yield Called(name, found, names.get(name.forms[0], name.put))


def _text(
    source: Source, choices: Mapping[str, tuple[Choice, ...]], left: Mapping[str, str], parts: tuple[int, int]
) -> Text:
    sections = []
    for part in source.parts:
        stay = [each for each in choices[part.key] if each.passage.key in left]
        facts = tuple(left[each.passage.key] for each in stay if not each.own_words)
        words = "\n\n".join(left[each.passage.key] for each in stay if each.own_words)
        if facts or words:
            sections.append(Section(part.key, left[f"{TITLE}-{part.key}"], facts, words))
    work = {**source.work, "title": left[WORK]} if source.work else None
    gone, hits = parts
    return Text(left[TITLE], tuple(sections), work, {"passages": gone, "names": hits})


def own_name(person: User) -> Name:
    """Of two with the same first name it is the mentee who keeps it."""
    return Name(tuple(dict.fromkeys([person.full_name, person.name, person.first_name])), None, person=True)


def people_of(person: User, assignments: Sequence[Assignment]) -> list[Name]:
    """Everybody who had a part in this work, by all they are called, with their part as what stands there instead."""
    reviews = Review.objects.filter(assignment__in=assignments).order_by("pk")
    requests = FeedbackRequest.objects.filter(round__assignment__in=assignments).order_by("pk")
    raters = reviews.values_list("relation", "rater_name", "rater__full_name", "rater__preferred_name")
    givers = requests.values_list("giver_name", "giver__full_name", "giver__preferred_name")
    return _named(person, _parts(person, assignments, raters, givers))


def people_in(person: User, record: Record) -> list[Name]:
    """The same of one piece of work whose records are at hand."""
    return _named(person, _parts(person, [record.assignment], record.rows.raters, record.rows.givers))


def _named(person: User, parts: Iterable[tuple[str, str, str]]) -> list[Name]:
    found: dict[str, Name] = {}
    taken = own_name(person).forms
    for full, called, part in parts:
        words = full.split()
        alone = [word for word in (words[:1] + words[-1:]) if len(word) > 1]
        forms = dict.fromkeys([full, called, called.split()[0] if called else full, *alone])
        forms = tuple(form for form in forms if form not in taken)
        if forms and full != person.full_name:
            found.setdefault(full, Name(forms, part, person=True))
    return list(found.values())


def _parts(
    person: User, assignments: Sequence[Assignment], raters: Iterable[Sequence[str]], givers: Iterable[Sequence[str]]
) -> Iterable[tuple[str, str, str]]:
    for each in assignments:
        yield each.mentor.full_name, each.mentor.name, _("my mentor")
        if each.sponsor:
            yield each.sponsor.full_name, each.sponsor.name, _("my sponsor")
    if person.manager:
        yield person.manager.full_name, person.manager.name, _("my manager")
    words = {Relation.EXPERT.value: _("an expert"), Relation.END_USER.value: _("a user")}
    for relation, outside, *here in raters:
        yield *_called_so(outside, *here), words.get(relation, _("a colleague"))
    for names in givers:
        yield *_called_so(*names), _("somebody who saw the work")


def _called_so(outside: str, full: str | None, preferred: str | None) -> tuple[str, str]:
    """The whole name and what somebody is called: with an account as they say, from outside as they were asked."""
    return (full, name_of(full, preferred or "")) if full else (outside, outside)
