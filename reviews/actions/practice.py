"""Practising to rate: one's own exercise."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments.refusals import Refused
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import PracticeRating, RatingPractice, Vignette
from ..practising import practising
from ..rules import can_practise
from ..scoring import LEVELS


@transaction.atomic
def begin_practice(*, by: User) -> RatingPractice:
    """Begin the exercise on the cases that are published now, or go on with the one that is open."""
    require(by.is_active)
    try:
        with transaction.atomic():
            begun = RatingPractice.objects.create(person=by, began_at=now())
    except IntegrityError:
        return RatingPractice.objects.get(person=by, finished_at__isnull=True)
    begun.cases.set(Vignette.objects.published())
    return begun


@transaction.atomic
def rate_case(practice: RatingPractice, *, by: User, vignette: Vignette, level: int) -> None:
    """Give a case a level: before the experts' are seen it may be changed, then three are given one again.

    With the last of the three the exercise is finished.
    """
    require(can_practise(by, practice))
    if level not in LEVELS:
        raise ValidationError({"level": _("Choose a level from 1 to 5.")})
    locked = RatingPractice.objects.select_for_update().get(pk=practice.pk)
    found = practising(locked)
    if vignette.pk not in {case.vignette.pk for case in found.to_rate}:
        raise Refused(_("This case is rated already, and the experts’ levels are known now."))
    PracticeRating.objects.update_or_create(
        practice=locked, vignette=vignette, round=found.round, defaults={"level": level, "gold": vignette.gold}
    )
    if practising(locked).is_over:
        RatingPractice.objects.filter(pk=locked.pk, finished_at__isnull=True).update(finished_at=now())
    practice.refresh_from_db()


@transaction.atomic
def see_gold(practice: RatingPractice, *, by: User) -> None:
    """Show the experts' levels; from here on the first ratings stand."""
    require(can_practise(by, practice))
    locked = RatingPractice.objects.select_for_update().get(pk=practice.pk)
    if practising(locked).unrated:
        raise Refused(_("Rate every case first; the experts’ levels are shown after."))
    RatingPractice.objects.filter(pk=locked.pk, seen_at__isnull=True).update(seen_at=now())
    practice.refresh_from_db()
