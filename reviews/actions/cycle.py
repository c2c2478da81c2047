"""Review cycles, opened by HR."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import rater_messages
from ..models import ReviewCycle, Rubric
from ..rules import can_manage_cycles


@transaction.atomic
def add_cycle(
    *, by: User, code: str, name: str, rubric: Rubric, opens_on: date, closes_on: date, calibrates: bool = False
) -> ReviewCycle:
    """Open a cycle, and tell those whose work it is for; reviews of it keep this version of the rubric."""
    require(can_manage_cycles(by))
    # Held so that the version is not retired between the look and the cycle.
    if not Rubric.objects.select_for_update().published().filter(pk=rubric.pk).exists():
        raise ValidationError({"rubric": _("Choose a version that is published.")})
    try:
        with transaction.atomic():
            cycle = ReviewCycle.objects.create(
                code=code,
                name=name,
                rubric=rubric,
                opens_on=opens_on,
                closes_on=closes_on,
                calibrates=calibrates,
            )
    except IntegrityError:
        raise ValidationError({"code": _("Another cycle has this code. Choose another.")}) from None
    if opens_on <= today(by.zone) <= closes_on:
        rater_messages.opened(cycle)
    record(by, "cycle.added", cycle, fields=["calibrates", "closes_on", "code", "name", "opens_on", "rubric"])
    return cycle
