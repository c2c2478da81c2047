"""Fifty at once on the site as deployed: one succeeds, the others are told, and nothing typed is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

from assignments.models import BriefStatus, BriefVersion, Evidence, StagedFile
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role, RoleGrant, User
from tests.factories import AssignmentFactory, BriefFactory, BriefVersionFactory, EvidenceFactory, UserFactory

from .books import Outcome, compare
from .kills_web import SMALL
from .place import Answer, Place, at_once

MANY = 50
# As many threads as there are people, so that none waits in a line before the site.
WIDE = {"WEB_PROCESSES": "2", "WEB_THREADS": "25"}


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    place.stop_web()
    place.start_web(**WIDE)
    for round in (edits, submits, approvals, roles, uploads):
        outcome.tries += MANY
        round(place, outcome)
    place.stop_web()
    place.start_web()
    compare(outcome, "fifty at once")
    return outcome


def _told(outcome: Outcome, what: str, answers: list[Answer], expected: dict[int, int]) -> None:
    found = dict(Counter(answer.status for answer in answers))
    outcome.figures[what] = " ".join(f"{count}×{status}" for status, count in sorted(found.items()))
    outcome.check(found == expected, f"{what}: {found} and not {expected}")
    outcome.most("slowest s", max(answer.seconds for answer in answers))


def _written(outcome: Outcome, what: str, verb: str, about: int, kind: str = "", told: int = 1) -> None:
    entries = AuditEntry.objects.filter(verb=verb, object_id=about).count()
    outcome.check(entries == 1, f"{what}: {entries} times in the trail")
    if kind:
        notices = Notice.objects.filter(kind=kind, object_id=about).count()
        outcome.check(notices == told, f"{what}: told {notices} times")


def edits(place: Place, outcome: Outcome) -> None:
    piece = EvidenceFactory(assignment=AssignmentFactory(), title="As it was", text="What came of it.")
    person = place.person(piece.assignment.mentee)
    address = f"/evidence/{piece.code}/edit/"

    def save(number: int) -> Callable[[], Answer]:
        said = {
            "version": "1", "title": f"Edited by window {number}", "text": "What came of it.",
            "learned": f"Typed in window {number}", "happened_on": today().isoformat(), "kind": "text",
            "submit_key": uuid4().hex,
        }  # fmt: skip
        return lambda: person.post(address, said)

    answers = at_once([save(number) for number in range(MANY)])
    _told(outcome, "edits", answers, {302: 1, 409: MANY - 1})
    piece.refresh_from_db()
    won = [number for number, answer in enumerate(answers) if answer.status == 302]
    outcome.check([piece.learned] == [f"Typed in window {number}" for number in won], "edits: another's words are kept")
    for number, answer in enumerate(answers):
        if answer.status == 409:
            both = f"Typed in window {number}" in answer.text and piece.learned in answer.text
            outcome.check(both, f"edits: window {number} was not shown both texts")
    _written(outcome, "edits", "evidence.changed", piece.pk)


def submits(place: Place, outcome: Outcome) -> None:
    version = BriefVersionFactory(brief=BriefFactory(), number=1)
    mentorship = version.brief.option.mentorship
    pair = [place.person(mentorship.mentee), place.person(mentorship.mentor)]
    said = {"seen": f"1.{version.edit}"}
    address = f"/briefs/{version.brief.code}/submit/"
    answers = at_once([lambda n=n: pair[n % 2].post(address, said) for n in range(MANY)])  # type: ignore[misc]
    _told(outcome, "submits", answers, {302: 1, 409: MANY - 1})
    version.refresh_from_db()
    outcome.check(version.status == BriefStatus.SUBMITTED, f"submits: it is {version.status}")
    _written(outcome, "submits", "brief.submitted", version.pk)


def approvals(place: Place, outcome: Outcome) -> None:
    version = BriefVersionFactory(brief=BriefFactory(), number=1, status=BriefStatus.SUBMITTED)
    mentor = place.person(version.brief.option.mentorship.mentor)
    address, said = f"/briefs/{version.brief.code}/endorse/", {"seen": f"1.{version.edit}"}
    answers = at_once([lambda: mentor.post(address, said)] * MANY)
    _told(outcome, "approvals", answers, {302: 1, 409: MANY - 1})
    version = BriefVersion.objects.get(pk=version.pk)
    outcome.check(version.status == BriefStatus.ENDORSED, f"approvals: it is {version.status}")
    _written(outcome, "approvals", "brief.endorsed", version.pk)


def roles(place: Place, outcome: Outcome) -> None:
    """Giving a role that somebody has is as once; of two who are the last, one keeps it."""
    admin, person = UserFactory(roles=[Role.ADMINISTRATOR]), UserFactory()
    by, address = place.person(admin), f"/people/{person.code}/roles/"
    answers = at_once([lambda: by.post(f"{address}grant/", {"role": Role.HR.value})] * MANY)
    _told(outcome, "roles given", answers, {302: MANY})
    outcome.check(RoleGrant.objects.filter(user=person, role=Role.HR).count() == 1, "roles: not given once")
    _written(outcome, "roles given", f"people.role_granted.{Role.HR.value}", person.pk)
    _last_administrators(place, outcome)


def _last_administrators(place: Place, outcome: Outcome) -> None:
    two = [UserFactory(roles=[Role.ADMINISTRATOR]) for _each in range(2)]
    RoleGrant.objects.filter(role=Role.ADMINISTRATOR).exclude(user__in=two).delete()
    people = [place.person(each) for each in two]

    def take(number: int) -> Answer:
        address = f"/people/{two[1 - number].code}/roles/revoke/"
        return people[number].post(address, {"role": Role.ADMINISTRATOR.value})

    answers = at_once([lambda n=n: take(n % 2) for n in range(MANY)])  # type: ignore[misc]
    left = User.objects.with_role(Role.ADMINISTRATOR).count()
    outcome.check(left == 1, f"roles: {left} administrators are left")
    outcome.check({answer.status for answer in answers} <= {302, 403, 404}, "roles: an unexpected answer")
    taken = AuditEntry.objects.filter(
        verb=f"people.role_revoked.{Role.ADMINISTRATOR.value}", object_id__in=[each.pk for each in two]
    )
    outcome.check(taken.count() == 1, f"roles: taken {taken.count()} times in the trail")


def uploads(place: Place, outcome: Outcome) -> None:
    """The same file under the same name of its page: it is there once, and each is told which it is."""
    assignment, key = AssignmentFactory(), uuid4().hex
    person = place.person(assignment.mentee)
    address = f"/assignments/{assignment.code}/evidence/files/"
    answers = at_once([lambda: person.send(address, {"key": key}, {"file": SMALL})] * MANY)
    _told(outcome, "uploads", answers, {201: MANY})
    kept = StagedFile.objects.filter(by=assignment.mentee)
    outcome.check(kept.count() == 1, f"uploads: {kept.count()} are kept")
    outcome.check(len({answer.body for answer in answers}) == 1, "uploads: not all were told of the same file")
    outcome.check(not Evidence.objects.filter(assignment=assignment).exists(), "uploads: something was logged")
