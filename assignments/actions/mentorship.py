"""Starting to think together."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import Mentorship
from ..refusals import Refused
from ..rules import can_start_mentorship


@transaction.atomic
def start_mentorship(mentee: User, *, by: User, purpose: str = "") -> Mentorship:
    """Make `by` the mentor of `mentee` from today, and tell the mentee."""
    require(can_start_mentorship(by))
    if mentee.pk == by.pk:
        raise Refused(_("Nobody can be their own mentor. Choose somebody else."))
    if not mentee.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))
    try:
        with transaction.atomic():
            mentorship = Mentorship.objects.create(mentor=by, mentee=mentee, purpose=purpose, started_on=today(by.zone))
    except IntegrityError:
        raise Refused(_("You are already %(name)s’s mentor.") % {"name": mentee.name}) from None
    record(by, "mentorship.started", mentorship, fields=["mentor", "mentee", "purpose", "started_on"])
    messages.mentorship.started(mentorship)
    return mentorship
