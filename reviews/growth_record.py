"""A growth record: every assignment of somebody with the part they had, what it showed and what that rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from assignments.models import Assignment, CompetencyLevel, EvidenceVerification, Provenance, Status, Verdict
from stretchhub.people.models import User

from .own_text import Fact, Part, Source
from .packet_parts import day


def assignments_of(person: User) -> list[Assignment]:
    """Those that began, the newest first; what never came to be is nobody's record."""
    mine = Assignment.objects.filter(mentee=person, starts_on__isnull=False).exclude(status=Status.CHARTERING)
    return list(mine.select_related("mentor", "sponsor", "option").order_by("-starts_on", "-pk"))


def record_source(person: User, assignments: Sequence[Assignment]) -> Source:
    """In the words of the site, by a fixed number of queries."""
    with override(settings.LANGUAGE_CODE):
        levels = _levels(person)
        verified, logged = _verified(assignments), _logged(assignments)
        parts = []
        for each in assignments:
            rests_on = _rests_on(verified[each.pk], logged[each.pk])
            parts.append(_part(f"work-{each.code}", each.title, _what(each), _shown(levels.get(each.pk, [])), rests_on))
        other = levels.get(None, [])
        if other:
            parts.append(_part("otherwise", _("Levels told otherwise"), _told(other)))
        return Source(_("Growth record of %(name)s") % {"name": person.name}, tuple(parts))


def _part(key: str, title: str, *said: Iterable[str]) -> Part:
    return Part(key, title, tuple(map(Fact, chain(*said))))


def _levels(person: User) -> Mapping[int | None, list[CompetencyLevel]]:
    """By the assignment whose reviews verified them; under nothing what somebody said."""
    found: dict[int | None, list[CompetencyLevel]] = defaultdict(list)
    rows = CompetencyLevel.objects.filter(person=person).select_related("competency").order_by("dated_on", "pk")
    for row in rows:
        found[row.assignment_id if row.provenance == Provenance.VERIFIED else None].append(row)
    return found


def _verified(assignments: Sequence[Assignment]) -> Counter[int]:
    """How many pieces of evidence somebody else confirmed, each once."""
    rows = EvidenceVerification.objects.filter(
        evidence__assignment__in=assignments, verdict=Verdict.CONFIRMED, request__isnull=True
    ).order_by()
    return Counter(assignment for assignment, _evidence in set(rows.values_list("evidence__assignment", "evidence")))


def _logged(assignments: Sequence[Assignment]) -> Counter[int]:
    pieces = Assignment.objects.filter(pk__in=[each.pk for each in assignments], evidence__isnull=False).order_by()
    return Counter(pieces.values_list("pk", flat=True))


def _what(assignment: Assignment) -> Iterator[str]:
    starts, ends = assignment.starts_on, assignment.ends_on
    assert starts is not None  # it began
    words = {"from": day(starts.isoformat()), "to": day(ends.isoformat()) if ends else "–"}
    yield _("From %(from)s to %(to)s.") % words
    yield _("My part: %(role)s.") % {"role": assignment.option.get_role_display().lower()}
    people = {"mentor": assignment.mentor.name, "sponsor": assignment.sponsor.name if assignment.sponsor else "–"}
    yield _("Mentor: %(mentor)s. Sponsor: %(sponsor)s.") % people
    if assignment.ending:
        yield _("How it ended: %(ending)s.") % {"ending": assignment.get_ending_display().lower()}
    else:
        yield _("Where it stands: %(status)s.") % {"status": assignment.get_status_display().lower()}


def _shown(levels: Sequence[CompetencyLevel]) -> Iterator[str]:
    for each in levels:
        words = {"what": each.competency.name, "level": each.level, "day": day(each.dated_on.isoformat())}
        yield _("%(what)s: level %(level)s of 5, verified by review on %(day)s.") % words


def _told(levels: Sequence[CompetencyLevel]) -> Iterator[str]:
    """Of each competency the last that somebody said, with who said so: no review stands behind it."""
    last = {each.competency_id: each for each in levels}
    for each in last.values():
        yield _("%(what)s: level %(level)s of 5, %(who)s, %(day)s.") % {
            "what": each.competency.name,
            "level": each.level,
            "who": each.get_provenance_display().lower(),
            "day": day(each.dated_on.isoformat()),
        }


def _rests_on(verified: int, logged: int) -> Iterator[str]:
    if logged:
        yield ngettext(
            "%(verified)s of %(n)s piece of evidence confirmed by somebody else.",
            "%(verified)s of %(n)s pieces of evidence confirmed by somebody else.",
            logged,
        ) % {"verified": verified, "n": logged}
