"""Who might sponsor an option: put on the list, judged, set aside, taken over into the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.actions.weighing import weigh_option
from assignments.models import Option, SponsorState
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import SponsorCandidate
from ..rules import can_find_sponsors


@transaction.atomic
def add_candidate(option: Option, *, by: User, person: User, words: Mapping[str, Any]) -> SponsorCandidate:
    """Put somebody on the list; whoever was set aside before comes back with the new judgement."""
    require(can_find_sponsors(by, option))
    if person.pk in (option.mentorship.mentee_id, option.mentorship.mentor_id):
        raise Refused(_("Mentee and mentor stand behind it already. Choose somebody who owns the problem."))
    if not person.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))
    try:
        with transaction.atomic():
            candidate = SponsorCandidate.objects.create(
                option=option, person=person, rated_by=by, rated_at=now(), **words
            )
    except IntegrityError:
        return _again(option, by=by, person=person, words=words)
    record(by, "sponsor_candidate.added", candidate, fields=["person", *words])
    return candidate


def _again(option: Option, *, by: User, person: User, words: Mapping[str, Any]) -> SponsorCandidate:
    aside = SponsorCandidate.objects.filter(option=option, person=person, set_aside_at__isnull=False)
    if not aside.update(**words, set_aside_at=None, rated_by=by, rated_at=now(), version=F("version") + 1):
        raise Refused(_("%(name)s is on the list already. Change the judgement there.") % {"name": person.name})
    candidate = SponsorCandidate.objects.select_related("person").get(option=option, person=person)
    record(by, "sponsor_candidate.taken_back", candidate, fields=[*words, "set_aside_at"])
    return candidate


@transaction.atomic
def edit_candidate(candidate: SponsorCandidate, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Judge somebody anew, unless somebody else has since `version`."""
    require(can_find_sponsors(by, candidate.option))
    touched = [name for name in words if getattr(candidate, name) != words[name]]
    same = SponsorCandidate.objects.filter(pk=candidate.pk, version=version)
    if not same.update(**words, rated_by=by, rated_at=now(), version=F("version") + 1):
        raise Stale(_("This judgement was changed by somebody else while you were writing."))
    record(by, "sponsor_candidate.edited", candidate, fields=touched)
    candidate.refresh_from_db()


@transaction.atomic
def set_aside(candidate: SponsorCandidate, *, by: User) -> None:
    """Take somebody out of view; what was said of them is kept. Twice is as once."""
    require(can_find_sponsors(by, candidate.option))
    in_view = SponsorCandidate.objects.in_view().filter(pk=candidate.pk)
    if in_view.update(set_aside_at=now(), version=F("version") + 1):
        record(by, "sponsor_candidate.set_aside", candidate, fields=["set_aside_at"])


@transaction.atomic
def take_back(candidate: SponsorCandidate, *, by: User) -> None:
    """Bring somebody back into view. Twice is as once."""
    require(can_find_sponsors(by, candidate.option))
    aside = SponsorCandidate.objects.filter(pk=candidate.pk, set_aside_at__isnull=False)
    if aside.update(set_aside_at=None, version=F("version") + 1):
        record(by, "sponsor_candidate.taken_back", candidate, fields=["set_aside_at"])


@transaction.atomic
def use_in_ranking(candidate: SponsorCandidate, *, by: User, mark: str, engaged: int) -> None:
    """Make this person the sponsor in view of the option's ranking; `mark` names what stood there before."""
    require(can_find_sponsors(by, candidate.option))
    judged = {name: getattr(candidate, name) for name in ("owns", "influences", "develops")}
    if None in judged.values():
        raise Refused(_("The ranking needs all of owning, influencing and developing. Judge them first."))
    outlook = {"state": SponsorState.FOUND.value, "name": candidate.person.name, **judged, "engaged": engaged}
    weigh_option(candidate.option, by=by, mark=mark, fits={}, outlook=outlook)
    record(by, "sponsor_candidate.ranked", candidate, fields=["engaged"])
