"""Options: added, changed, and moved along the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, Mentorship, Option, OptionCompetency, RequestStatus, SponsorRequest, Stage, Status
from ..models.option import NEEDS_REASON, OPEN
from ..refusals import Refused, Stale
from ..rules import can_add_option, can_edit_option, can_move_option


@transaction.atomic
def add_option(
    mentorship: Mentorship, *, by: User, words: Mapping[str, Any], contributions: Sequence[Mapping[str, Any]]
) -> Option:
    """Put a new option on the board, as an idea."""
    require(can_add_option(by, mentorship))
    option = Option.objects.create(mentorship=mentorship, created_by=by, stage_changed_at=now(), **words)
    _set_contributions(option, contributions)
    record(by, "option.added", option, fields=[*words, "competencies"])
    return option


@transaction.atomic
def edit_option(
    option: Option,
    *,
    by: User,
    version: int,
    words: Mapping[str, Any],
    contributions: Sequence[Mapping[str, Any]],
) -> None:
    """Change what an option says, unless somebody else has saved or moved it since `version`."""
    require(can_edit_option(by, option))
    touched = [name for name in words if getattr(option, name) != words[name]]
    same = Option.objects.filter(pk=option.pk, version=version)
    if not same.update(**words, edited_at=now(), version=F("version") + 1):
        raise Stale(_("This option was saved or moved by somebody else while you were writing."))
    option.contributions.all().delete()
    _set_contributions(option, contributions)
    record(by, "option.edited", option, fields=[*touched, "competencies"])
    option.refresh_from_db()


@transaction.atomic
def move_option(option: Option, *, by: User, to: str, version: int, reason: str = "") -> None:
    """Move a card by hand to a stage that may follow the one it is in.

    Active and closed are reached through the assignment, never by hand. A card does not leave
    “Seeking sponsor” while somebody has been asked and has not answered.
    """
    require(can_move_option(by, option))
    if version != option.version:
        raise _changed(option)
    _refuse_what_is_not_drawn(option, to)
    if to in NEEDS_REASON and not reason.strip():
        raise Refused(_("Say in a few words why, so that both of you still know later."))
    _refuse_while_a_sponsor_has_it(option)
    shift(option, to, version=version, reason=reason.strip())
    record(by, "option.moved", option, fields=["stage", "stage_reason"])


@transaction.atomic
def undo_move(option: Option, *, by: User, version: int, stage: str, left_stage: str, reason: str) -> None:
    """Put a card back where it was, while nothing else has happened to it since."""
    require(can_move_option(by, option))
    _refuse_while_a_sponsor_has_it(option)
    _write(option, version=version, stage=stage, left_stage=left_stage, stage_reason=reason)
    record(by, "option.move_undone", option, fields=["stage", "stage_reason"])


def shift(option: Option, to: str, *, version: int, reason: str = "") -> None:
    """Change the stage where nobody else has changed the card since `version`; writes no audit entry."""
    left = option.stage if to == Stage.PARKED else ""
    _write(option, version=version, stage=to, left_stage=left, stage_reason=reason)


def _write(option: Option, *, version: int, **stage: str) -> None:
    here = Option.objects.filter(pk=option.pk, stage=option.stage, version=version)
    moved = here.update(**stage, stage_changed_at=now(), version=F("version") + 1)
    option.refresh_from_db()
    if not moved:
        raise _changed(option)


def _changed(option: Option) -> Stale:
    words = _("Somebody else changed “%(option)s” first: it is now in “%(stage)s”. Nothing was moved.")
    return Stale(words % {"option": option.title, "stage": option.get_stage_display()})


def _refuse_what_is_not_drawn(option: Option, to: str) -> None:
    if to in option.next_stages():
        return
    names = {"here": option.get_stage_display(), "to": Stage(to).label}
    if to == Stage.CLOSED:
        words = _("“%(to)s” is reached through the assignment, when it ends. Decline an option you do not pursue.")
    elif to == Stage.ACTIVE:
        words = _("“%(to)s” is reached through the assignment: a sponsor accepts and the charter is acknowledged.")
    elif option.stage == Stage.PARKED:
        names["to"] = Stage(option.left_stage).label
        words = _("A parked option goes back to “%(to)s”, where it was.")
    elif option.stage not in OPEN:
        words = _("This option is in “%(here)s” and does not move from there.")
    else:
        words = _("From “%(here)s” an option does not go to “%(to)s”. Move it step by step.")
    raise Refused(words % names)


def _refuse_while_a_sponsor_has_it(option: Option) -> None:
    if SponsorRequest.objects.filter(version__brief__option=option, status=RequestStatus.ASKED).exists():
        raise Refused(_("A sponsor has been asked and has not answered. Withdraw the request first."))
    if Assignment.objects.filter(option=option).exclude(status=Status.CLOSED).exists():
        raise Refused(_("A sponsor has accepted: from here on the assignment moves this option."))


def _set_contributions(option: Option, contributions: Sequence[Mapping[str, Any]]) -> None:
    OptionCompetency.objects.bulk_create([OptionCompetency(option=option, **row) for row in contributions])
