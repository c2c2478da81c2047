"""What waits for whoever answers for hours and cover; one query."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.waiting import Waiting

from .models import ManagerAgreement, ManagerAnswer, Status


def hours_waiting(user: User) -> Iterator[Waiting]:
    """The question of a line manager, or of the mentor in their place, until it is answered."""
    asked = ManagerAgreement.objects.filter(manager=user, answer=ManagerAnswer.ASKED)
    asked = asked.exclude(charter__assignment__status=Status.CLOSED)
    for agreement in asked.select_related("charter__assignment__mentee").order_by("pk"):
        mentee = agreement.charter.assignment.mentee
        names = {"hours": floatformat(agreement.hours_per_week), "who": mentee.name, "mentee": mentee.first_name}
        stands_in = mentee.manager_id != user.pk
        yield Waiting(
            "hours_to_answer",
            _("Say whether you agree to %(hours)s hours a week for %(who)s") % names,
            _("The directory names no line manager for %(mentee)s, so the mentor answers.") % names
            if stands_in
            else _("%(mentee)s would like to take on a stretch assignment; it begins only once you agree.") % names,
            reverse("assignments:manager-agreement-own", args=[agreement.code]),
            _("Answer"),
            person=mentee,
        )
